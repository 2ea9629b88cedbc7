"""Views of the code itself: who calls, mentions, inherits from and imports whom.

A popular target says little about where its users belong, so each link is divided by the root of the number of modules
that use the target; repeated use counts by its logarithm.
"""

from collections import Counter, defaultdict
from math import log, sqrt

from refactor.cluster.units import Units
from refactor.cluster.views.weights import Weights, add
from refactor.model.program import Program


def calls(program: Program, units: Units) -> Weights:
    """Calls: (1 + ln n) / sqrt(calling modules of the callee)."""
    return _discounted(program, units, frozenset({"call"}), 1.0)


def references(program: Program, units: Units) -> Weights:
    """Mentions that are no call, and registrations on an object: half a call."""
    return _discounted(program, units, frozenset({"reference", "register"}), 0.5)


def inheritance(program: Program, units: Units) -> Weights:
    """A class and its bases: two calls."""
    return _discounted(program, units, frozenset({"inherit"}), 2.0)


def imports(program: Program, units: Units) -> Weights:
    """Imports: a fifth of a call; they hold what no resolved call shows."""
    return _discounted(program, units, frozenset({"import"}), 0.2)


def _discounted(program: Program, units: Units, kinds: frozenset[str], scale: float) -> Weights:
    counts: Counter[tuple[str, str]] = Counter()
    users: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind not in kinds:
            continue
        source, target = units.of(edge.source), units.of(edge.target)
        if source and target and source != target:
            counts[source, target] += 1
            users[target].add(units.module[source])
    weights: Weights = {}
    for (source, target), count in sorted(counts.items()):
        add(weights, source, target, scale * (1 + log(count)) / sqrt(len(users[target])))
    return weights
