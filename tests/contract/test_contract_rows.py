"""Rows that rows lead on to travel with them, as far as they are read."""

from pathlib import Path

import pytest
from test_contract_events import COUNT, ORDERS, SALES, judged

from refactor.model.contracts import Field, Shape

ADD = "    session.add(Sale(total=order.total))\n"
WHO = """
class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    orders = relationship("Order", back_populates="customer")


class Order(Base):
    __tablename__ = "orders"
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer = relationship("Customer", back_populates="orders")
"""
INT, NONE = Shape("int"), Shape("none")


def row(name: str, *fields: Field) -> Shape:
    """The shape of a row with an id."""
    return Shape("entity", symbol=f"shop.orders:{name}", fields=tuple(sorted([Field("id", INT), *fields])), key=("id",))


def received(tmp_path: Path, work: str, orders: str = ORDERS) -> Shape:
    """What of an order travels to a receiver that does some work."""
    found, _ = judged(tmp_path, orders, SALES.replace(ADD, work))
    return found.by_symbol[COUNT].parameters[1].shape


def test_a_list_of_rows_travels_with_what_is_read_of_each(tmp_path: Path):
    work = "    for line in order.lines:\n        session.add(Sale(total=line.order_id))\n"
    lines = Shape("list", (row("Line", Field("order_id", INT)),), form="rows")
    assert received(tmp_path, work) == row("Order", Field("lines", lines))


@pytest.mark.parametrize("annotation", ["", ": Mapped['Customer']", ": Mapped['Customer | None']"])
def test_one_row_travels_and_may_be_missing(tmp_path: Path, annotation: str):
    orders = ORDERS.replace(
        'class Order(Base):\n    __tablename__ = "orders"\n',
        WHO.replace("    customer =", f"    customer{annotation} ="),
    )
    who = Shape("union", (row("Customer", Field("email", Shape("str"))), NONE))
    work = "    session.add(Sale(total=len(order.customer.email)))\n"
    assert received(tmp_path, work, orders) == row("Order", Field("customer", who))


@pytest.mark.parametrize(
    "work",
    [
        "    session.add(Sale(total=len(order.customer.orders[0].customer.email)))\n",  # back to rows of its own kind
        "    order.customer.email = ''\n    session.add(Sale(total=order.total))\n",
        "    order.lines.clear()\n    session.add(Sale(total=order.total))\n",
        "    session.add(Sale(total=str(order.customer)))\n",
    ],
)
def test_whoever_does_more_than_read_needs_the_row_itself(tmp_path: Path, work: str):
    orders = ORDERS.replace('class Order(Base):\n    __tablename__ = "orders"\n', WHO)
    assert received(tmp_path, work, orders).form == "key"


def test_a_relationship_that_is_a_query_does_not_travel(tmp_path: Path):
    orders = ORDERS.replace("= relationship()", '= relationship(lazy="dynamic")')
    work = "    for line in order.lines:\n        session.add(Sale(total=line.order_id))\n"
    assert received(tmp_path, work, orders).form == "key"


def test_what_a_receiver_reads_of_other_rows_is_no_read_of_their_table(tmp_path: Path):
    work = "    for line in order.lines:\n        session.add(Sale(total=line.order_id))\n"
    _, plan = judged(tmp_path, sales=SALES.replace(ADD, work))
    told = {(cut.level, cut.because) for cut in plan.cuts if (cut.kind, cut.target) == ("read", "table:lines")}
    assert told == {("remote", "what it reads is in the message that it is sent")}
