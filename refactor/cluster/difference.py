"""What one plan does differently from another.

Comes in: two plans, and the orders under which the later one was made. Goes out: a ``Difference``. Must not: look at a
program, or take a service that got a new name for another service.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from refactor.cluster.orders import LISTED
from refactor.model.measures import Difference, Shift
from refactor.model.names import module_of
from refactor.model.plan import Constraint, Plan

# A service is the same under a new name when more than this share of each holds more than this share of the other.
SAME = 0.5


def difference(before: Plan, after: Plan, constraints: Sequence[Constraint] = ()) -> Difference:
    """What moved, appeared, vanished, was gained, lost, renamed; which cuts are new and gone; both costs.

    ``constraints``: those that made the later plan, listings included; they say why a listed unit moved.
    """
    old, new = _standing(before), _standing(after)
    renamed = _renamed(old, new, before, after)
    lines = {
        (subject, order.service): order.line
        for order in constraints
        if order.kind == LISTED
        for subject in order.subjects
    }
    reasons = _reasons(after)
    moved = [
        Shift(unit, old[unit], new[unit], _why(unit, new[unit], lines, reasons))
        for unit in sorted(old.keys() & new.keys())
        if renamed.get(old[unit], old[unit]) != new[unit]
    ]
    mine, theirs = {cut.id for cut in before.cuts}, {cut.id for cut in after.cuts}
    return Difference(
        moved=tuple(moved),
        appeared=tuple(sorted(new.keys() - old.keys())),
        vanished=tuple(sorted(old.keys() - new.keys())),
        gained=tuple(sorted(after.by_name.keys() - before.by_name.keys() - set(renamed.values()))),
        lost=tuple(sorted(before.by_name.keys() - after.by_name.keys() - renamed.keys())),
        renamed=tuple(sorted(renamed.items())),
        new_cuts=tuple(sorted(theirs - mine)),
        gone_cuts=tuple(sorted(mine - theirs)),
        before=before.cost,
        after=after.cost,
    )


def _standing(plan: Plan) -> dict[str, str]:
    """Units and tables with their services; an entry point stands where its handler does."""
    entries = {entry for service in plan.services for entry in service.entry_points}
    return {node: service for node, service in plan.assignment.items() if node not in entries}


def _renamed(old: Mapping[str, str], new: Mapping[str, str], before: Plan, after: Plan) -> dict[str, str]:
    """Services that went and services that came which hold more than half of each other."""
    gone, came = before.by_name.keys() - after.by_name.keys(), after.by_name.keys() - before.by_name.keys()
    common = sorted(old.keys() & new.keys())
    both = Counter((old[unit], new[unit]) for unit in common)
    mine, theirs = Counter(old[unit] for unit in common), Counter(new[unit] for unit in common)
    return {
        one: other
        for (one, other), count in sorted(both.items())
        if one in gone and other in came and count > SAME * mine[one] and count > SAME * theirs[other]
    }


def _reasons(plan: Plan) -> dict[str, str]:
    found = {member.symbol: member.reason for member in plan.shared}
    for service in plan.services:
        found.update({member.symbol: member.reason for member in service.members})
        found.update({f"table:{owned.table}": owned.reason for owned in service.tables})
    return found


def _why(unit: str, target: str, lines: Mapping[tuple[str, str], int], reasons: Mapping[str, str]) -> str:
    """An order first, then the line that lists it, then what speaks for the place."""
    reason = reasons.get(unit, "")
    line = lines.get((unit, target)) or lines.get((module_of(unit), target))
    return f"listed in line {line} of the plan file" if line and not reason.startswith("[[") else reason
