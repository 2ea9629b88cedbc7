"""The back office. Everything the shop people need, in one place."""
from flask import Blueprint, Response, g, jsonify, request, url_for
from sqlalchemy import select

from ..catalogue import service as catalogue
from ..catalogue import stock
from ..catalogue.pricing import set_price, unit_price
from ..checkout import orders as order_service
from ..checkout.models import Order, OrderStatus
from ..core import NotFound, ValidationError, atomic, db_session
from ..core import background, storage
from ..core.security import admin_required
from ..notifications.models import MailMessage
from ..reporting.reports import dashboard
from ..services import fulfilment
from ..shipping.models import ShippingRate
from ..shipping.rates import forget_rates
from ..utils import json_body, one_of, paginate, required_text, slugify
from ..utils.validation import money_amount, non_negative_int
from .audit import audit, latest

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/dashboard")
@admin_required
def show_dashboard():
    low = [{"sku": product.sku, "on_hand": on_hand} for product, on_hand in stock.running_low()]
    return jsonify(dashboard() | {"low_stock": low})


# -- orders ---------------------------------------------------------------------------------


@bp.get("/orders")
@admin_required
def list_orders():
    statement = select(Order).order_by(Order.number.desc())
    if request.args.get("status"):
        status = one_of(request.args["status"], "status", [s.value for s in OrderStatus])
        statement = statement.where(Order.status == OrderStatus(status))
    return jsonify(paginate(statement, lambda order: order.to_dict(customer=order.customer.email)))


@bp.post("/orders/<number>/ship")
@admin_required
def ship_order(number):
    order = order_service.get_order(number)
    with atomic():
        shipment = fulfilment.dispatch(order)
        audit(g.actor, "ship", order.number, shipment.tracking_number)
    label = url_for("shipping.download_label", number=order.number)
    return jsonify(shipment.to_dict(order=order.number, label=label))


# -- catalogue ------------------------------------------------------------------------------


@bp.post("/products")
@admin_required
def create_product():
    data = json_body(required=["sku", "name", "category", "price"])
    category = catalogue.get_category(slugify(str(data["category"])))
    price = money_amount(data["price"], "price")
    with atomic():
        product = catalogue.create_product(
            required_text(data["sku"], "sku", maximum=40).upper(),
            required_text(data["name"], "name", maximum=200),
            category,
            str(data.get("description", "")),
        )
        set_price(product, price)
        audit(g.actor, "product", product.sku, "created")
    response = jsonify(catalogue.product_card(product))
    response.headers["Location"] = url_for("catalogue.show_product", sku=product.sku)
    return response, 201


@bp.patch("/products/<sku>")
@admin_required
def update_product(sku):
    product = catalogue.get_product(sku, include_inactive=True)
    data = json_body()
    with atomic():
        if "name" in data:
            product.name = required_text(data["name"], "name", maximum=200)
        if "description" in data:
            product.description = required_text(data["description"], "description", 0, 5000)
        if "active" in data:
            product.active = bool(data["active"])
        audit(g.actor, "product", product.sku, "changed " + ", ".join(sorted(data)))
    return jsonify(product.to_dict(description=product.description))


@bp.put("/products/<sku>/price")
@admin_required
def change_price(sku):
    product = catalogue.get_product(sku, include_inactive=True)
    data = json_body(required=["amount"])
    amount = money_amount(data["amount"], "amount")
    with atomic():
        set_price(product, amount)
        audit(g.actor, "price", product.sku, str(amount))
    return jsonify(sku=product.sku, amount=unit_price(product))


@bp.put("/products/<sku>/stock")
@admin_required
def change_stock(sku):
    product = catalogue.get_product(sku, include_inactive=True)
    data = json_body(required=["on_hand"])
    on_hand = non_negative_int(data["on_hand"], "on_hand")
    with atomic():
        level = stock.correct(product, on_hand)
        audit(g.actor, "stock", product.sku, "on hand %d" % on_hand)
    return jsonify(sku=product.sku, on_hand=level.on_hand)


@bp.post("/products/<sku>/image")
@admin_required
def upload_image(sku):
    product = catalogue.get_product(sku, include_inactive=True)
    upload = request.files.get("image")
    if upload is None:
        raise ValidationError(image="missing")
    with atomic():
        catalogue.store_image(product, upload.mimetype, upload.read())
        audit(g.actor, "image", product.sku, upload.filename or "")
    return jsonify(sku=product.sku, url=url_for("catalogue.show_image", sku=product.sku)), 201


# -- shipping rates -------------------------------------------------------------------------


@bp.put("/shipping/rates/<int:rate_id>")
@admin_required
def change_rate(rate_id):
    rate = db_session.get(ShippingRate, rate_id)
    if rate is None:
        raise NotFound("No such rate")
    data = json_body()
    with atomic():
        for name in ("base", "free_over"):
            if name in data:
                setattr(rate, name, money_amount(data[name], name))
        if "active" in data:
            rate.active = bool(data["active"])
        audit(g.actor, "rate", "%s/%s" % (rate.code, rate.zone))
    forget_rates()
    return jsonify(rate.to_dict())


# -- mail and log ----------------------------------------------------------------------------


@bp.get("/outbox")
@admin_required
def show_outbox():
    background.wait_until_idle()
    statement = select(MailMessage).order_by(MailMessage.id)
    if request.args.get("kind"):
        statement = statement.where(MailMessage.kind == request.args["kind"])
    return jsonify(paginate(statement, lambda message: message.to_dict()))


@bp.get("/outbox/<int:message_id>")
@admin_required
def show_mail(message_id):
    background.wait_until_idle()
    message = db_session.get(MailMessage, message_id)
    if message is None or not message.path:
        raise NotFound("No such mail")
    return Response(storage.get(message.path), mimetype="text/plain")


@bp.get("/audit")
@admin_required
def show_audit():
    return jsonify(entries=[entry.to_dict() for entry in latest()])
