"""A typed monolith whose services call each other over the wire, and answer as before."""

import json
import sys
from pathlib import Path

import pytest
from shop_commands import refactor

sys.path.append(str(Path(__file__).parents[1] / "contract"))
from typed_shop import write

REQUESTS = [("POST", "/items/tea/3.10"), ("GET", "/orders/tea"), ("GET", "/orders/milk"), ("GET", "/items/tea")]
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
    write(monolith)
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
    assert text.partition("def quote")[2] == (
        '(sku: str, size: Size, *, count: int = 1) -> Quote:\n    """What some goods cost."""\n'
        "    from service_orders.wire.calling import call as remote_call\n\n"
        '    return remote_call("shop.stock:quote", sku=sku, size=size, count=count)\n'
    )
    assert not (out / "services/stock/src/service_stock/wire/calling.py").exists()


def test_both_answer_alike_with_exceptions_decimals_and_dates(split: tuple[Path, Path]) -> None:
    monolith, out = split
    ended = refactor("verify", out, "--against", monolith)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "4 requests, 0 divergences" in ended.stdout


def test_an_operation_that_answers_something_else_is_found(split: tuple[Path, Path]) -> None:
    monolith, out = split
    answering = out / "services/stock/src/shop/stock.py"
    text = answering.read_text()
    answering.write_text(text.replace("item.price * count", "item.price"))
    ended = refactor("verify", out, "--against", monolith)
    answering.write_text(text)
    assert ended.returncode == 1
    assert "4 requests, 1 divergence (0 predicted, 1 unexplained)" in ended.stdout


def test_who_asks_for_data_has_no_right_to_it(split: tuple[Path, Path]) -> None:
    _, out = split
    matrix = json.loads((out / "database/matrix.json").read_text())
    rights = {name: service["tables"] for name, service in matrix["services"].items()}
    assert rights == {"fallback": {}, "orders": {}, "stock": {"items": "readwrite"}}
    template = (out / "services/orders/template.yaml").read_text()
    assert "function:${OperationsPrefix}stock-operations:live" in template
    assert "# tables:" not in template
