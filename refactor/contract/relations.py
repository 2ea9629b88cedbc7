"""A relationship of a mapped class -> the row, or the list of rows, that it leads on to.

Comes in: the call that makes the relationship, its annotation's shape, the tables. Goes out: a shape, None where nobody can
tell. Must not: look at who reads it.
"""

from collections.abc import Mapping

from refactor.contract.names import dotted
from refactor.model import facts
from refactor.model.contracts import Shape
from refactor.model.facts import Const, Expr
from refactor.model.program import Table

_LOADED = frozenset({"joined", "select", "selectin", "subquery", "immediate", True, False})
"""Ways to load a relationship after which it is a row or a list of rows, not a query."""


def is_loaded(relation: facts.Call) -> bool:
    """Whether a relationship gives rows in a list of the mapper's own, or one row."""
    words = _words(relation)
    return "collection_class" not in words and ("lazy" not in words or _said(words["lazy"]) in _LOADED)


def related(shape: Shape) -> Shape | None:
    """What an annotation says: one row, which may always be missing, or a list of them."""
    if shape.kind == "list" and shape.of[0].kind == "entity":
        return _many(shape.of[0])
    parts = shape.of if shape.kind == "union" else (shape,)
    rows = [part for part in parts if part.kind == "entity"]
    return _one(rows[0]) if len(rows) == 1 and {part.kind for part in parts} <= {"entity", "none"} else None


def pointed(tables: Mapping[str, Table], symbol: str, relation: facts.Call) -> Shape | None:
    """Without an annotation: the way of the one foreign key between both tables. ``tables``: by mapped class."""
    words = _words(relation)
    said = relation.args[0] if relation.args else words.get("argument")
    name = said.value if isinstance(said, Const) else dotted(said) if said is not None else ""
    targets = [model for model in tables if model.rpartition(":")[2] == str(name).rpartition(".")[2]]
    if len(targets) != 1:
        return None
    mine, other, row = tables[symbol], tables[targets[0]], Shape("entity", symbol=targets[0])
    out = [each for each in mine.columns if each.references.startswith(f"{other.name}.")]
    back = [each for each in other.columns if each.references.startswith(f"{mine.name}.")]
    if len(out) == 1 and not back:
        return _one(row)
    if len(back) == 1 and not out:
        return _one(row) if "uselist" in words and _said(words["uselist"]) is False else _many(row)
    return None


def _words(relation: facts.Call) -> dict[str, Expr]:
    return {word.name: word.value for word in relation.keywords}


def _said(value: Expr) -> str | int | float | bool | None:
    """The constant that an expression is; None where it is none."""
    return value.value if isinstance(value, Const) else None


def _one(row: Shape) -> Shape:
    return Shape("union", (row, Shape("none")))


def _many(row: Shape) -> Shape:
    """What the mapper gives for many rows: a list of its own kind."""
    return Shape("list", (row,), form="rows")
