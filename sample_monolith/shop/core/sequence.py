"""Order numbers.

They used to be the primary key, until accounting asked for numbers without the
holes that deleted test orders left.  A number is taken before the order is
written and is not given back when the checkout fails.
"""
import threading

from sqlalchemy import String, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from .db import Base, SessionFactory
from .state import uses_database_state

_order_seq = 0
_seq_lock = threading.Lock()


class Counter(Base):
    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(default=0)


def next_order_number() -> str:
    global _order_seq
    if uses_database_state():
        return format_number(_next_from_database("orders"))
    with _seq_lock:
        if not _order_seq:
            with SessionFactory() as session:
                _order_seq = _highest_used(session)
        _order_seq += 1
        return format_number(_order_seq)


def format_number(seq: int) -> str:
    return "SO-%06d" % seq


def _highest_used(session) -> int:
    from ..checkout.models import Order  # orders import this module

    last = session.scalar(select(func.max(Order.number)))
    return int(last.split("-")[1]) if last else 1000


def _next_from_database(name):
    with SessionFactory() as session:
        bumped = session.execute(
            update(Counter).where(Counter.name == name).values(value=Counter.value + 1)
        )
        if not bumped.rowcount:
            session.add(Counter(name=name, value=_highest_used(session) + 1))
            session.flush()
        value = session.scalar(select(Counter.value).where(Counter.name == name))
        session.commit()
        return value
