"""Who gets a mail when."""
from flask import current_app, render_template

from ..core import format_money
from ..core import signals
from .mailer import queue_mail


@signals.customer_registered.connect
def welcome(sender, customer, **extra):
    body = "Hello %s,\n\nwelcome to the shop. Have a look around.\n" % customer.name
    queue_mail(customer.email, "Welcome", "welcome", body)


@signals.order_placed.connect
def confirm_order(sender, order, **extra):
    body = render_template(
        "mail_order.txt",
        order=order,
        total=format_money(order.total, order.currency),
    )
    queue_mail(
        order.customer.email, "Your order %s" % order.number, "order_confirmation", body, order.number
    )


@signals.order_cancelled.connect
def confirm_cancellation(sender, order, **extra):
    body = "Hello %s,\n\nyour order %s is cancelled.\n" % (order.customer.name, order.number)
    queue_mail(
        order.customer.email, "Order %s cancelled" % order.number, "order_cancelled", body, order.number
    )


@signals.shipment_dispatched.connect
def announce_shipment(sender, shipment, order, **extra):
    body = "Hello %s,\n\nyour parcel %s is on its way to %s.\n" % (
        order.customer.name,
        shipment.tracking_number,
        order.ship_to,
    )
    queue_mail(order.customer.email, "Your parcel", "dispatched", body, order.number)


@signals.shipment_delivered.connect
def announce_delivery(sender, shipment, order, **extra):
    body = "Hello %s,\n\nyour parcel %s arrived.\n" % (order.customer.name, shipment.tracking_number)
    queue_mail(order.customer.email, "Delivered", "delivered", body, order.number)


@signals.stock_low.connect
def warn_about_stock(sender, product, on_hand, **extra):
    body = "%s (%s): %d left, minimum is %d.\n" % (
        product.name,
        product.sku,
        on_hand,
        product.min_stock,
    )
    queue_mail(
        current_app.config["SHOP_ADMIN_MAIL"], "Stock low: %s" % product.sku, "stock_low", body, product.sku
    )
