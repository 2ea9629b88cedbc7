"""Other plans worth a look beside the proposal.

Comes in: the proposal and other plans of the same program, each meant to be better in one respect. Goes out: those that
are, and that no plan met beats on every count. Must not: make plans.
"""

from collections.abc import Callable, Mapping

from refactor.cluster.objective import WEIGHTS
from refactor.model.measures import Alternative
from refactor.model.plan import Plan

FEWER_CUTS, CLEANER_DATA, SMALLER = "fewer cuts", "cleaner data", "smaller services"
# Better by less than this share is the same.
CLEARLY = 0.02


def hops(plan: Plan) -> float:
    """Remote calls per use case."""
    return plan.cost.hops


def foreign(plan: Plan) -> float:
    """Foreign writes, foreign reads and torn transactions, as the objective weighs them."""
    cost = plan.cost
    return (
        WEIGHTS["foreign_writes"] * cost.foreign_writes
        + WEIGHTS["foreign_reads"] * cost.foreign_reads
        + WEIGHTS["transactions"] * cost.transactions
    )


def size(plan: Plan) -> float:
    """Members of the service that a member is in, on average: sum of n^2 / sum of n."""
    sizes = [len(service.members) for service in plan.services]
    return sum(number * number for number in sizes) / max(1, sum(sizes))


def cuts(plan: Plan) -> float:
    """Crossing edges."""
    return float(len(plan.cuts))


COUNTS: tuple[Callable[[Plan], float], ...] = (hops, foreign, size)
_MEANT: dict[str, Callable[[Plan], float]] = {FEWER_CUTS: cuts, CLEANER_DATA: foreign, SMALLER: size}


def alternatives_of(plan: Plan, others: Mapping[str, Plan]) -> tuple[Alternative, ...]:
    """By name, the plans that are clearly better than the proposal in what their name says and beaten by none."""
    met = [plan, *(others[name] for name in sorted(others))]
    return tuple(
        _alternative(name, other)
        for name, other in sorted(others.items())
        if _MEANT[name](other) < (1 - CLEARLY) * _MEANT[name](plan)
        and not any(_beats(rival, other) for rival in met if rival is not other)
    )


def _beats(one: Plan, other: Plan) -> bool:
    """Whether a plan is nowhere worse than another and somewhere better."""
    mine, theirs = [count(one) for count in COUNTS], [count(other) for count in COUNTS]
    return mine != theirs and all(left <= right for left, right in zip(mine, theirs, strict=True))


def _alternative(name: str, plan: Plan) -> Alternative:
    services = tuple(
        (
            service.name,
            (*(member.symbol for member in service.members), *(f"table:{owned.table}" for owned in service.tables)),
        )
        for service in plan.services
    )
    return Alternative(name, plan.cost, len(plan.cuts), services)
