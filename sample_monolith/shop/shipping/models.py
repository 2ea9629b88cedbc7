from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core import ZERO, Base, SerializerMixin, utcnow
from ..core.db import enum_column


class ShippingRate(SerializerMixin, Base):
    __tablename__ = "shipping_rates"
    __table_args__ = (UniqueConstraint("code", "zone"),)
    _public = ("id", "code", "name", "zone", "calculator", "base", "per_kg", "free_over",
               "days_min", "days_max")

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    zone: Mapped[str] = mapped_column(String(20))
    calculator: Mapped[str] = mapped_column(String(20), default="flat")
    base: Mapped[Decimal]
    per_kg: Mapped[Decimal] = mapped_column(default=ZERO)
    free_over: Mapped[Decimal | None]
    days_min: Mapped[int] = mapped_column(default=1)
    days_max: Mapped[int] = mapped_column(default=3)
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
    _public = ("tracking_number", "status", "rate_code", "weight_grams", "dispatched_at",
               "delivered_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    tracking_number: Mapped[str] = mapped_column(String(40), unique=True)
    rate_code: Mapped[str] = mapped_column(String(20))
    status: Mapped[ShipmentStatus] = enum_column(ShipmentStatus, default=ShipmentStatus.PENDING)
    weight_grams: Mapped[int] = mapped_column(default=0)
    label_path: Mapped[str | None] = mapped_column(String(300))
    dispatched_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    order = relationship("Order", back_populates="shipments")
    events: Mapped[list["TrackingEvent"]] = relationship(
        back_populates="shipment", order_by="TrackingEvent.id"
    )

    def track(self, status, note="", location=""):
        event = TrackingEvent(status=status, note=note, location=location)
        self.events.append(event)
        return event


class TrackingEvent(SerializerMixin, Base):
    __tablename__ = "tracking_events"
    _public = ("status", "location", "note", "created_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"))
    status: Mapped[str] = mapped_column(String(20))
    location: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    shipment: Mapped["Shipment"] = relationship(back_populates="events")
