"""Events between services through an outbox: processes of functions, SQLite and PostgreSQL, requests compared."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from events_shop import HEARING, REQUESTS, SETTINGS, SIGNALS, TELLING, TOLD, prepared, write
from postgres_server import running_server
from shop_commands import refactor

from refactor import pipeline
from refactor.adapters.databases import snapshot
from refactor.adapters.http_client import send
from refactor.model.serving import HttpRequest

pytestmark = pytest.mark.slow
LITE = 'url = "sqlite:///{dir}/shop.db"'


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return prepared(tmp_path_factory.mktemp("events"))


def test_the_proxy_writes_a_row_and_waits_for_nothing(split: tuple[Path, Path]) -> None:
    text = (split[1] / "services/orders/src/shop/stock.py").read_text()
    assert text.partition("def sold")[2] == (
        '(sku: str, count: int, *, price: Decimal, day: datetime.date) -> None:\n    """What was sold is no longer there."""\n'
        "    from service_orders.wire.outbox import send as remote_send\n\n"
        '    remote_send("shop.stock:sold", sku=sku, count=count, price=price, day=day)\n'
    )


def test_both_answer_alike_after_commits_and_rollbacks(split: tuple[Path, Path]) -> None:
    monolith, out = split
    ended = refactor("verify", out, "--against", monolith)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{len(REQUESTS)} requests, 0 divergences" in ended.stdout


def test_a_signal_that_another_service_receives_is_an_event(tmp_path: Path) -> None:
    monolith, out = tmp_path / "events", tmp_path / "out"
    write(monolith, SETTINGS, TOLD, stock=HEARING, orders=TELLING, signals=SIGNALS)
    ended = refactor("split", monolith, "-o", out, "-q")
    assert ended.returncode == 0, ended.stderr
    text = (out / "services/orders/src/shop/stock.py").read_text()
    assert '    remote_send("shop.stock:note", sender=sender, order=order, price=price, day=day)\n' in text
    for service in ("orders", "stock"):
        tested = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
            cwd=out / "services" / service,
            capture_output=True,
            text=True,
            check=False,
        )
        assert tested.returncode == 0, tested.stdout
    ended = refactor("verify", out, "--against", monolith)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{len(TOLD)} requests, 0 divergences" in ended.stdout


def test_an_event_that_is_handled_otherwise_is_found(split: tuple[Path, Path]) -> None:
    monolith, out = split
    place = out / "services/stock/src/shop/stock.py"
    text = place.read_text()
    place.write_text(text.replace("item.count -= count", "pass"))
    ended = refactor("verify", out, "--against", monolith)
    place.write_text(text)
    assert ended.returncode == 1, ended.stdout
    assert "GET /items/tea" in ended.stdout


def test_messages_run_once_and_failing_ones_are_put_aside(split: tuple[Path, Path], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    _made(split[0], url)
    with pipeline.serve(split[1], environment={"DATABASE_URL": url}) as system:

        def asked(method: str, path: str) -> dict[str, Any]:
            found: dict[str, Any] = json.loads(send(system.url, HttpRequest(method, path)).body)
            return found

        asked("POST", "/items/tea/20")
        asked("POST", "/orders/milk/1/1.00")
        asked("POST", "/orders/tea/2/0.10")
        assert asked("GET", "/items/tea") == {"count": 18, "moves": [[2, "0.10", "2026-01-02"]]}
        with sqlite3.connect(tmp_path / "shop.db") as database:
            ((handled,),) = database.execute("SELECT count(*) FROM inbox_of_stock")
            waiting = database.execute("SELECT * FROM outbox_of_orders").fetchall()
            failed = database.execute("SELECT * FROM moves WHERE sku = 'milk'").fetchall()
        assert (handled, waiting, failed) == (1, [], [])
        body = {"v": 1, "operation": "shop.stock:sold", "id": "again", "headers": {}}
        body |= {"arguments": {"sku": "tea", "count": 1, "price": "1.10", "day": "2026-01-01"}}
        bad = body | {"id": "bad", "arguments": {**body["arguments"], "sku": "milk"}}
        records = [
            {"messageId": str(n), "body": json.dumps(one), "attributes": {"MessageGroupId": group}}
            for n, (one, group) in enumerate([(body, "a"), (bad, "b"), (body, "a")])
        ]
        outcome = system.invoke("stock/Events", json.dumps({"Records": records}).encode())
        assert json.loads(outcome.payload) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
        assert asked("GET", "/items/tea")["count"] == 17
    assert [rows.table for rows in snapshot(url)] == ["items", "moves", "orders"]


def _made(monolith: Path, url: str) -> None:
    """The monolith's tables in a database of their own."""
    make = "import shop, shop.db; shop.create_app(); shop.db.make()"
    subprocess.run(
        [sys.executable, "-c", make], cwd=monolith, env={**os.environ, "DATABASE_URL": url}, check=True, timeout=60
    )


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    pytest.importorskip("pg8000")
    with running_server() as place:
        yield place


def test_services_with_their_own_rights_answer_alike_on_postgresql(server: str, tmp_path: Path) -> None:
    url = f'url = "postgresql+pg8000://postgres@{server}/{{side}}"'
    monolith, out = prepared(tmp_path, SETTINGS.replace(LITE, url))
    matrix = json.loads((out / "database/matrix.json").read_text())
    rights = {name: service["tables"] for name, service in matrix["services"].items()}
    assert (rights["orders"], rights["stock"]) == (
        {"orders": "readwrite"},
        {"items": "readwrite", "moves": "readwrite"},
    )
    ended = refactor("verify", out, "--against", monolith)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{len(REQUESTS)} requests, 0 divergences" in ended.stdout
