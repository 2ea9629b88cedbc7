"""What may still happen behind a call, before its caller's work is committed.

Comes in: a program, where an entry point starts, and the places of a call. Goes out: ``Reach`` of what is not proven to
have happened before. Must not: take a line for earlier that may be run again.
"""

from collections.abc import Sequence, Set

from refactor.contract.reach import FOLLOWED, Reach, Reaches
from refactor.contract.scopes import Scopes
from refactor.model.program import Edge, Evidence, Program

_DONE = frozenset({"call", "read", "write"})
"""What is over when the line is left; a reference may be called later."""


def afterwards(
    scopes: Scopes, reaches: Reaches, entries: Sequence[str], places: Sequence[tuple[str, Evidence]], sent: Set[str]
) -> Reach:
    """What entry points may do after some places (function and line): all but what stands before, in functions on the way."""
    program = scopes.program
    local = reaches.of(entries, sent)
    first = _ways(program, local.symbols, places)

    def is_over(edge: Edge) -> bool:
        if edge.kind not in _DONE or edge.evidence.loop or edge.evidence.line >= first.get(edge.source, 0):
            return False
        scope = scopes.names.scopes.get(edge.target)
        return scope is None or not scope.is_generator

    return reaches.without(entries, sent, is_over)


def _ways(program: Program, symbols: Set[str], places: Sequence[tuple[str, Evidence]]) -> dict[str, int]:
    """The functions that lead to some places, with the first line that does; 0 where that line may come again."""
    first: dict[str, int] = {}
    waiting = []
    for symbol, evidence in places:
        waiting.append(symbol)
        first[symbol] = min(first.get(symbol, evidence.line), 0 if evidence.loop else evidence.line)
    seen = set(waiting)
    for symbol in waiting:  # grows while it is read
        for edge in program.incoming.get(symbol, ()):
            if edge.source not in symbols or edge.kind not in FOLLOWED:
                continue
            line = 0 if edge.evidence.loop or edge.kind != "call" else edge.evidence.line
            first[edge.source] = min(first.get(edge.source, line), line)
            if edge.source not in seen:
                seen.add(edge.source)
                waiting.append(edge.source)
    return first
