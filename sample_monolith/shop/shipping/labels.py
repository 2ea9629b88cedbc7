"""Parcel labels, in the language of the label printer."""
from ..core import NotFound
from ..core import storage
from .models import Shipment


def render_label(shipment: Shipment) -> str:
    order = shipment.order
    lines = [
        "SHOP PARCEL %s" % shipment.tracking_number,
        "Order %s" % order.number,
        "To: %s" % order.ship_to,
        "Service: %s" % shipment.rate_code,
    ]
    fields = ["^FO40,%d^FD%s^FS" % (40 + 30 * row, line) for row, line in enumerate(lines)]
    return "\n".join(["^XA", *fields, "^XZ"]) + "\n"


def write_label(shipment) -> str:
    key = storage.put("labels/%s.zpl" % shipment.tracking_number, render_label(shipment))
    shipment.label_path = key
    return key


def load_label(shipment: Shipment) -> bytes:
    if shipment.label_path is None:
        raise NotFound("No label was printed for %s" % shipment.tracking_number)
    return storage.get(shipment.label_path)
