"""Stock levels and movements. Nothing here commits."""
from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from ..core import Conflict, db_session, utcnow
from ..core import signals
from .models import Product, StockLevel

if TYPE_CHECKING:
    from ..checkout.models import Order

log = logging.getLogger(__name__)


class OutOfStock(Conflict):
    code = "out_of_stock"

    def __init__(self, sku: str, wanted: int, available: int):
        super().__init__("Not enough stock of %s" % sku, sku=sku, wanted=wanted, available=available)


def _level(product_id: int) -> StockLevel:
    level = db_session.scalar(select(StockLevel).where(StockLevel.product_id == product_id))
    if level is None:
        level = StockLevel(product_id=product_id, on_hand=0)
        db_session.add(level)
        db_session.flush()
    return level


def on_hand(product: Product) -> int:
    return product.available


def take(product: Product, quantity: int) -> StockLevel:
    """Take sold goods out of the stock; never below zero, whoever else is selling."""
    level = _level(product.id)
    taken = db_session.execute(
        update(StockLevel)
        .where(StockLevel.id == level.id, StockLevel.on_hand >= quantity)
        .values(on_hand=StockLevel.on_hand - quantity, updated_at=utcnow())
        .execution_options(synchronize_session=False)
    )
    db_session.refresh(level)
    if not taken.rowcount:
        raise OutOfStock(product.sku, quantity, level.on_hand)
    if level.on_hand < product.min_stock:
        signals.stock_low.send("stock", product=product, on_hand=level.on_hand)
    return level


def put_back(product_id: int, quantity: int) -> StockLevel:
    level = _level(product_id)
    level.on_hand += quantity
    db_session.flush()
    return level


def correct(product: Product, on_hand: int) -> StockLevel:
    """The result of a stock take."""
    level = _level(product.id)
    level.on_hand = on_hand
    db_session.flush()
    if on_hand < product.min_stock:
        signals.stock_low.send("stock", product=product, on_hand=on_hand)
    return level


def running_low() -> list[tuple[Product, int]]:
    statement = (
        select(Product, StockLevel.on_hand)
        .join(StockLevel, StockLevel.product_id == Product.id)
        .where(StockLevel.on_hand < Product.min_stock, Product.active.is_(True))
        .order_by(Product.sku)
    )
    return [(product, on_hand) for product, on_hand in db_session.execute(statement).unique()]


@signals.order_cancelled.connect
def restock_cancelled_order(sender, order: Order, **extra):
    for line in order.lines:
        put_back(line.product_id, line.quantity)
    log.info("restocked %s", order.number)
