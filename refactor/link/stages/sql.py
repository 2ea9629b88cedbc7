"""SQL text -> tables read and written, through a real SQL parser."""

import logging
import re
from functools import cache
from typing import NamedTuple

PLACEHOLDER = re.compile(r"\{\}|%\(\w+\)s|%s")
UNKNOWN = "unknown__"
SYSTEM = re.compile(r"(information_schema|performance_schema|pg_\w+|sqlite_\w+|mysql|sys)$", re.IGNORECASE)
"""Schemas and tables of the database itself."""
VIRTUAL = re.compile(r"\s*create\s+virtual\s+table\s+(?:if\s+not\s+exists\s+)?[\"`\[]?(\w+)", re.IGNORECASE)
LOOKS_LIKE_SQL = re.compile(
    r"^\s*(--[^\n]*\n\s*)*(select|insert|update|delete|with|merge|truncate|replace|create|drop|alter)\s", re.IGNORECASE
)


class SqlAccess(NamedTuple):
    """The tables one text touches; ``understood`` is false when it could not be parsed.

    ``views``: what it makes a view; the tables that this reads are not accessed yet.
    """

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    understood: bool = True
    views: tuple[str, ...] = ()


@cache
def parse_sql(text: str) -> SqlAccess:
    """Tables of all statements in a text. Unknown parts (placeholders) are read as names or values, or left out."""
    if not LOOKS_LIKE_SQL.match(text):
        return SqlAccess((), ())
    if virtual := VIRTUAL.match(text):
        return SqlAccess((), (virtual[1],) if UNKNOWN not in PLACEHOLDER.sub(UNKNOWN, virtual[1]) else ())
    from sqlglot import expressions

    statements = _parsed(text)
    if statements is None:
        return SqlAccess((), (), False)
    reads: set[str] = set()
    writes: set[str] = set()
    views: set[str] = set()
    for statement in statements:
        if not isinstance(statement, expressions.Expression) or _is_no_table(statement):
            continue
        local = {cte.alias_or_name for cte in statement.find_all(expressions.CTE)}
        targets = _targets(statement)
        made = views if str(statement.args.get("kind")).upper() == "VIEW" else writes
        made |= {_name(table) for table in targets}
        written = {id(table) for table in targets}
        reads |= {
            _name(table)
            for table in statement.find_all(expressions.Table)
            if id(table) not in written and table.name not in local
        }
    return SqlAccess(_sorted(reads), _sorted(writes), views=_sorted(views))


def _sorted(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names - {""}))


def _parsed(text: str) -> list[object] | None:
    """The statements of a text; None when it can't be parsed."""
    import sqlglot

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    for filled in dict.fromkeys((PLACEHOLDER.sub(UNKNOWN, text), PLACEHOLDER.sub(" ", text))):
        try:
            return list(sqlglot.parse(filled))
        except sqlglot.errors.SqlglotError:
            continue
    return None


def _name(table: object) -> str:
    """A table's name; "" for one of the database itself, and where it is not known."""
    schema, name = table.db, table.name  # type: ignore[attr-defined]
    is_none = SYSTEM.match(schema) or SYSTEM.match(name) or UNKNOWN in name or name == "None"
    return "" if is_none else str(name)


def _targets(statement: object) -> list:  # type: ignore[type-arg]
    """The tables that a statement changes."""
    from sqlglot import expressions

    changing = (
        expressions.Insert, expressions.Update, expressions.Delete, expressions.Merge, expressions.Drop,
        expressions.Create, expressions.Alter, expressions.TruncateTable,
    )  # fmt: skip
    found: list[expressions.Table | None] = []
    for node in statement.find_all(*changing):  # type: ignore[attr-defined]
        this = node.this if isinstance(node.this, expressions.Expression) else node
        found.append(this if isinstance(this, expressions.Table) else this.find(expressions.Table))
    return [one for one in found if one is not None]


def _is_no_table(statement: object) -> bool:
    """``CREATE DATABASE x``, ``DROP INDEX i``: what is made or dropped is no table and no view."""
    from sqlglot import expressions

    if not isinstance(statement, expressions.Create | expressions.Drop):
        return False
    return str(statement.args.get("kind")).upper() not in ("TABLE", "VIEW")
