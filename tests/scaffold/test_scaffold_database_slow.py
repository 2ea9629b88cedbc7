"""The scripts for tables with the worst names there are, on a real PostgreSQL."""

from collections.abc import Iterator
from typing import Any

import pytest
from database_shop import DOLLARS, FORMAT, LINES, QUOTES, database
from postgres_server import running_server
from scaffold_shop import templates

from refactor.scaffold.database import database_files
from refactor.scaffold.escape import ident
from refactor.scaffold.pages import Pages

pytestmark = pytest.mark.slow
TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information|refactor)' ORDER BY 1, 2"


@pytest.fixture
def connection() -> Iterator[Any]:
    driver = pytest.importorskip("pg8000.native")
    with running_server() as place:
        host, port = place.split(":")
        with driver.Connection("postgres", host=host, port=int(port), database="postgres") as opened:
            yield opened


def test_hostile_names_move_are_granted_and_come_back(connection: Any) -> None:
    names = sorted((QUOTES, DOLLARS, FORMAT, LINES, "sessions", "outbox", "x", "alembic_version"))
    for name in (QUOTES, *(name for name in names if name != QUOTES)):
        key = f"REFERENCES {ident(QUOTES)} (id)" if name == FORMAT else ""
        connection.run(f'CREATE TABLE {ident(name)} (id serial PRIMARY KEY, "order" int {key})')
    before = connection.run(TABLES)
    assert sorted(name for _, name in before) == names
    made = database_files(database(), Pages(templates()))
    expand, contract = (
        sorted(path for path in made if path.startswith(f"database/{phase}/")) for phase in ("expand", "contract")
    )
    for path in [*expand, *expand, *contract, *contract]:
        connection.run(made[path])
    assert connection.run(made["database/check.sql"]) == []
    assert {tuple(row) for row in connection.run(TABLES)} == {
        ("public", "alembic_version"),
        ("public", "outbox"),
        ("public", "x"),
        ("service_public", FORMAT),
        ("service_public", LINES),
        ("service_public", "service_outbox"),
        ("service_public", "inbox"),
        ("order_desk", QUOTES),
        ("order_desk", DOLLARS),
        ("order_desk", "sessions"),
        ("order_desk", "service_outbox"),
        ("order_desk", "inbox"),
    }
    told = [what for what, _ in connection.run(made["database/inventory.sql"])]
    assert told == ["table that no service owns"] * 3
    for path in reversed(expand + contract):
        connection.run(made["database/rollback/" + path.rpartition("/")[2]])
    assert connection.run(TABLES) == before
    assert connection.run("SELECT rolname FROM pg_roles WHERE rolname ~ '^(owner|svc)_'") == []
