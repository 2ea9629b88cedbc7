"""Placing an order.

Everything that makes an order an order happens in one transaction: the order
with its lines, the stock, the coupon, the payment, and what the receivers of
``order_placed`` add to it.  If any of it fails nothing of it is there.
"""
import logging

from ..catalogue import stock
from ..catalogue.pricing import PriceMissing
from ..checkout import cart as carts
from ..checkout.models import Order, OrderLine, OrderStatus
from ..checkout.receipts import write_receipt
from ..core import ShopError, ValidationError, atomic, db_session
from ..core.sequence import next_order_number
from ..core.signals import order_placed
from ..customers.accounts import address_from
from ..helpers.pricing import compute_totals, price_lines
from ..models import Address
from ..payments import PaymentDeclined, capture_payment, validate_payment
from ..promotions import coupons
from ..shipping.rates import NoRateError, cost_of, find_rate

log = logging.getLogger(__name__)

DEFAULT_SHIPPING = "standard"


class CheckoutFailed(ShopError):
    status = 409
    code = "checkout_failed"

    def __init__(self, step, cause: ShopError):
        super().__init__(cause.message, step=step, **cause.details)
        self.status = cause.status


def resolve_address(customer, data) -> Address:
    if data.get("address") is not None:
        if not isinstance(data["address"], dict):
            raise ValidationError(address="must be an object")
        return Address(**address_from(data["address"]))
    if customer.address is None:
        raise ValidationError(address="missing")
    return customer.address


def place_order(customer, items, data) -> Order:
    """``items`` are (product, quantity) pairs."""
    if not items:
        raise carts.CartEmpty("The cart is empty")
    payment_details = data.get("payment") or {}
    if not isinstance(payment_details, dict):
        raise ValidationError(payment="must be an object")
    validate_payment(payment_details)
    address = resolve_address(customer, data)
    number = next_order_number()
    try:
        lines = price_lines(items)
        with atomic():
            order = _write_order(number, customer, lines, address, data)
            capture_payment(order, payment_details)
            order.status = OrderStatus.PAID
            order_placed.send("checkout", order=order)
    except stock.OutOfStock as error:
        raise CheckoutFailed("stock", error) from error
    except PaymentDeclined as error:
        log.info("payment of %s declined: %s", number, error.reason)
        raise CheckoutFailed("payment", error) from error
    except (NoRateError, PriceMissing) as error:
        raise CheckoutFailed("quote", error) from error
    write_receipt(order)
    return order


def _write_order(number, customer, lines, address, data):
    subtotal = compute_totals(lines).subtotal
    coupon = coupons.check_coupon(data["coupon"], subtotal) if data.get("coupon") else None
    rate = find_rate(data.get("shipping", DEFAULT_SHIPPING), address.country)
    totals = compute_totals(lines, coupon, cost_of(rate, subtotal), address.country)
    order = Order(
        number=number,
        customer=customer,
        subtotal=totals.subtotal,
        discount=totals.discount,
        shipping_cost=totals.shipping,
        tax=totals.tax,
        total=totals.total,
        coupon_code=coupon.code if coupon else None,
        shipping_code=rate.code,
        ship_to=address.one_line(),
        ship_country=address.country,
    )
    for line in lines:
        order.lines.append(
            OrderLine(
                product_id=line.product_id,
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                unit_price=line.unit_price,
                line_total=line.total,
            )
        )
    db_session.add(order)
    db_session.flush()
    for line in order.lines:
        stock.take(line.product, line.quantity)
    if coupon is not None:
        coupons.redeem(coupon)
    return order


def place_order_from_cart(customer, data) -> Order:
    cart = carts.current_cart()
    items = [(carts.get_product(item.sku), item.quantity) for item in cart.items]
    order = place_order(customer, items, data)
    carts.store().drop(cart.key)
    return order
