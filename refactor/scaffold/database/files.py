"""A ``Database`` as SQL scripts and the page that says in which order they run.

Comes in: a database and templates. Goes out: files below ``database/``. Must not: write a name unquoted, or grant more than
the matrix has.

``expand/`` changes nothing that anybody sees, ``contract/`` takes away what only the monolith needed; ``rollback/`` has a
file of the same name for each. Numbers are four digits, the first of them the phase, so that file order is script order.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from refactor.model.schemas import PUBLIC, Database, Grant, Schema
from refactor.scaffold.escape import ident
from refactor.scaffold.pages import Pages

FOLDER = "database"
RIGHTS = {"read": ("SELECT",), "readwrite": ("SELECT", "INSERT", "UPDATE", "DELETE")}
"""What a mode is in SQL: a writer reads, as WHERE and RETURNING do; nobody may TRUNCATE, refer or set triggers."""
MATRIX_VERSION = 1
Rendered = tuple[str, str]


class Step(Struct, frozen=True):
    """One script. ``name`` is that of its file; ``back`` its rollback, "" for what changes nothing."""

    folder: str
    name: str
    title: str
    template: str
    notes: tuple[str, ...] = ()
    schema: Schema | None = None

    @property
    def path(self) -> str:
        """Its file below the folder of the database."""
        return f"{self.folder}/{self.name}.sql" if self.folder else f"{self.name}.sql"

    @property
    def back(self) -> str:
        """The file that undoes it."""
        return f"rollback/{self.name}.sql" if self.folder in ("expand", "contract") else ""


def database_files(database: Database, pages: Pages) -> dict[str, str]:
    """All files by path below the split's folder; none where no service owns a table."""
    if not database.homes:
        return {}
    shared = _shared(database)
    files = {f"{FOLDER}/{path}": text for path, text in _scripts(database, shared, pages)}
    steps = [step for step in steps_of(database) if step.folder]
    return {
        **files,
        f"{FOLDER}/matrix.json": _matrix(database, steps),
        f"{FOLDER}/README.md": pages.render("database/README.md.j2", **shared, database=database, steps=steps),
    }


def steps_of(database: Database) -> tuple[Step, ...]:
    """The scripts in their order: expand, contract, then those that only ask."""
    owning = [schema for schema in database.schemas if schema.owner]
    return (
        Step("expand", "1000_roles", "a schema, an owner and a login role for each service", "roles"),
        Step("expand", "2000_search_path", "who looks in which schemas for a table", "paths", _PATHS),
        *_each(3000, "tables", "moves to its schema what {} owns", "tables", owning, _TABLES),
        *_each(4000, "outbox", "messages that leave {}, and those it has handled", "outbox", owning),
        *_each(5000, "grants", "what {} may touch, and nothing else", "grants", database.schemas, _GRANTS),
        *_keys(database),
        Step("contract", "9000_close", "the monolith's role loses all tables", "close", _CLOSE),
        Step("", "check", "every difference between what is granted and what the plan says", "check", _CHECK),
        Step("", "inventory", "what the plan does not know of", "inventory"),
    )


_PATHS = (
    "A connection that is open keeps its search path: restart the monolith (or its pool) before the next script.",
    "A role with a search_path of its own does not follow the database's: see inventory.sql.",
)
_TABLES = (
    "Indexes, constraints, triggers and the sequences of columns move along; names in the code stay as they are.",
)
_GRANTS = ("Apply it again whenever the plan changed.",)
_CLOSE = ("When no request reaches the monolith any more. Its migrations cannot change tables afterwards.",)
_CHECK = ("No row is the answer that is wanted. Run it after every change of grants, and in CI.",)
_KEYS = (
    "When both sides no longer rely on it: the services check what they refer to themselves, and handle what is deleted.",
    "ON DELETE of these keys ends with them.",
)


def _each(
    first: int, name: str, title: str, template: str, schemas: Iterable[Schema], notes: tuple[str, ...] = ()
) -> Iterator[Step]:
    for number, schema in enumerate(schemas, first + 1):
        slug = schema.login.removeprefix("svc_")
        yield Step("expand", f"{number}_{name}_{slug}", title.format(schema.service), template, notes, schema)


def _keys(database: Database) -> Iterator[Step]:
    if database.foreign_keys:
        yield Step("contract", "8000_foreign_keys", "foreign keys between services are dropped", "keys", _KEYS)


def _shared(database: Database) -> dict[str, Any]:
    """What every template may ask for."""
    homes = database.homes
    return {
        "schemas": database.schemas,
        "public": PUBLIC,
        "rights": RIGHTS,
        "why": why,
        "everywhere": "".join(f", {ident(schema.name)}" for schema in database.schemas if schema.name),
        "searched": [(schema, _path_of(schema, database)) for schema in database.schemas],
        "keys": database.foreign_keys,
        "bookkeeping": database.bookkeeping,
        "pairs": sorted({(_place(homes, key.table), _place(homes, key.target)) for key in database.foreign_keys}),
        "rows": list(_rows(database)),
        "tag": _tag(database),
    }


def _scripts(database: Database, shared: dict[str, Any], pages: Pages) -> Iterator[Rendered]:
    for step in steps_of(database):
        values = shared | {"step": step} | _of_schema(step.schema, database)
        yield step.path, pages.render(f"database/{step.template}.sql.j2", **values)
        if step.back:
            undone = Step("rollback", step.name, f"undoes {step.path}", f"{step.template}_back")
            yield step.back, pages.render(f"database/{undone.template}.sql.j2", **values | {"step": undone})


def _of_schema(schema: Schema | None, database: Database) -> dict[str, Any]:
    if schema is None:
        return {}
    granted = [(_home(grant.table, database), grant) for grant in _grantable(schema, database)]
    granted += [(schema.name, Grant(made, "readwrite")) for made in schema.made]
    used = sorted(({home for home, _ in granted} | {schema.name, *_seen(schema, database)}) - {"", PUBLIC})
    return {"schema": schema, "granted": granted, "used": used}


def _grantable(schema: Schema, database: Database) -> Iterator[Grant]:
    """Its grants on tables that somebody owns or a tool keeps; the others are listed as undecided."""
    return (grant for grant in schema.grants if grant.table in database.homes or grant.table in database.bookkeeping)


def _seen(schema: Schema, database: Database) -> set[str]:
    """Schemas in which it must find tables that it has no right to."""
    return {_home(table, database) for table in schema.sees}


def _home(table: str, database: Database) -> str:
    """The schema in which a table stands afterwards."""
    return database.homes[table].name if table in database.homes else PUBLIC


def why(grant: Grant) -> str:
    """Where a grant comes from, for a comment."""
    if not grant.because:
        return f"{grant.table}: its own"
    verb = "reads" if grant.mode == "read" else "writes"
    place = f" ({grant.evidence.path}:{grant.evidence.line})" if grant.evidence else ""
    return f"{grant.table}: {grant.because} {verb} it{place}"


def _path_of(schema: Schema, database: Database) -> str:
    """Where a service looks for tables: in its own schema, then in those it may use."""
    others = {_home(grant.table, database) for grant in _grantable(schema, database)} | _seen(schema, database)
    others -= {schema.name, PUBLIC}
    return ", ".join(ident(name) for name in [*([schema.name] if schema.name else []), *sorted(others), PUBLIC])


def _place(homes: dict[str, Schema], table: str) -> str:
    return f"{ident(homes[table].name)}.{ident(table)}"


def _rows(database: Database) -> Iterator[tuple[str, str, str]]:
    """The matrix as (login role, quoted table, mode), the tables made for a service among them."""
    for schema in database.schemas:
        for grant in _grantable(schema, database):
            yield schema.login, f"{ident(_home(grant.table, database))}.{ident(grant.table)}", grant.mode
        if schema.owner:
            for made in schema.made:
                yield schema.login, f"{ident(schema.name)}.{ident(made)}", "readwrite"


def _tag(database: Database) -> str:
    """A dollar quote that no name ends."""
    names = "".join([*database.homes, *(schema.service for schema in database.schemas)])
    tag = "$step$"
    while tag in names:
        tag = f"$step{len(tag)}$"
    return tag


def _matrix(database: Database, steps: Iterable[Step]) -> str:
    """For programs: roles, tables and modes, what is undecided, and the scripts in their order."""
    document = {
        "version": MATRIX_VERSION,
        "services": {
            schema.service: {
                "schema": schema.name,
                "owner": schema.owner,
                "login": schema.login,
                "tables": {grant.table: grant.mode for grant in _grantable(schema, database)},
                "made": list(schema.made) if schema.owner else [],
            }
            for schema in database.schemas
        },
        "owners": {table: schema.service for table, schema in database.homes.items()},
        "foreign_keys": [[key.table, key.column, key.target, key.target_column] for key in database.foreign_keys],
        "undecided": [[each.kind, each.subject, each.why] for each in database.undecided],
        "bookkeeping": list(database.bookkeeping),
        "expand": [step.name for step in steps if step.folder == "expand"],
        "contract": [step.name for step in steps if step.folder == "contract"],
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"
