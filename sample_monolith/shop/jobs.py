"""Jobs of the scheduler. The cron of the old server called the same functions."""
import logging

from flask import current_app

from .catalogue.stock import running_low
from .checkout import cart as carts
from .core import atomic
from .core.scheduler import scheduled
from .notifications import queue_mail

log = logging.getLogger(__name__)


@scheduled("expire_carts", every=900)
def expire_carts():
    dropped = carts.expire()
    log.info("%d carts expired", dropped)
    return dropped


@scheduled("low_stock_digest", every=86400)
def low_stock_digest():
    """One mail with everything that has to be ordered."""
    low = running_low()
    if not low:
        return 0
    lines = ["%-10s %3d  %s" % (product.sku, on_hand, product.name) for product, on_hand in low]
    with atomic():
        queue_mail(
            current_app.config["SHOP_ADMIN_MAIL"], "Stock digest", "stock_digest", "\n".join(lines) + "\n"
        )
    return len(low)
