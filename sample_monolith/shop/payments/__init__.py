"""Payments. The provider is configured, see SHOP_PAYMENT_PROVIDER."""
from .base import PaymentDeclined, PaymentError, PaymentProvider
from .service import capture_payment, refund_payment, validate_payment

__all__ = [
    "PaymentDeclined",
    "PaymentError",
    "PaymentProvider",
    "capture_payment",
    "refund_payment",
    "validate_payment",
]
