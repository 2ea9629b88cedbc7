"""What things cost: list prices, rules, coupons, tax.

Started as a helper of the cart, by now the quote, the checkout and the phone
orders all go through ``price_lines`` and ``compute_totals``.
"""
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from ..catalogue.pricing import unit_price
from ..core import ZERO, apply_percent, db_session, split_tax, to_money
from ..promotions.models import Coupon, CouponKind, PriceRule
from .geo import tax_rate


@dataclass
class PricedLine:
    product: object
    quantity: int
    unit_price: Decimal
    list_price: Decimal
    rule: str | None = None

    @property
    def total(self) -> Decimal:
        return to_money(self.unit_price * self.quantity)

    def to_dict(self):
        return {
            "sku": self.product.sku,
            "name": self.product.name,
            "quantity": self.quantity,
            "unit_price": str(self.unit_price),
            "list_price": str(self.list_price),
            "line_total": str(self.total),
            "rule": self.rule,
        }


@dataclass
class Totals:
    subtotal: Decimal = ZERO
    discount: Decimal = ZERO
    shipping: Decimal = ZERO
    tax: Decimal = ZERO
    total: Decimal = ZERO
    notes: list = field(default_factory=list)

    def to_dict(self):
        return {
            "subtotal": str(self.subtotal),
            "discount": str(self.discount),
            "shipping": str(self.shipping),
            "tax": str(self.tax),
            "total": str(self.total),
            "notes": list(self.notes),
        }


def active_rules():
    return db_session.scalars(
        select(PriceRule).where(PriceRule.active.is_(True)).order_by(PriceRule.id)
    ).all()


def best_rule_for(product, quantity: int) -> PriceRule | None:
    best = None
    for rule in active_rules():
        if rule.category_id not in (None, product.category_id) or quantity < rule.min_quantity:
            continue
        if best is None or rule.percent > best.percent:
            best = rule
    return best


def price_line(product, quantity) -> PricedLine:
    listed = unit_price(product, quantity)
    rule = best_rule_for(product, quantity)
    price = listed - apply_percent(listed, rule.percent) if rule else listed
    return PricedLine(product, quantity, price, listed, rule.name if rule else None)


def price_lines(items) -> list[PricedLine]:
    """``items`` are (product, quantity) pairs."""
    return [price_line(product, quantity) for product, quantity in items]


def coupon_discount(coupon: Coupon | None, subtotal: Decimal) -> Decimal:
    if coupon is None or coupon.kind is CouponKind.FREE_SHIPPING:
        return ZERO
    if coupon.kind is CouponKind.PERCENT:
        return apply_percent(subtotal, coupon.value)
    return min(coupon.value, subtotal)


def compute_totals(lines, coupon=None, shipping: Decimal = ZERO, country: str = "DE") -> Totals:
    totals = Totals(subtotal=sum((line.total for line in lines), ZERO))
    totals.discount = coupon_discount(coupon, totals.subtotal)
    totals.shipping = shipping
    if coupon is not None and coupon.kind is CouponKind.FREE_SHIPPING and shipping:
        totals.shipping = ZERO
        totals.notes.append("Free shipping with %s" % coupon.code)
    totals.total = totals.subtotal - totals.discount + totals.shipping
    _, totals.tax = split_tax(totals.total, tax_rate(country))
    for name in sorted({line.rule for line in lines if line.rule}):
        totals.notes.append(name)
    return totals
