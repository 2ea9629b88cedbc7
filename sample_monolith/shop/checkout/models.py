from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core import ZERO, Base, SerializerMixin, TimestampMixin, utcnow
from ..core.db import enum_column


class CartRecord(Base):
    """Carts of shops that run more than one web process."""

    __tablename__ = "carts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)

    lines: Mapped[list["CartLineRecord"]] = relationship(
        back_populates="cart", order_by="CartLineRecord.id", cascade="all, delete-orphan"
    )


class CartLineRecord(Base):
    __tablename__ = "cart_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id"))
    sku: Mapped[str] = mapped_column(String(40))
    quantity: Mapped[int]

    cart: Mapped["CartRecord"] = relationship(back_populates="lines")


class OrderStatus(enum.Enum):
    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Order(TimestampMixin, SerializerMixin, Base):
    __tablename__ = "orders"
    _public = (
        "number", "status", "currency", "subtotal", "discount", "shipping_cost",
        "tax", "total", "coupon_code", "placed_at",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    status: Mapped[OrderStatus] = enum_column(OrderStatus, default=OrderStatus.PENDING)
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    subtotal: Mapped[Decimal] = mapped_column(default=ZERO)
    discount: Mapped[Decimal] = mapped_column(default=ZERO)
    shipping_cost: Mapped[Decimal] = mapped_column(default=ZERO)
    tax: Mapped[Decimal] = mapped_column(default=ZERO)
    total: Mapped[Decimal] = mapped_column(default=ZERO)
    coupon_code: Mapped[str | None] = mapped_column(String(40))
    shipping_code: Mapped[str] = mapped_column(String(20), default="standard")
    ship_to: Mapped[str] = mapped_column(Text, default="")
    ship_country: Mapped[str] = mapped_column(String(2), default="DE")
    placed_at: Mapped[datetime] = mapped_column(default=utcnow)

    customer = relationship("Customer", back_populates="orders")
    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="order", order_by="OrderLine.id", cascade="all, delete-orphan"
    )
    payments = relationship("Payment", back_populates="order", order_by="Payment.id")
    shipments = relationship("Shipment", back_populates="order", order_by="Shipment.id")

    @property
    def is_open(self) -> bool:
        return self.status in (OrderStatus.PENDING, OrderStatus.PAID)

class OrderLine(SerializerMixin, Base):
    __tablename__ = "order_lines"
    _public = ("sku", "name", "quantity", "unit_price", "line_total")

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    sku: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    unit_price: Mapped[Decimal]
    line_total: Mapped[Decimal]

    order: Mapped["Order"] = relationship(back_populates="lines")
    product = relationship("Product")
