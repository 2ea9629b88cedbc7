"""Shipping rates by zone."""
from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from ..core import ShopError, ZERO, db_session
from ..core.state import uses_database_state
from ..helpers.geo import zone_of
from .models import ShippingRate


class NoRateError(ShopError):
    status = 422
    code = "no_shipping_rate"

# zone -> the zone's rates, detached from any session
_rates_by_zone: dict[str, list[ShippingRate]] = {}


def rates_for_zone(zone: str) -> list[ShippingRate]:
    if not uses_database_state() and zone in _rates_by_zone:
        return _rates_by_zone[zone]
    rates = db_session.scalars(
        select(ShippingRate)
        .where(ShippingRate.zone == zone, ShippingRate.active.is_(True))
        .order_by(ShippingRate.base, ShippingRate.code)
    ).all()
    if not uses_database_state():
        for rate in rates:
            db_session.expunge(rate)
        _rates_by_zone[zone] = list(rates)
    return rates


def forget_rates():
    _rates_by_zone.clear()


def find_rate(code: str, country: str) -> ShippingRate:
    for rate in rates_for_zone(zone_of(country)):
        if rate.code == code:
            return rate
    raise NoRateError("We do not ship %s to %s" % (code, country), country=country)


def cost_of(rate: ShippingRate, subtotal: Decimal) -> Decimal:
    if rate.free_over is not None and subtotal >= rate.free_over:
        return ZERO
    return rate.base
