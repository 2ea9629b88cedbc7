from flask import Blueprint, Response, g, jsonify, request, url_for

from ..core import atomic, format_money
from ..core.security import login_required
from ..customers import sessions
from ..utils import json_body, paginate, positive_int, required_text
from ..utils.validation import integer
from . import search as product_search
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
    if g.customer is not None:
        sessions.remember_viewed(g.session_token, product.sku)
    links = {
        "page": url_for("pages.product_page", slug=product.slug),
        "reviews": url_for(".list_reviews", sku=product.sku),
    }
    return jsonify(service.product_detail(product) | {"links": links})


@bp.get("/products/<sku>/price")
def show_price(sku):
    product = service.get_product(sku)
    quantity = positive_int(request.args.get("quantity", "1"), "quantity")
    amount = unit_price(product, quantity)
    return jsonify(
        sku=product.sku,
        quantity=quantity,
        unit_price=amount,
        total=amount * quantity,
        display=format_money(amount * quantity),
    )


@bp.get("/products/<sku>/stock")
def show_stock(sku):
    product = service.get_product(sku)
    level = product.stock
    return jsonify(
        sku=product.sku,
        available=product.available,
        low=product.available < product.min_stock,
        updated_at=level.updated_at if level else None,
    )


@bp.get("/products/<sku>/image")
def show_image(sku):
    content_type, data = service.load_image(service.get_product(sku))
    return Response(data, content_type=content_type)


@bp.get("/products/<sku>/reviews")
def list_reviews(sku):
    product = service.get_product(sku)
    reviews = [review.to_dict(author=review.author.name) for review in service.reviews_of(product)]
    return jsonify(sku=product.sku, reviews=reviews)


@bp.post("/products/<sku>/reviews")
@login_required
def add_review(sku):
    product = service.get_product(sku)
    data = json_body(required=["rating"])
    rating = integer(data["rating"], "rating", 1, 5)
    body = required_text(data.get("body", ""), "body", minimum=0, maximum=2000)
    with atomic():
        review = service.add_review(product, g.customer, rating, body)
    return jsonify(review.to_dict(author=g.customer.name)), 201


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


@bp.get("/search")
def search():
    query = request.args.get("q", "")
    hits = product_search.search(query)
    return jsonify(
        query=query,
        count=len(hits),
        hits=[service.product_card(product) | {"score": score} for product, score in hits],
    )


@bp.get("/suggest")
def suggest():
    return jsonify(suggestions=product_search.suggest(request.args.get("q", "")))


@bp.get("/recent")
@login_required
def recently_viewed():
    skus = sessions.recently_viewed(g.session_token)
    return jsonify(items=[service.product_card(service.get_product(sku)) for sku in skus])
