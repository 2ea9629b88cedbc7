"""Stock levels and movements. Nothing here commits."""
import logging

from sqlalchemy import select, update

from ..core import Conflict, db_session, utcnow
from ..core import signals
from .models import Product, StockLevel

log = logging.getLogger(__name__)


class OutOfStock(Conflict):
    code = "out_of_stock"

    def __init__(self, product, wanted, available):
        super().__init__(
            "Not enough stock of %s" % product.sku,
            sku=product.sku,
            wanted=wanted,
            available=available,
        )
        self.product = product


def _level(product: Product) -> StockLevel:
    level = db_session.scalar(select(StockLevel).where(StockLevel.product_id == product.id))
    if level is None:
        level = StockLevel(product_id=product.id, on_hand=0)
        db_session.add(level)
        db_session.flush()
    return level


def take(product: Product, quantity: int) -> StockLevel:
    """Take sold goods out of the stock; never below zero, whoever else is selling."""
    level = _level(product)
    taken = db_session.execute(
        update(StockLevel)
        .where(StockLevel.id == level.id, StockLevel.on_hand >= quantity)
        .values(on_hand=StockLevel.on_hand - quantity, updated_at=utcnow())
        .execution_options(synchronize_session=False)
    )
    db_session.refresh(level)
    if not taken.rowcount:
        raise OutOfStock(product, quantity, level.on_hand)
    if level.on_hand < product.min_stock:
        signals.stock_low.send("stock", product=product, on_hand=level.on_hand)
    return level


def put_back(product: Product, quantity: int) -> StockLevel:
    level = _level(product)
    level.on_hand += quantity
    db_session.flush()
    return level


def correct(product, on_hand: int):
    """The result of a stock take."""
    level = _level(product)
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
def restock_cancelled_order(sender, order, **extra):
    for line in order.lines:
        put_back(line.product, line.quantity)
    log.info("restocked %s", order.number)
