"""The plan: which code and data belong to which service, and what crosses the boundaries.

Made by ``cluster`` or read back from ``refactor.plan.toml``; a person edits it. Names of services are slugs.
"""

from functools import cached_property

from msgspec import Struct

from refactor.model.measures import Alternative, Cost, Cycle, Group, Metric, Move
from refactor.model.names import top_level
from refactor.model.program import Evidence

SHARED = "shared"
PLAN_FILE = "refactor.plan.toml"
"""What the plan file is called in messages."""


class Constraint(Struct, frozen=True, order=True):
    """A human line of the plan file.

    ``kind``: pin | together | apart | away | shared | rename | owner | accept | verdict | level | saga | event.

    ``subjects`` are symbols, modules, ``table:NAME`` or globs (``shop.shipping.*``); ``service`` is the target where one
    is meant (for rename: the new name; for away: where the subjects must not be; for level, saga and event: who calls).
    ``level``: how far calls of the subjects go. ``line`` is the line in the plan file, or in ``file`` when another file
    says so (a review).
    """

    kind: str
    subjects: tuple[str, ...]
    service: str = ""
    reason: str = ""
    line: int = 0
    file: str = ""
    level: str = ""


class Member(Struct, frozen=True, order=True):
    """A module-level definition (or module rest, named by the module) in a service, and why it is there.

    ``confidence`` 0..1; ``runner_up`` is the next best service ("" when none comes near); ``margin`` is how much more its
    own service draws it than the runner-up, as a share of both (0 = a toss-up, 1 = nothing else draws it).
    """

    symbol: str
    reason: str
    confidence: float = 1.0
    runner_up: str = ""
    margin: float = 1.0


class Ownership(Struct, frozen=True, order=True):
    """A table in a service: ``writers``/``readers`` are all services that touch it.

    ``accepted``: why a person accepts that others write it, "" when nobody did.
    """

    table: str
    reason: str
    writers: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    accepted: str = ""


class Service(Struct, frozen=True, order=True):
    """A candidate service. ``entry_points`` are ids.

    ``wave`` counts from 1 in strangler order; ``condition`` is what makes the step safe. ``stability`` 0..1: how much of
    it stays together over the runs of the ensemble.
    """

    name: str
    description: str
    members: tuple[Member, ...] = ()
    tables: tuple[Ownership, ...] = ()
    entry_points: tuple[str, ...] = ()
    wave: int = 1
    condition: str = ""
    stability: float = 1.0


class Cut(Struct, frozen=True, order=True):
    """An edge of the program that crosses a service boundary, all its sites together.

    ``id`` = hash of (source, target, kind). ``kind``: call | reference | inherit | read | write | publish | transaction.
    ``source``/``target`` are node ids, ``consumer``/``provider`` services. ``chatty``: in a loop at one of the sites.
    ``level``: shared (co-packaged) | remote | owned. ``weight`` is the cost used by the clustering.
    ``because``: what keeps it from the next level, "" for the last one and where nobody asked.
    ``accepted``: why a person accepts the crossing, "" when nobody did.
    """

    id: str
    consumer: str
    provider: str
    kind: str
    source: str
    target: str
    sites: tuple[Evidence, ...]
    chatty: bool = False
    level: str = "shared"
    weight: float = 1.0
    accepted: str = ""
    because: str = ""


class Plan(Struct, frozen=True, dict=True):
    """The proposal. ``shared`` is the shared kernel: code that belongs to no service and ships with each that needs it.

    Every module-level definition of non-test code is a member of exactly one service or of ``shared``; every table is
    owned by one service or stands in ``shared_tables``: no service touches it, it stays with the database as a whole.
    ``scores`` are 0..100; see ``refactor.cluster`` for formulas. ``moves`` are the best single moves left, best first.
    """

    project: str
    services: tuple[Service, ...] = ()
    shared: tuple[Member, ...] = ()
    cuts: tuple[Cut, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    scores: tuple[tuple[str, float], ...] = ()
    seed: int = 0
    cost: Cost = Cost()
    metrics: tuple[Metric, ...] = ()
    moves: tuple[Move, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    groups: tuple[Group, ...] = ()
    shared_tables: tuple[Ownership, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Service]:
        """Services by name."""
        return {service.name: service for service in self.services}

    @cached_property
    def assignment(self) -> dict[str, str]:
        """Module-level symbol, ``table:NAME`` or entry point id -> service name or ``shared``."""
        result = {member.symbol: SHARED for member in self.shared}
        for service in self.services:
            result.update({member.symbol: service.name for member in service.members})
            result.update({f"table:{owned.table}": service.name for owned in service.tables})
            result.update(dict.fromkeys(service.entry_points, service.name))
        return result

    @cached_property
    def exceptions(self) -> tuple[tuple[str, Ownership], ...]:
        """Tables with a writer besides their owner, each with the owner: what the plan doesn't put in one hand."""
        owned = [(service.name, table) for service in self.services for table in service.tables]
        return tuple((name, table) for name, table in owned if set(table.writers) - {name})

    def service_of(self, node: str) -> str:
        """The service that holds a node id (a nested symbol belongs to its module-level definition); "" when none does."""
        found = self.assignment.get(node)
        return found if found is not None else self.assignment.get(top_level(node), "")
