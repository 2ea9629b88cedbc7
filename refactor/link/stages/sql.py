"""SQL text -> tables read and written, through a real SQL parser."""

import logging
import re
from functools import cache
from typing import NamedTuple

PLACEHOLDER = re.compile(r"\{\}|%\(\w+\)s|%s")
LOOKS_LIKE_SQL = re.compile(
    r"^\s*(--[^\n]*\n\s*)*(select|insert|update|delete|with|merge|truncate|replace|create|drop|alter)\s", re.IGNORECASE
)


class SqlAccess(NamedTuple):
    """The tables one statement touches; ``understood`` is false when the text could not be parsed."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    understood: bool = True


@cache
def parse_sql(text: str) -> SqlAccess:
    """Tables of all statements in a text. Unknown parts (placeholders) are read as parameters."""
    if not LOOKS_LIKE_SQL.match(text):
        return SqlAccess((), ())
    import sqlglot
    from sqlglot import expressions

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    try:
        statements = sqlglot.parse(PLACEHOLDER.sub(" NULL ", text))
    except sqlglot.errors.SqlglotError:
        return SqlAccess((), (), False)
    reads: set[str] = set()
    writes: set[str] = set()
    for statement in statements:
        if statement is None or _is_no_table(statement):
            continue
        local = {cte.alias_or_name for cte in statement.find_all(expressions.CTE)}
        targets = _targets(statement)
        writes |= {table.name for table in targets}
        written = {id(table) for table in targets}
        reads |= {
            table.name
            for table in statement.find_all(expressions.Table)
            if id(table) not in written and table.name not in local
        }
    return SqlAccess(tuple(sorted(reads - {""})), tuple(sorted(writes - {""})))


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
