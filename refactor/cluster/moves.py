"""What the plan costs, and the single moves that would still make it cheaper.

Comes in: the finished plan, its traffic, and the grounds of its reasons. Goes out: the plan with ``cost`` and ``moves``.
Must not: move anything. A move is only named when the evidence speaks for it too, as far as ``explain`` asks of a
runner-up, and no table leaves those who write it: that something is cheaper elsewhere does not make it belong there.
"""

from collections import Counter

import msgspec

from refactor.cluster.explain import Grounds
from refactor.cluster.objective import TERMS, Objective
from refactor.cluster.traffic import Traffic
from refactor.model.measures import Move
from refactor.model.plan import SHARED, Plan

MOST = 20
# A move that saves less than this share of the cost is not worth a person's look.
WORTH = 0.005
# Where less than this share of what holds a unit draws it, it doesn't belong, whatever it would save.
DRAWN = 0.5


def judged(plan: Plan, traffic: Traffic, grounds: Grounds) -> Plan:
    """The plan with its cost and the best single moves left."""
    objective = Objective(traffic, grounds.home)
    cost = objective.cost()
    moves = moves_of(objective, grounds, WORTH * cost.total)
    return msgspec.structs.replace(plan, cost=cost, moves=moves)


def moves_of(objective: Objective, grounds: Grounds, least: float) -> tuple[Move, ...]:
    """Per unit that no order holds its best move, best first; none that would leave a service without an anchor."""
    anchors = Counter(home for unit, home in grounds.home.items() if grounds.units.anchored(unit))
    tied = grounds.orders.bound
    found = []
    for unit, home in sorted(grounds.home.items()):
        last = grounds.units.anchored(unit) and anchors[home] == 1
        if home != SHARED and unit not in tied and not last and (move := _best(unit, objective, grounds, least)):
            found.append(move)
    return tuple(sorted(found, key=lambda move: (-move.gain, move.symbol))[:MOST])


def _best(unit: str, objective: Objective, grounds: Grounds, least: float) -> Move | None:
    own = grounds.home[unit]
    drawn = grounds.drawn(unit)
    best: Move | None = None
    for target in objective.near(unit):
        if not drawn.get(target, 0.0) > DRAWN * drawn.get(own, 0.0):
            continue
        terms = objective.change(unit, target)
        if unit in grounds.units.tables and terms["foreign_writes"] > 0:
            continue
        gain = objective.gain(terms)
        if gain > (best.gain if best else least):
            best = Move(unit, own, target, gain, tuple((term, terms[term]) for term in TERMS if terms[term]))
    return best
