"""Parcel labels.

The label printer takes PDF, but only the tiniest subset of it, so we write the
file by hand instead of pulling in a library.
"""
from ..core import NotFound
from ..core import storage
from .models import Shipment


def _escape(text):
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def render_label(shipment: Shipment) -> bytes:
    order = shipment.order
    lines = [
        "SHOP PARCEL %s" % shipment.tracking_number,
        "Order %s" % order.number,
        "To: %s" % order.ship_to,
        "Service: %s" % shipment.rate_code,
    ]
    commands = ["BT /F1 12 Tf 40 780 Td 16 TL"]
    commands += ["(%s) Tj T*" % _escape(line) for line in lines]
    commands.append("ET")
    stream = "\n".join(commands)
    parts = [
        "%PDF-1.4",
        "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj",
        "2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj",
        "3 0 obj << /Type /Page /Parent 2 0 R /Contents 4 0 R >> endobj",
        "4 0 obj << /Length %d >> stream\n%s\nendstream endobj" % (len(stream), stream),
        "trailer << /Root 1 0 R >>",
        "%%EOF",
    ]
    return ("\n".join(parts) + "\n").encode("latin-1", "replace")


def write_label(shipment) -> str:
    key = storage.put("labels/%s.pdf" % shipment.tracking_number, render_label(shipment))
    shipment.label_path = key
    return key


def load_label(shipment: Shipment) -> bytes:
    if shipment.label_path is None:
        raise NotFound("No label was printed for %s" % shipment.tracking_number)
    return storage.get(shipment.label_path)
