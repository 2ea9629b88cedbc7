"""Views of the data: who touches which table, and which tables are touched together."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations
from math import log, sqrt

from refactor.cluster.reach import steps_of, ways_in
from refactor.cluster.touches import SURE, Touches, surely
from refactor.cluster.units import Units
from refactor.cluster.views.weights import Weights, add
from refactor.model.names import table
from refactor.model.observed import NOT_TRACED, Traced
from refactor.model.program import Program

WRITE, READ, RELATE, TRANSACTION = 3.0, 1.0, 1.0, 4.0
# A use case that touches more tables than this says nothing about which of them belong together.
WIDEST_USE_CASE = 24
# Enough to see the tables of a request; keeps the walk linear when everything reaches everything.
FARTHEST_WALK = 400


def access(units: Units, touches: Touches) -> Weights:
    """Code and the tables it touches: 3 / sqrt(writers) for a writer, 1 / sqrt(readers) for a reader, by its share."""
    touching: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for (symbol, node, kind), share in touches.items():
        source, target = units.of(symbol), units.of(node)
        if source and target and source != target:
            known = touching[target, kind]
            known[source] = max(share, known.get(source, 0.0))
    weights: Weights = {}
    for (target, kind), sources in sorted(touching.items()):
        scale = (WRITE if kind == "write" else READ) / sqrt(max(1.0, sum(sources.values())))
        for source, share in sorted(sources.items()):
            add(weights, source, target, scale * share)
    return weights


def relations(program: Program, units: Units) -> Weights:
    """Mapped classes and what their foreign keys point at: 2 / sqrt(classes that point there)."""
    pairs = {(units.of(edge.source), units.of(edge.target)) for edge in program.edges if edge.kind == "relate"}
    popularity = Counter(target for source, target in pairs if source != target)
    weights: Weights = {}
    for source, target in sorted(pairs):
        if target and source != target:
            add(weights, source, target, RELATE / sqrt(popularity[target]))
    return weights


def transactions(program: Program, units: Units, touches: Touches) -> Weights:
    """Tables written in one transaction, but for those only possibly written: a clique of 4 / (n - 1)."""
    sure = surely(touches, "write")
    weights: Weights = {}
    for item in program.transactions:
        seen = set().union(*(sure.get(symbol, set()) for symbol in item.via), sure.get(item.symbol, set()))
        written = _tables(units, seen if item.via else {table(name) for name in item.writes})
        if len(written) <= WIDEST_USE_CASE:
            for one, other in combinations(written, 2):
                add(weights, one, other, TRANSACTION / (len(written) - 1))
    return weights


def use_cases(program: Program, units: Units, touches: Touches, traced: Traced = NOT_TRACED) -> Weights:
    """Tables that one entry point reaches, traces included: idf · idf / (n - 1), three times that when it writes both."""
    touched = _touched(program, units, touches, traced)
    popularity = Counter(unit for tables in touched for unit in tables)
    weights: Weights = {}
    for tables in touched:
        if not 2 <= len(tables) <= WIDEST_USE_CASE:
            continue
        for one, other in combinations(sorted(tables), 2):
            rare = _idf(len(touched), popularity[one]) * _idf(len(touched), popularity[other])
            add(weights, one, other, rare * (3 if tables[one] and tables[other] else 1) / (len(tables) - 1))
    return weights


def _idf(documents: int, holders: int) -> float:
    return log((1 + documents) / holders)


def _tables(units: Units, nodes: Iterable[str]) -> list[str]:
    return sorted({units.of(node) for node in nodes} - {""})


def _touched(program: Program, units: Units, touches: Touches, traced: Traced) -> list[dict[str, bool]]:
    """Per entry point: the tables it surely reaches, and whether it writes them."""
    steps = {node: sorted(targets) for node, targets in steps_of(program).items()}
    hits: dict[str, dict[str, bool]] = defaultdict(dict)
    for (source, node, kind), share in touches.items():
        if share >= SURE and (unit := units.of(node)):
            hits[source][unit] = hits[source].get(unit, False) or kind == "write"
    ways = ways_in(program, traced)
    return [_reach(begin, steps, hits) for begin in ways if any(map(units.of, begin))]


def _reach(begin: Iterable[str], steps: dict[str, list[str]], hits: dict[str, dict[str, bool]]) -> dict[str, bool]:
    queue = list(begin)
    seen = set(queue)
    for node in queue:
        if len(queue) >= FARTHEST_WALK:
            break
        ahead = [step for step in steps.get(node, ()) if step not in seen]
        seen.update(ahead)
        queue.extend(ahead)
    found: dict[str, bool] = {}
    for node in queue:
        for unit, written in hits.get(node, {}).items():
            found[unit] = found.get(unit, False) or written
    return found
