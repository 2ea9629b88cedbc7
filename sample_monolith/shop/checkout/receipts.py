"""Receipts, written once when the order is placed and never changed after."""
from flask import render_template

from ..core import isoformat
from ..core import storage
from ..core.exceptions import NotFound


def receipt_key(order):
    return "receipts/%s.txt" % order.number


def write_receipt(order) -> str:
    text = render_template("receipt.txt", order=order, placed_at=isoformat(order.placed_at))
    return storage.put(receipt_key(order), text)


def read_receipt(order) -> bytes:
    try:
        return storage.get(receipt_key(order))
    except NotFound:
        # orders of the old shop, and orders whose file got lost
        raise NotFound("There is no receipt for %s" % order.number) from None
