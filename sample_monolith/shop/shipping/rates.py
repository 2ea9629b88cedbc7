"""Shipping rates by zone and weight."""
from __future__ import annotations

from decimal import ROUND_UP, Decimal

from sqlalchemy import select

from ..core import ShopError, ZERO, db_session, to_money
from ..core.state import uses_database_state
from ..helpers.geo import zone_of
from .models import ShippingRate


class NoRateError(ShopError):
    status = 422
    code = "no_shipping_rate"


def _by_weight(rate, weight_grams, subtotal):
    kilos = (Decimal(weight_grams) / 1000).quantize(Decimal("1"), rounding=ROUND_UP)
    return rate.base + rate.per_kg * kilos


CALCULATORS = {
    "flat": lambda rate, weight_grams, subtotal: rate.base,
    "weight": _by_weight,
    "value": lambda rate, weight_grams, subtotal: rate.base + subtotal * Decimal("0.02"),
}

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


def find_rate(code, country) -> ShippingRate:
    for rate in rates_for_zone(zone_of(country)):
        if rate.code == code:
            return rate
    raise NoRateError("We do not ship %s to %s" % (code, country), country=country)


def cost_of(rate: ShippingRate, weight_grams: int, subtotal: Decimal) -> Decimal:
    if rate.free_over is not None and subtotal >= rate.free_over:
        return ZERO
    return to_money(CALCULATORS[rate.calculator](rate, weight_grams, subtotal))
