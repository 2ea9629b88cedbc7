"""What is in a shape: its parts, the rows among them, and what an index, a loop or a display makes of it.

Comes in: shapes. Goes out: shapes, and truths about them. Must not: look at a program.
"""

from collections.abc import Iterable, Sequence

from refactor.model import facts
from refactor.model.contracts import Shape
from refactor.model.facts import Const, Expr


def rows_in(shapes: Iterable[Shape]) -> list[Shape]:
    """The rows among values, and in them."""
    return [part for shape in shapes for part in shape.parts() if part.kind == "entity"]


def rows_within(shape: Shape) -> list[Shape]:
    """The rows that rows lead on to."""
    return [inner for row in rows_in([shape]) for field in row.fields for inner in rows_in([field.shape])]


def holds_rows(shape: Shape) -> bool:
    """Whether rows of another service are in such a value."""
    return bool(rows_in([shape]))


def row_of(shape: Shape | None) -> str:
    """The mapped class of a value that is a row, or none; "" of any other."""
    parts = shape.of if shape is not None and shape.kind == "union" else (shape,)
    rows = [part.symbol for part in parts if part is not None and part.kind == "entity"]
    return rows[0] if len(rows) == 1 and len(parts) <= 2 else ""


def is_mutable(shape: Shape) -> bool:
    """Whether someone who has such a value can change it for others that have it."""
    if shape.kind in ("list", "set", "dict", "json", "entity"):
        return True
    if shape.kind == "record" and shape.form in ("dataclass", "typeddict", "pydantic"):
        return True
    return any(is_mutable(part) for part in shape.of) or any(is_mutable(each.shape) for each in shape.fields)


def held_in(whole: object, part: object, shape: Shape | None) -> Shape | None:
    """A display that a value stands in, the value's ``shape`` given; None where that is not known.

    What stands beside it is ``unused``: somebody else's value.
    """
    match whole:
        case _ if shape is None:
            return None
        case facts.Collection(kind="tuple", items=items) if not any(isinstance(each, facts.Starred) for each in items):
            return Shape("tuple", tuple(shape if each is part else Shape("unused") for each in items))
        case facts.Collection(kind="list") if not isinstance(part, facts.Starred):
            return Shape("list", (shape,))
        case facts.Comprehension(kind="list", element=element) if element is part:
            return Shape("list", (shape,))
    return None


def each_of(shape: Shape | None) -> Shape | None:
    """What a loop over a value meets; None where that is not known."""
    if shape is None or shape.kind not in ("list", "set", "frozenset", "sequence", "dict"):
        return None
    return shape.of[0]


def item_of(shape: Shape | None, index: Expr) -> Shape | None:
    """What stands at an index; None where that is not known."""
    if shape is None or not shape.of or (isinstance(index, facts.Collection) and index.kind == "slice"):
        return shape
    if shape.kind in ("list", "sequence"):
        return shape.of[0]
    if shape.kind == "dict":
        return shape.of[1]
    if shape.kind == "tuple" and isinstance(index, Const) and isinstance(index.value, int):
        return shape.of[index.value] if 0 <= index.value < len(shape.of) else None
    return None


def unpacked(shape: Shape | None, targets: Sequence[Expr]) -> list[Shape | None]:
    """What each of several targets is given."""
    plain = not any(isinstance(target, facts.Starred) for target in targets)
    if shape is not None and shape.kind == "tuple" and plain and len(shape.of) == len(targets):
        return list(shape.of)
    return [each_of(shape) if plain else None for _ in targets]
