"""A split Django project: calls over the wire, and events through an outbox in Django's own transactions."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django_events_shop import LITE, REQUESTS, SETTINGS, write
from postgres_server import running_server
from shop_commands import refactor

from refactor import pipeline
from refactor.adapters.http_client import send
from refactor.model.serving import HttpRequest

pytestmark = pytest.mark.slow
pytest.importorskip("django")


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return split_of(tmp_path_factory.mktemp("django"), SETTINGS)


def split_of(folder: Path, settings: str) -> tuple[Path, Path]:
    """The shop, analyzed and cut as anybody would do it, and its split."""
    monolith, out = write(folder / "shop", settings), folder / "out"
    ended = refactor("split", monolith, "-o", out, "-q")
    assert ended.returncode == 0, ended.stderr
    return monolith, out


def test_what_the_levels_say_is_what_runs(split: tuple[Path, Path]) -> None:
    monolith, out = split
    analyzed = pipeline.analyze(pipeline.open_project(monolith, environment={}))
    assert {(one.symbol, one.events) for one in analyzed.analysis.contracts.operations} == {
        ("stock.receivers:note", ("orders",)),
        ("stock.shelves:price_of", ()),
        ("stock.shelves:shelf_of", ()),
    }
    orders, stock = out / "services/orders/src", out / "services/stock/src"
    assert '    remote_send("stock.receivers:note", sender=sender, order=order, price=price, day=day)\n' in (
        orders / "stock/receivers.py"
    ).read_text("utf-8")
    shelves = (orders / "stock/shelves.py").read_text("utf-8")
    assert '    return remote_call("stock.shelves:price_of", sku=sku, count=count)\n' in shelves
    assert '    return remote_call("stock.shelves:shelf_of", sku=sku)\n' in shelves
    assert (stock / "stock/shelves.py").read_text("utf-8") == (monolith / "stock/shelves.py").read_text("utf-8")


def test_who_sends_and_calls_may_do_so_and_nobody_else(split: tuple[Path, Path]) -> None:
    allowed = {}
    for service in ("orders", "stock"):
        plan = json.loads((split[1] / "services" / service / "iam/plan.json").read_text("utf-8"))
        allowed |= {
            f"{service} {role['role']}": [one["resource"].partition("{OperationsPrefix}")[2] for one in role["allowed"]]
            for role in plan["roles"]
        }
    assert allowed == {
        "orders Relay": ["stock-events.fifo"],
        "orders Web": ["orders-relay:live", "stock-operations:live"],
        "stock Events": [],
        "stock Operations": [],
        "stock Web": [],
    }


@pytest.mark.parametrize("service", ["orders", "stock"])
def test_services_pass_their_own_tests(split: tuple[Path, Path], service: str) -> None:
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=split[1] / "services" / service, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout


def test_both_answer_alike_after_commits_rollbacks_and_savepoints(split: tuple[Path, Path]) -> None:
    ended = refactor("verify", split[1], "--against", split[0])
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{len(REQUESTS)} requests, 0 divergences" in ended.stdout


@pytest.mark.parametrize(
    ("service", "path", "old", "new"),
    [
        ("stock", "stock/receivers.py", "order_id=order.id", "order_id=order.id + 1000"),
        ("orders", "stock/receivers.py", "    remote_send(", "    len if True else remote_send("),
        ("stock", "stock/shelves.py", ".price * count", ".price * count * 2"),
    ],
)
def test_what_is_handled_otherwise_is_found(
    split: tuple[Path, Path], service: str, path: str, old: str, new: str
) -> None:
    place = split[1] / "services" / service / "src" / path
    text = place.read_text("utf-8")
    assert old in text
    place.write_text(text.replace(old, new), "utf-8")
    ended = refactor("verify", split[1], "--against", split[0])
    place.write_text(text, "utf-8")
    assert ended.returncode == 1, ended.stdout


def test_an_event_lives_and_dies_with_its_transaction_and_runs_once(split: tuple[Path, Path], tmp_path: Path) -> None:
    database = tmp_path / "shop.db"
    url = f"sqlite:///{database}"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--run-syncdb", "-v", "0"],
        cwd=split[0], env={**os.environ, "DATABASE_URL": url}, check=True, timeout=60,
    )  # fmt: skip
    with pipeline.serve(split[1], environment={"DATABASE_URL": url}) as system:

        def asked(method: str, path: str) -> Any:
            return json.loads(send(system.url, HttpRequest(method, path)).body)

        assert asked("POST", "/orders/tea/10/1.10/") == {"error": "so many"}
        assert asked("POST", "/orders/tea/5/1.10/each/") == {"placed": 3}
        with sqlite3.connect(database) as found:
            ((handled,),) = found.execute("SELECT count(*) FROM inbox_of_stock")
            waiting = found.execute("SELECT * FROM outbox_of_orders").fetchall()
        assert (handled, waiting) == (3, [])
        order = {"id": 77, "sku": "salt"}
        body = {"v": 1, "operation": "stock.receivers:note", "id": "again", "headers": {}}
        body |= {"arguments": {"sender": None, "order": order, "price": "1.10", "day": "2026-01-01"}}
        bad = body | {"id": "bad", "arguments": {**body["arguments"], "price": "dear"}}
        records = [
            {"messageId": str(n), "body": json.dumps(one), "attributes": {"MessageGroupId": group}}
            for n, (one, group) in enumerate([(body, "a"), (bad, "b"), (body, "a")])
        ]
        outcome = system.invoke("stock/Events", json.dumps({"Records": records}).encode())
        assert json.loads(outcome.payload) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
        assert [sku for sku, *_ in asked("GET", "/stock/")["moves"]] == ["tea", "tea", "tea", "salt"]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    pytest.importorskip("pg8000")
    pytest.importorskip("psycopg")
    with running_server() as place:
        yield place


def test_services_with_their_own_rights_answer_alike_on_postgresql(server: str, tmp_path: Path) -> None:
    url = f'url = "postgresql://postgres@{server}/{{side}}"'
    monolith, out = split_of(tmp_path, SETTINGS.replace(LITE, url))
    matrix = json.loads((out / "database/matrix.json").read_text("utf-8"))
    assert {name: matrix["services"][name]["tables"] for name in ("orders", "stock")} == {
        "orders": {"orders_order": "readwrite"},
        "stock": {"stock_move": "readwrite", "stock_shelf": "readwrite"},
    }
    ended = refactor("verify", out, "--against", monolith)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{len(REQUESTS)} requests, 0 divergences" in ended.stdout
