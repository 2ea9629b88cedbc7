"""SQL text -> tables read and written, through a real SQL parser."""

import logging
import re
from functools import cache
from typing import Any, NamedTuple

PLACEHOLDER = re.compile(r"\{\}|%\(\w+\)s|%s")
OPEN_TABLE = re.compile(r"\b(from|into|update|join|table|exists)(\s+)(?:\{\}|%s)(?![\w.{])", re.IGNORECASE)
OPEN_SETTING = re.compile(r"\bset\s+\{\}", re.IGNORECASE)
GLUED = re.compile(r"\{\}\.?(?=[^\W_])|\{\}\.(?=_)")
UNKNOWN = "unknown_table"
"""The table of a statement whose name is filled in at run time."""
LOOKS_LIKE_SQL = re.compile(
    r"^\s*(--[^\n]*\n\s*)*(select|insert|update|delete|with|merge|truncate|replace|create|drop|alter)\s", re.IGNORECASE
)


class SqlAccess(NamedTuple):
    """The tables one statement touches; ``understood`` is false when the text could not be parsed.

    ``unknown``: ``read`` and ``write`` of tables whose name is filled in at run time.
    """

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    understood: bool = True
    unknown: tuple[str, ...] = ()


@cache
def parse_sql(text: str) -> SqlAccess:
    """Tables of all statements in a text. Unknown parts (placeholders) are read as parameters."""
    if not LOOKS_LIKE_SQL.match(text):
        return SqlAccess((), ())
    from sqlglot import expressions

    statements = _statements(text)
    if statements is None:
        return SqlAccess((), (), False)
    reads: set[str] = set()
    writes: set[str] = set()
    for statement in statements:
        if statement is None or _is_no_table(statement):
            continue
        local = {cte.alias_or_name for cte in statement.find_all(expressions.CTE)}
        targets = _targets(statement)
        writes |= {table.name.strip() for table in targets}
        written = {id(table) for table in targets}
        reads |= {
            table.name.strip()
            for table in statement.find_all(expressions.Table)
            if id(table) not in written and table.name not in local and not _is_system(table)
        }
    unknown = tuple(mode for mode, names in (("read", reads), ("write", writes)) if UNKNOWN in names)
    none = {"", "NULL", "None", UNKNOWN}
    return SqlAccess(tuple(sorted(reads - none)), tuple(sorted(writes - none)), True, unknown)


@cache
def views_of(text: str) -> dict[str, tuple[str, ...]]:
    """The views that a text makes, each with the tables behind it."""
    if "view" not in text.lower() or not LOOKS_LIKE_SQL.match(text):
        return {}
    from sqlglot import expressions

    found: dict[str, tuple[str, ...]] = {}
    for statement in _statements(text) or ():
        if isinstance(statement, expressions.Create) and str(statement.args.get("kind")).upper() == "VIEW":
            own, *behind = [table.name for table in statement.find_all(expressions.Table)] or [""]
            found[own] = tuple(sorted(set(behind) - {own, UNKNOWN, ""}))
    return found


def _statements(text: str) -> list[Any] | None:
    """The statements of a text with something in its placeholders, else with nothing in them; None: no SQL."""
    import sqlglot

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    named = OPEN_TABLE.sub(rf"\1\2{UNKNOWN}", GLUED.sub("", text))
    for filled in (PLACEHOLDER.sub(" NULL ", named), PLACEHOLDER.sub(" ", OPEN_SETTING.sub("SET a = NULL", named))):
        try:
            return sqlglot.parse(filled)
        except sqlglot.errors.SqlglotError:
            continue
    return None


def _is_system(table: Any) -> bool:
    """Whether a table belongs to the database itself: ``information_schema.tables``, ``sqlite_master``."""
    return table.db.lower() in ("information_schema", "pg_catalog") or table.name.lower().startswith(("pg_", "sqlite_"))


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
