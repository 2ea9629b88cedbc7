"""The database of a split on a real PostgreSQL: what is granted works, everything else is refused, and there is a way back."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from postgres_server import running_server
from shop_commands import SAMPLE, Workspace

pytestmark = pytest.mark.slow

RIGHTS = {"read": {"SELECT"}, "readwrite": {"SELECT", "INSERT", "UPDATE", "DELETE"}}
ALL_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
DENIED = "42501"


class Base:
    """A database of its own on a server: an administrator without superuser's rights, and the monolith's role."""

    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name
        self.ask("postgres", f'CREATE DATABASE "{name}" OWNER administrator', "postgres")
        self.ask("postgres", "GRANT CREATE ON SCHEMA public TO monolith")

    def url(self, user: str) -> str:
        return f"postgresql+pg8000://{user}@{self.server}/{self.name}"

    def ask(self, user: str, sql: str, database: str = "") -> list[list[Any]]:
        """The rows of the last statement; each call has a connection of its own, as it would be after a restart."""
        import pg8000.native

        host, port = self.server.split(":")
        with pg8000.native.Connection(user, host=host, port=int(port), database=database or self.name) as connection:
            return list(connection.run(sql) or [])

    def refusal(self, user: str, sql: str) -> str:
        """The code of the error that a statement ends with; "" when it works. Nothing of it stays."""
        import pg8000.native

        try:
            self.ask(user, f"BEGIN; {sql}; ROLLBACK")
        except pg8000.native.DatabaseError as error:
            return str(error.args[0]["C"])
        return ""

    def run(self, *scripts: Path) -> None:
        for script in scripts:
            self.ask("administrator", script.read_text("utf-8"))

    def placed(self) -> dict[str, tuple[str, str]]:
        """Table -> (schema, owner), of the application's tables."""
        rows = self.ask(
            "postgres",
            "SELECT tablename, schemaname, tableowner FROM pg_tables WHERE schemaname NOT IN "
            "('pg_catalog', 'information_schema', 'refactor_rollout') AND tablename NOT IN ('outbox', 'inbox')",
        )
        return {table: (schema, owner) for table, schema, owner in rows}

    def settings(self) -> list[list[Any]]:
        """Everything that roles and databases were given: settings, memberships, rights on tables and schemas."""
        return self.ask(
            "postgres",
            "SELECT 'setting', coalesce(setrole::regrole::text, ''), setconfig::text FROM pg_db_role_setting UNION ALL "
            "SELECT 'member', roleid::regrole::text, member::regrole::text FROM pg_auth_members "
            "WHERE roleid::regrole::text !~ '^pg_' UNION ALL "
            "SELECT 'table', relname, aclexplode(coalesce(relacl, acldefault(relkind, relowner)))::text FROM "
            "(SELECT relname, relacl, relowner, CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\" AS relkind FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')) AS classes UNION ALL "
            "SELECT 'role', rolname, '' FROM pg_roles UNION ALL "
            "SELECT 'schema', nspname, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1, 2, 3",
        )


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    pytest.importorskip("pg8000")
    with running_server() as place:
        yield place


@pytest.fixture(scope="module")
def bases(server: str) -> Iterator[Any]:
    """Makes databases; the roles are the server's."""
    numbers = itertools.count(1)
    first = object.__new__(Base)
    first.server, first.name = server, "postgres"
    first.ask("postgres", "CREATE ROLE administrator LOGIN CREATEROLE CREATEDB; CREATE ROLE monolith LOGIN")
    first.ask("postgres", "GRANT monolith TO administrator WITH ADMIN OPTION")
    yield lambda: Base(server, f"shop {next(numbers)}")


@pytest.fixture
def shop(bases: Any, split_shop: Workspace) -> Iterator[Base]:
    """The sample's database as its own command seeds it, before any script ran; no role of a split is left afterwards."""
    base = bases()
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": base.url("monolith").replace(" ", "%20")}
    command = [sys.executable, "-m", "flask", "--app", "shop", "seed"]
    subprocess.run(command, cwd=split_shop.monolith, env=environment, check=True, capture_output=True)
    yield base
    base.ask("postgres", f'DROP DATABASE "{base.name}" WITH (FORCE)', "postgres")
    left = base.ask("postgres", "SELECT rolname FROM pg_roles WHERE rolname ~ '^(owner|svc)_'", "postgres")
    for (role,) in left:
        base.ask("postgres", f'DROP ROLE "{role}"', "postgres")


def scripts(out: Path, phase: str) -> list[Path]:
    found = sorted((out / "database" / phase).glob("*.sql"))
    assert found
    return found


def matrix(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "database/matrix.json").read_text("utf-8")))


def undone(out: Path, phase: str) -> list[Path]:
    """The rollback scripts of a phase, backwards."""
    return [out / "database/rollback" / script.name for script in reversed(scripts(out, phase))]


def test_rights_are_the_plans_matrix_and_nothing_else(shop: Base, split_shop: Workspace) -> None:
    shop.run(*scripts(split_shop.out, "expand"))
    shop.run(*scripts(split_shop.out, "expand"))
    planned = matrix(split_shop.out)
    expected = {
        (one["login"], planned["owners"][table], table, right)
        for one in planned["services"].values()
        for table, mode in one["tables"].items()
        for right in RIGHTS[mode]
    }
    expected |= {
        (one["login"], one["schema"], table, right)
        for one in planned["services"].values()
        for table in one["made"]
        for right in RIGHTS["readwrite"]
    }
    logins = ", ".join(f"('{one['login']}')" for one in planned["services"].values())
    rights = ", ".join(f"('{right}')" for right in ALL_RIGHTS)
    rows = shop.ask(
        "postgres",
        f"SELECT login, schemaname, tablename, kind FROM (VALUES {logins}) AS a (login), pg_tables, (VALUES {rights}) "
        "AS b (kind) WHERE schemaname !~ '^(pg_|information_schema)' AND has_schema_privilege(login, schemaname, 'USAGE') "
        "AND has_table_privilege(login, format('%I.%I', schemaname, tablename), kind)",
    )
    assert {tuple(row) for row in rows} == expected
    assert shop.ask("administrator", (split_shop.out / "database/check.sql").read_text()) == []


def test_check_tells_every_right_too_many_and_too_few(shop: Base, split_shop: Workspace) -> None:
    shop.run(*scripts(split_shop.out, "expand"))
    shop.ask(
        "administrator",
        "GRANT DELETE ON catalogue.prices TO svc_customers; GRANT USAGE ON SCHEMA catalogue TO svc_customers",
    )
    shop.ask("administrator", "REVOKE UPDATE ON customers.addresses FROM svc_checkout")
    assert shop.ask("administrator", (split_shop.out / "database/check.sql").read_text()) == [
        ["svc_checkout", '"customers"."addresses"', "UPDATE", False, True],
        ["svc_customers", '"catalogue"."prices"', "DELETE", True, False],
    ]


def test_what_is_granted_works_under_its_old_name_and_everything_else_is_refused(
    shop: Base, split_shop: Workspace
) -> None:
    shop.run(*scripts(split_shop.out, "expand"))
    planned = matrix(split_shop.out)
    refused = 0
    for one in planned["services"].values():
        for table, owner in planned["owners"].items():
            mode = one["tables"].get(table)
            name = f'"{table}"' if mode else f'"{planned["services"][owner]["schema"]}"."{table}"'
            reading, writing = (
                shop.refusal(one["login"], statement)
                for statement in (f"SELECT * FROM {name}", f"DELETE FROM {name} WHERE false")
            )
            assert (reading, writing) == {
                None: (DENIED, DENIED), "read": ("", DENIED), "readwrite": ("", ""),
            }[mode], (one["login"], table)  # fmt: skip
            refused += mode is None
        assert shop.refusal(one["login"], "CREATE TABLE public.mine (id int)") == DENIED
        assert shop.refusal(one["login"], "SELECT * FROM refactor_rollout.steps") == DENIED
    assert refused > 40


def test_a_service_adds_rows_and_a_key_into_another_service_still_holds(shop: Base, split_shop: Workspace) -> None:
    shop.run(*scripts(split_shop.out, "expand"))
    assert shop.refusal("svc_customers", "INSERT INTO login_sessions VALUES ('t', 1, now())") == ""
    assert shop.refusal("svc_customers", "INSERT INTO login_sessions VALUES ('t', 999999, now())") == "23503"
    assert shop.refusal("svc_checkout", "UPDATE order_lines SET product_id = 999999") == "23503"
    assert shop.refusal("svc_checkout", "SELECT nextval('checkout.orders_id_seq')") == ""
    assert shop.refusal("svc_customers", "SELECT nextval('checkout.order_lines_id_seq')") == DENIED


def test_grants_may_be_applied_anew_by_themselves(shop: Base, split_shop: Workspace) -> None:
    shop.run(*scripts(split_shop.out, "expand"))
    shop.ask("administrator", "GRANT ALL ON checkout.shipments TO svc_admin")
    shop.run(*(script for script in scripts(split_shop.out, "expand") if "_grants_" in script.name))
    assert shop.ask("administrator", (split_shop.out / "database/check.sql").read_text()) == []
    assert shop.refusal("svc_customers", "INSERT INTO outbox (message_id, queue, body) VALUES ('m', 'q', '')") == ""


def test_the_monolith_goes_on_during_expand(shop: Base, split_shop: Workspace) -> None:
    for script in scripts(split_shop.out, "expand"):
        shop.run(script)
        assert shop.refusal("monolith", "UPDATE orders SET status = status; SELECT * FROM coupons") == "", script.name
    assert shop.refusal("monolith", "ALTER TABLE orders ADD COLUMN note text; CREATE TABLE new_one (id int)") == ""


def test_there_is_a_way_back_and_forth_again(shop: Base, split_shop: Workspace) -> None:
    placed, settings = shop.placed(), shop.settings()
    assert set(placed.values()) == {("public", "monolith")}
    rows = shop.ask("monolith", "SELECT * FROM orders ORDER BY id")
    expand, back = scripts(split_shop.out, "expand"), undone(split_shop.out, "expand")
    shop.run(*expand)
    owners = matrix(split_shop.out)["owners"]
    moved = shop.placed()
    assert {table: schema for table, (schema, _) in moved.items()} == owners
    assert {owner for _, owner in moved.values()} == {f"owner_{service}" for service in owners.values()}
    shop.run(*back)
    assert (shop.placed(), shop.settings()) == (placed, settings)
    shop.run(*expand, *expand)
    assert shop.placed() == moved
    assert shop.ask("monolith", "SELECT * FROM orders ORDER BY id") == rows
    for script in back:
        shop.run(script)
        assert shop.refusal("monolith", "UPDATE orders SET status = status") == "", script.name
    assert (shop.placed(), shop.settings()) == (placed, settings)


def test_contract_takes_the_keys_and_the_monolith_away_and_gives_them_back(shop: Base, split_shop: Workspace) -> None:
    listed = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
    )
    shop.run(*scripts(split_shop.out, "expand"))
    before = sorted(shop.ask("postgres", listed))
    across = {
        name
        for what, name in shop.ask("administrator", (split_shop.out / "database/inventory.sql").read_text())
        if "key" in what
    }
    shop.run(*scripts(split_shop.out, "contract"))
    shop.run(*scripts(split_shop.out, "contract"))
    after = sorted(shop.ask("postgres", listed))
    assert len(across) == 2 == len(before) - len(after)
    assert shop.refusal("monolith", "SELECT * FROM checkout.orders") == DENIED
    assert shop.refusal("svc_checkout", "UPDATE order_lines SET product_id = 999999") == ""
    shop.run(*undone(split_shop.out, "contract"))
    assert sorted(shop.ask("postgres", listed)) == before
    assert shop.refusal("monolith", "SELECT * FROM orders") == ""


def test_messages_that_nobody_sent_are_not_thrown_away(shop: Base, split_shop: Workspace) -> None:
    shop.run(*scripts(split_shop.out, "expand"))
    shop.ask("svc_checkout", "INSERT INTO outbox (message_id, queue, body) VALUES ('m1', 'q', '{}')")
    assert shop.refusal("svc_customers", "SELECT * FROM checkout.outbox") == DENIED
    back = split_shop.out / "database/rollback"
    (script,) = back.glob("*_outbox_checkout.sql")
    with pytest.raises(Exception, match="1 messages were never sent"):
        shop.run(script)
    waiting = "SELECT queue, body FROM outbox ORDER BY position LIMIT 25 FOR UPDATE SKIP LOCKED"
    assert shop.ask("svc_checkout", waiting) == [["q", "{}"]]
    shop.ask("svc_checkout", "DELETE FROM outbox")
    shop.run(script)
    shop.ask("svc_customers", "INSERT INTO inbox (message_id, operation) VALUES ('m1', 'label')")
    again = "INSERT INTO inbox (message_id, operation) VALUES ('m1', 'label')"
    assert shop.refusal("svc_customers", again) == "23505"


def test_all_requests_answer_alike_with_the_grants_on(server: str, split_shop: Workspace) -> None:
    settings = split_shop.monolith / "refactor.toml"
    before = settings.read_text("utf-8")
    lines = [
        f'url = "postgresql+pg8000://postgres@{server}/{{side}}"' if line.startswith("url = ") else line
        for line in before.splitlines()
    ]
    settings.write_text("\n".join(lines) + "\n", "utf-8")
    try:
        ended, replay = split_shop.verify(SAMPLE / "requests.json", "moved-out")
    finally:
        settings.write_text(before, "utf-8")
    assert (ended.returncode, replay["divergences"]) == (0, []), ended.stdout
    assert replay["coverage"]["uncovered"] == ["http:GET /static/{filename+}"]


def test_nothing_is_left_on_the_server(server: str) -> None:
    base = object.__new__(Base)
    base.server, base.name = server, "postgres"
    assert base.ask("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'refactor%'") == []
    assert base.ask("postgres", "SELECT rolname FROM pg_roles WHERE rolname ~ '^(owner|svc)_'") == []
