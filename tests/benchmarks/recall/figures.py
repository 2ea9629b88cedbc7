"""What a run saw and what the program says, as figures.

Comes in: the tracer's JSON, the program, the sources. Goes out: ``Truth`` (direct calls between project functions, who ran,
who was only called by a framework) and ``Score``. Must not: run anything.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from refactor.model.program import Edge, Program

from .construct import call_edges
from .naming import FUNCTION, Named, Source, source
from .syntax import Span, generates, made_elsewhere

Pair: TypeAlias = tuple[str, str]

CALLS = frozenset({"call", "wrap"})
"""Edges by which one function calls another."""

FRAMEWORK = frozenset({"enter", "subscribe", "hook", "register"})
"""Edges by which a framework comes to a function."""

EXTERNAL, TEST = -1, -2


@dataclass(frozen=True)
class Place:
    """Where a call happens: the span of the expression, and the scope that holds it."""

    path: str
    span: Span
    caller: Named
    callee: Named


@dataclass
class Truth:
    """What really happened. ``through``: calls with frames of others in between (a framework, the standard library)."""

    edges: dict[Pair, Place] = field(default_factory=dict)
    through: dict[Pair, Place] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)
    framework: set[str] = field(default_factory=set)
    lost: int = 0
    sources: dict[str, Source] = field(default_factory=dict)

    def written(self) -> str:
        """The truth as JSON, for people and other programs."""
        return json.dumps(
            {
                "edges": sorted(self.edges),
                "through": sorted(self.through),
                "framework_called": sorted(self.framework),
                "ran": sorted(self.ran),
            },
            indent=0,
        )


@dataclass
class Score:
    """Truth against program. ``known``: by a call edge as well; ``entered``: by an entry point or framework edge."""

    hit: set[Pair]
    missed: set[Pair]
    stated: set[Pair]
    seen: set[Pair]
    spurious: dict[Pair, Edge]
    entered: set[str]
    known: set[str]


def truth_of(log: dict[str, Any], root: Path, modules: dict[str, str]) -> Truth:
    """The tracer's code objects and pairs as symbols; ``modules``: path -> module name."""
    truth = Truth()
    named: list[Named | None] = []
    for path, name, _qualname, first, line, column in log["codes"]:
        if path not in truth.sources and path in modules:
            truth.sources[path] = source(root / path, modules[path])
        found = truth.sources[path].of(name, first, (line, column)) if path in truth.sources else None
        named.append(found)
        truth.lost += found is None
    callers: dict[str, set[int]] = {}
    for caller, callee, far, line, column, end, last in log["calls"]:
        target, begin = named[callee], named[caller] if caller >= 0 else None
        if target is None or target.kind != FUNCTION:
            continue
        truth.ran.add(target.symbol)
        callers.setdefault(target.symbol, set()).add(EXTERNAL if far else caller)
        if begin is not None:
            place = Place(log["codes"][caller][0], (line, column, end, last), begin, target)
            (truth.through if far else truth.edges).setdefault((begin.symbol, target.symbol), place)
    _set_apart(truth)
    truth.framework = {symbol for symbol, who in callers.items() if who == {EXTERNAL}}
    truth.through = {pair: place for pair, place in truth.through.items() if pair not in truth.edges}
    return truth


def _set_apart(truth: Truth) -> None:
    """Move beginnings of generators that are no calls (which the tracer can't tell from them before Python 3.12)."""
    called: dict[str, set[str]] = {}
    for caller, callee in truth.edges:
        called.setdefault(caller, set()).add(_last(callee))
    for pair, place in sorted(truth.edges.items(), key=lambda one: one[0]):
        node = truth.sources[place.path].spans.get(place.span)
        others = called[pair[0]] - {_last(pair[1])}
        if generates(place.callee.node) and made_elsewhere(_last(pair[1]), place.caller.node, node, others):
            truth.through[pair] = truth.edges.pop(pair)


def _last(symbol: str) -> str:
    return symbol.rpartition(":")[2].rpartition(".")[2]


def score(truth: Truth, program: Program) -> Score:
    """Recall, precision floor and framework knowledge, as sets."""
    calls = {(source_, target) for source_, target, _ in call_edges(program, CALLS)}
    stated = {pair: edge for pair, edge in _calls(program) if set(pair) <= truth.ran}
    seen = stated.keys() & (truth.edges.keys() | truth.through.keys() | _through_wrappers(truth, program))
    entered = {edge.target for edge in program.edges if edge.kind in FRAMEWORK}
    entered |= {edge.source for edge in program.edges if edge.kind == "subscribe"}
    entered |= {entry.handler for entry in program.entry_points}
    called = {target for _, target in calls}
    return Score(
        hit=calls & truth.edges.keys(),
        missed=set(truth.edges) - calls,
        stated=set(stated),
        seen=seen,
        spurious={pair: edge for pair, edge in stated.items() if pair not in seen},
        entered=truth.framework & entered,
        known=truth.framework & (entered | called),
    )


def _calls(program: Program) -> Iterable[tuple[Pair, Edge]]:
    """Call edges; of several between two functions, the surest speaks."""
    edges = sorted(call_edges(program, frozenset({"call"})), key=lambda one: one[2].evidence.confidence)
    return (((caller, callee), edge) for caller, callee, edge in edges)


def _through_wrappers(truth: Truth, program: Program) -> set[Pair]:
    """Calls of a decorated function, where the wrapper was called and called on."""
    wrapped: dict[str, set[str]] = {}
    for edge in program.edges:
        if edge.kind in CALLS and (edge.source, edge.target) in truth.edges and _wraps(edge, program):
            wrapped.setdefault(edge.source, set()).add(edge.target)
    return {(caller, target) for caller, wrapper in truth.edges for target in wrapped.get(wrapper, ())}


def _wraps(edge: Edge, program: Program) -> bool:
    """Whether the source was made by a decorator of the target."""
    target = program.by_symbol.get(edge.target)
    made_by = {edge.source.rpartition(".")[0], edge.source.rpartition(".")[0].rpartition(".")[0]}
    return edge.kind == "wrap" or (target is not None and not made_by.isdisjoint(target.decorators))


def share(part: int, whole: int) -> float:
    """A share; 1 of nothing."""
    return part / whole if whole else 1.0
