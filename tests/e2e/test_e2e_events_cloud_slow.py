"""Events between deployed services: outbox, relay, FIFO queue and inbox in an emulator that enforces roles."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from emulated_cloud import Cloud, copied, until
from events_shop import prepared

pytestmark = pytest.mark.slow
PREFIX = "test-"


@pytest.fixture(scope="module")
def deployed(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Both services behind one HTTP API, with one database; the id of the API, and the file."""
    folder = tmp_path_factory.mktemp("told")
    monolith, out = prepared(folder)
    database = f"sqlite:///{folder}/shop.db"
    make = "import shop, shop.db; shop.create_app(); shop.db.make()"
    environment = {**os.environ, "DATABASE_URL": database}
    subprocess.run([sys.executable, "-c", make], cwd=monolith, env=environment, check=True)
    api = cloud.api("told")
    for name in ("stock", "orders"):
        service = copied(out, name, folder, database=database)
        cloud.build(service)
        cloud.deploy(service, HttpApiId=api, OperationsPrefix=PREFIX)
    yield api, folder / "shop.db"


def test_what_is_committed_arrives_and_what_is_rolled_back_does_not(cloud: Cloud, deployed: tuple[str, Path]) -> None:
    api, database = deployed
    assert cloud.ask(api, "/items/tea/20", "POST")[0] == 201
    assert cloud.ask(api, "/orders/tea/10/9.99", "POST")[0] == 409
    assert cloud.ask(api, "/orders/tea/3/1.10", "POST")[0] == 201

    def shown() -> Any:
        found = json.loads(cloud.ask(api, "/items/tea")[1])
        return found if found["moves"] else None

    assert until(shown) == {"count": 17, "moves": [[3, "1.10", "2026-01-03"]]}
    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("SELECT count(*) FROM outbox_of_orders").fetchone() == (0,)
        assert opened.execute("SELECT operation FROM inbox_of_stock").fetchall() == [("shop.stock:sold",)]
