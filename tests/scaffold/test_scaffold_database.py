"""Who may touch which table, and the scripts that say so to a database."""

import json
import re

import sqlglot
from database_shop import DOLLARS, FORMAT, HOSTILE, LINES, QUOTES, at, database, piece
from scaffold_shop import templates

from refactor.model.program import Edge
from refactor.model.schemas import Database, ForeignKey, Grant, login_role, owner_role, schema_name
from refactor.scaffold.database import database_files
from refactor.scaffold.pages import Pages


def granted(made: Database, service: str) -> dict[str, str]:
    (schema,) = (schema for schema in made.schemas if schema.service == service)
    return {grant.table: grant.mode for grant in schema.grants}


def files(made: Database | None = None) -> dict[str, str]:
    return database_files(made or database(), Pages(templates()))


# -- the matrix ----------------------------------------------------------------------------------------------------


def test_a_service_has_its_own_tables_and_what_its_processes_touch() -> None:
    made = database()
    assert granted(made, "order-desk") == {
        QUOTES: "readwrite",
        DOLLARS: "readwrite",
        "sessions": "readwrite",
        LINES: "readwrite",
    }
    assert granted(made, "public") == {
        FORMAT: "readwrite",
        LINES: "readwrite",
        QUOTES: "read",
        DOLLARS: "read",
        "sessions": "read",
        "alembic_version": "read",
    }
    assert granted(made, "fallback") == {"sessions": "read"}


def test_what_comes_with_every_row_is_read_with_it() -> None:
    (grant,) = (
        one
        for schema in database().schemas
        for one in schema.grants
        if (schema.service, one.table) == ("public", DOLLARS)
    )
    assert grant == Grant(DOLLARS, "read", "mono.a:Order", at(6))


def test_code_that_lives_elsewhere_touches_nothing_here() -> None:
    proxied = (piece("order-desk", "mono.a:take", away=("mono.b:tell",)), piece("public", "mono.b:send", "mono.b:tell"))
    assert LINES not in granted(database(slices=proxied), "order-desk")


def test_code_that_nothing_runs_touches_nothing() -> None:
    held = (piece("order-desk", "mono.a:take"), piece("public", "mono.b:send", "mono.b:never"))
    assert granted(database(slices=held), "public")["sessions"] == "read"


def test_what_another_service_answers_is_registered_here_and_runs_there() -> None:
    held = (piece("order-desk", "mono.a:take", "mono.b:send"), piece("public", "mono.b:send"))
    registered = Edge("mono:create_app", "mono.b:send", "hook", at(2))
    assert FORMAT not in granted(database(registered, slices=held), "order-desk")
    called = Edge("mono.a:take", "mono.b:send", "call", at(2))
    assert granted(database(called, slices=held), "order-desk")[FORMAT] == "readwrite"


def test_a_writer_of_a_class_writes_what_holds_half_of_its_rows() -> None:
    more = Edge("mono.a:Order", f"table:{FORMAT}", "write", at(40))
    assert granted(database(more), "order-desk")[FORMAT] == "readwrite"


def test_what_the_code_does_not_say_is_listed_and_never_granted() -> None:
    made = database()
    assert [(each.kind, each.subject) for each in made.undecided] == [
        ("sequence", "numbers"),
        ("sql", "mono.b:send: db.execute(text)"),
        ("unowned", "outbox"),
    ]
    assert made.undecided[1].why.endswith("it runs in public")
    assert made.bookkeeping == ("alembic_version",)
    assert not {"outbox"} & {grant.table for schema in made.schemas for grant in schema.grants}


def test_foreign_keys_between_services_and_no_others() -> None:
    assert database().foreign_keys == (ForeignKey(FORMAT, "order", QUOTES, "id", "public", "order-desk"),)


def test_no_name_is_one_of_postgresqls_or_of_another_service() -> None:
    names = ["public", "pg-catalog", "information-schema", "refactor-rollout", "orders"]
    assert [schema_name(name) for name in names] == [
        "service_public",
        "service_pg_catalog",
        "service_information_schema",
        "service_refactor_rollout",
        "orders",
    ]
    long = [login_role(f"{'very-long-' * 9}{ending}") for ending in "ab"]
    assert (len(long[0]), len(set(long))) == (63, 2)
    assert owner_role("order-desk") == "owner_order_desk"


def test_a_table_made_for_a_service_never_hides_one_of_the_applications() -> None:
    assert {schema.outbox for schema in database().schemas if schema.owner} == {"service_outbox"}
    assert {schema.inbox for schema in database().schemas if schema.owner} == {"inbox"}


# -- the scripts ---------------------------------------------------------------------------------------------------


def test_file_order_is_script_order_and_each_has_a_way_back() -> None:
    made = files()
    matrix = json.loads(made["database/matrix.json"])
    assert matrix["expand"] == sorted(matrix["expand"]) == [
        "1000_roles", "2000_search_path", "3001_tables_public", "3002_tables_order_desk", "4001_outbox_public",
        "4002_outbox_order_desk", "5001_grants_public", "5002_grants_order_desk", "5003_grants_fallback",
    ]  # fmt: skip
    assert matrix["contract"] == ["8000_foreign_keys", "9000_close"]
    scripts = {path for path in made if path.startswith(("database/expand/", "database/contract/"))}
    assert {path.rpartition("/")[2] for path in scripts} == {
        path.rpartition("/")[2] for path in made if path.startswith("database/rollback/")
    }


def test_the_grants_of_a_service() -> None:
    text = files()["database/expand/5003_grants_fallback.sql"]
    assert text.splitlines()[:14] == [
        "-- expand/5003_grants_fallback.sql: what fallback may touch, and nothing else",
        "-- Apply it again whenever the plan changed.",
        "-- Undone by rollback/5003_grants_fallback.sql. May be applied twice.",
        "BEGIN;",
        "SET LOCAL lock_timeout = '5s';",
        "SET LOCAL client_min_messages = 'warning';",
        "",
        "-- From nothing, so that what an earlier plan allowed does not stay.",
        'REVOKE ALL ON ALL TABLES IN SCHEMA "service_public" FROM "svc_fallback";',
        'REVOKE ALL ON ALL SEQUENCES IN SCHEMA "service_public" FROM "svc_fallback";',
        'REVOKE ALL ON SCHEMA "service_public" FROM "svc_fallback";',
        'REVOKE ALL ON ALL TABLES IN SCHEMA "order_desk" FROM "svc_fallback";',
        'REVOKE ALL ON ALL SEQUENCES IN SCHEMA "order_desk" FROM "svc_fallback";',
        'REVOKE ALL ON SCHEMA "order_desk" FROM "svc_fallback";',
    ]
    assert text.splitlines()[14:32] == [
        "DO $step6$",
        "BEGIN",
        """  IF to_regclass('"public"."alembic_version"') IS NOT NULL THEN""",
        '    REVOKE ALL ON TABLE "public"."alembic_version" FROM "svc_fallback";',
        "  END IF;",
        "END",
        "$step6$;",
        "",
        'GRANT USAGE ON SCHEMA "order_desk" TO "svc_fallback";',
        "",
        "-- sessions: mono.a:hook reads it (mono/a.py:3)",
        "DO $step6$",
        "BEGIN",
        """  IF to_regclass('"order_desk"."sessions"') IS NULL THEN""",
        """    RAISE WARNING 'there is no table %, nothing is granted', '"order_desk"."sessions"';""",
        "  ELSE",
        '    GRANT SELECT ON TABLE "order_desk"."sessions" TO "svc_fallback";',
        "  END IF;",
    ]


def test_names_of_the_application_stay_inside_their_quotes() -> None:
    move = files()["database/expand/3002_tables_order_desk.sql"]
    assert """ALTER TABLE IF EXISTS "public"."o""rd'ers""; DROP TABLE x; --" SET SCHEMA "order_desk";""" in move
    assert """'"order_desk"."o""rd''ers""; DROP TABLE x; --"'""" in move
    for path, text in files().items():
        if path.endswith(".sql"):
            assert _without_quoted(text).count("DROP TABLE x") == 0, path


def _without_quoted(text: str) -> str:
    """The script without comments, identifiers and texts: what is left is our own."""
    return re.sub(r"--[^\n]*|\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'", "", text)


def test_scripts_are_statements_that_a_parser_of_postgresql_reads() -> None:
    for path, text in files().items():
        if path.endswith(".sql"):
            plain = re.sub(r"DO (\$\w+\$)\n.*?\n\1;", "", text, flags=re.S)
            for statement in sqlglot.parse(plain, dialect="postgres"):
                assert statement is None or statement.sql(), path


def test_no_file_where_no_service_owns_a_table() -> None:
    assert files(Database()) == {}


def test_the_page_tells_everything_in_words() -> None:
    page = files()["database/README.md"]
    for words in ("svc_order_desk", "alembic_version", "mono.b:send: db.execute(text)", "8000_foreign_keys"):
        assert words in page
    assert all(len(line.splitlines()) <= 1 for line in page.split("\n"))
    assert not any(name in page for name in HOSTILE if "\n" in name)
