"""Views of the code itself: who calls, mentions, inherits from and imports whom.

A popular target says little about where its users belong, so each link is divided by a power of the number of modules
that use the target; repeated use by a module counts by its logarithm, and is shared out among the units that use it.
What a module mentions by name at its head is the most deliberate link there is and is worth more than a call.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log

from refactor.cluster.units import Units
from refactor.cluster.views.weights import Weights, add
from refactor.model.program import Program

# How far popularity discounts: at 0 hubs glue everything together, at 1 a common base class means nothing at all.
POPULARITY = 0.75
CALL, REFERENCE, INHERIT, IMPORT, HOOK = 0.5, 0.8, 0.5, 1.6, 0.5


def calls(program: Program, units: Units) -> Weights:
    """Calls: half a mention, (1 + ln n) / (using modules of the callee)^.75."""
    return _discounted(program, units, {"call": CALL, "hook": HOOK})


def references(program: Program, units: Units) -> Weights:
    """Mentions that are no call, and registrations on an object."""
    return _discounted(program, units, {"reference": REFERENCE, "register": REFERENCE})


def inheritance(program: Program, units: Units) -> Weights:
    """A class and its bases: as a call."""
    return _discounted(program, units, {"inherit": INHERIT})


def imports(program: Program, units: Units) -> Weights:
    """Imports: as a mention; they hold what no resolved call shows."""
    return _discounted(program, units, {"import": IMPORT})


def _discounted(program: Program, units: Units, scales: dict[str, float]) -> Weights:
    """Per module and target: scale · (1 + ln n) / users^.75, shared out among the module's units by their uses."""
    uses: Counter[tuple[str, str, str]] = Counter()
    for edge in program.edges:
        if edge.kind in scales:
            source, target = units.of(edge.source), units.of(edge.target)
            if source and target and source != target:
                uses[edge.kind, source, target] += 1
    together: Counter[tuple[str, str, str]] = Counter()
    for (kind, source, target), count in uses.items():
        together[kind, _place(units, source), target] += count
    users = _users(target_of for target_of in ((target, place) for _, place, target in together))
    weights: Weights = {}
    for (kind, source, target), count in sorted(uses.items()):
        whole = together[kind, _place(units, source), target]
        worth = scales[kind] * (1 + log(whole)) / users[target] ** POPULARITY
        add(weights, source, target, worth * count / whole)
    return weights


def _place(units: Units, unit: str) -> str:
    return units.module[unit] or unit


def _users(pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    found: dict[str, set[str]] = defaultdict(set)
    for target, place in pairs:
        found[target].add(place)
    return {target: len(places) for target, places in found.items()}
