"""Expressions as they are written, for people and for names."""

import re

from refactor.link.flow.values import Literal, Pool, Values
from refactor.model import facts
from refactor.model.facts import Expr

DOTTED = re.compile(r"[A-Za-z_][\w.]*|\[|\]|\||,")


def written(node: Expr) -> str:
    """An expression as it is written, shortened: ``a.b``, ``f().m``, ``x[].m``."""
    match node:
        case facts.Name(id=name):
            return name
        case facts.Attribute(value=value, attr=attr):
            return f"{written(value)}.{attr}"
        case facts.Call(func=func):
            return f"{written(func)}()"
        case facts.Subscript(value=value):
            return f"{written(value)}[]"
        case facts.Const(kind=kind):
            return f"<{kind}>"
    return f"<{type(node).__name__.lower()}>"


def small_number(text: str, below: int) -> int:
    """A stable number of a text, from 0 and below a bound: tells apart what stands at one place."""
    return sum((place + 1) * ord(letter) for place, letter in enumerate(text)) % below


def templates(pool: Pool, left: Values, right: Values) -> Values:
    """``"%s_x" % name``: the text where both are known and one, else the template."""
    texts, given = pool.texts(left), pool.texts(right)
    if len(texts) == len(given) == len(right) == 1 and texts[0].count("%") == texts[0].count("%s") == 1:
        return pool.one(Literal(texts[0].replace("%s", given[0]), "str"))
    return frozenset(pool.add(Literal(text, "format")) for text in texts)


def tokens(text: str) -> list[str]:
    """A string annotation's dotted names, brackets, bars and commas."""
    return DOTTED.findall(text)


def names_in(node: Expr) -> list[tuple[str, facts.Position]]:
    """Dotted names in an annotation, strings included."""
    match node:
        case facts.Name(id=name, at=at):
            return [(name, at)]
        case facts.Attribute(at=at):
            return [(written(node), at)]
        case facts.Const(value=str() as text, at=at):
            return [(token, at) for token in tokens(text) if token[0] not in "[]|,"]
        case facts.Subscript(value=value, index=index):
            return names_in(value) + names_in(index)
        case facts.Operation(operands=items) | facts.Collection(items=items):
            return [name for item in items for name in names_in(item)]
    return []
