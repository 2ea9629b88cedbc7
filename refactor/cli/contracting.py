"""What is known of calls between services: lines for ``refactor explain``.

Comes in: a symbol and the contracts. Goes out: lines. Must not: judge.
"""

from collections.abc import Iterator

from refactor.model.contracts import Contracts, Operation, Shape


def calls_between(symbol: str, contracts: Contracts, consumer: str = "") -> Iterator[str]:
    """The operation that a symbol is, and all that keeps calls of it; ``consumer``: only those of one service."""
    operation = contracts.by_symbol.get(symbol)
    if operation is not None and (not consumer or consumer in operation.consumers):
        yield from _operation(operation)
    for stay in contracts.stays:
        if stay.symbol == symbol and consumer in ("", stay.consumer):
            yield f"calls from {stay.consumer} stay with its code:"
            for hindrance in stay.hindrances:
                yield f"  {hindrance.kind}: {hindrance.text}"
                if hindrance.evidence.path:
                    yield f"  --> {hindrance.evidence.path}:{hindrance.evidence.line}"


def _operation(operation: Operation) -> Iterator[str]:
    given = ", ".join(f"{each.name}: {written(each.shape)}" for each in operation.parameters)
    yield f"operation of {operation.provider}, called by {', '.join(operation.consumers)}; effect: {operation.effect}"
    yield f"  takes ({given}), gives {written(operation.result)}"
    if operation.failures:
        yield f"  may raise {', '.join(failure.symbol for failure in operation.failures)}"
    if operation.tables:
        yield f"  touches {', '.join(operation.tables)}"


def written(shape: Shape) -> str:
    """A shape in words."""
    if shape.kind == "union":
        return " | ".join(map(written, shape.of))
    if shape.kind == "entity":
        return f"row of {shape.symbol} ({', '.join(each.name for each in shape.fields)})"
    inner = ", ".join(map(written, shape.of))
    return shape.symbol or (f"{shape.kind}[{inner}]" if inner else shape.kind)
