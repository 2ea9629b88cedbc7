from flask import Blueprint, Response, jsonify, url_for

from ..core import storage
from ..core.security import admin_required
from ..utils import json_body
from ..utils.csvtools import csv_response
from ..utils.validation import integer
from . import reports

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.get("/")
@admin_required
def list_reports():
    return jsonify(
        reports=[
            {"name": name, "title": title, "url": url_for(".show_report", name=name)}
            for name, (title, _) in sorted(reports.REPORTS.items())
        ]
    )


@bp.get("/<name>")
@admin_required
def show_report(name):
    title, rows = reports.build(name)
    return jsonify(name=name, title=title, rows=rows)


@bp.get("/<name>.csv")
@admin_required
def download_report(name):
    _, rows = reports.build(name)
    header = list(rows[0]) if rows else ["empty"]
    return csv_response("%s.csv" % name, header, [[row[key] for key in header] for row in rows])


@bp.post("/annual")
@admin_required
def annual():
    year = integer(json_body(required=["year"])["year"], "year", 2000, 2100)
    result = reports.run_annual_report(year)
    return jsonify(result | {"file": url_for(".annual_file", year=year)}), 201


@bp.get("/annual/<int:year>.csv")
@admin_required
def annual_file(year):
    return Response(storage.get(reports.annual_key(year)), mimetype="text/csv")
