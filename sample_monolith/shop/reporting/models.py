from __future__ import annotations

from decimal import Decimal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..core import ZERO, Base, SerializerMixin


class DailySales(SerializerMixin, Base):
    """Running totals for the dashboard, so that it does not scan the orders."""

    __tablename__ = "daily_sales"
    _public = ("day", "orders", "revenue")

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(String(10), unique=True)
    orders: Mapped[int] = mapped_column(default=0)
    revenue: Mapped[Decimal] = mapped_column(default=ZERO)
