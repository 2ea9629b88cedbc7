"""A call that a person sent out of its transaction: the same answers, and a compensation where the caller rolls back."""

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from shop_commands import refactor

sys.path.append(str(Path(__file__).parents[1] / "contract"))
from saga_shop import write_saga_shop

SETTINGS = """
[verify]
boot = "python -m flask --app shop run --port {port}"
seed = ["python -c 'from shop import create_app; create_app()'"]
requests = "requests.json"

[verify.database]
env = "DATABASE_URL"
url = "sqlite:///{dir}/shop.db"
"""
FORWARD = [
    ("POST", "/bins/tea/5"),
    ("POST", "/orders/one/tea/2"),
    ("GET", "/bins/tea"),
    ("POST", "/orders/two/tea/9"),
    ("DELETE", "/orders/one"),
    ("GET", "/bins/tea"),
]
BACK = [("POST", "/orders/bad/tea/2"), ("GET", "/bins/tea")]
STUB = "services/orders/src/service_orders/compensations.py"


def ask(folder: Path, requests: list[tuple[str, str]]) -> None:
    """The corpus of the shop."""
    asked = [{"name": f"{n} {path}", "method": method, "path": path} for n, (method, path) in enumerate(requests)]
    (folder / "requests.json").write_text(json.dumps({"app": "typed", "requests": asked}))


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("saga")
    monolith, out = folder / "typed", folder / "out"
    monolith.mkdir()
    write_saga_shop(monolith)
    (monolith / "refactor.toml").write_text(SETTINGS)
    (monolith / "requirements.txt").write_text("flask\nsqlalchemy\n")
    ask(monolith, FORWARD)
    ended = refactor("split", monolith, "-o", out, "-q")
    assert ended.returncode == 0, ended.stderr
    return monolith, out


def test_forward_both_answer_alike(split: tuple[Path, Path]) -> None:
    monolith, out = split
    ended = refactor("verify", out, "--against", monolith)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "6 requests, 0 divergences" in ended.stdout


def test_a_stub_leaves_the_stock_changed_and_the_written_compensation_restores_it(split: tuple[Path, Path]) -> None:
    monolith, out = split
    ask(monolith, [FORWARD[0], *BACK])
    ended = refactor("verify", out, "--against", monolith)
    assert ended.returncode == 1
    assert "3 requests, 2 divergences" in ended.stdout  # the last answer, and the bin that is left
    stub = (out / STUB).read_text()
    (out / STUB).write_text(written(stub))
    ended = refactor("verify", out, "--against", monolith)
    (out / STUB).write_text(stub)
    ask(monolith, FORWARD)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "3 requests, 0 divergences" in ended.stdout


def written(stub: str) -> str:
    """The compensations as a person writes them: what was taken is put back."""
    head, found, tail = stub.partition("def undo_take")
    body = "    from shop.stock import put_back\n\n    put_back(sku, result.count)\n"
    return f"{head}{found}{tail.partition('    raise ')[0]}{body}"
