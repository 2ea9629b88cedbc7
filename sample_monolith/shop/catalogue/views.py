from flask import Blueprint, Response, jsonify, request, url_for

from ..core import format_money
from ..utils import paginate, positive_int
from . import service
from .pricing import unit_price

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")


@bp.get("/products")
def list_products():
    category = None
    if request.args.get("category"):
        category = service.get_category(request.args["category"])
    statement = service.list_products(category, in_stock=request.args.get("in_stock") == "1")
    return jsonify(paginate(statement, service.product_card))


@bp.get("/products/<sku>")
def show_product(sku):
    product = service.get_product(sku)
    page = url_for("pages.product_page", slug=product.slug)
    return jsonify(service.product_detail(product) | {"links": {"page": page}})


@bp.get("/products/<sku>/price")
def show_price(sku):
    product = service.get_product(sku)
    quantity = positive_int(request.args.get("quantity", "1"), "quantity")
    amount = unit_price(product)
    return jsonify(
        sku=product.sku,
        quantity=quantity,
        unit_price=amount,
        total=amount * quantity,
        display=format_money(amount * quantity),
    )


@bp.get("/products/<sku>/image")
def show_image(sku):
    content_type, data = service.load_image(service.get_product(sku))
    return Response(data, content_type=content_type)


@bp.get("/categories")
def list_categories():
    return jsonify(
        categories=[
            category.to_dict(products=sum(1 for p in category.products if p.active))
            for category in service.all_categories()
        ]
    )


@bp.get("/categories/<slug>")
def show_category(slug):
    category = service.get_category(slug)
    products = [service.product_card(p) for p in category.products if p.active]
    return jsonify(category.to_dict(items=products))
