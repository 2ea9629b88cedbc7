"""Calls of classes as calls of what runs then: ``C()`` is a call of the first ``__init__`` and ``__new__`` along its bases."""

from collections.abc import Iterable

from refactor.model.program import Edge, Program

RUN = ("__init__", "__new__")


def call_edges(program: Program, kinds: frozenset[str]) -> Iterable[tuple[str, str, Edge]]:
    """(caller, function that runs, edge) of the edges of some kinds."""
    bases = {one.symbol: one.bases for one in program.definitions if one.kind == "class"}
    made: dict[str, tuple[str, ...]] = {}
    for edge in program.edges:
        if edge.kind not in kinds:
            continue
        if edge.target not in bases:
            yield edge.source, edge.target, edge
            continue
        if edge.target not in made:
            made[edge.target] = _constructors(edge.target, bases, program)
        for target in made[edge.target]:
            yield edge.source, target, edge


def _constructors(cls: str, bases: dict[str, tuple[str, ...]], program: Program) -> tuple[str, ...]:
    order = linear(cls, bases)
    found = ([f"{one}.{word}" for one in order if f"{one}.{word}" in program.by_symbol][:1] for word in RUN)
    return tuple(symbol for few in found for symbol in few)


def linear(cls: str, bases: dict[str, tuple[str, ...]], above: tuple[str, ...] = ()) -> list[str]:
    """The C3 order of a class, without classes of others; depth first where there is none."""
    above = (*above, cls)
    direct = [one for one in bases.get(cls, ()) if one in bases and one not in above]
    rows = [linear(one, bases, above) for one in direct] + [list(direct)]
    result = [cls]
    while any(rows):
        rows = [row for row in rows if row]
        head = next((row[0] for row in rows if not any(row[0] in other[1:] for other in rows)), rows[0][0])
        result.append(head)
        rows = [[one for one in row if one != head] for row in rows]
    return result
