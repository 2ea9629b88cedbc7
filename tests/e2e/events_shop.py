"""A small typed monolith whose orders tell its stock what was sold, and its split with that call as an event."""

import json
from pathlib import Path

from refactor import pipeline
from refactor.contract import contracts
from refactor.model.contracts import Contracts, Field, Operation, Shape
from refactor.model.sources import SourceTree
from refactor.scaffold import database_of, scaffold, stacks_of
from refactor.split import split as slices_of

INIT = """
import os

from flask import Flask

from shop.db import bind, session
from shop.orders import bp as orders
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
DB = """
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker

session = scoped_session(sessionmaker())


class Base(DeclarativeBase):
    pass


def bind(url):
    session.configure(bind=create_engine(url))


def make():
    Base.metadata.create_all(session.get_bind())
"""
STOCK = '''
import datetime
from decimal import Decimal

from flask import Blueprint
from sqlalchemy import Numeric, select
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, session

bp = Blueprint("stock", __name__)


class NoGoods(Exception):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    count: Mapped[int]


class Move(Base):
    __tablename__ = "moves"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    count: Mapped[int]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    day: Mapped[datetime.date]


@bp.post("/items/<sku>/<int:count>")
def add_item(sku, count):
    session.add(Item(sku=sku, count=count))
    session.commit()
    return {"sku": sku}, 201


@bp.get("/items/<sku>")
def show_item(sku):
    moves = session.scalars(select(Move).where(Move.sku == sku).order_by(Move.id)).all()
    item = session.scalar(select(Item).where(Item.sku == sku))
    return {"count": item.count, "moves": [[each.count, str(each.price), each.day.isoformat()] for each in moves]}


def sold(sku: str, count: int, *, price: Decimal, day: datetime.date) -> None:
    """What was sold is no longer there."""
    item = session.scalar(select(Item).where(Item.sku == sku))
    session.add(Move(sku=sku, count=count, price=price, day=day))
    if item is None:
        raise NoGoods(sku)
    item.count -= count
'''
ORDERS = """
import datetime
from decimal import Decimal

from flask import Blueprint
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, session
from shop.stock import sold

bp = Blueprint("orders", __name__)


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    count: Mapped[int]


@bp.post("/orders/<sku>/<int:count>/<price>")
def place(sku, count, price):
    order = Order(sku=sku, count=count)
    session.add(order)
    sold(sku, count, price=Decimal(price), day=datetime.date(2026, 1, count))
    if count > 9:
        session.rollback()
        return {"error": "so many"}, 409
    session.commit()
    return {"id": order.id}, 201
"""
SIGNALS = """
from blinker import signal

order_placed = signal("order-placed")
"""
TELLING = ORDERS.replace("from shop.stock import sold", "from shop.signals import order_placed").replace(
    "    sold(sku, count, price=Decimal(price), day=datetime.date(2026, 1, count))",
    """    day = datetime.date(2026, 1, count)
    session.flush()
    order_placed.send("orders", order=order, price=Decimal(price), day=day, by="nobody")""",
)
HEARING = """
import datetime
from decimal import Decimal

from flask import Blueprint
from sqlalchemy import Numeric, select
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, session
from shop.orders import Order
from shop.signals import order_placed

bp = Blueprint("stock", __name__)


class Move(Base):
    __tablename__ = "moves"
    id: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[int]
    sku: Mapped[str]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    day: Mapped[datetime.date]


@bp.get("/moves")
def show():
    moves = session.scalars(select(Move).order_by(Move.id)).all()
    return {"moves": [[each.order, each.sku, str(each.price), each.day.isoformat()] for each in moves]}


@order_placed.connect
def note(sender: object, order: Order, price: Decimal, day: datetime.date, **extra: object) -> None:
    session.add(Move(order=order.id, sku=order.sku, price=price, day=day))
"""
TOLD = [
    ("POST", "/orders/tea/3/1.10"),
    ("GET", "/moves"),
    ("POST", "/orders/tea/10/1.10"),
    ("POST", "/orders/milk/2/12345678.90"),
    ("GET", "/moves"),
]
PLAN = """
[[pin]]
subjects = ["shop.stock"]
service = "stock"

[[pin]]
subjects = ["shop.orders"]
service = "orders"
"""
SETTINGS = """
[verify]
boot = "python -m flask --app shop run --port {port}"
seed = ["python -c 'import shop, shop.db; shop.create_app(); shop.db.make()'"]
requests = "requests.json"

[verify.database]
env = "DATABASE_URL"
url = "sqlite:///{dir}/shop.db"
"""
REQUESTS = [
    ("POST", "/items/tea/20"),
    ("POST", "/orders/tea/3/1.10"),
    ("GET", "/items/tea"),
    ("POST", "/orders/tea/10/1.10"),
    ("GET", "/items/tea"),
    ("POST", "/orders/tea/2/0.10"),
    ("POST", "/orders/tea/1/12345678.90"),
    ("GET", "/items/tea"),
]
SOLD = Operation(
    "shop.stock:sold",
    "stock",
    (
        Field("sku", Shape("str")),
        Field("count", Shape("int")),
        Field("price", Shape("decimal"), way="keyword"),
        Field("day", Shape("date"), way="keyword"),
    ),
    tables=("items", "moves"),
    consumers=("orders",),
    doc="What was sold is no longer there.",
    session="shop.db:session",
    events=("orders",),
)


def prepared(folder: Path, settings: str = SETTINGS, iac: str = "sam") -> tuple[Path, Path]:
    """The monolith below a folder, with its corpus, and its split."""
    monolith, out = folder / "events", folder / "out"
    write(monolith, settings, REQUESTS, stock=STOCK, orders=ORDERS)
    for file in _split(monolith, iac).files:
        place = out / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
    return monolith, out


def write(monolith: Path, settings: str, requests: list[tuple[str, str]], **modules: str) -> None:
    """The monolith with some modules, and what verify needs."""
    (monolith / "shop").mkdir(parents=True)
    for name, text in {"__init__": INIT, "db": DB, **modules}.items():
        (monolith / "shop" / f"{name}.py").write_text(text.lstrip("\n"), "utf-8")
    asked = [{"name": f"{n} {path}", "method": method, "path": path} for n, (method, path) in enumerate(requests)]
    (monolith / "requests.json").write_text(json.dumps({"app": "events", "requests": asked}))
    (monolith / "refactor.plan.toml").write_text(PLAN)
    (monolith / "refactor.toml").write_text(settings)
    (monolith / "requirements.txt").write_text("blinker\nflask\nsqlalchemy\n")


def _split(monolith: Path, iac: str) -> SourceTree:
    """What ``pipeline.split`` does, with this one contract."""
    analyzed = pipeline.analyze(pipeline.open_project(monolith, environment={}), assets=True)
    linked, analysis = analyzed.linked, analyzed.analysis
    program, plan = analysis.program, analysis.plan
    found = contracts(program, plan, linked.facts)
    others = (each for each in found.operations if each.symbol != SOLD.symbol)
    made = Contracts(tuple(sorted([*others, SOLD])), found.stays)
    slices = slices_of(program, linked.graph, plan, linked.sources, made)
    stacks = stacks_of(program, plan, analysis.verdicts, slices)
    database, pages = database_of(program, plan, slices), pipeline.templates("scaffold")
    return scaffold(program, plan, analysis.verdicts, analysis.findings, slices, stacks, pages, database, iac=iac)
