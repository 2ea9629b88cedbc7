"""From a paid order to a parcel on the truck.

Orders and shipments move together here; the shipping package itself only knows
about rates, labels and the carrier.
"""
import logging

from sqlalchemy import select

from ..checkout.models import Order, OrderStatus
from ..core import Conflict, ShopError, db_session, utcnow
from ..core.clock import add_working_days
from ..core.signals import order_cancelled, order_placed, shipment_delivered, shipment_dispatched
from ..shipping.labels import write_label
from ..shipping.models import Shipment, ShipmentStatus
from ..shipping.rates import NoRateError, find_rate
from ..shipping.tracking import tracking_number_for

log = logging.getLogger(__name__)

FALLBACK_DAYS = 10


class NotReady(Conflict):
    code = "not_ready_to_ship"


@order_placed.connect
def open_shipment(sender, order: Order, **extra):
    shipment = Shipment(
        order=order,
        rate_code=order.shipping_code,
        weight_grams=order.weight_grams,
        tracking_number=tracking_number_for(order.number, len(order.shipments) + 1),
    )
    db_session.add(shipment)
    db_session.flush()


@order_cancelled.connect
def cancel_shipments(sender, order, **extra):
    for shipment in order.shipments:
        if shipment.status is ShipmentStatus.PENDING:
            shipment.status = ShipmentStatus.CANCELLED


def pending_shipment(order) -> Shipment:
    for shipment in order.shipments:
        if shipment.status is ShipmentStatus.PENDING:
            return shipment
    raise NotReady("Nothing to ship for %s" % order.number, status=order.status.value)


def transit_days(order) -> int:
    try:
        return find_rate(order.shipping_code, order.ship_country).days_max
    except NoRateError:
        return FALLBACK_DAYS  # the rate was taken off the list meanwhile


def dispatch(order: Order) -> Shipment:
    """Print the label and hand the parcel over. The caller commits."""
    if order.status is not OrderStatus.PAID:
        raise NotReady("%s is not paid" % order.number, status=order.status.value)
    shipment = pending_shipment(order)
    write_label(shipment)
    shipment.status = ShipmentStatus.DISPATCHED
    shipment.dispatched_at = utcnow()
    shipment.estimated_delivery = add_working_days(shipment.dispatched_at, transit_days(order))
    shipment.track("dispatched", "Handed over to the carrier", "Warehouse")
    order.status = OrderStatus.SHIPPED
    order.log("shipped", shipment.tracking_number)
    shipment_dispatched.send("fulfilment", shipment=shipment, order=order)
    db_session.flush()
    return shipment


def dispatch_all(limit=50):
    """Ship whatever is ready; the ones that are not are reported, not fatal."""
    done, skipped = [], []
    orders = db_session.scalars(
        select(Order).where(Order.status == OrderStatus.PAID).order_by(Order.number).limit(limit)
    ).all()
    for order in orders:
        try:
            done.append(dispatch(order).tracking_number)
        except ShopError as error:
            skipped.append({"order": order.number, "reason": error.code})
    return done, skipped


@shipment_delivered.connect
def complete_order(sender, shipment, order, **extra):
    if all(s.status in (ShipmentStatus.DELIVERED, ShipmentStatus.CANCELLED) for s in order.shipments):
        order.status = OrderStatus.DELIVERED
        order.log("delivered", shipment.tracking_number)


def waiting_orders():
    return db_session.scalars(
        select(Order).where(Order.status == OrderStatus.PAID).order_by(Order.placed_at, Order.number)
    ).all()
