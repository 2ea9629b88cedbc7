from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core import Base, SerializerMixin
from ..core.db import enum_column


class ShippingRate(SerializerMixin, Base):
    __tablename__ = "shipping_rates"
    __table_args__ = (UniqueConstraint("code", "zone"),)
    _public = ("id", "code", "name", "zone", "base", "free_over")

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    zone: Mapped[str] = mapped_column(String(20))
    base: Mapped[Decimal]
    free_over: Mapped[Decimal | None]
    active: Mapped[bool] = mapped_column(default=True)


class ShipmentStatus(enum.Enum):
    PENDING = "pending"
    DISPATCHED = "dispatched"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    LOST = "lost"
    CANCELLED = "cancelled"


class Shipment(SerializerMixin, Base):
    __tablename__ = "shipments"
    _public = ("tracking_number", "status", "rate_code", "dispatched_at", "delivered_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    tracking_number: Mapped[str] = mapped_column(String(40), unique=True)
    rate_code: Mapped[str] = mapped_column(String(20))
    status: Mapped[ShipmentStatus] = enum_column(ShipmentStatus, default=ShipmentStatus.PENDING)
    label_path: Mapped[str | None] = mapped_column(String(300))
    dispatched_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    order = relationship("Order", back_populates="shipments")
