"""Price list lookups.

Prices hardly ever change, so they are kept in a dict; ``set_price`` throws the
product's entries away.
"""
from decimal import Decimal

from sqlalchemy import or_, select

from ..core import ShopError, db_session, utcnow
from ..core.state import uses_database_state
from .models import Price, Product

# (product id, quantity) -> amount
_price_cache: dict[tuple[int, int], Decimal] = {}


class PriceMissing(ShopError):
    status = 409
    code = "price_missing"


def unit_price(product: Product, quantity: int = 1) -> Decimal:
    key = (product.id, quantity)
    cached = not uses_database_state()
    if cached and key in _price_cache:
        return _price_cache[key]
    amount = _lookup(product, quantity)
    if cached:
        _price_cache[key] = amount
    return amount


def _lookup(product, quantity):
    now = utcnow()
    price = db_session.scalars(
        select(Price)
        .where(Price.product_id == product.id, Price.min_quantity <= quantity)
        .where(Price.valid_from <= now, or_(Price.valid_until.is_(None), Price.valid_until > now))
        .order_by(Price.min_quantity.desc(), Price.valid_from.desc(), Price.id.desc())
        .limit(1)
    ).first()
    if price is None:
        raise PriceMissing("No price for %s" % product.sku)
    return price.amount


def set_price(product: Product, amount: Decimal, min_quantity: int = 1) -> Price:
    """End the running price of this tier and start a new one. The caller commits."""
    now = utcnow()
    for price in product.prices:
        if price.min_quantity == min_quantity and (price.valid_until is None or price.valid_until > now):
            price.valid_until = now
    fresh = Price(product_id=product.id, amount=amount, min_quantity=min_quantity, valid_from=now)
    product.prices.append(fresh)
    db_session.flush()
    forget_prices(product)
    return fresh


def forget_prices(product=None):
    if product is None:
        _price_cache.clear()
        return
    for key in [key for key in _price_cache if key[0] == product.id]:
        del _price_cache[key]
