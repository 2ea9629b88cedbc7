"""Program + Graph -> Plan: the sentence that walks through the rooms.

Comes in: program, graph, constraints, a wished number of services, a seed. Goes out: a ``Plan``. Must not: hold any
knowledge of its own; every step stands in the room named after it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from refactor.cluster.atoms import Atoms, atoms_of, carve
from refactor.cluster.consensus import Merges, merges
from refactor.cluster.contradictions import check_number
from refactor.cluster.cuts import cuts_of
from refactor.cluster.descriptions import described, is_generated
from refactor.cluster.ensemble import ensemble
from refactor.cluster.explain import Grounds, member, ownership
from refactor.cluster.kernel import dissolve, peel
from refactor.cluster.metrics import metrics_of
from refactor.cluster.obey import names_of, obey, part
from refactor.cluster.operations import Operations, follow, heard, operations_of
from refactor.cluster.orders import LISTED, Orders
from refactor.cluster.placement import Placement
from refactor.cluster.refine import absorb, improve, rehouse
from refactor.cluster.resolve import orders_of
from refactor.cluster.scores import scores_of
from refactor.cluster.touches import Touches, surely, touches_of
from refactor.cluster.units import Units, units_of
from refactor.cluster.uses import Direction, grouped, uses_of
from refactor.cluster.views import Views, views_of
from refactor.cluster.views.weights import contracted, neighbours
from refactor.cluster.waves import conditions_of, waves_of
from refactor.model.errors import RefactorError
from refactor.model.graph import Graph
from refactor.model.names import top_level
from refactor.model.plan import SHARED, Constraint, Plan, Service
from refactor.model.program import Program


@dataclass(frozen=True)
class _Case:
    """What a proposal is made from; the same for every number of services tried.

    ``whole`` are the atoms that the communities are found with; in ``atoms`` what a person moved is taken out of them.
    """

    program: Program
    units: Units
    orders: Orders
    touches: Touches
    operations: Operations
    views: Views
    uses: Direction
    whole: Atoms
    atoms: Atoms
    merges: Merges
    kernel: bool


def cluster(
    program: Program,
    graph: Graph,  # noqa: ARG001 - every verb takes both; the votes need single sites, which the graph joins
    constraints: Sequence[Constraint] = (),
    *,
    services: tuple[int, int] | None = None,
    seed: int = 0,
    kernel: bool = True,
) -> Plan:
    """Propose services. ``services`` bounds their number (both ends included); constraints hold exactly.

    ``kernel`` False: nothing is shared and nothing follows, as for a graph that tells nothing of the code.

    RefactorError: constraints that contradict each other or name nothing, a number of services that can't be reached.
    """
    case = _case(program, constraints, seed, kernel)
    placement = _bounded(case, services) if services else _placed(case, case.merges.default)
    plan = _plan(case, placement)
    kept = tuple(sorted(order for order in constraints if order.kind != LISTED))
    return msgspec.structs.replace(plan, constraints=kept, seed=seed)


def _case(program: Program, constraints: Sequence[Constraint], seed: int, kernel: bool) -> _Case:
    units = units_of(program)
    orders = orders_of(constraints, units)
    operations = operations_of(program, units, touches_of(program)) if kernel else Operations()
    told = heard(program, units, operations.code)
    touches = touches_of(told)
    views = views_of(told, units, touches)
    atoms = atoms_of(told, units, views.weights, orders.without_places(), operations.code, seed)
    free = [atom for atom in atoms.members if atoms.fixed.get(atom) != SHARED and atom not in atoms.followers]
    inside = set(free)
    weights = {pair: weight for pair, weight in contracted(views.weights, atoms.of).items() if inside.issuperset(pair)}
    runs = ensemble(free, weights, seed)
    merged = merges(free, list(weights), runs, _apart(atoms, inside))
    carved = carve(atoms, program, units, orders)
    return _Case(
        program, units, orders, touches, operations, views, uses_of(told, units, touches), atoms, carved, merged, kernel
    )


def _apart(atoms: Atoms, free: set[str]) -> list[tuple[str, str]]:
    """Pairs of atoms that must not meet: ordered apart, or listed in different services."""
    listed = sorted(atom for atom in atoms.fixed if atom in free)
    foreign = [
        (one, other)
        for place, one in enumerate(listed)
        for other in listed[place + 1 :]
        if atoms.fixed[one] != atoms.fixed[other]
    ]
    return sorted({*foreign, *(pair for pair in atoms.apart if set(pair) <= free)})


def _placed(case: _Case, count: int) -> Placement:
    """A placement after so many merges, with kernel, repair and orders."""
    label = dict.fromkeys(case.whole.members, SHARED) | case.merges.after(count)
    listed = {label[atom]: f"={name}" for atom, name in sorted(case.whole.fixed.items()) if name != SHARED}
    placement = _standing(case, case.whole, {atom: listed.get(group, group) for atom, group in label.items()})
    _settle(placement, frozenset(listed.values()))
    stood = placement.label
    placement = _standing(case, case.atoms, {atom: stood[case.whole.of[atom]] for atom in case.atoms.members})
    named = obey(placement, case.orders)
    _settle(placement, named)
    part(placement)
    return placement


def _standing(case: _Case, atoms: Atoms, label: dict[str, str]) -> Placement:
    """A placement of the atoms as they are labelled."""
    return Placement(
        atoms,
        case.units,
        neighbours(contracted(case.views.weights, atoms.of)),
        grouped(case.uses, atoms.of),
        label,
        set(atoms.fixed) | atoms.followers,
        writers=_writers(case, atoms),
        kernel=case.kernel,
    )


def _writers(case: _Case, atoms: Atoms) -> dict[str, set[str]]:
    """Who is seen to write the tables of an atom."""
    writers: dict[str, set[str]] = defaultdict(set)
    for symbol, nodes in surely(case.touches, "write").items():
        if unit := case.units.of(symbol):
            for table in filter(None, map(case.units.of, nodes)):
                writers[atoms.of[table]].add(atoms.of[unit])
    return writers


def _settle(placement: Placement, named: frozenset[str]) -> None:
    """Kernel, groups that are no service, kernel again (there are fewer services now), better homes."""
    peel(placement)
    dissolve(placement, named)
    peel(placement)
    improve(placement)
    rehouse(placement)
    absorb(placement, named)
    dissolve(placement, named)
    peel(placement)


def _bounded(case: _Case, services: tuple[int, int]) -> Placement:
    """The placement nearest to the agreed one whose number of services lies within the bounds."""
    least, most = services
    if not 1 <= least <= most:
        raise RefactorError(f"{least}..{most} is no range for a number of services", hint="Use MIN..MAX, MIN >= 1.")
    check_number(case.orders, services)
    seen = []
    for count in _nearest_first(case, most):
        placement = _placed(case, count)
        if least <= len(placement.services) <= most:
            return placement
        seen.append(len(placement.services))
    raise RefactorError(
        f"no proposal has {least} to {most} services",
        hint=f"The evidence and your constraints allow {min(seen)} to {max(seen)}.",
    )


def _nearest_first(case: _Case, most: int) -> list[int]:
    """Numbers of merges to try: towards the wished number of services first, then the other way."""
    start, steps = case.merges.default, len(case.merges.steps)
    found = len(_placed(case, start).services)
    fewer, more = list(range(start, steps + 1)), list(range(start - 1, -1, -1))
    return fewer + more if found > most else [start, *more, *fewer[1:]]


def _plan(case: _Case, placement: Placement) -> Plan:
    names = names_of(placement) | {SHARED: SHARED}
    operating = follow(placement, case.operations)
    home = {unit: names[placement.label[atom]] for unit, atom in case.atoms.of.items()}
    factories = frozenset(top_level(symbol) for symbol in case.program.factories)
    told = heard(case.program, case.units, operating)
    touches = touches_of(told)
    uses = uses_of(told, case.units, touches)
    near = neighbours(case.views.weights)
    grounds = Grounds(case.units, case.orders, near, uses, touches, home, factories, operating)
    inside: dict[str, list[str]] = defaultdict(list)
    for unit in case.units.names:
        inside[home[unit]].append(unit)
    shared = tuple(member(unit, grounds) for unit in inside.pop(SHARED, []) if case.units.module[unit])
    services = tuple(_service(name, members, case, grounds) for name, members in sorted(inside.items()))
    return _ordered(told, Plan(case.program.project, services, shared))


def _service(name: str, members: list[str], case: _Case, grounds: Grounds) -> Service:
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
    )


def _own_words(name: str, orders: Orders) -> str:
    """A description that a person wrote; one that an earlier run wrote is made anew."""
    text = orders.descriptions.get(name, "")
    return "" if is_generated(text) else text


def _ordered(program: Program, plan: Plan) -> Plan:
    """The plan with cuts, waves, conditions and scores."""
    cuts = cuts_of(program, plan)
    waves = waves_of(plan.by_name, cuts)
    states: dict[str, list[str]] = defaultdict(list)
    for state in sorted(program.states):
        if state.writers and (home := plan.service_of(state.symbol)) in plan.by_name:
            states[home].append(state.symbol)
    conditions = conditions_of(waves, cuts, states)
    services = tuple(
        msgspec.structs.replace(item, wave=waves[item.name], condition=conditions[item.name]) for item in plan.services
    )
    plan = msgspec.structs.replace(plan, services=services, cuts=cuts)
    return msgspec.structs.replace(plan, scores=scores_of(program, plan), metrics=metrics_of(program, plan))
