"""Reading and cancelling orders."""
from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ..core import Conflict, NotFound, db_session
from ..core.signals import order_cancelled
from ..payments import refund_payment
from .models import Order, OrderStatus

if TYPE_CHECKING:
    from ..models import Customer


class OrderNotFound(NotFound):
    code = "order_not_found"


def get_order(number: str, customer: Customer | None = None) -> Order:
    """An order; other people's orders do not exist for a customer."""
    order = db_session.scalar(select(Order).where(Order.number == number.upper()))
    if order is None:
        raise OrderNotFound("No order %s" % number)
    if customer is not None and not customer.is_admin and order.customer_id != customer.id:
        raise OrderNotFound("No order %s" % number)
    return order


def orders_of(customer):
    return select(Order).where(Order.customer_id == customer.id).order_by(Order.number.desc())


def order_summary(order: Order) -> dict:
    return order.to_dict(items=sum(line.quantity for line in order.lines))


def order_detail(order: Order) -> dict:
    return order.to_dict(
        lines=[line.to_dict() for line in order.lines],
        payments=[payment.to_dict() for payment in order.payments],
        shipments=[
            {"tracking_number": s.tracking_number, "status": s.status} for s in order.shipments
        ],
        ship_to=order.ship_to,
    )


def cancel_order(order: Order) -> Order:
    """Cancel, give the money back, let the others clean up. The caller commits."""
    if not order.is_open:
        raise Conflict("This order cannot be cancelled any more", status=order.status.value)
    order.status = OrderStatus.CANCELLED
    for payment in order.payments:
        refund_payment(payment)
    order_cancelled.send("orders", order=order)
    db_session.flush()
    return order
