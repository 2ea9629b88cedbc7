"""Program + Graph -> Plan: the sentence that walks through the rooms.

Comes in: program, graph, constraints, a wished number of services, a seed. Goes out: a ``Plan``. Must not: hold any
knowledge of its own; every step stands in the room named after it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import msgspec

from refactor.cluster.alternatives import CLEANER_DATA, FEWER_CUTS, SMALLER, alternatives_of
from refactor.cluster.cases import Case, Wish, case_of
from refactor.cluster.descriptions import described, is_generated
from refactor.cluster.explain import Grounds, member, ownerless, ownership
from refactor.cluster.firmness import Firmness
from refactor.cluster.moves import judged
from refactor.cluster.obey import names_of
from refactor.cluster.operations import follow
from refactor.cluster.orders import LISTED, Orders
from refactor.cluster.placement import Placement
from refactor.cluster.placing import bounded, placed
from refactor.cluster.repair import repair
from refactor.cluster.roadmap import roadmap
from refactor.cluster.standing import Ground, standing
from refactor.cluster.views.weights import neighbours
from refactor.model.errors import RefactorError
from refactor.model.graph import Graph
from refactor.model.names import top_level
from refactor.model.observed import NO_HISTORY, NOT_TRACED, History, Traced
from refactor.model.plan import SHARED, Constraint, Plan, Service
from refactor.model.program import Program
from refactor.model.weighing import AS_PROPOSED, ViewWeights

# How many times fewer, and more, services an alternative has.
SCALE = 1.5


def cluster(
    program: Program,
    graph: Graph | None = None,  # noqa: ARG001 - every verb takes both; the votes need single sites, which it joins
    constraints: Sequence[Constraint] = (),
    *,
    services: tuple[int, int] | None = None,
    seed: int = 0,
    kernel: bool = True,
    weights: ViewWeights = AS_PROPOSED,
    history: History = NO_HISTORY,
    traces: Traced = NOT_TRACED,
) -> Plan:
    """Propose services. ``services`` bounds their number (both ends included); constraints hold exactly.

    ``kernel`` False: nothing is shared and nothing follows, as for a graph that tells nothing of the code.
    ``weights`` is a factor for each view of the evidence; ``history`` is what people changed together, ``traces`` what ran.

    RefactorError: constraints that contradict each other or name nothing, a number of services that can't be reached.
    """
    case = case_of(program, constraints, Wish(seed, kernel, weights, history, traces))
    placement = bounded(case, services) if services else placed(case, case.merges.default)
    plan = _plan(case, placement)
    orders = tuple(sorted(order for order in constraints if order.kind != LISTED))
    others = _others(case, placement, orders)
    plan = msgspec.structs.replace(plan, alternatives=alternatives_of(plan, _standings(plan, case, others)))
    return msgspec.structs.replace(plan, constraints=orders, seed=seed)


def _others(case: Case, placement: Placement, orders: Sequence[Constraint]) -> dict[str, tuple[Case, Placement]]:
    """What to hold against the proposal: fewer services, more services, and the data first.

    Orders hold here too, a listing doesn't: it lists the very plan that the others shall differ from.
    """
    if case.orders.listed:
        case = case_of(case.program, orders, case.wish)
        try:
            placement = placed(case, case.merges.default)
        except RefactorError:  # an order may name a service that only the listing has
            return {}
    anchored = {atom for atom in case.atoms.members if placement.anchored(atom)}
    coarser, finer = case.merges.scales(anchored, SCALE)
    clean = replace(placement, label=dict(placement.label))
    repair(clean, case.traffic, zealous=True)
    found = {CLEANER_DATA: clean}
    for name, count in ((FEWER_CUTS, coarser), (SMALLER, finer)):
        with suppress(RefactorError):  # nor need a service that an order names be there
            found[name] = placed(case, count)
    return {name: (case, other) for name, other in found.items() if other.label != placement.label}


def _standings(plan: Plan, case: Case, others: Mapping[str, tuple[Case, Placement]]) -> dict[str, Plan]:
    """The plans of other placements, measured on the proposal's ground."""
    home = {unit: plan.assignment.get(unit, SHARED) for unit in case.units.names}
    told = case.heard([unit for unit in case.operations.code if home[unit] == SHARED])
    ground = Ground(plan, told.program, case.units, told.touches, told.traffic, home)
    return {name: standing(ground, _homes(*other)) for name, other in sorted(others.items())}


def _homes(case: Case, placement: Placement) -> dict[str, str]:
    """The service of every unit, or ``shared``."""
    names = names_of(placement) | {SHARED: SHARED}
    follow(placement, case.operations)
    return {unit: names[placement.label[atom]] for unit, atom in case.atoms.of.items()}


def _plan(case: Case, placement: Placement) -> Plan:
    names = names_of(placement) | {SHARED: SHARED}
    operating = follow(placement, case.operations)
    home = {unit: names[placement.label[atom]] for unit, atom in case.atoms.of.items()}
    factories = frozenset(top_level(symbol) for symbol in case.program.factories)
    told = case.heard(operating)
    near = neighbours(case.views.weights)
    firmness = Firmness(case.runs, case.piece, near, home, case.units.module)
    grounds = Grounds(case.units, case.orders, told.uses, told.touches, home, firmness, factories, operating)
    inside: dict[str, list[str]] = defaultdict(list)
    for unit in case.units.names:
        inside[home[unit]].append(unit)
    kernel = inside.pop(SHARED, [])
    shared = tuple(member(unit, grounds) for unit in kernel if case.units.module[unit])
    tables = tuple(sorted(ownerless(item) for unit in kernel for item in case.units.tables.get(unit, ())))
    services = tuple(_service(name, members, case, grounds) for name, members in sorted(inside.items()))
    plan = Plan(case.program.project, services, shared, shared_tables=tables)
    return roadmap(told.program, judged(plan, told.traffic, grounds))


def _service(name: str, members: list[str], case: Case, grounds: Grounds) -> Service:
    units = case.units
    tables = [(item, unit) for unit in members for item in units.tables.get(unit, ())]
    entries = sorted(entry.id for unit in members for entry in units.entries.get(unit, ()))
    owned = tuple(sorted(ownership(item, unit, grounds) for item, unit in tables))
    return Service(
        name=name,
        description=_own_words(name, case.orders) or described(name, members, units, case.program.by_module),
        members=tuple(member(unit, grounds) for unit in members if units.module[unit]),
        tables=owned,
        entry_points=tuple(entries),
        stability=grounds.firmness.stability(name),
    )


def _own_words(name: str, orders: Orders) -> str:
    """A description that a person wrote; one that an earlier run wrote is made anew."""
    text = orders.descriptions.get(name, "")
    return "" if is_generated(text) else text
