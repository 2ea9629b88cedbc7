"""Cycles between services with the call sites that keep them closed.

Comes in: a plan. Goes out: one ring a cycle, and what all of them weigh. Must not: choose the links; the plan has.
"""

from functools import cached_property

from msgspec import Struct

from refactor.model.measures import Cycle
from refactor.model.plan import Cut, Plan


class Ring(Struct, frozen=True):
    """A cycle and the cuts of its weakest link, heaviest first."""

    cycle: Cycle
    cuts: tuple[Cut, ...]

    @property
    def link(self) -> str:
        """The link to break, as pairs are named."""
        return f"{self.cycle.consumer} → {self.cycle.provider}"

    @property
    def path(self) -> str:
        """The ring, from the weakest link around to where it began."""
        return " → ".join((*self.cycle.services, self.cycle.services[0]))

    @property
    def sites(self) -> int:
        """How many places in the code make up the link."""
        return sum(len(cut.sites) for cut in self.cuts)


class Rings(Struct, frozen=True, dict=True):
    """All cycles of a plan, the cheapest to open first."""

    plan: Plan

    @cached_property
    def all(self) -> tuple[Ring, ...]:
        """One a cycle."""
        cuts = {cut.id: cut for cut in self.plan.cuts}
        return tuple(
            Ring(
                cycle,
                tuple(
                    sorted((cuts[item] for item in cycle.cuts if item in cuts), key=lambda cut: (-cut.weight, cut.id))
                ),
            )
            for cycle in self.plan.cycles
        )

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The services that are in a ring."""
        return tuple(sorted({name for cycle in self.plan.cycles for name in cycle.services}))

    @cached_property
    def share(self) -> float:
        """What the links to break weigh, as a share of all cuts."""
        whole = sum(sorted(cut.weight for cut in self.plan.cuts))
        return sum(sorted(cycle.weight for cycle in self.plan.cycles)) / whole if whole else 0.0
