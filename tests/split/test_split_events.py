"""Calls that are sent as events: the function stays as it was declared, its body writes a row."""

import sys
from pathlib import Path

from refactor import pipeline
from refactor.model.contracts import Contracts, Field, Operation, Shape
from refactor.model.slices import Slice
from refactor.split import split as slices_of

sys.path.append(str(Path(__file__).parents[1] / "contract"))
from typed_shop import write

SIGNALS = """
from blinker import signal

order_placed = signal("order-placed")
"""
DB = """
from sqlalchemy.orm import scoped_session, sessionmaker

session = scoped_session(sessionmaker())
"""
STOCK = '''
from flask import Blueprint

from shop.db import session
from shop.signals import order_placed

bp = Blueprint("stock", __name__)


def bind(url):
    session.configure(bind=url)


@order_placed.connect
def count(sender: str, sku: str, **extra: object) -> None:
    """Told of each order."""
    audit(sku)


def audit(sku: str) -> None: session.execute(sku)


async def later(sku: str) -> None:
    audit(sku)
'''
ORDERS = """
from flask import Blueprint

from shop.signals import order_placed
from shop.stock import later

bp = Blueprint("orders", __name__)


@bp.post("/orders/<sku>")
async def place(sku):
    order_placed.send("orders", sku=sku)
    await later(sku)
    return {}
"""


def operation(name: str, **changed: object) -> Operation:
    sku = (Field("sku", Shape("str")),)
    given = {"consumers": ("orders",), "events": ("orders",), "session": "shop.db:session", **changed}
    return Operation(f"shop.stock:{name}", "stock", sku, **given)  # type: ignore[arg-type]


def slices(folder: Path, *operations: Operation) -> dict[str, Slice]:
    write(folder, stock=STOCK, orders=ORDERS, signals=SIGNALS, db=DB)
    app = (
        (folder / "shop/__init__.py")
        .read_text()
        .replace("stock import bind, session", "db import session\nfrom shop.stock import bind")
    )
    (folder / "shop/__init__.py").write_text(app)
    found = pipeline.analyze(pipeline.open_project(folder, environment={}))
    program, linked = found.analysis.program, found.linked
    made = slices_of(program, linked.graph, found.analysis.plan, linked.sources, Contracts(tuple(sorted(operations))))
    return {each.service: each for each in made}


def test_a_receiver_stays_subscribed_and_its_body_writes_a_row(tmp_path: Path) -> None:
    found = slices(tmp_path, operation("count"), operation("later", is_async=True))
    text = found["orders"].tree.by_path["shop/stock.py"].text
    assert text.partition("@order_placed")[2] == (
        ".connect\n"
        "def count(sender: str, sku: str, **extra: object) -> None:\n"
        '    """Told of each order."""\n'
        "    from service_orders.wire.outbox import send as remote_send\n\n"
        '    remote_send("shop.stock:count", sku=sku)\n\n\n'
        "async def later(sku: str) -> None:\n"
        "    from service_orders.wire.outbox import send as remote_send\n\n"
        '    remote_send("shop.stock:later", sku=sku)\n'
    )
    assert "session.execute" in found["stock"].tree.by_path["shop/stock.py"].text


def test_both_sides_have_the_session_of_their_messages(tmp_path: Path) -> None:
    found = slices(tmp_path, operation("later", is_async=True))
    assert {name for name, each in found.items() if "session = " in each.tree.by_path["shop/db.py"].text} >= {
        "orders",
        "stock",
    }
    assert [each.symbol for each in found["orders"].sent] == ["shop.stock:later"]
    assert (found["orders"].asked, found["stock"].replied) == ((), ())
    assert found["stock"].heard == found["orders"].sent


def test_another_consumer_still_waits_for_the_answer(tmp_path: Path) -> None:
    found = slices(tmp_path, operation("later", is_async=True, consumers=("orders", "fallback"), events=("fallback",)))
    text = found["orders"].tree.by_path["shop/stock.py"].text
    assert '    return await remote_call("shop.stock:later", sku=sku)\n' in text
    assert (found["stock"].replied, found["stock"].heard) == (found["orders"].asked,) * 2
