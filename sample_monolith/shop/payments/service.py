"""Taking and returning money. Nothing here commits."""
import importlib
from functools import lru_cache

from flask import current_app

from ..core import db_session
from .base import InvalidPaymentDetails
from .models import Payment, PaymentStatus


@lru_cache(maxsize=8)
def load_provider(path: str):
    """``package.module:Class`` or ``package.module.Class`` to an instance."""
    module_name, _, attribute = path.replace(":", ".").rpartition(".")
    try:
        return getattr(importlib.import_module(module_name), attribute)()
    except (ImportError, AttributeError, ValueError) as error:
        raise RuntimeError("no payment provider at %s" % path) from error


# how to find the provider of a payment method
METHODS = {
    "card": lambda: load_provider(current_app.config["SHOP_PAYMENT_PROVIDER"]),
}


def provider_for(details):
    method = (details or {}).get("method", "card")
    if method not in METHODS:
        raise InvalidPaymentDetails("Unknown payment method", field="method")
    return METHODS[method]()


def validate_payment(details: dict) -> dict:
    provider = provider_for(details)
    return {"provider": provider.name, "instrument": provider.validate(details)}


def capture_payment(order, details) -> Payment:
    """Charge the order's total and write the payment row."""
    provider = provider_for(details)
    receipt = provider.capture(order.total, details, order.number)
    payment = Payment(
        order=order,
        provider=provider.name,
        reference=receipt.reference,
        status=PaymentStatus.CAPTURED,
        amount=order.total,
        instrument=receipt.instrument,
    )
    db_session.add(payment)
    db_session.flush()
    return payment


def refund_payment(payment: Payment):
    """Give all of it back; a payment that was refunded already is left alone."""
    if payment.status is PaymentStatus.REFUNDED:
        return
    METHODS.get(payment.provider, METHODS["card"])().refund(payment.reference, payment.amount)
    payment.status = PaymentStatus.REFUNDED
    db_session.flush()
