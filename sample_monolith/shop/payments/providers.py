"""The providers we have contracts with.

CardProvider talks to the sandbox rules of the acquirer: some card numbers are
declined on purpose, everything else that passes the Luhn check goes through.
"""
import hashlib
import re

from ..core.clock import utcnow
from ..utils.text import mask_card
from .base import InvalidPaymentDetails, PaymentDeclined, PaymentProvider, Receipt

DECLINED = {
    "4000000000000002": "card declined",
    "4000000000009995": "insufficient funds",
    "4000000000000069": "expired card",
}


def luhn_valid(digits: str) -> bool:
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char)
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


class ReferenceMixin:
    """References are derived from the order, the acquirer wants them to be repeatable."""

    prefix = "PAY"

    def make_reference(self, order_number, amount) -> str:
        digest = hashlib.sha256(("%s/%s/%s" % (self.prefix, order_number, amount)).encode())
        return "%s-%s" % (self.prefix, digest.hexdigest()[:12].upper())


class CardProvider(ReferenceMixin, PaymentProvider):
    name = "card"
    prefix = "CRD"

    def validate(self, details):
        number = re.sub(r"[ -]", "", str(details.get("card_number", "")))
        if not re.fullmatch(r"\d{12,19}", number) or not luhn_valid(number):
            raise InvalidPaymentDetails("The card number is not valid", field="card_number")
        expiry = re.fullmatch(r"(0[1-9]|1[0-2])/(\d\d)", str(details.get("expiry", "")))
        if expiry is None:
            raise InvalidPaymentDetails("The expiry date must be MM/YY", field="expiry")
        now = utcnow()
        if (2000 + int(expiry.group(2)), int(expiry.group(1))) < (now.year, now.month):
            raise InvalidPaymentDetails("The card has expired", field="expiry")
        if not re.fullmatch(r"\d{3,4}", str(details.get("cvc", ""))):
            raise InvalidPaymentDetails("The security code is missing", field="cvc")
        return mask_card(number)

    def capture(self, amount, details, order_number):
        instrument = self.validate(details)
        number = re.sub(r"[ -]", "", details["card_number"])
        if number in DECLINED:
            raise PaymentDeclined(DECLINED[number])
        return Receipt(self.make_reference(order_number, amount), instrument)

    def refund(self, reference, amount):
        return self.make_reference(reference, amount)
