"""Who gets a mail when."""
from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from ..core import money_text
from ..core import signals
from .mailer import queue_mail

if TYPE_CHECKING:
    from ..catalogue.models import Product
    from ..checkout.models import Order
    from ..models import Customer
    from ..shipping.models import Shipment

ORDER_MAIL = """\
Hello %s,

thank you for your order %s.

%s
Total: %s

Your order: /orders/%s
"""


@signals.customer_registered.connect
def welcome(sender, customer: Customer, **extra):
    body = "Hello %s,\n\nwelcome to the shop. Have a look around.\n" % customer.name
    queue_mail(customer.email, "Welcome", "welcome", body)


@signals.order_placed.connect
def confirm_order(sender, order: Order, **extra):
    lines = "".join("%d x %s\n" % (line.quantity, line.name) for line in order.lines)
    total = money_text(order.total, order.currency)
    body = ORDER_MAIL % (order.customer.name, order.number, lines, total, order.number)
    queue_mail(
        order.customer.email, "Your order %s" % order.number, "order_confirmation", body, order.number
    )


@signals.order_cancelled.connect
def confirm_cancellation(sender, order: Order, **extra):
    body = "Hello %s,\n\nyour order %s is cancelled.\n" % (order.customer.name, order.number)
    queue_mail(
        order.customer.email, "Order %s cancelled" % order.number, "order_cancelled", body, order.number
    )


@signals.shipment_dispatched.connect
def announce_shipment(sender, shipment: Shipment, order: Order, **extra):
    body = "Hello %s,\n\nyour parcel %s is on its way to %s.\n" % (
        order.customer.name,
        shipment.tracking_number,
        order.ship_to,
    )
    queue_mail(order.customer.email, "Your parcel", "dispatched", body, order.number)


@signals.shipment_delivered.connect
def announce_delivery(sender, shipment: Shipment, order: Order, **extra):
    body = "Hello %s,\n\nyour parcel %s arrived.\n" % (order.customer.name, shipment.tracking_number)
    queue_mail(order.customer.email, "Delivered", "delivered", body, order.number)


@signals.stock_low.connect
def warn_about_stock(sender, product: Product, on_hand: int, **extra):
    body = "%s (%s): %d left, minimum is %d.\n" % (
        product.name,
        product.sku,
        on_hand,
        product.min_stock,
    )
    queue_mail(
        current_app.config["SHOP_ADMIN_MAIL"], "Stock low: %s" % product.sku, "stock_low", body, product.sku
    )
