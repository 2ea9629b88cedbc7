"""The signals of the shop.

Senders are class names or None, the interesting things are keyword arguments
and usually ORM objects.  Receivers run in the sender's transaction.
"""
from blinker import Namespace

_signals = Namespace()

customer_registered = _signals.signal("customer-registered")
order_placed = _signals.signal("order-placed")
order_cancelled = _signals.signal("order-cancelled")
stock_low = _signals.signal("stock-low")
shipment_dispatched = _signals.signal("shipment-dispatched")
shipment_delivered = _signals.signal("shipment-delivered")
