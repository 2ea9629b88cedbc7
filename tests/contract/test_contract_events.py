"""Which calls are sent as events: nobody uses what they return, nobody would hear them refuse, and their order is no matter."""

from pathlib import Path

import pytest

from refactor import pipeline
from refactor.model.contracts import Field, Shape

MODELS = """
from decimal import Decimal

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, scoped_session, sessionmaker
from sqlalchemy import ForeignKey

session = scoped_session(sessionmaker())


class Base(DeclarativeBase):
    pass
"""
ORDERS = """
from contextlib import contextmanager
from decimal import Decimal

from blinker import Signal
from flask import Blueprint
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models import Base, session

bp = Blueprint("orders", __name__)
placed = Signal()


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[Decimal]
    lines: Mapped[list["Line"]] = relationship()


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))


@bp.post("/orders")
def place():
    order = Order(total=Decimal(3))
    session.add(order)
    placed.send("shop", order=order)
    session.commit()
    return str(order.id)
"""
SALES = """
from decimal import Decimal

from flask import Blueprint, g
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from shop.models import Base, session
from shop.orders import Order, placed

bp = Blueprint("sales", __name__)


class Sale(Base):
    __tablename__ = "sales"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[Decimal]


@placed.connect
def count(sender, order: Order, **extra):
    session.add(Sale(total=order.total))


@bp.get("/sales")
def sales():
    return str(session.scalars(select(Sale)).all())
"""
PLAN = """
pin = [
    { subjects = ["shop.orders"], service = "orders" },
    { subjects = ["shop.sales"], service = "sales" },
]
"""
COUNT = "shop.sales:count"


def judged(root: Path, orders: str = ORDERS, sales: str = SALES):
    """The contracts and the plan of a shop of two services."""
    app = "from flask import Flask\n\nfrom shop.orders import bp as orders\nfrom shop.sales import bp as sales\n\n\n"
    app += "def create_app():\n    app = Flask(__name__)\n    app.register_blueprint(orders)\n"
    app += "    app.register_blueprint(sales)\n    return app\n"
    (root / "shop").mkdir()
    for name, text in (("__init__", app), ("models", MODELS), ("orders", orders), ("sales", sales)):
        (root / "shop" / f"{name}.py").write_text(text)
    (root / "refactor.plan.toml").write_text(PLAN)
    analysis = pipeline.analyze(pipeline.open_project(root, environment={})).analysis
    return analysis.contracts, analysis.plan


def test_a_receiver_is_sent_what_it_reads_of_a_row(tmp_path: Path):
    found, plan = judged(tmp_path)
    operation = found.by_symbol[COUNT]
    assert (operation.provider, operation.consumers, operation.events) == ("sales", ("orders",), ("orders",))
    assert operation.session == "shop.models:session"
    order = Shape(
        "entity",
        symbol="shop.orders:Order",
        fields=(Field("id", Shape("int")), Field("total", Shape("decimal"))),
        key=("id",),
    )
    assert operation.parameters == (Field("sender", Shape("unused")), Field("order", order))
    levels = {(cut.kind, cut.target): cut.level for cut in plan.cuts if cut.consumer == "orders"}
    assert levels["publish", COUNT] == "owned"
    assert levels.get(("transaction", "table:sales"), "remote") == "remote"


def test_a_receiver_that_needs_the_row_itself_finds_it_by_its_key(tmp_path: Path):
    found, _ = judged(tmp_path, sales=SALES.replace("order.total))", "len(repr(order))))"))
    (_, order) = found.by_symbol[COUNT].parameters
    assert (order.shape.kind, order.shape.form) == ("entity", "key")


def test_a_function_whose_result_nobody_uses_is_an_event_inside_a_transaction(tmp_path: Path):
    orders = ORDERS.replace('placed.send("shop", order=order)', "note(order.total)").replace(
        "def place():", "def place():\n    from shop.sales import note\n"
    )
    sales = SALES.replace("from shop.orders import Order, placed", "").replace(
        "@placed.connect\ndef count(sender, order: Order, **extra):\n    session.add(Sale(total=order.total))",
        "def note(total: Decimal) -> None:\n    session.add(Sale(total=total))",
    )
    found, _ = judged(tmp_path, orders, sales)
    operation = found.by_symbol["shop.sales:note"]
    assert (operation.events, operation.parameters) == (("orders",), (Field("total", Shape("decimal")),))


@pytest.mark.parametrize(
    ("module", "old", "new", "reason"),
    [
        ("sales", "order: Order", "order", "untyped"),
        ("sales", "    session.add(Sale", "    if extra:\n        return\n    session.add(Sale", "open-signature"),
        ("sales", "    session.add(Sale", "    session.commit()\n    session.add(Sale", "commits"),
        (
            "sales",
            "    session.add(Sale",
            "    if not order.total:\n        raise ValueError\n    session.add(Sale",
            "exception",
        ),
        ("sales", "    session.add(Sale", "    g.counted = True\n    session.add(Sale", "context"),
        ("sales", "    session.add(Sale", "    session.info['x'] = 1\n    session.add(Sale", "context"),
        ("orders", '    placed.send("shop", order=order)', '    heard = placed.send("shop", order=order)', "awaited"),
        (
            "orders",
            "    return str(order.id)",
            "    from shop.sales import Sale\n    return str(session.query(Sale).count())",
            "shared-data",
        ),
    ],
)
def test_one_thing_keeps_a_receiver(tmp_path: Path, module: str, old: str, new: str, reason: str):
    texts = {"orders": ORDERS, "sales": SALES}
    assert texts[module].count(old) == 1
    texts[module] = texts[module].replace(old, new)
    found, _ = judged(tmp_path, **texts)
    assert COUNT not in found.by_symbol
    (stay,) = [stay for stay in found.stays if stay.symbol == COUNT]
    assert reason in [hindrance.kind for hindrance in stay.hindrances]


def test_what_is_written_after_the_event_and_read_by_it_keeps_it(tmp_path: Path):
    by_key = SALES.replace("order.total))", "len(repr(order))))")
    late = ORDERS.replace("    session.commit()\n", "    order.total = Decimal(4)\n    session.commit()\n")
    found, _ = judged(tmp_path, late, by_key)
    assert COUNT not in found.by_symbol
