"""Views of the code itself: who calls, mentions, inherits from and imports whom.

A popular target says little about where its users belong, so each link is divided by a power of the number of modules
that use the target in any way; repeated use by a module counts by its logarithm, and is shared out among the units that
use it. What a module mentions by name is the most deliberate link there is and is worth more than a call.
"""

from collections import Counter, defaultdict
from math import log

from refactor.cluster.units import Units
from refactor.cluster.views.weights import Weights, add
from refactor.model.program import Program

# How far popularity discounts: at 0 hubs glue everything together, at 1 a common base class means nothing at all.
POPULARITY = 0.75
# Kind of edge -> its view and what one such link is worth, in mentions.
WORTH = {
    "call": ("calls", 0.5),
    "reference": ("references", 0.8),
    "register": ("references", 0.8),
    "inherit": ("inheritance", 0.5),
    "import": ("imports", 1.6),
}


def code(program: Program, units: Units) -> dict[str, Weights]:
    """The views calls, references, inheritance, imports: worth · (1 + ln n) / (modules that use the target)^.75."""
    uses: dict[str, Counter[tuple[str, str]]] = {kind: Counter() for kind in sorted(WORTH)}
    for edge in program.edges:
        if edge.kind in uses:
            source, target = units.of(edge.source), units.of(edge.target)
            if source and target and source != target:
                uses[edge.kind][source, target] += 1
    users: dict[str, set[str]] = defaultdict(set)
    for counts in uses.values():
        for source, target in counts:
            users[target].add(units.module[source] or source)
    popularity = {target: len(places) ** POPULARITY for target, places in users.items()}
    views: dict[str, Weights] = {name: {} for name, _ in WORTH.values()}
    for kind, counts in uses.items():
        view, worth = WORTH[kind]
        together: Counter[tuple[str, str]] = Counter()
        for (source, target), count in counts.items():
            together[units.module[source] or source, target] += count
        for (source, target), count in sorted(counts.items()):
            whole = together[units.module[source] or source, target]
            link = worth * (1 + log(whole)) / popularity[target]
            add(views[view], source, target, link * count / whole)
    return views
