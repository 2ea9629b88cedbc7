"""Coupons: checking and redeeming."""
from sqlalchemy import select, update

from ..core import ShopError, db_session
from .models import Coupon


class CouponError(ShopError):
    status = 422
    code = "coupon_rejected"


def find_coupon(code: str) -> Coupon:
    coupon = db_session.scalar(select(Coupon).where(Coupon.code == str(code).strip().upper()))
    if coupon is None:
        raise CouponError("We do not know this coupon")
    return coupon


def check_coupon(code, subtotal) -> Coupon:
    """The coupon if it can be used for this subtotal, else CouponError."""
    coupon = find_coupon(code)
    if not coupon.active:
        raise CouponError("This coupon is not active")
    if coupon.exhausted:
        raise CouponError("This coupon has been used up")
    if subtotal < coupon.min_total:
        raise CouponError("This coupon needs a larger order", min_total=str(coupon.min_total))
    return coupon


def redeem(coupon: Coupon):
    """Part of the checkout transaction."""
    counted = db_session.execute(
        update(Coupon)
        .where(Coupon.id == coupon.id)
        .where((Coupon.max_uses.is_(None)) | (Coupon.used_count < Coupon.max_uses))
        .values(used_count=Coupon.used_count + 1)
        .execution_options(synchronize_session=False)
    )
    if not counted.rowcount:
        raise CouponError("This coupon has been used up")
    db_session.refresh(coupon)


def active_coupons():
    return db_session.scalars(select(Coupon).where(Coupon.active.is_(True)).order_by(Coupon.code))
