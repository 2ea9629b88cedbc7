from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.clock import utcnow
from ..core.db import Base, SerializerMixin, enum_column


class PaymentStatus(enum.Enum):
    CAPTURED = "captured"
    REFUNDED = "refunded"


class Payment(SerializerMixin, Base):
    __tablename__ = "payments"
    _public = ("provider", "reference", "status", "amount", "instrument", "created_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    provider: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(80))
    status: Mapped[PaymentStatus] = enum_column(PaymentStatus)
    amount: Mapped[Decimal]
    instrument: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    order = relationship("Order", back_populates="payments")
