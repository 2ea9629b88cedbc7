"""Tests of branches whose answer is known: ``if cls.detail_is_update:``, ``if action == "list":``."""

from collections.abc import Callable

from refactor.link.flow.values import Literal, Pool
from refactor.model import facts

Evaluate = Callable[[facts.Expr], object]


def truth(pool: Pool, node: facts.Expr, evaluate: Evaluate) -> bool | None:
    """Whether a test holds; None where that is not known."""
    if not isinstance(node, facts.Operation):
        found = _constant(pool, evaluate(node))
        return None if found is None else bool(found.value)
    if node.op == "not":
        inner = truth(pool, node.operands[0], evaluate)
        return None if inner is None else not inner
    if node.op in ("and", "or"):
        answers = [truth(pool, operand, evaluate) for operand in node.operands]
        decided = node.op == "or"
        return decided if decided in answers else None if None in answers else not decided
    if node.op in ("==", "!=", "is", "is not") and len(node.operands) == 2:
        left, right = (_constant(pool, evaluate(operand)) for operand in node.operands)
        if left is None or right is None:
            return None
        return (left == right) == (node.op in ("==", "is"))
    return None


def _constant(pool: Pool, values: object) -> Literal | None:
    """The one constant that some values are."""
    if not isinstance(values, frozenset) or len(values) != 1:
        return None
    value = pool[next(iter(values))]
    return value if isinstance(value, Literal) and value.kind != "format" else None
