"""A typed monolith whose services call each other over the wire, and answer as before."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from shop_commands import refactor

sys.path.append(str(Path(__file__).parents[1] / "contract"))
from typed_shop import ORDERS, STOCK, write

REQUESTS = [("POST", "/items/tea/3.10"), ("GET", "/orders/tea"), ("GET", "/orders/milk"), ("GET", "/items/tea")]
REQUESTS += [("GET", "/goods/tea"), ("POST", "/items/-/1"), ("GET", "/goods/-")]
COLUMN = "    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))\n"
RUNNING = """
    @property
    def initial(self) -> str:
        return self.sku.replace("-", "")[0]

    def told(self) -> dict[str, Decimal]:
        return {self.sku: self.price}
"""
GOODS = """

@bp.get("/goods/<sku>")
def show_goods(sku):
    item = find(sku)
    prices = {name: str(price) for name, price in item.told().items()}
    try:
        return {"initial": item.initial, "prices": prices}
    except IndexError as error:
        return {"error": str(error), "prices": prices}
"""
SETTINGS = """
[verify]
boot = "python -m flask --app shop run --port {port}"
seed = ["python -c 'from shop import create_app; create_app()'"]
requests = "requests.json"

[verify.database]
env = "DATABASE_URL"
url = "sqlite:///{dir}/shop.db"
"""


def prepared(folder: Path, settings: str) -> tuple[Path, Path]:
    """The typed shop below a folder, with its corpus, and its split."""
    monolith, out = folder / "typed", folder / "out"
    monolith.mkdir()
    stock = STOCK.replace(COLUMN, COLUMN + RUNNING)
    write(monolith, stock=stock, orders=ORDERS.replace("Size, quote", "Size, find, quote") + GOODS)
    asked = [{"name": f"{n} {path}", "method": method, "path": path} for n, (method, path) in enumerate(REQUESTS)]
    (monolith / "requests.json").write_text(json.dumps({"app": "typed", "requests": asked}))
    (monolith / "refactor.toml").write_text(settings)
    (monolith / "requirements.txt").write_text("flask\nsqlalchemy\n")
    ended = refactor("split", monolith, "-o", out, "-q")
    assert ended.returncode == 0, ended.stderr
    return monolith, out


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return prepared(tmp_path_factory.mktemp("typed"), SETTINGS)


def test_a_remote_function_keeps_everything_but_its_body(split: tuple[Path, Path]) -> None:
    _, out = split
    text = (out / "services/orders/src/shop/stock.py").read_text()
    assert text.partition("def quote")[2].partition("\n\n\ndef find")[0] == (
        '(sku: str, size: Size, *, count: int = 1) -> Quote:\n    """What some goods cost."""\n'
        "    from service_orders.wire.calling import call as remote_call\n\n"
        '    return remote_call("shop.stock:quote", sku=sku, size=size, count=count)'
    )
    assert not (out / "services/stock/src/service_stock/wire/calling.py").exists()


def test_both_answer_alike_with_exceptions_decimals_and_dates(split: tuple[Path, Path]) -> None:
    monolith, out = split
    ended = refactor("verify", out, "--against", monolith)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "7 requests, 0 divergences" in ended.stdout


@pytest.mark.parametrize("service", ["orders", "stock"])
def test_both_sides_hold_their_contract_by_themselves(split: tuple[Path, Path], service: str) -> None:
    folder = split[1] / "services" / service
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_contracts.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.splitlines()[-1].partition(" in ")[0]) == (
        0,
        {"orders": "3 passed", "stock": "5 passed"}[service],
    )


def test_a_consumer_that_sends_something_else_is_found_by_its_own_tests(split: tuple[Path, Path]) -> None:
    folder = split[1] / "services" / "orders"
    proxy = folder / "src/shop/stock.py"
    text = proxy.read_text()
    proxy.write_text(text.replace("sku=sku", "sku=sku.upper()"))
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_contracts.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    proxy.write_text(text)
    assert ended.returncode == 1
    assert "2 failed, 1 passed" in ended.stdout


def test_documents_are_valid_and_both_sides_say_the_same(split: tuple[Path, Path]) -> None:
    services = split[1] / "services"
    answers = json.loads((services / "stock/contracts/openapi.json").read_text())
    calls = json.loads((services / "orders/contracts/calls.openapi.json").read_text())
    for document in (
        answers,
        calls,
        *(json.loads(p.read_text()) for p in services.glob("*/contracts/http.openapi.json")),
    ):
        OpenAPIV31SpecValidator(document).validate()
    assert (calls["paths"], calls["components"]) == (answers["paths"], answers["components"])
    assert list(answers["paths"]) == ["/operations/shop.stock:find", "/operations/shop.stock:quote"]
    schemas = sorted(services.glob("stock/contracts/schemas/*.json"))
    assert [path.name for path in schemas] == [
        "shop.stock.Quote.json",
        "shop.stock.Size.json",
        "shop.stock.find.Item.json",
    ]
    for path in schemas:
        Draft202012Validator.check_schema(json.loads(path.read_text()))
    row = json.loads(schemas[2].read_text())
    assert (row["required"], row["properties"]["initial"]["readOnly"]) == (["id"], True)
    sample = json.loads((services / "stock/contracts/samples.json").read_text())["shop.stock:quote"]
    Draft202012Validator(json.loads(schemas[0].read_text())).validate(sample["result"])


@pytest.mark.slow
def test_an_operation_that_answers_something_else_is_found(split: tuple[Path, Path]) -> None:
    monolith, out = split
    answering = out / "services/stock/src/shop/stock.py"
    text = answering.read_text()
    answering.write_text(text.replace("item.price * count", "item.price"))
    ended = refactor("verify", out, "--against", monolith)
    answering.write_text(text)
    assert ended.returncode == 1
    assert "7 requests, 1 divergence (0 predicted, 1 unexplained)" in ended.stdout


def test_who_asks_for_data_has_no_right_to_it(split: tuple[Path, Path]) -> None:
    _, out = split
    matrix = json.loads((out / "database/matrix.json").read_text())
    rights = {name: service["tables"] for name, service in matrix["services"].items()}
    assert rights == {"fallback": {}, "orders": {}, "stock": {"items": "readwrite"}}
    template = (out / "services/orders/template.yaml").read_text()
    assert "function:${OperationsPrefix}stock-operations:live" in template
    assert "# tables:" not in template
