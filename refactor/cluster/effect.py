"""What traces change: two proposals, without and with them, side by side.

Comes in: both plans and what was traced. Goes out: ``TraceEffect``. Must not: propose.
"""

from collections import Counter, defaultdict

from refactor.model.observed import Resettled, Traced, TraceEffect
from refactor.model.plan import SHARED, Plan


def effect(before: Plan, after: Plan, traced: Traced, unseen: int) -> TraceEffect:
    """The units that traces move, and the cost of both plans; a service goes by the name that most of it has after."""
    old, new = before.assignment, after.assignment
    names = _renamed(old, new)
    moved = [
        Resettled(symbol, names.get(old[symbol], old[symbol]), new[symbol])
        for symbol in sorted(old.keys() & new.keys())
        if names.get(old[symbol], old[symbol]) != new[symbol]
    ]
    return TraceEffect(
        functions=len({symbol for pair in traced.calls for symbol in pair}.union(traced.below)),
        calls=len(traced.calls),
        unseen=unseen,
        use_cases=len(traced.below),
        lost=traced.lost,
        before=before.cost,
        after=after.cost,
        moved=tuple(moved),
    )


def _renamed(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Each old service's name in the new plan: the largest common part decides, and no two share a name."""
    common: dict[tuple[str, str], int] = Counter(
        (old[symbol], new[symbol]) for symbol in old.keys() & new.keys() if SHARED not in (old[symbol], new[symbol])
    )
    names: dict[str, str] = {}
    taken: dict[str, bool] = defaultdict(bool)
    for (mine, theirs), _ in sorted(common.items(), key=lambda item: (-item[1], item[0])):
        if mine not in names and not taken[theirs]:
            names[mine] = theirs
            taken[theirs] = True
    return names
