"""Annotations that stand in strings -> facts.

Comes in: a text. Goes out: the expression as facts say it. Errors: ``UndecidedError``, whose text ends a sentence that
begins with what is annotated. Must not: evaluate anything.
"""

import ast

from refactor.model import facts
from refactor.model.facts import Const, Expr, Name


class UndecidedError(Exception):
    """No shape can be told; the text says why."""


def parsed(text: str) -> Expr:
    """An annotation in a string, as facts; what Python cannot read is undecided."""
    try:
        return _fact(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise UndecidedError("has an annotation that cannot be read") from error


def _fact(node: ast.expr) -> Expr:
    at = (1, 1)
    match node:
        case ast.Name(id=name):
            return Name(at, name)
        case ast.Attribute(value=value, attr=attr):
            return facts.Attribute(at, _fact(value), attr)
        case ast.Subscript(value=value, slice=index):
            return facts.Subscript(at, _fact(value), _fact(index))
        case ast.Tuple(elts=items):
            return facts.Collection(at, "tuple", tuple(map(_fact, items)))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return facts.Operation(at, "|", (_fact(left), _fact(right)))
        case ast.Constant(value=value) if value is None or isinstance(value, (str, int)):
            return Const(at, value, type(value).__name__)
        case ast.Constant(value=value) if value is ...:
            return Const(at, None, "ellipsis")
    raise UndecidedError("has an annotation that is computed")
