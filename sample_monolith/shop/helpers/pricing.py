"""What things cost: list prices, coupons, tax.

Started as a helper of the cart, by now the checkout goes through ``price_lines``
and ``compute_totals`` as well.
"""
from dataclasses import dataclass
from decimal import Decimal

from ..catalogue.models import Product
from ..catalogue.pricing import unit_price
from ..core import ZERO, apply_percent, split_tax, to_money
from ..promotions.models import Coupon, CouponKind
from .geo import tax_rate


@dataclass
class PricedLine:
    product_id: int
    sku: str
    name: str
    quantity: int
    unit_price: Decimal

    @property
    def total(self) -> Decimal:
        return to_money(self.unit_price * self.quantity)

    def to_dict(self) -> dict[str, object]:
        return {
            "sku": self.sku,
            "name": self.name,
            "quantity": self.quantity,
            "unit_price": str(self.unit_price),
            "line_total": str(self.total),
        }


@dataclass
class Totals:
    subtotal: Decimal = ZERO
    discount: Decimal = ZERO
    shipping: Decimal = ZERO
    tax: Decimal = ZERO
    total: Decimal = ZERO

    def to_dict(self) -> dict[str, str]:
        return {
            "subtotal": str(self.subtotal),
            "discount": str(self.discount),
            "shipping": str(self.shipping),
            "tax": str(self.tax),
            "total": str(self.total),
        }


def price_line(product: Product, quantity: int) -> PricedLine:
    return PricedLine(product.id, product.sku, product.name, quantity, unit_price(product))


def price_lines(items: list[tuple[Product, int]]) -> list[PricedLine]:
    """``items`` are (product, quantity) pairs."""
    return [price_line(product, quantity) for product, quantity in items]


def coupon_discount(coupon: Coupon | None, subtotal: Decimal) -> Decimal:
    if coupon is None or coupon.kind is CouponKind.FREE_SHIPPING:
        return ZERO
    if coupon.kind is CouponKind.PERCENT:
        return apply_percent(subtotal, coupon.value)
    return min(coupon.value, subtotal)


def compute_totals(
    lines: list[PricedLine], coupon: Coupon | None = None, shipping: Decimal = ZERO, country: str = "DE"
) -> Totals:
    totals = Totals(subtotal=sum((line.total for line in lines), ZERO))
    totals.discount = coupon_discount(coupon, totals.subtotal)
    totals.shipping = shipping
    if coupon is not None and coupon.kind is CouponKind.FREE_SHIPPING and shipping:
        totals.shipping = ZERO
    totals.total = totals.subtotal - totals.discount + totals.shipping
    _, totals.tax = split_tax(totals.total, tax_rate(country))
    return totals
