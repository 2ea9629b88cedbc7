"""Code of another service that is packaged with a caller calls over the wire as it does at home, and only if it runs."""

from pathlib import Path

import pytest

from refactor import pipeline
from refactor.model.contracts import Failure, Operation
from refactor.split.proxies import asked_for

APP = """
from flask import Flask

from shop import orders, rates, stock

app = Flask(__name__)
for module in (orders, rates, stock):
    app.register_blueprint(module.bp)
"""
ORDERS = """
from flask import Blueprint

from shop.stock import price

bp = Blueprint("orders", __name__)


@bp.get("/orders")
def show():
    return str(price("tea"))
"""
STOCK = """
from flask import Blueprint

from shop.rates import rate

bp = Blueprint("stock", __name__)


def price(sku: str) -> float:
    return len(sku) * rate("EUR")


@bp.get("/stock")
def show():
    return str(price("milk"))
"""
RATES = """
from flask import Blueprint

bp = Blueprint("rates", __name__)


def rate(currency: str) -> float:
    return 1.5


@bp.get("/rates")
def show():
    return str(rate("EUR"))
"""
PLAN = (
    "pin = ["
    + ", ".join(f'{{ subjects = ["shop.{n}"], service = "{n}" }}' for n in ("orders", "stock", "rates"))
    + "]\n"
)


@pytest.mark.parametrize(("said", "consumers"), [("sku: str", ("stock",)), ("sku", ("orders", "stock"))])
def test_whoever_runs_the_call_sends_it(tmp_path: Path, said: str, consumers: tuple[str, ...]):
    (tmp_path / "shop").mkdir()
    texts = {"__init__": "", "app": APP, "orders": ORDERS, "stock": STOCK.replace("sku: str", said), "rates": RATES}
    for name, text in texts.items():
        (tmp_path / "shop" / f"{name}.py").write_text(text)
    (tmp_path / "refactor.plan.toml").write_text(PLAN)
    contracts = pipeline.analyze(pipeline.open_project(tmp_path, environment={})).analysis.contracts
    assert contracts.by_symbol["shop.rates:rate"].consumers == consumers
    assert ("shop.stock:price" in contracts.by_symbol) == (said == "sku: str")


def test_a_slice_has_the_exceptions_that_come_back():
    called = Operation("shop.stock:price", "stock", failures=(Failure("shop.stock:NoGoods"),))
    assert list(asked_for("orders", [called], [])) == ["shop.stock:NoGoods"]
