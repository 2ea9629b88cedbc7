"""The signals of the shop.

Senders are class names or None, the interesting things are keyword arguments
and usually ORM objects.  Receivers run in the sender's transaction.
"""
from blinker import Namespace

_signals = Namespace()

customer_registered = _signals.signal("customer-registered")
order_placed = _signals.signal("order-placed")
order_cancelled = _signals.signal("order-cancelled")
payment_captured = _signals.signal("payment-captured")
payment_refunded = _signals.signal("payment-refunded")
stock_low = _signals.signal("stock-low")
shipment_dispatched = _signals.signal("shipment-dispatched")
shipment_delivered = _signals.signal("shipment-delivered")
