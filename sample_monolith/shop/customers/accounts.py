"""Registration, login, passwords, addresses."""
from datetime import timedelta

from sqlalchemy import select

from ..config import RESET_TOKEN_HOURS
from ..core import AuthRequired, Conflict, Forbidden, NotFound, ValidationError, db_session, utcnow
from ..core.security import check_password, hash_password, new_token
from ..core.signals import customer_registered, order_placed
from ..helpers.geo import check_country
from ..models import Address, Customer
from ..notifications import queue_mail
from ..utils import email_address, required_text
from .models import PasswordReset

MIN_PASSWORD = 8


class EmailTaken(Conflict):
    code = "email_taken"


def find_by_email(email) -> Customer | None:
    return db_session.scalar(select(Customer).where(Customer.email == email))


def get_customer(customer_id) -> Customer:
    customer = db_session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("No such customer")
    return customer


def check_new_password(password):
    return required_text(password, "password", minimum=MIN_PASSWORD, maximum=200)


def register(email, name, password) -> Customer:
    email = email_address(email)
    name = required_text(name, "name", maximum=120)
    password = check_new_password(password)
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
    if customer.is_blocked:
        raise Forbidden("This account is blocked")
    return customer


def change_password(customer, old, new):
    if not check_password(old, customer.password_hash):
        raise Forbidden("The old password is wrong")
    customer.password_hash = hash_password(check_new_password(new))


def start_password_reset(email: str):
    """Always looks successful from outside; only known addresses get a mail."""
    customer = find_by_email(email)
    if customer is None:
        return None
    reset = PasswordReset(
        customer=customer,
        token=new_token("rst"),
        expires_at=utcnow() + timedelta(hours=RESET_TOKEN_HOURS),
    )
    db_session.add(reset)
    queue_mail(
        customer.email,
        "Reset your password",
        "password_reset",
        "Hello %s,\n\nuse this code to set a new password: %s\n" % (customer.name, reset.token),
    )
    return reset


def finish_password_reset(token, password) -> Customer:
    reset = db_session.scalar(select(PasswordReset).where(PasswordReset.token == token))
    if reset is None or reset.used_at is not None or reset.expires_at <= utcnow():
        raise ValidationError(token="unknown or expired")
    reset.used_at = utcnow()
    reset.customer.password_hash = hash_password(check_new_password(password))
    return reset.customer


def address_from(data, partial=False) -> dict:
    """Validated address fields from a JSON object."""
    fields = {}
    for name in ("name", "street", "city", "postcode"):
        if partial and name not in data:
            continue
        fields[name] = required_text(data.get(name), name, maximum=200)
    if "country" in data or not partial:
        fields["country"] = check_country(data.get("country"))
    return fields


def get_address(customer: Customer, address_id: int) -> Address:
    for address in customer.addresses:
        if address.id == address_id:
            return address
    raise NotFound("No such address")


def make_default(customer, address):
    for other in customer.addresses:
        other.is_default = other is address


@order_placed.connect
def count_order(sender, order, **extra):
    order.customer.order_count += 1
    order.customer.last_order_at = order.placed_at
