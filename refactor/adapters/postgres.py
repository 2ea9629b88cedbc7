"""PostgreSQL, for ``verify``: scratch databases on a server that somebody runs, scripts, and rows.

Comes in: a database URL. Goes out: rows, as SQL text; databases and roles that are gone afterwards. Must not: touch a
database or a role that was there before.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from refactor.model.errors import VerifyError
from refactor.model.serving import Rows

SCHEMES = ("postgres", "postgresql")
PLACE = "{side}"
"""In a URL: the database's name, which differs from system to system."""
MAINTENANCE = "postgres"
OURS = "refactor:"
"""How the comment of a table begins that a split brought along: it is no row of the application's."""

_TABLES = """
SELECT spaces.nspname, classes.relname, classes.oid::bigint
FROM pg_catalog.pg_class AS classes
JOIN pg_catalog.pg_namespace AS spaces ON spaces.oid = classes.relnamespace
WHERE classes.relkind IN ('r', 'p') AND NOT classes.relispartition
  AND spaces.nspname NOT IN ('pg_catalog', 'information_schema') AND spaces.nspname NOT LIKE 'pg\\_%'
  AND coalesce(obj_description(classes.oid, 'pg_class'), '') NOT LIKE '{ours}%'
ORDER BY 2, 1
""".replace("{ours}", OURS)
_COLUMNS = """
SELECT columns.attname, kinds.typcategory, coalesce(array_position(keys.indkey::int[], columns.attnum::int), -1)
FROM pg_catalog.pg_attribute AS columns
JOIN pg_catalog.pg_type AS kinds ON kinds.oid = columns.atttypid
LEFT JOIN pg_catalog.pg_index AS keys ON keys.indrelid = columns.attrelid AND keys.indisprimary
WHERE columns.attrelid = {table} AND columns.attnum > 0 AND NOT columns.attisdropped
ORDER BY columns.attnum
"""
_PLAIN = frozenset({"N", "B"})  # numbers and truth values stand in SQL as they are


def is_postgres(url: str) -> bool:
    """Whether a URL names a PostgreSQL database, whichever driver the application takes."""
    return urlsplit(url).scheme.partition("+")[0] in SCHEMES


def identifier(name: str) -> str:
    """A name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as SQL quotes it."""
    return "'" + value.replace("'", "''") + "'"


def signed_in(url: str, user: str, password: str) -> str:
    """The URL with another user."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{place}").geturl()


@contextmanager
def connected(url: str, database: str = "") -> Iterator[Any]:
    """A connection of pg8000's, to the URL's database or another one of its server's."""
    try:
        import pg8000.native as driver
    except ImportError:
        raise VerifyError(
            "verify needs a driver to look into PostgreSQL", hint="pip install 'monolith-refactor[postgres]'"
        ) from None
    parts = urlsplit(url)
    try:
        connection = driver.Connection(
            unquote(parts.username or "postgres"),
            host=parts.hostname or "localhost",
            port=parts.port or 5432,
            password=unquote(parts.password) if parts.password else None,
            database=database or unquote(parts.path[1:]),
            timeout=60,
        )
    except (driver.Error, OSError) as error:
        raise VerifyError(f"the database can't be reached: {error}", where=_shown(url)) from None
    try:
        yield connection
    except driver.Error as error:
        raise VerifyError(f"the database refused: {_told(error)}", where=_shown(url)) from error
    finally:
        connection.close()


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"


def _told(error: Exception) -> str:
    given = error.args[0] if error.args else error
    return str(given.get("M", given)) if isinstance(given, dict) else str(given)


def run_script(url: str, script: str) -> list[list[Any]]:
    """Run statements, separated by semicolons; the rows of the last."""
    with connected(url) as connection:
        found = connection.run(script)
        return list(found or [])


def rows_of(url: str) -> tuple[Rows, ...]:
    """All rows of all tables, whatever schema they stand in, sorted by the table's name."""
    with connected(url) as connection:
        connection.run("SET TIME ZONE 'UTC'; SET datestyle TO 'ISO, YMD'; SET extra_float_digits TO 3")
        tables = connection.run(_TABLES)
        names = [name for _, name, _ in tables]
        return tuple(
            _rows(connection, (schema, name), table, name if names.count(name) == 1 else f"{schema}.{name}")
            for schema, name, table in tables
        )


def _rows(connection: Any, place: tuple[str, str], table: int, shown: str) -> Rows:
    columns = connection.run(_COLUMNS.replace("{table}", str(table)))
    names = tuple(str(name) for name, _, _ in columns)
    key = tuple(str(name) for name, _, at in sorted(columns, key=lambda column: column[2]) if at >= 0)
    wanted = ", ".join(f"{identifier(name)}::text" for name in names) or "''"
    found = connection.run(f"SELECT {wanted} FROM {identifier(place[0])}.{identifier(place[1])}")
    kinds = [str(kind) for _, kind, _ in columns]
    rows = (tuple(_literal(cell, kind) for cell, kind in zip(row, kinds, strict=False)) for row in found)
    return Rows(shown, names, key, tuple(sorted(rows)))


def _literal(cell: str | None, kind: str) -> str:
    if cell is None:
        return "NULL"
    return cell if kind in _PLAIN else text(cell)


class Scratch:
    """Databases for the systems that are compared, on one server; gone on ``close``, with the roles made for them."""

    def __init__(self, url: str) -> None:
        if PLACE not in url:
            raise VerifyError(
                "both systems would write to the same database",
                where="[verify.database] url",
                hint="let refactor name the databases: postgresql+pg8000://postgres@127.0.0.1:5432/{side}",
            )
        self._url = url
        self._token = f"refactor_{secrets.token_hex(4)}"
        self._made: list[str] = []
        self._roles: list[str] = []

    def name(self, side: str) -> str:
        """The database of a side."""
        return f"{self._token}_{side}"

    def create(self, side: str, like: str = "") -> None:
        """A new database; ``like``: a copy of that side's, to which nobody is connected."""
        copied = f" TEMPLATE {identifier(self.name(like))}" if like else ""
        with connected(self._url, MAINTENANCE) as connection:
            connection.run(f"CREATE DATABASE {identifier(self.name(side))}{copied}")
        self._made.append(self.name(side))

    def claim(self, roles: Sequence[str]) -> None:
        """These roles are about to be made, and go at the end: none of them may be there."""
        listed = ", ".join(text(role) for role in roles) or "''"
        with connected(self._url, MAINTENANCE) as connection:
            there = connection.run(f"SELECT rolname FROM pg_catalog.pg_roles WHERE rolname IN ({listed}) ORDER BY 1")
        if there:
            raise VerifyError(
                f"the server has a role {there[0][0]} already",
                hint="verify makes and drops such roles: give it a server of its own",
            )
        self._roles.extend(roles)

    def close(self) -> None:
        """Drop what was made."""
        if not (self._made or self._roles):
            return
        with connected(self._url, MAINTENANCE) as connection:
            while self._made:
                connection.run(f"DROP DATABASE IF EXISTS {identifier(self._made.pop())} WITH (FORCE)")
            while self._roles:
                connection.run(f"DROP ROLE IF EXISTS {identifier(self._roles.pop())}")


def admitted(url: str, logins: Mapping[str, str]) -> dict[str, str]:
    """Service -> the URL its processes sign in with; each login role gets a password that nobody else knows."""
    passwords = {service: secrets.token_hex(16) for service in logins}
    with connected(url) as connection:
        for service, role in logins.items():
            connection.run(f"ALTER ROLE {identifier(role)} PASSWORD {text(passwords[service])}")
    return {service: signed_in(url, role, passwords[service]) for service, role in logins.items()}
