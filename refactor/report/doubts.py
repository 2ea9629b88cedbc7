"""The boundary list: what might as well stand elsewhere, and what a reviewer should therefore look at first.

Comes in: a plan. Goes out: doubts, those with most at stake first. Must not: move anything.
"""

from collections import defaultdict

from msgspec import Struct

from refactor.model.names import module_of
from refactor.model.plan import Member, Plan

# A unit whose own service attracts it so little more than the next is near a toss-up.
NEAR = 0.15


class Doubt(Struct, frozen=True):
    """Members of one module that stand in ``service`` and nearly stood in ``runner_up``; the nearest first."""

    module: str
    service: str
    runner_up: str
    members: tuple[Member, ...]
    of: int

    @property
    def margin(self) -> float:
        """The least margin among them."""
        return self.members[0].margin

    @property
    def whole(self) -> bool:
        """Whether all of the module in that service is in doubt."""
        return len(self.members) == self.of


def doubts(plan: Plan) -> tuple[Doubt, ...]:
    """Per module and pair of services, by what is at stake: the margins that are missing to be sure, added up."""
    found: dict[tuple[str, str, str], list[Member]] = defaultdict(list)
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for service in plan.services:
        for member in service.members:
            module = module_of(member.symbol)
            sizes[module, service.name] += 1
            if member.margin < NEAR and member.runner_up:
                found[module, service.name, member.runner_up].append(member)
    rows = (
        Doubt(
            *key, tuple(sorted(members, key=lambda item: (item.margin, item.confidence, item.symbol))), sizes[key[:2]]
        )
        for key, members in found.items()
    )
    return tuple(sorted(rows, key=lambda row: (-_stake(row), row.module, row.service, row.runner_up)))


def _stake(row: Doubt) -> float:
    return round(sum(NEAR - member.margin for member in row.members), 6)
