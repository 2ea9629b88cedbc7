"""Events as generated: an outbox written with its caller's transaction, a relay, an inbox that runs each message once."""

import datetime
import importlib
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from refactor.pipeline import templates
from refactor.scaffold.pages import Pages

TYPES = """
from sqlalchemy import create_engine, text
from sqlalchemy.orm import scoped_session, sessionmaker

session = scoped_session(sessionmaker())
heard = []


def bind(path):
    session.configure(bind=create_engine(f"sqlite:///{path}"))
    session.execute(text("CREATE TABLE done (price TEXT)"))
    session.commit()


def sold(price, day):
    session.execute(text("INSERT INTO done VALUES (:price)"), {"price": str(price)})
    if price < 0:
        raise ValueError("nobody pays that")
    heard.append((price, day))
"""
SHAPES = {"price": {"kind": "decimal"}, "day": {"kind": "date"}}
OPERATION = {"definition": "PLACE:sold", "parameters": SHAPES, "result": {"kind": "none"}, "failures": ()}
CONTRACTS = f"""
CALLED = {{}}
SENT = {{"shop:sold": {{"queue": "stock-events.fifo", **{OPERATION!r}}}}}
ANSWERED = {{"shop:sold": {OPERATION!r}}}
"""
_numbers = itertools.count(1)
DAY = datetime.date(2026, 2, 28)
MODULES = ("errors", "codec", "failures", "answering", "tables", "posting", "outbox", "relay", "inbox")


def written(folder: Path, package: str, types: str, session: str) -> None:
    """The wire of a service that sends to itself."""
    pages, given = Pages(templates("scaffold")), {"package": package, "service": "stock", "relay": "stock-relay"}
    kept = {name: f'"{name}_of_stock"' for name in ("outbox", "inbox")}
    (folder / package / "wire").mkdir(parents=True)
    for module in MODULES:
        text = pages.render(
            f"wire/{module}.py.j2", **given, session=session, server=kept, file=kept, sagas=False, once=False
        )
        (folder / package / "wire" / f"{module}.py").write_text(text)
    telemetry = pages.render("delivery/telemetry.py.j2", service="stock", project="shop")
    (folder / package / "telemetry.py").write_text(telemetry)
    (folder / package / "contracts.py").write_text(CONTRACTS.replace("PLACE", f"{package}_types"))
    (folder / f"{package}_types.py").write_text(types)


class Wire:
    """The generated modules, and a queue that keeps what the relay puts there."""

    def __init__(self, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._package, self.queue, self.woken = package, list[tuple[str, str, str, str]](), list[str]()
        self.refused = ""
        self.types = importlib.import_module(f"{package}_types")
        monkeypatch.setattr(self.module("relay"), "put", self._put)
        monkeypatch.setattr(self.module("outbox"), "wake", self.woken.append)
        monkeypatch.setenv("METRICS", "none")

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self._package}.wire.{name}")

    def send(self, price: str) -> None:
        self.module("outbox").send("shop:sold", price=Decimal(price), day=DAY)

    def received(self, *bodies: str, senders: str = "") -> list[int]:
        """Which of some messages failed."""
        records = [
            {"messageId": str(n), "body": body, "attributes": {"MessageGroupId": senders[n : n + 1] or "orders"}}
            for n, body in enumerate(bodies)
        ]
        answer = self.module("inbox").received({"Records": records}, nullcontext)
        return [int(item["itemIdentifier"]) for item in answer["batchItemFailures"]]

    @property
    def prices(self) -> list[str]:
        """What is in the queue."""
        return [json.loads(body)["arguments"]["price"] for *_, body in self.queue]

    def rows(self, table: str) -> int:
        from sqlalchemy import text

        found = self.types.session.execute(text(f"SELECT count(*) FROM {table}")).scalar()
        self.types.session.remove()
        return int(found)

    def _put(self, queue: str, group: str, message: str, body: str) -> None:
        if self.refused and self.refused in body:
            raise OSError("the queue does not answer")
        self.queue.append((queue, group, message, body))


@pytest.fixture
def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    package = f"evented_{next(_numbers)}"
    written(tmp_path, package, TYPES, f"{package}_types:session")
    sys.path.insert(0, str(tmp_path))
    made = Wire(package, monkeypatch)
    made.types.bind(tmp_path / "shop.db")
    yield made
    made.types.session.remove()
    made.types.session.get_bind().dispose()
    sys.path.remove(str(tmp_path))


def test_what_was_committed_is_sent_in_order_and_leaves_the_outbox(wire: Wire) -> None:
    for price in ("1.10", "1.100", "12345678901234567890.01"):
        wire.send(price)
    wire.types.session.commit()
    assert wire.rows("outbox_of_stock") == 3
    assert wire.module("relay").deliver() == 3
    assert wire.prices == ["1.10", "1.100", "12345678901234567890.01"]
    assert {(queue, group) for queue, group, *_ in wire.queue} == {("stock-events.fifo", "stock")}
    assert [json.loads(body)["id"] for *_, body in wire.queue] == [message for _, _, message, _ in wire.queue]
    assert (wire.rows("outbox_of_stock"), wire.module("relay").deliver()) == (0, 0)


def test_what_was_rolled_back_is_not_sent(wire: Wire) -> None:
    wire.send("1.10")
    wire.types.session.rollback()
    wire.send("2.20")
    wire.types.session.commit()
    wire.module("relay").deliver()
    assert wire.prices == ["2.20"]


def test_the_relay_is_woken_once_after_the_outer_commit(wire: Wire) -> None:
    with wire.types.session.begin_nested():
        wire.send("1.10")
        wire.send("2.20")
    assert wire.woken == []
    wire.types.session.commit()
    wire.types.session.commit()
    assert wire.woken == ["stock-relay"]


def test_a_relay_that_cannot_be_woken_fails_nobody(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_function: str) -> None:
        raise OSError("nobody there")

    monkeypatch.setattr(wire.module("outbox"), "wake", broken)
    wire.send("1.10")
    wire.types.session.commit()
    assert wire.rows("outbox_of_stock") == 1


def test_what_a_queue_does_not_take_waits_with_all_that_follows(wire: Wire) -> None:
    for price in ("1", "2", "3"):
        wire.send(price)
    wire.types.session.commit()
    wire.refused = '"price": "2"'
    with pytest.raises(OSError, match="does not answer"):
        wire.module("relay").deliver()
    assert (wire.prices, wire.rows("outbox_of_stock")) == (["1"], 3)
    wire.refused = ""
    wire.module("relay").deliver()
    assert wire.prices == ["1", "1", "2", "3"]


def test_a_value_that_does_not_fit_is_refused_before_it_is_written(wire: Wire) -> None:
    with pytest.raises(TypeError, match=r"shop:sold\(price\) should be Decimal, not float"):
        wire.module("outbox").send("shop:sold", price=1.1, day=DAY)


def test_an_event_that_no_queue_takes_is_refused(wire: Wire) -> None:
    with pytest.raises(TypeError, match="shop:sold is an event of 1000"):
        wire.send("1" * 1_000_000)


def bodies(wire: Wire, *prices: str) -> list[str]:
    """Messages as they come out of the queue."""
    for price in prices:
        wire.send(price)
    wire.types.session.commit()
    wire.module("relay").deliver()
    return [body for *_, body in wire.queue]


def test_values_arrive_equal(wire: Wire) -> None:
    assert wire.received(*bodies(wire, "1.10", "1.100")) == []
    assert wire.types.heard == [(Decimal("1.10"), DAY), (Decimal("1.100"), DAY)]
    assert [str(price) for price, _ in wire.types.heard] == ["1.10", "1.100"]


def test_a_message_that_comes_again_is_acknowledged_and_not_run(wire: Wire) -> None:
    (body,) = bodies(wire, "1.10")
    assert wire.received(body, body) == []
    assert wire.received(body) == []
    assert (len(wire.types.heard), wire.rows("done"), wire.rows("inbox_of_stock")) == (1, 1, 1)


def test_a_failing_message_is_undone_and_reported_with_what_its_sender_sent_later(wire: Wire) -> None:
    one, bad, later, other = bodies(wire, "1", "-1", "2", "3")
    assert wire.received(one, bad, later, other, senders="aaab") == [1, 2]
    assert ([int(price) for price, _ in wire.types.heard], wire.rows("done")) == ([1, 3], 2)
    assert wire.received(bad, senders="a") == [0]
    assert wire.received(later, senders="a") == []
    assert wire.rows("inbox_of_stock") == 3


@pytest.mark.parametrize("body", ["no json", "{}", '{"v": 2, "operation": "shop:sold", "id": "x", "arguments": {}}'])
def test_what_is_no_message_of_the_contract_fails(wire: Wire, body: str) -> None:
    assert wire.received(body) == [0]


def test_what_no_queue_can_hold_any_more_is_forgotten(wire: Wire) -> None:
    from sqlalchemy import text

    bodies_of = bodies(wire, "1", "2")
    wire.received(bodies_of[0])
    wire.types.session.execute(text("UPDATE inbox_of_stock SET handled_at = datetime('now', '-31 days')"))
    wire.types.session.commit()
    wire.module("inbox")._forget.cache_clear()
    wire.received(bodies_of[1])
    assert wire.rows("inbox_of_stock") == 1


DJANGO = """
import datetime
import json
import sys
from contextlib import nullcontext
from decimal import Decimal

import django
from django.conf import settings

settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}})
django.setup()
from django.db import connection, transaction

from djevents.wire import inbox, outbox, relay

queue, woken = [], []
relay.put = lambda *message: queue.append(message)
outbox.wake = woken.append


def send(price):
    outbox.send("shop:sold", price=Decimal(price), day=datetime.date(2026, 2, 28))


with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE done (price TEXT)")
with transaction.atomic():
    send("1.10")
    send("-1")
    before = list(woken)
try:
    with transaction.atomic():
        send("3")
        raise KeyError
except KeyError:
    pass
sent = relay.deliver()
records = [{"messageId": str(n), "body": body} for n, (*_, body) in enumerate(queue)]
failed = [inbox.received({"Records": records}, nullcontext) for _ in range(2)]
with connection.cursor() as cursor:
    cursor.execute("SELECT price FROM done")
    done = cursor.fetchall()
print(json.dumps([before, woken, sent, failed, done]))
"""
DJANGO_TYPES = """
from django.db import connection


def sold(price, day):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO done VALUES (%s)", [str(price)])
    if price < 0:
        raise ValueError("nobody pays that")
"""


def test_django_has_the_same_in_its_own_transactions(tmp_path: Path) -> None:
    pytest.importorskip("django")
    written(tmp_path, "djevents", DJANGO_TYPES, "")
    (tmp_path / "main.py").write_text(DJANGO)
    ended = subprocess.run(
        [sys.executable, tmp_path / "main.py", tmp_path / "shop.db"],
        env={"METRICS": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    before, woken, sent, failed, done = json.loads(ended.stdout)
    reported: dict[str, Any] = {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert (before, woken, sent, failed, done) == ([], ["stock-relay"], 2, [reported, reported], [["1.10"]])
