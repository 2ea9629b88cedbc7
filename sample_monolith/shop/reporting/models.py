from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..core import ZERO, Base, SerializerMixin, utcnow


class DailySales(SerializerMixin, Base):
    """Running totals for the dashboard, so that it does not scan the orders."""

    __tablename__ = "daily_sales"
    _public = ("day", "orders", "revenue")

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(String(10), unique=True)
    orders: Mapped[int] = mapped_column(default=0)
    revenue: Mapped[Decimal] = mapped_column(default=ZERO)


class ReportRun(SerializerMixin, Base):
    __tablename__ = "report_runs"
    _public = ("id", "name", "parameters", "row_count", "path", "finished_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    parameters: Mapped[str] = mapped_column(String(200), default="")
    row_count: Mapped[int] = mapped_column(default=0)
    path: Mapped[str | None] = mapped_column(String(300))
    finished_at: Mapped[datetime] = mapped_column(default=utcnow)
