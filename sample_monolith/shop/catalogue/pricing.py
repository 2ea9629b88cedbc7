"""Price list lookups.

Prices hardly ever change, so they are kept in a dict; ``set_price`` throws the
product's entries away.
"""
from decimal import Decimal

from sqlalchemy import select

from ..core import ShopError, db_session, utcnow
from ..core.state import uses_database_state
from .models import Price, Product

# product id -> amount
_price_cache: dict[int, Decimal] = {}


class PriceMissing(ShopError):
    status = 409
    code = "price_missing"


def unit_price(product: Product) -> Decimal:
    cached = not uses_database_state()
    if cached and product.id in _price_cache:
        return _price_cache[product.id]
    amount = _lookup(product)
    if cached:
        _price_cache[product.id] = amount
    return amount


def _lookup(product):
    price = db_session.scalars(
        select(Price)
        .where(Price.product_id == product.id, Price.valid_from <= utcnow())
        .order_by(Price.valid_from.desc(), Price.id.desc())
        .limit(1)
    ).first()
    if price is None:
        raise PriceMissing("No price for %s" % product.sku)
    return price.amount


def set_price(product: Product, amount: Decimal):
    """Start a new price now. The caller commits."""
    product.prices.append(Price(amount=amount, valid_from=utcnow()))
    db_session.flush()
    _price_cache.pop(product.id, None)


def forget_prices():
    _price_cache.clear()
