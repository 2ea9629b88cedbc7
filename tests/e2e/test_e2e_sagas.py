"""A call that a person sent out of its transaction: the same answers, and a compensation where the caller rolls back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from shop_commands import refactor

sys.path.append(str(Path(__file__).parents[1] / "contract"))
from saga_shop import ORDERS, write_saga_shop

__all__ = ["ORDERS"]

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


def prepared(folder: Path, settings: str = SETTINGS, **changed: str) -> tuple[Path, Path]:
    """The shop below a folder, with its corpus, and its split."""
    monolith, out = folder / "typed", folder / "out"
    monolith.mkdir()
    write_saga_shop(monolith, **changed)
    (monolith / "refactor.toml").write_text(settings)
    (monolith / "requirements.txt").write_text("flask\nsqlalchemy\n")
    ask(monolith, FORWARD)
    ended = refactor("split", monolith, "-o", out, "-q")
    assert ended.returncode == 0, ended.stderr
    return monolith, out


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return prepared(tmp_path_factory.mktemp("saga"))


CALLER = """
import json, logging, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer

asked, broken = [], []

class Provider(BaseHTTPRequestHandler):
    def do_POST(self):
        asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        body = json.dumps({"result": {"count": asked[-1]["arguments"]["count"], "left": 0}}).encode()
        self.send_response(broken.pop() if broken else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

server = HTTPServer(("127.0.0.1", 0), Provider)
threading.Thread(target=server.serve_forever, daemon=True).start()
import os
os.environ["OPERATIONS_ENDPOINT"] = f"http://127.0.0.1:{server.server_port}"
logging.basicConfig(stream=sys.stderr)

import service_orders.app
from service_orders import compensations
from shop.stock import session, take

stub, undone = compensations.undo_take, []

def undo_take(sku, count, result):
    undone.append((sku, count, result.count))
    if sku == "odd":
        raise LookupError(sku)

compensations.undo_take = undo_take

def told():
    found, undone[:] = [sku for sku, _, _ in undone], []
    return found

print("commit", take("a", 1).count, session.commit(), session.rollback(), told())
take("a", 1), take("odd", 2), take("c", 3)
session.rollback()
print("rollback", undone == [("c", 3, 3), ("odd", 2, 2), ("a", 1, 1)], told())
session.rollback()
print("once", told())
take("a", 1)
session.remove()
print("left open", told())
take("a", 1)
with session.begin_nested():
    take("b", 1)
try:
    with session.begin_nested():
        take("c", 1)
        raise KeyError("c")
except KeyError as error:
    print("savepoint", error, told())
session.rollback()
print("around it", told())
asked.clear()
broken.append(500)
take("a", 1)
print("again", len(asked), len({each["id"] for each in asked}))
session.commit()
compensations.undo_take = stub
try:
    with session.begin():
        take("a", 1)
        raise KeyError("mine")
except KeyError as error:
    print("error", error)
"""

ANSWERING = """
import service_stock.app
from service_stock.wire.answering import answered
from shop.stock import Base, Bin, session

Base.metadata.create_all(session.get_bind())
session.add(Bin(sku="tea", count=5))
session.commit()

def ask(key, count):
    envelope = {"v": 1, "operation": "shop.stock:take", "arguments": {"sku": "tea", "count": count}, "id": key}
    return answered(envelope), session.get(Bin, "tea").count, session.remove()

print([ask("one", 2)[:2], ask("one", 2)[:2], ask("two", 9)[:2], ask("two", 1)[:2]])
"""


def run_in(out: Path, service: str, script: str, folder: Path) -> tuple[list[str], str]:
    """What a script says and logs in a service's process."""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ
        | {"PYTHONPATH": str(out / "services" / service / "src"), "DATABASE_URL": f"sqlite:///{folder / 'own.db'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines(), ended.stderr


def test_compensations_run_once_in_reverse_and_an_error_goes_on(split: tuple[Path, Path], tmp_path: Path) -> None:
    said, logged = run_in(split[1], "orders", CALLER, tmp_path)
    assert said == [
        "commit 1 None None []",
        "rollback True ['c', 'odd', 'a']",
        "once []",
        "left open ['a']",
        "savepoint 'c' ['c']",
        "around it ['b', 'a']",
        "again 2 1",
        "error 'mine'",
    ]
    assert "LookupError: odd" in logged
    assert (
        "CompensationMissingError: src/service_orders/compensations.py: undo_take is not written, so "
        "shop.stock:take is not undone" in logged
    )
    assert '"arguments": {"sku": "odd", "count": 2}, "result": {"count": 2, "left": 0}}' in logged


def test_a_call_that_comes_twice_is_done_once(split: tuple[Path, Path], tmp_path: Path) -> None:
    said, _ = run_in(split[1], "stock", ANSWERING, tmp_path)
    done = {"result": {"count": 2, "left": 3}}
    refused = {"failure": {"type": "shop.stock:NoGoods", "args": ["no tea"], "state": {}}}
    assert said == [str([(done, 3), (done, 3), (refused, 3), ({"result": {"count": 1, "left": 2}}, 2)])]
