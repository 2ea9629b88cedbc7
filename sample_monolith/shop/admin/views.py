"""The back office. Everything the shop people need, in one place."""
from flask import Blueprint, Response, g, jsonify, request, url_for
from sqlalchemy import select

from ..catalogue import service as catalogue
from ..catalogue import stock
from ..catalogue.pricing import price_tiers, set_price
from ..checkout import cart as carts
from ..checkout import orders as order_service
from ..checkout.models import Order, OrderStatus
from ..core import Conflict, NotFound, ValidationError, atomic, db_session, utcnow
from ..core import background, storage
from ..core.security import admin_required
from ..customers import accounts, sessions
from ..models import Customer, CustomerStatus
from ..notifications.models import MailMessage
from ..promotions import coupons as coupon_service
from ..promotions.models import Coupon, CouponKind
from ..reporting.reports import dashboard
from ..services import fulfilment, returns
from ..services.checkout import place_order
from ..shipping.models import Shipment, ShipmentStatus, ShippingRate
from ..shipping.rates import CALCULATORS, forget_rates
from ..utils import json_body, one_of, paginate, positive_int, required_text, slugify
from ..utils.validation import money_amount, non_negative_int
from .audit import audit, latest

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/dashboard")
@admin_required
def show_dashboard():
    low = [{"sku": product.sku, "on_hand": on_hand} for product, on_hand in stock.running_low()]
    return jsonify(dashboard() | {"low_stock": low, "waiting": len(fulfilment.waiting_orders())})


# -- orders ---------------------------------------------------------------------------------


@bp.get("/orders")
@admin_required
def list_orders():
    statement = select(Order).order_by(Order.number.desc())
    if request.args.get("status"):
        status = one_of(request.args["status"], "status", [s.value for s in OrderStatus])
        statement = statement.where(Order.status == OrderStatus(status))
    return jsonify(
        paginate(statement, lambda order: order.to_dict(customer=order.customer.email, channel=order.channel))
    )


@bp.post("/orders")
@admin_required
def phone_order():
    """Orders by telephone: customer, items and payment in one go, no cart."""
    data = json_body(required=["customer_id", "items"])
    customer = accounts.get_customer(positive_int(data["customer_id"], "customer_id"))
    if not isinstance(data["items"], list):
        raise ValidationError(items="must be a list")
    items = []
    for entry in data["items"]:
        if not isinstance(entry, dict):
            raise ValidationError(items="must be objects")
        product = catalogue.get_product(required_text(entry.get("sku"), "sku"))
        items.append((product, positive_int(entry.get("quantity", 1), "quantity")))
    data.setdefault("payment", {"method": "invoice"})
    order = place_order(customer, items, data, coupon_code=data.get("coupon"), channel="phone")
    with atomic():
        audit("phone order", order.number, customer.email)
    response = jsonify(order_service.order_detail(order))
    response.headers["Location"] = url_for("orders.show_order", number=order.number)
    return response, 201


@bp.post("/orders/<number>/paid")
@admin_required
def mark_paid(number):
    """The bank transfer for an invoice arrived."""
    from ..core.signals import payment_captured
    from ..payments.models import PaymentStatus

    order = order_service.get_order(number)
    open_payments = [p for p in order.payments if p.status is PaymentStatus.PENDING]
    if order.status is not OrderStatus.PENDING or not open_payments:
        raise Conflict("There is nothing to pay", status=order.status.value)
    with atomic():
        for payment in open_payments:
            payment.status = PaymentStatus.CAPTURED
            payment_captured.send("admin", order=order, payment=payment)
        order.status = OrderStatus.PAID
        order.log("paid", "bank transfer")
        audit("paid", order.number)
    return jsonify(order_service.order_detail(order))


@bp.post("/orders/<number>/ship")
@admin_required
def ship_order(number):
    order = order_service.get_order(number)
    with atomic():
        shipment = fulfilment.dispatch(order)
        audit("ship", order.number, shipment.tracking_number)
    label = url_for("shipping.download_label", number=order.number)
    return jsonify(shipment.to_dict(order=order.number, label=label))


@bp.post("/ship-all")
@admin_required
def ship_all():
    with atomic():
        done, skipped = fulfilment.dispatch_all()
        audit("ship all", "%d parcels" % len(done))
    return jsonify(dispatched=done, skipped=skipped)


@bp.put("/shipments/<tracking_number>/status")
@admin_required
def override_shipment(tracking_number):
    """When the carrier got it wrong again."""
    shipment = db_session.scalar(
        select(Shipment).where(Shipment.tracking_number == tracking_number)
    )
    if shipment is None:
        raise NotFound("No such parcel")
    data = json_body(required=["status"])
    status = ShipmentStatus(one_of(data["status"], "status", [s.value for s in ShipmentStatus]))
    with atomic():
        before = shipment.status
        shipment.status = status
        if status is ShipmentStatus.DELIVERED and shipment.delivered_at is None:
            shipment.delivered_at = utcnow()
        shipment.track(status.value, "set by the shop")
        audit("shipment", tracking_number, "%s -> %s" % (before.value, status.value))
    return jsonify(shipment.to_dict())


@bp.post("/returns/<number>/<decision>")
@admin_required
def decide_return(number, decision):
    one_of(decision, "decision", ["approve", "reject"])
    entry = returns.get_return(number)
    with atomic():
        returns.decide(entry, approve=decision == "approve")
        audit("return " + decision, entry.number)
    return jsonify(entry.to_dict(order_status=entry.order.status))


@bp.get("/returns/<number>/document")
@admin_required
def return_document(number):
    entry = returns.get_return(number)
    if entry.document_path is None:
        raise NotFound("No document came with this return")
    return Response(storage.get(entry.document_path), mimetype="application/octet-stream")


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
            positive_int(data.get("weight_grams", 500), "weight_grams"),
        )
        set_price(product, price)
        audit("product", product.sku, "created")
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
        if "min_stock" in data:
            product.min_stock = non_negative_int(data["min_stock"], "min_stock")
        audit("product", product.sku, "changed " + ", ".join(sorted(data)))
    return jsonify(product.to_dict(description=product.description, min_stock=product.min_stock))


@bp.put("/products/<sku>/price")
@admin_required
def change_price(sku):
    product = catalogue.get_product(sku, include_inactive=True)
    data = json_body(required=["amount"])
    amount = money_amount(data["amount"], "amount")
    tier = positive_int(data.get("min_quantity", 1), "min_quantity")
    with atomic():
        set_price(product, amount, tier)
        audit("price", product.sku, "%s from %d" % (amount, tier))
    return jsonify(sku=product.sku, tiers=price_tiers(product))


@bp.put("/products/<sku>/stock")
@admin_required
def change_stock(sku):
    product = catalogue.get_product(sku, include_inactive=True)
    data = json_body(required=["on_hand"])
    on_hand = non_negative_int(data["on_hand"], "on_hand")
    reference = required_text(data.get("reference", ""), "reference", 0, 60)
    location = required_text(data.get("location", ""), "location", 0, 20)
    with atomic():
        level = stock.correct(product, on_hand, reference, location)
        audit("stock", product.sku, "on hand %d" % on_hand)
    return jsonify(sku=product.sku, on_hand=level.on_hand, location=level.location)


@bp.post("/products/<sku>/image")
@admin_required
def upload_image(sku):
    product = catalogue.get_product(sku, include_inactive=True)
    upload = request.files.get("image")
    if upload is None:
        raise ValidationError(image="missing")
    with atomic():
        catalogue.store_image(product, upload.mimetype, upload.read())
        audit("image", product.sku, upload.filename or "")
    return jsonify(sku=product.sku, url=url_for("catalogue.show_image", sku=product.sku)), 201


# -- promotions and shipping rates -----------------------------------------------------------


@bp.get("/coupons")
@admin_required
def list_coupons():
    coupons = db_session.scalars(select(Coupon).order_by(Coupon.code)).all()
    return jsonify(coupons=[coupon.to_dict() for coupon in coupons])


@bp.post("/coupons")
@admin_required
def create_coupon():
    data = json_body(required=["code", "kind"])
    code = required_text(data["code"], "code", 3, 40).upper()
    kind = CouponKind(one_of(data["kind"], "kind", [k.value for k in CouponKind]))
    if db_session.scalar(select(Coupon.id).where(Coupon.code == code)):
        raise Conflict("This code is taken")
    max_uses = data.get("max_uses")
    with atomic():
        coupon = Coupon(
            code=code,
            kind=kind,
            value=money_amount(data.get("value", "0"), "value"),
            min_total=money_amount(data.get("min_total", "0"), "min_total"),
            max_uses=None if max_uses is None else positive_int(max_uses, "max_uses"),
            valid_from=utcnow(),
        )
        db_session.add(coupon)
        audit("coupon", code, "created")
    return jsonify(coupon.to_dict()), 201


@bp.delete("/coupons/<code>")
@admin_required
def disable_coupon(code):
    try:
        coupon = coupon_service.find_coupon(code)
    except coupon_service.CouponError:
        raise NotFound("No coupon %s" % code) from None
    with atomic():
        coupon.active = False
        audit("coupon", coupon.code, "disabled")
    return "", 204


@bp.put("/shipping/rates/<int:rate_id>")
@admin_required
def change_rate(rate_id):
    rate = db_session.get(ShippingRate, rate_id)
    if rate is None:
        raise NotFound("No such rate")
    data = json_body()
    with atomic():
        for name in ("base", "per_kg", "free_over"):
            if name in data:
                setattr(rate, name, money_amount(data[name], name))
        if "calculator" in data:
            rate.calculator = one_of(data["calculator"], "calculator", CALCULATORS)
        if "active" in data:
            rate.active = bool(data["active"])
        audit("rate", "%s/%s" % (rate.code, rate.zone))
    forget_rates()
    return jsonify(rate.to_dict())


# -- customers ------------------------------------------------------------------------------


@bp.get("/customers")
@admin_required
def list_customers():
    statement = select(Customer).order_by(Customer.id)
    if request.args.get("q"):
        statement = statement.where(Customer.email.contains(request.args["q"].lower()))
    return jsonify(paginate(statement, lambda customer: customer.to_dict()))


@bp.post("/customers/<int:customer_id>/block")
@admin_required
def block_customer(customer_id):
    customer = accounts.get_customer(customer_id)
    if g.customer is not None and customer.id == g.customer.id:
        raise Conflict("You cannot block yourself")
    with atomic():
        customer.status = CustomerStatus.ACTIVE if customer.is_blocked else CustomerStatus.BLOCKED
        audit("customer", customer.email, customer.status.value)
    if customer.is_blocked:
        sessions.close_all_sessions(customer)
    return jsonify(customer.to_dict())


@bp.get("/carts")
@admin_required
def list_carts():
    """Open carts. Visitors who are not logged in are shown without a name."""
    entries = []
    for cart in carts.store().all():
        owner = cart.key if cart.key.startswith("customer:") else "visitor"
        items = [{"sku": item.sku, "quantity": item.quantity} for item in cart.items]
        entries.append({"owner": owner, "items": items, "coupon": cart.coupon_code})
    entries.sort(key=lambda e: (e["owner"], [(i["sku"], i["quantity"]) for i in e["items"]]))
    return jsonify(carts=entries)


# -- mail and log ----------------------------------------------------------------------------


@bp.get("/outbox")
@admin_required
def show_outbox():
    background.wait_until_idle()
    statement = select(MailMessage).order_by(MailMessage.id)
    if request.args.get("kind"):
        statement = statement.where(MailMessage.kind == request.args["kind"])
    page = paginate(statement, lambda message: message.to_dict())
    return jsonify(page | {"files": len(storage.listing("outbox"))})


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
    entries = latest(action=request.args.get("action"))
    return jsonify(entries=[entry.to_dict() for entry in entries])
