"""Whatever did not fit anywhere else: the index, sitemap, tracking page."""
from flask import Blueprint, Response, jsonify, render_template, request, url_for

from ..catalogue.service import all_categories, list_products
from ..core import ShopError, db_session
from ..shipping.tracking import find_shipment

bp = Blueprint("misc", __name__)


def index():
    return jsonify(
        name="shop",
        links={
            "products": url_for("catalogue.list_products"),
            "categories": url_for("catalogue.list_categories"),
            "cart": url_for("cart.show_cart"),
            "shop": url_for("pages.home"),
        },
    )


@bp.get("/track")
def track_page():
    """The tracking page for people with nothing but the number on the parcel."""
    number = request.args.get("number", "").strip()
    parcel, problem = None, None
    if number:
        try:
            parcel = find_shipment(number)
        except ShopError as error:
            problem = error.message
    return render_template("track.html", number=number, parcel=parcel, problem=problem)


@bp.get("/sitemap.txt")
def sitemap():
    lines = [url_for("pages.home")]
    lines += [url_for("catalogue.show_category", slug=c.slug) for c in all_categories()]
    lines += [
        url_for("pages.product_page", slug=product.slug)
        for product in db_session.scalars(list_products()).unique()
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
