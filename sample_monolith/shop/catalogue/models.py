from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core import Base, SerializerMixin, TimestampMixin, utcnow


class Category(SerializerMixin, Base):
    __tablename__ = "categories"
    _public = ("slug", "name")

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)

    products: Mapped[list["Product"]] = relationship(back_populates="category", order_by="Product.sku")


class Product(TimestampMixin, SerializerMixin, Base):
    __tablename__ = "products"
    _public = ("sku", "name", "slug", "active")

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(200), index=True)
    description: Mapped[str] = mapped_column(Text, default="")
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    min_stock: Mapped[int] = mapped_column(default=3)
    active: Mapped[bool] = mapped_column(default=True)
    image_path: Mapped[str | None] = mapped_column(String(300))

    category: Mapped["Category"] = relationship(back_populates="products", lazy="joined")
    prices: Mapped[list["Price"]] = relationship(back_populates="product", order_by="Price.id")
    stock: Mapped["StockLevel | None"] = relationship(back_populates="product", uselist=False)

    @property
    def available(self) -> int:
        return self.stock.on_hand if self.stock else 0


class Price(Base):
    """Price list. The newest one that is valid counts."""

    __tablename__ = "prices"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    valid_from: Mapped[datetime] = mapped_column(default=utcnow)

    product: Mapped["Product"] = relationship(back_populates="prices")


class StockLevel(Base):
    __tablename__ = "stock_levels"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), unique=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)

    product: Mapped["Product"] = relationship(back_populates="stock")
