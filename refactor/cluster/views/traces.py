"""The view of recorded traces: who really called whom, and how often."""

from collections import Counter, defaultdict
from math import log, sqrt

from refactor.cluster.units import Units
from refactor.cluster.views.weights import Weights, add
from refactor.model.observed import Traced


def traces(units: Units, traced: Traced) -> Weights:
    """Recorded calls: ln(1 + n) / sqrt(calling modules of the callee), n times in all."""
    counts: Counter[tuple[str, str]] = Counter()
    users: dict[str, set[str]] = defaultdict(set)
    for (caller, callee), times in traced.calls.items():
        source, target = units.of(caller), units.of(callee)
        if source and target and source != target:
            counts[source, target] += times
            users[target].add(units.module[source])
    weights: Weights = {}
    for (source, target), count in sorted(counts.items()):
        add(weights, source, target, log(1 + count) / sqrt(len(users[target])))
    return weights
