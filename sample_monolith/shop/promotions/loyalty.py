"""Loyalty points, booked when money arrives or goes back."""
from sqlalchemy import func, select

from ..config import LOYALTY_POINTS_PER_EURO
from ..core import db_session
from ..core.signals import payment_captured, payment_refunded
from .models import LoyaltyEntry

LEVELS = [(0, "bronze"), (25, "silver"), (100, "gold")]

points_for = lambda amount: int(amount * LOYALTY_POINTS_PER_EURO)  # noqa: E731


def balance(customer) -> int:
    return db_session.scalar(
        select(func.coalesce(func.sum(LoyaltyEntry.points), 0)).where(
            LoyaltyEntry.customer_id == customer.id
        )
    )


def level_of(points):
    name = LEVELS[0][1]
    for threshold, candidate in LEVELS:
        if points >= threshold:
            name = candidate
    return name


def history(customer):
    return db_session.scalars(
        select(LoyaltyEntry).where(LoyaltyEntry.customer_id == customer.id).order_by(LoyaltyEntry.id)
    ).all()


def book(customer, points, reason, reference=""):
    if points:
        db_session.add(
            LoyaltyEntry(
                customer_id=customer.id, points=points, reason=reason, reference=reference
            )
        )


@payment_captured.connect
def reward_payment(sender, order, payment, **extra):
    book(order.customer, points_for(payment.amount), "order", order.number)


@payment_refunded.connect
def take_back_points(sender, order, refund, **extra):
    book(order.customer, -points_for(refund.amount), "refund", order.number)
