"""What a payment provider has to be able to do."""
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..core.exceptions import ShopError


class PaymentError(ShopError):
    status = 402
    code = "payment_failed"


class PaymentDeclined(PaymentError):
    code = "payment_declined"

    def __init__(self, reason, **details):
        super().__init__("The payment was declined: %s" % reason, reason=reason, **details)
        self.reason = reason


class InvalidPaymentDetails(PaymentError):
    status = 422
    code = "payment_invalid"


@dataclass
class Receipt:
    reference: str
    instrument: str


class PaymentProvider:
    name = "base"

    def validate(self, details: dict) -> str:
        """Check the details without moving money; returns a printable instrument."""
        raise NotImplementedError

    def capture(self, amount: Decimal, details: dict, order_number: str) -> Receipt:
        raise NotImplementedError

    def refund(self, reference: str, amount: Decimal) -> str:
        raise NotImplementedError
