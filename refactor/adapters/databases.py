"""The rows of a database afterwards.

Comes in: a database URL. Goes out: the rows of every table, as SQL text. Must not: write.

Another kind of database is one more entry in ``READERS``.
"""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

from refactor.adapters.postgres import OURS, SCHEMES, rows_of
from refactor.model.errors import VerifyError
from refactor.model.serving import Rows


def snapshot(url: str) -> tuple[Rows, ...]:
    """All rows of all tables, sorted by table name."""
    scheme = urlsplit(url).scheme.partition("+")[0]
    reader = READERS.get(scheme)
    if reader is None:
        raise VerifyError(
            f"rows of a {scheme or 'nameless'} database can't be compared yet",
            hint=f"known: {', '.join(sorted(READERS))}",
        )
    return reader(url)


def sqlite_path(url: str) -> Path:
    """The file of ``sqlite:///relative`` or ``sqlite:////absolute``."""
    return Path(unquote(urlsplit(url).path)[1:])


def _sqlite(url: str) -> tuple[Rows, ...]:
    path = sqlite_path(url)
    if not path.is_file():
        raise VerifyError("the database is not there", where=str(path), hint="do the seed commands create it?")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            names = [
                name
                for name, made in connection.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                    "ORDER BY name"
                )
                if not str(made).startswith(f"CREATE TABLE {_quoted(name)} ( -- {OURS} ")
            ]
            return tuple(_rows(connection, name) for name in names)
    except sqlite3.Error as error:
        raise VerifyError(f"the database can't be read: {error}", where=str(path)) from error


def _rows(connection: sqlite3.Connection, table: str) -> Rows:
    quoted = _quoted(table)
    described = connection.execute(f"PRAGMA table_info({quoted})").fetchall()
    columns = tuple(str(column[1]) for column in described)
    key = tuple(str(column[1]) for column in sorted(described, key=lambda column: column[5]) if column[5])
    rows = (tuple(_literal(value) for value in row) for row in connection.execute(f"SELECT * FROM {quoted}"))
    return Rows(table, columns, key, tuple(sorted(rows)))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    """A cell as SQL would write it, so that 1, '1' and NULL stay apart."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


READERS: Mapping[str, Callable[[str], tuple[Rows, ...]]] = {"sqlite": _sqlite} | dict.fromkeys(SCHEMES, rows_of)
