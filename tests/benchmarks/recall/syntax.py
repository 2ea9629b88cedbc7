"""Small questions about syntax trees."""

import ast
from collections.abc import Set as AbstractSet
from typing import TypeAlias

Span: TypeAlias = tuple[int, int, int, int]
"""First line and column, last line and column, of an expression or a loop."""

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)

_GOING_ON = frozenset(
    "all any dict enumerate filter frozenset iter list map max min next set sorted sum tuple zip chain join extend".split()
)
"""Calls that begin a generator handed to them."""


def spans(tree: ast.Module) -> dict[Span, ast.AST]:
    """Expressions and loops by where they stand; of several at one place, the outermost."""
    found: dict[Span, ast.AST] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.For | ast.AsyncFor):
            found.setdefault((node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0), node)
    return found


def generates(scope: ast.AST) -> bool:
    """Whether a function is a generator."""
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    rest: list[ast.AST] = list(scope.body)
    while rest:
        node = rest.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, _SCOPES):
            rest.extend(ast.iter_child_nodes(node))
    return False


def spelled(node: ast.AST) -> str:
    """The last word of what is called."""
    func = node.func if isinstance(node, ast.Call) else node
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def header(node: ast.AST) -> ast.AST:
    """What a loop goes over, what is awaited; anything else is itself."""
    if isinstance(node, ast.Await):
        return node.value
    return node.iter if isinstance(node, ast.For | ast.AsyncFor) else node


def made_elsewhere(name: str, scope: ast.AST, place: ast.AST | None, called: AbstractSet[str]) -> bool:
    """Whether a generator that begins at this place of a scope must have been made by another one: nothing here calls it.

    ``called``: the names of what the scope is known to call; a call of one of them is no call of something else.
    """
    if any(isinstance(one, ast.Call) and spelled(one) == name for one in ast.walk(scope)):
        return False
    calls = [one for one in ast.walk(header(place)) if isinstance(one, ast.Call)] if place is not None else []
    return all(spelled(one) in _GOING_ON or spelled(one) in called for one in calls)
