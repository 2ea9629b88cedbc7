"""What a library raises behind a call does not come back: whoever waits for it keeps the call."""

from pathlib import Path

import pytest

from refactor import pipeline

ORDERS = """
import json
from decimal import InvalidOperation

from flask import Blueprint

from shop.stock import amount

bp = Blueprint("orders", __name__)


@bp.get("/orders/<text>")
def show(text):
    try:
        return str(amount(text))
    except ValueError:
        return "no amount", 400
"""
STOCK = """
import json
from decimal import Decimal

from flask import Blueprint

bp = Blueprint("stock", __name__)


class Odd(Exception):
    pass


def amount(text: str) -> int:
    return len(json.dumps(json.loads(text)))


@bp.get("/stock")
def show():
    return str(amount("[1]"))
"""
APP = "from flask import Flask\n\nfrom shop import orders, stock\n\napp = Flask(__name__)\n"
APP += "app.register_blueprint(orders.bp)\napp.register_blueprint(stock.bp)\n"
PLAN = 'pin = [{ subjects = ["shop.orders"], service = "orders" }, { subjects = ["shop.stock"], service = "stock" }]\n'
AROUND = """

def outer(text):
    try:
        return inner(text)
    except json.JSONDecodeError:
        return "no amount"


def inner(text):
    return str(amount(text))
"""


def kept(root: Path, orders: str, stock: str = STOCK) -> list[str]:
    """What keeps the call of ``amount``."""
    (root / "shop").mkdir()
    for name, text in {"__init__": "", "app": APP, "orders": orders, "stock": stock}.items():
        (root / "shop" / f"{name}.py").write_text(text)
    (root / "refactor.plan.toml").write_text(PLAN)
    found = pipeline.analyze(pipeline.open_project(root, environment={})).analysis.contracts
    return [each.text for stay in found.stays if stay.symbol == "shop.stock:amount" for each in stay.hindrances]


@pytest.mark.parametrize("caught", ["ValueError", "(KeyError, TypeError)", "InvalidOperation", "Exception"])
def test_what_comes_back_or_cannot_come_keeps_nothing(tmp_path: Path, caught: str):
    assert kept(tmp_path, ORDERS.replace("ValueError", caught)) == []


@pytest.mark.parametrize("caught", ["json.JSONDecodeError", "(KeyError, json.JSONDecodeError)"])
def test_what_only_the_library_raises_keeps_the_call(tmp_path: Path, caught: str):
    text = "shop.orders:show catches json.JSONDecodeError, which a library behind it may raise."
    assert kept(tmp_path, ORDERS.replace("ValueError", caught)) == [text]


def test_a_handler_further_up_counts_too(tmp_path: Path):
    orders = ORDERS.replace("str(amount(text))", "outer(text)") + AROUND
    assert kept(tmp_path, orders) == [
        "shop.orders:outer catches json.JSONDecodeError, which a library behind it may raise."
    ]


def test_who_looks_at_any_exception_of_an_unknown_library_keeps_the_call(tmp_path: Path):
    stock = STOCK.replace("import json\n", "import json\n\nimport somebody\n").replace("len(", "somebody.told(")
    orders = ORDERS.replace("except ValueError:", "except Exception as error:").replace('"no amount"', "str(error)")
    assert kept(tmp_path, orders, stock) == ["shop.orders:show catches Exception, which a library behind it may raise."]
