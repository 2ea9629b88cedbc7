"""Returns: the customer asks, the back office decides, money and goods go back."""
from datetime import timedelta

from sqlalchemy import func, select

from ..catalogue import stock
from ..catalogue.models import MovementReason
from ..checkout.models import Order, OrderStatus, ReturnRequest, ReturnStatus
from ..config import RETURN_WINDOW_DAYS
from ..core import Conflict, NotFound, ValidationError, db_session, utcnow
from ..core import storage
from ..notifications import queue_mail
from ..payments import refund_payment

DOCUMENT_TYPES = {"text/plain": "txt", "application/pdf": "pdf", "image/png": "png"}
MAX_DOCUMENT_BYTES = 256 * 1024


def request_return(order: Order, reason: str, document=None) -> ReturnRequest:
    """``document`` is (content type, bytes) or None."""
    if order.status not in (OrderStatus.SHIPPED, OrderStatus.DELIVERED):
        raise Conflict("Only delivered goods can be returned", status=order.status.value)
    if order.placed_at < utcnow() - timedelta(days=RETURN_WINDOW_DAYS):
        raise Conflict("It is too late to return this order")
    earlier = db_session.scalar(
        select(func.count(ReturnRequest.id)).where(ReturnRequest.order_id == order.id)
    )
    number = "RMA-%s-%d" % (order.number.split("-")[1], earlier + 1)
    request = ReturnRequest(number=number, order=order, reason=reason)
    if document is not None:
        request.document_path = store_document(number, *document)
    db_session.add(request)
    order.log("return requested", number)
    db_session.flush()
    return request


def store_document(number, content_type, data):
    if content_type not in DOCUMENT_TYPES:
        raise ValidationError(document="must be text, PDF or PNG")
    if not data or len(data) > MAX_DOCUMENT_BYTES:
        raise ValidationError(document="empty or too big")
    return storage.put("uploads/returns/%s.%s" % (number, DOCUMENT_TYPES[content_type]), data)


def returns_of(order):
    return db_session.scalars(
        select(ReturnRequest).where(ReturnRequest.order_id == order.id).order_by(ReturnRequest.id)
    ).all()


def get_return(number) -> ReturnRequest:
    request = db_session.scalar(select(ReturnRequest).where(ReturnRequest.number == number.upper()))
    if request is None:
        raise NotFound("No return %s" % number)
    return request


def decide(request: ReturnRequest, approve: bool):
    if request.status is not ReturnStatus.REQUESTED:
        raise Conflict("This return was decided already", status=request.status.value)
    order = request.order
    if approve:
        request.status = ReturnStatus.APPROVED
        for line in order.lines:
            stock.put_back(line.product, line.quantity, request.number, MovementReason.RETURN)
        for payment in order.payments:
            refund_payment(payment, reason=request.number)
        order.status = OrderStatus.RETURNED
    else:
        request.status = ReturnStatus.REJECTED
    order.log("return %s" % request.status.value, request.number)
    queue_mail(
        order.customer.email,
        "Your return %s" % request.number,
        "return_decision",
        "Hello %s,\n\nyour return %s was %s.\n"
        % (order.customer.name, request.number, request.status.value),
        request.number,
    )
    return request
