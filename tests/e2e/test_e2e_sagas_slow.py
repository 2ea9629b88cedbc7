"""Sagas of a split, both systems run: the same answers, and after a rollback the same rows once compensations are written."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_server import running_server
from shop_commands import refactor
from test_e2e_sagas import BACK, FORWARD, ORDERS, SETTINGS, STUB, ask, prepared

pytestmark = pytest.mark.slow

LITE = 'url = "sqlite:///{dir}/shop.db"'
WRITING_FIRST = ORDERS.replace(
    "        taken = take(sku, count)\n        session.add(Order(number=number, sku=sku, count=taken.count))\n",
    "        session.add(Order(number=number, sku=sku, count=count))\n        session.flush()\n"
    "        taken = take(sku, count)\n",
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    pytest.importorskip("pg8000")
    with running_server() as place:
        yield place


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def split(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """In a file, and on a server where the caller has written before it calls, each service with its own rights."""
    folder = tmp_path_factory.mktemp("saga")
    if request.param == "sqlite":
        return prepared(folder)
    url = f'url = "postgresql+pg8000://postgres@{request.getfixturevalue("server")}/{{side}}"'
    return prepared(folder, SETTINGS.replace(LITE, url), orders=WRITING_FIRST)


def written(stub: str) -> str:
    """The compensations as a person writes them: what was taken is put back."""
    head, found, tail = stub.partition("def undo_take")
    body = "    from shop.stock import put_back\n\n    put_back(sku, result.count)\n"
    return f"{head}{found}{tail.partition('    raise ')[0]}{body}"


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


@pytest.mark.parametrize(("service", "count"), [("orders", 5), ("stock", 5)])
def test_both_sides_hold_their_contract_by_themselves(split: tuple[Path, Path], service: str, count: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_contracts.py"],
        cwd=split[1] / "services" / service,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.splitlines()[-1].partition(" in ")[0]) == (0, f"{count} passed")
