from __future__ import annotations

import enum
from decimal import Decimal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..core import ZERO, Base, SerializerMixin
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
