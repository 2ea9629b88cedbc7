"""The shopping cart.

A cart belongs to a customer or, before the login, to a cookie.  It only knows
SKUs and quantities; everything about products and prices is looked up when it
is shown.
"""
from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import g, request
from sqlalchemy import select

from ..catalogue.service import ProductNotFound, get_product
from ..catalogue.stock import on_hand
from ..config import CART_MAX_AGE_HOURS
from ..core import Conflict, NotFound, ShopError, db_session, utcnow
from ..core.security import new_token
from ..core.state import uses_database_state
from ..helpers.pricing import PricedLine, compute_totals, price_line
from .models import CartLineRecord, CartRecord

COOKIE = "shop_cart"


class CartEmpty(ShopError):
    status = 409
    code = "cart_empty"


@dataclass
class CartItem:
    sku: str
    quantity: int


@dataclass
class Cart:
    key: str
    items: list[CartItem] = field(default_factory=list)
    updated_at: datetime = field(default_factory=utcnow)

    def find(self, sku) -> CartItem | None:
        return next((item for item in self.items if item.sku == sku), None)

    @property
    def count(self):
        return sum(item.quantity for item in self.items)


# key -> Cart
CARTS: dict[str, Cart] = {}


class MemoryCartStore:
    def load(self, key):
        cart = CARTS.get(key)
        return copy.deepcopy(cart) if cart else None

    def save(self, cart):
        CARTS[cart.key] = copy.deepcopy(cart)

    def drop(self, key):
        return CARTS.pop(key, None) is not None

    def all(self):
        return [CARTS[key] for key in sorted(CARTS)]


class DatabaseCartStore:
    def _record(self, key):
        return db_session.scalar(select(CartRecord).where(CartRecord.key == key))

    def _to_cart(self, record):
        items = [CartItem(line.sku, line.quantity) for line in record.lines]
        return Cart(record.key, items, record.updated_at)

    def load(self, key):
        record = self._record(key)
        return self._to_cart(record) if record else None

    def save(self, cart):
        record = self._record(cart.key)
        if record is None:
            record = CartRecord(key=cart.key)
            db_session.add(record)
        record.updated_at = cart.updated_at
        record.lines = [CartLineRecord(sku=i.sku, quantity=i.quantity) for i in cart.items]
        db_session.commit()

    def drop(self, key):
        record = self._record(key)
        if record is None:
            return False
        db_session.delete(record)
        db_session.commit()
        return True

    def all(self):
        records = db_session.scalars(select(CartRecord).order_by(CartRecord.key))
        return [self._to_cart(record) for record in records]


def store():
    return DatabaseCartStore() if uses_database_state() else MemoryCartStore()


def key_for(customer_id: int) -> str:
    return "customer:%d" % customer_id


def current_key(create=False):
    """The key of the visitor's cart; remembers a new cookie in ``g.new_cart_token``."""
    if g.customer is not None:
        return key_for(g.customer.id)
    token = request.cookies.get(COOKIE) or g.get("new_cart_token")
    if token is None and create:
        token = g.new_cart_token = new_token("crt")
    return "anonymous:%s" % token if token else None


def current_cart(create=False) -> Cart:
    key = current_key(create)
    cart = store().load(key) if key else None
    return cart or Cart(key or "anonymous:")


def save(cart: Cart):
    cart.updated_at = utcnow()
    store().save(cart)


def add_item(cart: Cart, sku: str, quantity: int) -> None:
    product = get_product(sku)
    item = cart.find(product.sku)
    wanted = quantity + (item.quantity if item else 0)
    available = on_hand(product)
    if wanted > available:
        raise Conflict("Only %d left" % available, sku=product.sku, available=available)
    if item is None:
        cart.items.append(CartItem(product.sku, quantity))
    else:
        item.quantity = wanted


def set_quantity(cart: Cart, sku: str, quantity: int) -> None:
    item = cart.find(sku)
    if item is None:
        raise NotFound("Not in the cart")
    if quantity == 0:
        cart.items.remove(item)
        return
    product = get_product(sku)
    available = on_hand(product)
    if quantity > available:
        raise Conflict("Only %d left" % available, sku=sku, available=available)
    item.quantity = quantity


def priced_lines(cart: Cart) -> list[PricedLine]:
    """Look every product up again; lines of products we no longer sell are skipped."""
    lines = []
    for item in cart.items:
        try:
            product = get_product(item.sku)
        except ProductNotFound:
            continue
        lines.append(price_line(product, item.quantity))
    return lines


def describe(cart: Cart) -> dict:
    lines = priced_lines(cart)
    return {
        "items": [line.to_dict() for line in lines],
        "count": cart.count,
        "totals": compute_totals(lines).to_dict(),
    }


def merge_anonymous_cart(token: str | None, customer_id: int) -> None:
    if not token:
        return
    carts = store()
    anonymous = carts.load("anonymous:%s" % token)
    if anonymous is None:
        return
    cart = carts.load(key_for(customer_id)) or Cart(key_for(customer_id))
    for item in anonymous.items:
        try:
            add_item(cart, item.sku, item.quantity)
        except ShopError:
            continue  # sold out or gone while they were looking for the password
    save(cart)
    carts.drop(anonymous.key)


def expire(max_age_hours: int = CART_MAX_AGE_HOURS, now: datetime | None = None) -> int:
    limit = (now or utcnow()) - timedelta(hours=max_age_hours)
    carts = store()
    old = [cart.key for cart in carts.all() if cart.updated_at < limit]
    for key in old:
        carts.drop(key)
    return len(old)
