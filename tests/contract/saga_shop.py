"""The typed shop with orders of its own that take goods out of the stock in one transaction."""

from pathlib import Path

from typed_shop import PLAN, STOCK, write

BIN = '''

class Bin(Base):
    __tablename__ = "bins"
    sku: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


@dataclass(frozen=True)
class Taken:
    count: int
    left: int


def take(sku: str, count: int) -> Taken:
    """Take goods out of a bin."""
    found = session.get(Bin, sku)
    if found is None or found.count < count:
        raise NoGoods("no %s" % sku)
    found.count = found.count - count
    return Taken(count, found.count)


def put_back(sku: str, count: int) -> None:
    """Put goods back into their bin."""
    found = session.get(Bin, sku)
    if found is not None:
        found.count = found.count + count


@bp.post("/bins/<sku>/<int:count>")
def fill(sku, count):
    session.add(Bin(sku=sku, count=count))
    session.commit()
    return {"sku": sku}, 201


@bp.get("/bins/<sku>")
def show_bin(sku):
    return {"count": session.get(Bin, sku).count}
'''

ORDERS = """
from flask import Blueprint
from sqlalchemy.orm import Mapped, mapped_column

from shop.stock import Base, NoGoods, put_back, session, take

bp = Blueprint("orders", __name__)


class Order(Base):
    __tablename__ = "orders"
    number: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[str]
    count: Mapped[int]


@bp.post("/orders/<number>/<sku>/<int:count>")
def place(number, sku, count):
    try:
        taken = take(sku, count)
        session.add(Order(number=number, sku=sku, count=taken.count))
        if number == "bad":
            raise ValueError(number)
        session.commit()
    except NoGoods as error:
        session.rollback()
        return {"error": str(error)}, 409
    except ValueError as error:
        session.rollback()
        return {"error": str(error)}, 400
    return {"number": number, "left": taken.left}, 201


@bp.delete("/orders/<number>")
def cancel(number):
    order = session.get(Order, number)
    put_back(order.sku, order.count)
    session.delete(order)
    session.commit()
    return {}
"""

SAGA = """
[[saga]]
from = "orders"
to = ["shop.stock:take", "shop.stock:put_back"]
reason = "stock moves first"
"""


def write_saga_shop(folder: Path, order: str = SAGA, **changed: str) -> None:
    """The shop's files below a folder, and an order for its plan."""
    write(folder, **({"stock": STOCK + BIN, "orders": ORDERS} | changed))
    (folder / "refactor.plan.toml").write_text(PLAN + order, "utf-8")
