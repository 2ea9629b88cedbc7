from flask import Blueprint, Response, g, jsonify, render_template, url_for

from ..core import atomic
from ..core.security import login_required
from ..services import checkout as checkout_service
from ..utils import json_body, paginate, positive_int
from ..utils.validation import non_negative_int
from . import cart as carts
from . import orders
from .receipts import read_receipt

cart_bp = Blueprint("cart", __name__, url_prefix="/cart")
checkout_bp = Blueprint("checkout", __name__, url_prefix="/checkout")
orders_bp = Blueprint("orders", __name__, url_prefix="/orders")


def cart_response(cart, status=200):
    """The cart as JSON; sets the cookie when the visitor just got a cart."""
    response = jsonify(carts.describe(cart))
    if g.get("new_cart_token"):
        response.set_cookie(carts.COOKIE, g.new_cart_token, httponly=True, samesite="Lax")
    return response, status


@cart_bp.get("")
def show_cart():
    return cart_response(carts.current_cart())


@cart_bp.post("/items")
def add_item():
    data = json_body(required=["sku"])
    quantity = positive_int(data.get("quantity", 1), "quantity")
    cart = carts.current_cart(create=True)
    carts.add_item(cart, str(data["sku"]), quantity)
    carts.save(cart)
    return cart_response(cart, 201)


@cart_bp.patch("/items/<sku>")
def change_item(sku):
    data = json_body(required=["quantity"])
    cart = carts.current_cart()
    carts.set_quantity(cart, sku, non_negative_int(data["quantity"], "quantity"))
    carts.save(cart)
    return cart_response(cart)


@cart_bp.delete("/items/<sku>")
def remove_item(sku):
    cart = carts.current_cart()
    carts.set_quantity(cart, sku, 0)
    carts.save(cart)
    return cart_response(cart)


@checkout_bp.post("")
@login_required
def place_order():
    order = checkout_service.place_order_from_cart(g.customer, json_body(required=["payment"]))
    response = jsonify(orders.order_detail(order))
    response.headers["Location"] = url_for("orders.show_order", number=order.number)
    return response, 201


@orders_bp.get("")
@login_required
def list_orders():
    return jsonify(paginate(orders.orders_of(g.customer), orders.order_summary))


@orders_bp.get("/<number>")
@login_required
def show_order(number):
    order = orders.get_order(number, g.customer)
    links = {
        "receipt": url_for(".receipt_page", number=order.number),
        "tracking": [
            url_for("shipping.track", tracking_number=s.tracking_number) for s in order.shipments
        ],
    }
    return jsonify(orders.order_detail(order) | {"links": links})


@orders_bp.post("/<number>/cancel")
@login_required
def cancel(number):
    order = orders.get_order(number, g.customer)
    with atomic():
        orders.cancel_order(order)
    return jsonify(orders.order_detail(order))


@orders_bp.get("/<number>/receipt")
@login_required
def receipt_page(number):
    return render_template("receipt.html", order=orders.get_order(number, g.customer))


@orders_bp.get("/<number>/receipt.txt")
@login_required
def receipt_file(number):
    order = orders.get_order(number, g.customer)
    response = Response(read_receipt(order), mimetype="text/plain")
    response.headers["Content-Disposition"] = 'attachment; filename="%s.txt"' % order.number
    return response
