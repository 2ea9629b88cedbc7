"""The HTML shop. Small, most customers come through the app."""
from flask import Blueprint, g, redirect, render_template, request, url_for

from ..catalogue import service as catalogue
from ..catalogue.pricing import unit_price
from ..checkout import cart as carts
from ..utils import positive_int

bp = Blueprint("pages", __name__, url_prefix="/shop")


@bp.get("/")
def home():
    groups = []
    for category in catalogue.all_categories():
        products = [p for p in category.products if p.active]
        # one price lookup per product, the cache makes up for it
        groups.append((category, [(p, unit_price(p)) for p in products]))
    return render_template("home.html", groups=groups)


@bp.get("/p/<slug>")
def product_page(slug):
    product = catalogue.get_product_by_slug(slug)
    return render_template("product.html", product=product, price=unit_price(product))


@bp.get("/cart")
def cart_page():
    cart = carts.current_cart()
    return render_template("cart.html", cart=carts.describe(cart))


@bp.post("/cart/add")
def cart_add():
    cart = carts.current_cart(create=True)
    quantity = positive_int(request.form.get("quantity", "1"), "quantity")
    carts.add_item(cart, request.form.get("sku", ""), quantity)
    carts.save(cart)
    response = redirect(url_for(".cart_page"), 303)
    if g.get("new_cart_token"):
        response.set_cookie(carts.COOKIE, g.new_cart_token, httponly=True, samesite="Lax")
    return response
