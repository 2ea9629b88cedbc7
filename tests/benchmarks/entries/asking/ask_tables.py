"""The tables of an application that uses SQLAlchemy, or none at all."""

import sqlite3
import sys
from collections.abc import Iterable
from typing import Any

from defined import Answer, Root


def of_metadata(metadata: Any, root: Root) -> list[Answer]:
    """The tables that SQLAlchemy's metadata knows; those that a library declares by itself are not ours."""
    mapped, foreign = _mapped(), _foreign(root)
    return [
        {"name": name, "model": mapped.get(id(table), ""), "own": id(table) not in foreign}
        for name, table in metadata.tables.items()
    ]


def _mapped() -> dict[int, str]:
    """Classes by the identity of their table."""
    from sqlalchemy.orm import mapperlib

    found = {}
    for registry in mapperlib._all_registries():
        for mapper in registry.mappers:
            owner = mapper.class_
            name = owner.__module__ + ":" + owner.__qualname__.replace(".<locals>", "")
            if mapper.inherits is None or mapper.local_table is not mapper.inherits.local_table:
                found[id(mapper.local_table)] = name
    return found


def _foreign(root: Root) -> set[int]:
    """Tables that a variable or a class of a module elsewhere is; what a library makes for us has no such name."""
    found = set()
    for name, module in list(sys.modules.items()):
        if module is not None and not root.owns_module(name):
            for value in list(vars(module).values()):
                table = value if type(value).__name__ == "Table" else None
                if isinstance(value, type) and value.__module__ == name:
                    table = value.__dict__.get("__table__")
                if table is not None:
                    found.add(id(table))
    return found


def of_sqlite(paths: Iterable[str]) -> list[Answer]:
    """The tables in SQLite files, which the application's own migrations have made."""
    found = {}
    for path in paths:
        with sqlite3.connect(path) as connection:
            for (name,) in connection.execute("select name from sqlite_master where type = 'table'"):
                if not name.startswith("sqlite_"):
                    found[name] = {"name": name, "model": "", "own": True}
    return list(found.values())
