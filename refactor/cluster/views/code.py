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
    uses: Counter[tuple[str, str, str]] = Counter()
    for edge in program.edges:
        if edge.kind in WORTH:
            source, target = units.of(edge.source), units.of(edge.target)
            if source and target and source != target:
                uses[edge.kind, source, target] += 1
    together: Counter[tuple[str, str, str]] = Counter()
    users: dict[str, set[str]] = defaultdict(set)
    for (kind, source, target), count in uses.items():
        place = units.module[source] or source
        together[kind, place, target] += count
        users[target].add(place)
    views: dict[str, Weights] = {name: {} for name, _ in WORTH.values()}
    for (kind, source, target), count in sorted(uses.items()):
        whole = together[kind, units.module[source] or source, target]
        view, worth = WORTH[kind]
        link = worth * (1 + log(whole)) / len(users[target]) ** POPULARITY
        add(views[view], source, target, link * count / whole)
    return views
