from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core import ZERO, Base, SerializerMixin, utcnow
from ..core.db import enum_column


class CouponKind(enum.Enum):
    PERCENT = "percent"
    FIXED = "fixed"
    FREE_SHIPPING = "free_shipping"


class Coupon(SerializerMixin, Base):
    __tablename__ = "coupons"
    _public = ("code", "kind", "value", "min_total", "max_uses", "used_count", "active")

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[CouponKind] = enum_column(CouponKind)
    value: Mapped[Decimal] = mapped_column(default=ZERO)
    min_total: Mapped[Decimal] = mapped_column(default=ZERO)
    max_uses: Mapped[int | None]
    used_count: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def exhausted(self):
        return self.max_uses is not None and self.used_count >= self.max_uses


class CouponRedemption(Base):
    __tablename__ = "coupon_redemptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupons.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    order_number: Mapped[str] = mapped_column(String(20))
    amount: Mapped[Decimal]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    coupon: Mapped["Coupon"] = relationship()
