"""Expressions as they are written, for people and for names."""

from refactor.model import facts
from refactor.model.facts import Expr


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
