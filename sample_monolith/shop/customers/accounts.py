"""Registration, login, addresses."""
from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ..core import AuthRequired, Conflict, db_session
from ..core.security import check_password, hash_password
from ..core.signals import customer_registered, order_placed
from ..helpers.geo import check_country
from ..models import Customer
from ..utils import email_address, required_text

if TYPE_CHECKING:
    from ..checkout.models import Order

MIN_PASSWORD = 8


class EmailTaken(Conflict):
    code = "email_taken"


def find_by_email(email) -> Customer | None:
    return db_session.scalar(select(Customer).where(Customer.email == email))


def register(email: object, name: object, password: object) -> Customer:
    email = email_address(email)
    name = required_text(name, "name", maximum=120)
    password = required_text(password, "password", minimum=MIN_PASSWORD, maximum=200)
    if find_by_email(email):
        raise EmailTaken("There is an account for this address already")
    customer = Customer(email=email, name=name, password_hash=hash_password(password))
    db_session.add(customer)
    db_session.flush()
    customer_registered.send("accounts", customer=customer)
    return customer


def authenticate(email, password) -> Customer:
    customer = find_by_email((email or "").strip().lower())
    if customer is None or not check_password(password or "", customer.password_hash):
        raise AuthRequired("Wrong mail address or password")
    return customer


def address_from(data: dict) -> dict[str, str]:
    """Validated address fields from a JSON object."""
    country = data.get("country")
    fields = {
        name: required_text(data.get(name), name, maximum=200)
        for name in ("name", "street", "city", "postcode")
    }
    return fields | {"country": check_country(country if isinstance(country, str) else "")}


@order_placed.connect
def count_order(sender, order: Order, **extra):
    order.customer.order_count += 1
    order.customer.last_order_at = order.placed_at
