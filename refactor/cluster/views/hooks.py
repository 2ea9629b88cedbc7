"""The view of what a framework runs for the code: methods and functions it was handed, what a page calls.

A class and its own methods are one unit already; what is kept while a module is imported belongs to the application, not to
the module that hands it over, so only functions and classes count as those for whom something runs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import log, sqrt

from refactor.cluster.reach import is_handed
from refactor.cluster.units import Units
from refactor.cluster.views.weights import Weights, add
from refactor.model.program import Program

HALF = 0.5


def hooks(program: Program, units: Units) -> Weights:
    """What a framework runs for a unit, also through a page that it renders: half a call, discounted like one."""
    counts: Counter[tuple[str, str]] = Counter()
    users: dict[str, set[str]] = defaultdict(set)
    for source, target in _pairs(program, units):
        if source and target and source != target:
            counts[source, target] += 1
            users[target].add(units.module[source])
    weights: Weights = {}
    for (source, target), count in sorted(counts.items()):
        add(weights, source, target, HALF * (1 + log(count)) / sqrt(len(users[target])))
    return weights


def _pairs(program: Program, units: Units) -> Iterator[tuple[str, str]]:
    """Units and the units of what is run for them."""
    known = program.by_symbol
    renderers: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind == "render" and (source := units.of(edge.source)):
            renderers[edge.target].add(source)
    for edge in program.edges:
        if not is_handed(edge):
            continue
        if edge.source in renderers:
            yield from ((source, units.of(edge.target)) for source in sorted(renderers[edge.source]))
        elif edge.source in known and known[edge.source].kind != "variable":
            yield units.of(edge.source), units.of(edge.target)
