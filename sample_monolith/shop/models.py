"""Customers live here since the first version; everything newer has its own
``models`` module in its package.  All of them are imported at the bottom so that
``from shop.models import Order`` keeps working and the metadata is complete.
"""
from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .core import Base, SerializerMixin, TimestampMixin, utcnow

if TYPE_CHECKING:
    from .checkout.models import Order


class Customer(TimestampMixin, SerializerMixin, Base):
    __tablename__ = "customers"
    _public = ("id", "email", "name", "is_admin", "order_count", "last_order_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    # kept up to date by the accounts package when an order comes in
    order_count: Mapped[int] = mapped_column(default=0)
    last_order_at: Mapped[datetime | None]

    address: Mapped["Address | None"] = relationship(
        back_populates="customer", uselist=False, cascade="all, delete-orphan"
    )
    orders: Mapped[list["Order"]] = relationship(
        "Order", back_populates="customer", order_by="Order.id"
    )


class Address(SerializerMixin, Base):
    __tablename__ = "addresses"
    _public = ("name", "street", "city", "postcode", "country")

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    street: Mapped[str] = mapped_column(String(200))
    city: Mapped[str] = mapped_column(String(120))
    postcode: Mapped[str] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2))

    customer: Mapped["Customer"] = relationship(back_populates="address")

    def one_line(self) -> str:
        return "%s, %s, %s %s, %s" % (self.name, self.street, self.postcode, self.city, self.country)


class AuditEntry(SerializerMixin, Base):
    """Who did what in the back office."""

    __tablename__ = "audit_log"
    _public = ("id", "actor", "action", "target", "detail", "created_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


from .catalogue.models import Category, Price, Product, StockLevel  # noqa: E402,F401
from .checkout.models import (  # noqa: E402,F401
    CartLineRecord,
    CartRecord,
    Order,
    OrderLine,
    OrderStatus,
)
from .core.sequence import Counter  # noqa: E402,F401
from .customers.models import LoginSession  # noqa: E402,F401
from .notifications.models import MailMessage  # noqa: E402,F401
from .payments.models import Payment, PaymentStatus  # noqa: E402,F401
from .promotions.models import Coupon, CouponKind  # noqa: E402,F401
from .reporting.models import DailySales  # noqa: E402,F401
from .shipping.models import Shipment, ShipmentStatus, ShippingRate  # noqa: E402,F401
