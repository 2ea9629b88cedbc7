"""Calls between services on PostgreSQL, each signed in as itself: who asks has no right to the rows behind the answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_server import running_server
from shop_commands import refactor
from test_e2e_wire import SETTINGS, prepared

pytestmark = pytest.mark.slow

LITE = 'url = "sqlite:///{dir}/shop.db"'


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    pytest.importorskip("pg8000")
    with running_server() as place:
        yield place


def test_services_with_their_own_rights_answer_alike(server: str, tmp_path: Path) -> None:
    url = f'url = "postgresql+pg8000://postgres@{server}/{{side}}"'
    monolith, out = prepared(tmp_path, SETTINGS.replace(LITE, url))
    ended = refactor("verify", out, "--against", monolith)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "7 requests, 0 divergences" in ended.stdout


def test_whoever_reads_others_rows_himself_is_refused(server: str, tmp_path: Path) -> None:
    url = f'url = "postgresql+pg8000://postgres@{server}/{{side}}"'
    monolith, out = prepared(tmp_path, SETTINGS.replace(LITE, url))
    proxy, original = out / "services/orders/src/shop/stock.py", monolith / "shop/stock.py"
    proxy.write_text(original.read_text())
    ended = refactor("verify", out, "--against", monolith)
    assert ended.returncode == 1, ended.stdout
    assert "GET /orders/tea" in ended.stdout
