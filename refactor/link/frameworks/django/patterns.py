"""What a URLconf is made of, once its lists are written out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from refactor.link.flow.values import NOTHING, Values
from refactor.model.program import Evidence

PATH, REGEX, LOCALE = "path", "regex", "locale"


@dataclass(eq=False)
class Listing:
    """A list or tuple with its elements in order; it is changed in place, as the program's own list is."""

    items: "list[Piece]" = field(default_factory=list)


@dataclass(eq=False)
class View:
    """What a route calls: functions or instances by value, classes by ``as_view``, and decorators of the project around them.

    ``actions``: HTTP method -> name of the method that answers (``as_view({"get": "list"})``).
    """

    values: Values = NOTHING
    classes: tuple[int, ...] = ()
    actions: dict[str, str] = field(default_factory=dict)
    wrappers: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()


@dataclass(eq=False)
class Included:
    """``include(...)``, or the three-part value of ``admin.site.urls``."""

    patterns: "Piece"
    app: str = ""
    namespace: str = ""
    module: str = ""


@dataclass(eq=False)
class Route:
    """``path``, ``re_path``, ``url`` or the language prefix. ``target``: the view, or what is included."""

    kind: str
    texts: tuple[str, ...]
    target: "View | Included"
    name: str
    evidence: Evidence


Piece: TypeAlias = Listing | Route | Included | View | Values
"""Anything an expression of a URLconf may be; plain values come from the value flow."""


def foreign(texts: tuple[str, ...], evidence: Evidence) -> list[Route]:
    """Routes of another library as data spells them: ``METHODS RULE NAME``."""
    found: list[Route] = []
    for text in texts:
        methods, _, rest = text.partition(" ")
        rule, _, name = rest.rpartition(" ")
        found.append(Route(PATH, (rule,), View(methods=tuple(methods.split(","))), name, evidence))
    return found


def elements(piece: Piece) -> list[Piece]:
    """The elements of a list; something included stands for itself, plain values for what is not known."""
    if isinstance(piece, Listing):
        return list(piece.items)
    return [piece] if isinstance(piece, Route | Included | View) or piece else []


def joined(pieces: Sequence[Piece]) -> Piece:
    """What several ways through a function give: lists one after the other, plain values together."""
    lists = [piece for piece in pieces if not isinstance(piece, frozenset)]
    if len(lists) == 1:
        return lists[0]
    tuples = [piece for piece in lists if isinstance(piece, Listing)]
    if tuples:
        full = [piece for piece in tuples if piece.items]
        if len(full) <= 1:
            return full[0] if full else tuples[0]
        return Listing(list(dict.fromkeys(one for piece in full for one in piece.items)))
    if lists:
        return lists[0]
    return NOTHING.union(*(piece for piece in pieces if isinstance(piece, frozenset)))
