"""A small typed monolith of two services, for tests to change in one place."""

from pathlib import Path

from refactor import pipeline
from refactor.model.contracts import Contracts
from refactor.pipeline import Linked

APP = """
import os

from flask import Flask

from shop.orders import bp as orders
from shop.stock import bind, session
from shop.stock import bp as stock


def create_app():
    app = Flask(__name__)
    bind(os.environ.get("DATABASE_URL", "sqlite://"))

    @app.teardown_appcontext
    def close(error):
        session.remove()

    app.register_blueprint(orders)
    app.register_blueprint(stock)
    return app
"""

STOCK = '''
import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from flask import Blueprint
from sqlalchemy import Numeric, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker

bp = Blueprint("stock", __name__)
session = scoped_session(sessionmaker())


class Base(DeclarativeBase):
    pass


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


class NoGoods(Exception):
    pass


@dataclass(frozen=True)
class Quote:
    amount: Decimal
    until: datetime.date
    tags: frozenset[str] = frozenset()


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))


def bind(url):
    engine = create_engine(url)
    session.configure(bind=engine)
    Base.metadata.create_all(engine)


@bp.post("/items/<sku>/<price>")
def add_item(sku, price):
    session.add(Item(sku=sku, price=Decimal(price)))
    session.commit()
    return {"sku": sku}, 201


@bp.get("/items/<sku>")
def show_item(sku):
    return {"price": str(quote(sku, Size.SMALL).amount)}


def quote(sku: str, size: Size, *, count: int = 1) -> Quote:
    """What some goods cost."""
    item = session.scalar(select(Item).where(Item.sku == sku))
    if item is None:
        raise NoGoods("no %s" % sku)
    return Quote(item.price * count, datetime.date(2026, 1, 1))


def find(sku: str) -> Item:
    return session.scalar(select(Item).where(Item.sku == sku))


def weigh(item: Item) -> Decimal:
    return item.price
'''

ORDERS = """
from flask import Blueprint

from shop.stock import NoGoods, Size, quote

bp = Blueprint("orders", __name__)


@bp.get("/orders/<sku>")
def show_order(sku):
    try:
        found = quote(sku, Size.LARGE, count=2)
    except NoGoods as error:
        return {"error": str(error)}, 404
    return {"price": str(found.amount), "until": found.until.isoformat()}
"""

PLAN = """
[[pin]]
subjects = ["shop.stock"]
service = "stock"

[[pin]]
subjects = ["shop.orders"]
service = "orders"
"""


def write(folder: Path, **changed: str) -> None:
    """The shop's files below a folder; ``stock`` and ``orders`` may be others."""
    texts = {"__init__": APP, "stock": STOCK, "orders": ORDERS} | changed
    (folder / "shop").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "shop" / f"{name}.py").write_text(text.lstrip("\n"), "utf-8")
    (folder / "refactor.plan.toml").write_text(PLAN, "utf-8")


def linked_with(folder: Path, **changed: str) -> tuple[Linked, Contracts]:
    """The shop, linked, and its contracts."""
    from refactor.contract import contracts

    write(folder, **changed)
    found = pipeline.analyze(pipeline.open_project(folder, environment={}))
    return found.linked, contracts(found.analysis.program, found.analysis.plan, found.linked.facts)


def contracts_with(folder: Path, **changed: str) -> Contracts:
    """The contracts of the shop."""
    return linked_with(folder, **changed)[1]
