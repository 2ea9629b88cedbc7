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
