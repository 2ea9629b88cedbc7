from flask import Blueprint, Response, jsonify, request, url_for

from ..core import NotFound, atomic
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
    since, until = reports.period(request.args)
    title, rows = reports.build(name, since, until)
    return jsonify(name=name, title=title, rows=rows)


@bp.get("/<name>.csv")
@admin_required
def download_report(name):
    since, until = reports.period(request.args)
    _, rows = reports.build(name, since, until)
    header = list(rows[0]) if rows else ["empty"]
    return csv_response("%s.csv" % name, header, [[row[key] for key in header] for row in rows])


@bp.post("/annual")
@admin_required
def annual():
    year = integer(json_body(required=["year"])["year"], "year", 2000, 2100)
    with atomic():
        result, run = reports.run_annual_report(year)
    return jsonify(result | {"run": run.id, "file": url_for(".run_file", run_id=run.id)}), 201


@bp.get("/runs/<int:run_id>/file")
@admin_required
def run_file(run_id):
    run = reports.get_run(run_id)
    if not run.path:
        raise NotFound("This run left no file")
    return Response(storage.get(run.path), mimetype="text/csv")
