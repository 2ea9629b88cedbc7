"""Tracking numbers and what the carrier tells us."""
import re

from sqlalchemy import select

from ..core import Conflict, NotFound, ValidationError, db_session, utcnow
from ..core.signals import shipment_delivered
from .models import Shipment, ShipmentStatus

# carrier vocabulary -> ours
CARRIER_STATUS = {
    "picked_up": ShipmentStatus.IN_TRANSIT,
    "in_transit": ShipmentStatus.IN_TRANSIT,
    "out_for_delivery": ShipmentStatus.IN_TRANSIT,
    "delivered": ShipmentStatus.DELIVERED,
    "lost": ShipmentStatus.LOST,
}


def tracking_number_for(order_number: str, parcel: int = 1) -> str:
    digits = "%s%d" % (re.sub(r"\D", "", order_number), parcel)
    check = 98 - int(digits) * 100 % 97
    return "TRK%s%02d" % (digits, check)


def find_shipment(tracking_number: str) -> Shipment:
    shipment = db_session.scalar(
        select(Shipment).where(Shipment.tracking_number == tracking_number.strip().upper())
    )
    if shipment is None:
        raise NotFound("We do not know this parcel")
    return shipment


def carrier_event(tracking_number, status):
    """Apply one message of the carrier. The caller commits."""
    shipment = find_shipment(tracking_number)
    if status not in CARRIER_STATUS:
        raise ValidationError(status="unknown carrier status")
    if shipment.status in (ShipmentStatus.PENDING, ShipmentStatus.CANCELLED):
        raise Conflict("This parcel was never handed over", status=shipment.status.value)
    if shipment.status is ShipmentStatus.DELIVERED:
        return shipment
    shipment.status = CARRIER_STATUS[status]
    if shipment.status is ShipmentStatus.DELIVERED:
        shipment.delivered_at = utcnow()
        shipment_delivered.send("tracking", shipment=shipment, order=shipment.order)
    db_session.flush()
    return shipment
