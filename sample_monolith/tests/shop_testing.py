"""What the tests share besides the fixtures."""
from shop.payments.base import PaymentDeclined
from shop.payments.providers import CardProvider

ADMIN = {"X-Admin-Token": "backoffice-token"}
CARD = {"method": "card", "card_number": "4242 4242 4242 4242", "expiry": "12/49", "cvc": "123"}
DECLINED = dict(CARD, card_number="4000000000000002")


def log_in(client, name="alice"):
    answer = client.post(
        "/account/login", json={"email": name + "@example.org", "password": name + "-secret"}
    )
    assert answer.status_code == 200, answer.json
    return client


class AlwaysDeclines(CardProvider):
    """A provider for SHOP_PAYMENT_PROVIDER."""

    def capture(self, amount, details, order_number):
        raise PaymentDeclined("fire drill")
