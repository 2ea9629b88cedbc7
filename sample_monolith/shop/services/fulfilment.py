"""From a paid order to a parcel on the truck.

Orders and shipments move together here; the shipping package itself only knows
about rates, labels and the carrier.
"""
from ..checkout.models import Order, OrderStatus
from ..core import Conflict, db_session, utcnow
from ..core.signals import order_cancelled, order_placed, shipment_delivered, shipment_dispatched
from ..shipping.labels import write_label
from ..shipping.models import Shipment, ShipmentStatus
from ..shipping.tracking import tracking_number_for


class NotReady(Conflict):
    code = "not_ready_to_ship"


@order_placed.connect
def open_shipment(sender, order: Order, **extra):
    shipment = Shipment(
        order=order,
        rate_code=order.shipping_code,
        tracking_number=tracking_number_for(order.number, len(order.shipments) + 1),
    )
    db_session.add(shipment)
    db_session.flush()


@order_cancelled.connect
def cancel_shipments(sender, order: Order, **extra):
    for shipment in order.shipments:
        if shipment.status is ShipmentStatus.PENDING:
            shipment.status = ShipmentStatus.CANCELLED


def pending_shipment(order: Order) -> Shipment:
    for shipment in order.shipments:
        if shipment.status is ShipmentStatus.PENDING:
            return shipment
    raise NotReady("Nothing to ship for %s" % order.number, status=order.status.value)


def dispatch(order: Order) -> Shipment:
    """Print the label and hand the parcel over. The caller commits."""
    if order.status is not OrderStatus.PAID:
        raise NotReady("%s is not paid" % order.number, status=order.status.value)
    shipment = pending_shipment(order)
    write_label(shipment)
    shipment.status = ShipmentStatus.DISPATCHED
    shipment.dispatched_at = utcnow()
    order.status = OrderStatus.SHIPPED
    shipment_dispatched.send("fulfilment", shipment=shipment, order=order)
    db_session.flush()
    return shipment


@shipment_delivered.connect
def complete_order(sender, shipment: Shipment, order: Order, **extra):
    if all(s.status in (ShipmentStatus.DELIVERED, ShipmentStatus.CANCELLED) for s in order.shipments):
        order.status = OrderStatus.DELIVERED
