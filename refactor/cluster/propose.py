"""Program + Graph -> Plan: the sentence that walks through the rooms.

Comes in: program, graph, constraints, a wished number of services, a seed. Goes out: a ``Plan``. Must not: hold any
knowledge of its own; every step stands in the room named after it.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import msgspec

from refactor.cluster.alternatives import CLEANER_DATA, FEWER_CUTS, SMALLER, alternatives_of
from refactor.cluster.atoms import Atoms, atoms_of, carve, foes
from refactor.cluster.consensus import Merges, merges
from refactor.cluster.contradictions import check_number
from refactor.cluster.descriptions import described, is_generated
from refactor.cluster.ensemble import Labels, ensemble
from refactor.cluster.explain import Grounds, member, ownerless, ownership
from refactor.cluster.firmness import Firmness
from refactor.cluster.kernel import dissolve, peel
from refactor.cluster.moves import judged
from refactor.cluster.obey import names_of, obey, part
from refactor.cluster.operations import Operations, follow, heard, operations_of
from refactor.cluster.orders import LISTED, Orders
from refactor.cluster.placement import Placement
from refactor.cluster.refine import absorb, improve, rehouse
from refactor.cluster.repair import repair
from refactor.cluster.resolve import orders_of
from refactor.cluster.roadmap import roadmap
from refactor.cluster.standing import Ground, standing
from refactor.cluster.touches import Touches, surely, touches_of
from refactor.cluster.traffic import Traffic, Walks, traffic_of, walks_of
from refactor.cluster.units import Units, units_of
from refactor.cluster.uses import Direction, grouped, uses_of
from refactor.cluster.views import Views, views_of
from refactor.cluster.views.weights import Weights, contracted, neighbours
from refactor.model.errors import RefactorError
from refactor.model.graph import Graph
from refactor.model.names import top_level
from refactor.model.observed import NO_HISTORY, NOT_TRACED, History, Traced
from refactor.model.plan import SHARED, Constraint, Plan, Service
from refactor.model.program import Program
from refactor.model.weighing import AS_PROPOSED, ViewWeights

# How many times fewer, and more, services an alternative has.
SCALE = 1.5


@dataclass(frozen=True)
class _Wish:
    """How a proposal is asked for, besides a person's orders."""

    seed: int
    kernel: bool
    weights: ViewWeights
    history: History
    traces: Traced


@dataclass(frozen=True)
class _Case:
    """What a proposal is made from; the same for every number of services tried.

    ``whole`` are the atoms that the communities are found with; in ``atoms`` what a person moved is taken out of them.
    ``runs`` label the atoms of ``piece`` (unit -> atom), which no listing has joined: a plan that is read back must not
    be the surer for it.
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
    wish: _Wish
    walks: Walks
    traffic: Traffic
    piece: dict[str, str]
    runs: list[Labels]


def cluster(
    program: Program,
    graph: Graph,  # noqa: ARG001 - every verb takes both; the votes need single sites, which the graph joins
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
    case = _case(program, constraints, _Wish(seed, kernel, weights, history, traces))
    placement = _bounded(case, services) if services else _placed(case, case.merges.default)
    plan, ground = _plan(case, placement)
    others = _others(case, placement, [order for order in constraints if order.kind != LISTED])
    standings = {name: standing(ground, _homes(*other)) for name, other in sorted(others.items())}
    plan = msgspec.structs.replace(plan, alternatives=alternatives_of(plan, standings))
    kept = tuple(sorted(order for order in constraints if order.kind != LISTED))
    return msgspec.structs.replace(plan, constraints=kept, seed=seed)


def _others(case: _Case, placement: Placement, orders: Sequence[Constraint]) -> dict[str, tuple[_Case, Placement]]:
    """What to hold against the proposal: fewer services, more services, and the data first.

    Orders hold here too, a listing doesn't: it lists the very plan that the others shall differ from.
    """
    if case.orders.listed:
        case = _case(case.program, orders, case.wish)
        try:
            placement = _placed(case, case.merges.default)
        except RefactorError:  # an order may name a service that only the listing has
            return {}
    anchored = {atom for atom in case.atoms.members if placement.anchored(atom)}
    coarser, finer = case.merges.scales(anchored, SCALE)
    clean = replace(placement, label=dict(placement.label))
    repair(clean, case.traffic, zealous=True)
    found = {CLEANER_DATA: clean}
    for name, count in ((FEWER_CUTS, coarser), (SMALLER, finer)):
        with suppress(RefactorError):  # nor need a service that an order names be there
            found[name] = _placed(case, count)
    return {name: (case, other) for name, other in found.items() if other.label != placement.label}


def _homes(case: _Case, placement: Placement) -> dict[str, str]:
    """The service of every unit, or ``shared``."""
    names = names_of(placement) | {SHARED: SHARED}
    follow(placement, case.operations)
    return {unit: names[placement.label[atom]] for unit, atom in case.atoms.of.items()}


def _case(program: Program, constraints: Sequence[Constraint], wish: _Wish) -> _Case:
    units = units_of(program)
    orders = orders_of(constraints, units)
    operations = operations_of(program, units, touches_of(program)) if wish.kernel else Operations()
    told = heard(program, units, operations.code)
    touches = touches_of(told)
    views = views_of(told, units, touches, wish.weights, wish.history, wish.traces)
    placeless = orders.without_places()
    whole = atoms_of(told, units, views.weights, placeless, operations.code, wish.seed)
    free, weights = _free(whole, views)
    runs = ensemble(free, weights, wish.seed)
    merged = merges(free, list(weights), runs, foes(whole, set(free)))
    piece = whole.of
    if orders.listed:
        unlisted = atoms_of(told, units, views.weights, replace(placeless, listed={}), operations.code, wish.seed)
        piece, runs = unlisted.of, ensemble(*_free(unlisted, views), wish.seed)
    atoms = carve(whole, program, units, orders)
    walks = walks_of(told, units, touches)
    traffic = traffic_of(told, units, touches, atoms.of, walks)
    uses = uses_of(told, units, touches)
    known = (program, units, orders, touches, operations, views, uses)
    return _Case(*known, whole, atoms, merged, wish, walks, traffic, piece, runs)


def _free(atoms: Atoms, views: Views) -> tuple[list[str], Weights]:
    """The atoms that the runs may group, and the weights between them."""
    free = [atom for atom in atoms.members if atoms.fixed.get(atom) != SHARED and atom not in atoms.followers]
    inside = set(free)
    weights = contracted(views.weights, atoms.of)
    return free, {pair: weight for pair, weight in weights.items() if inside.issuperset(pair)}


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
    repair(placement, case.traffic)
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
        kernel=case.wish.kernel,
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


def _plan(case: _Case, placement: Placement) -> tuple[Plan, Ground]:
    names = names_of(placement) | {SHARED: SHARED}
    operating = follow(placement, case.operations)
    home = {unit: names[placement.label[atom]] for unit, atom in case.atoms.of.items()}
    factories = frozenset(top_level(symbol) for symbol in case.program.factories)
    told = heard(case.program, case.units, operating)
    touches = touches_of(told)
    uses = uses_of(told, case.units, touches)
    near = neighbours(case.views.weights)
    firmness = Firmness(case.runs, case.piece, near, home, case.units.module)
    grounds = Grounds(case.units, case.orders, uses, touches, home, firmness, factories, operating)
    inside: dict[str, list[str]] = defaultdict(list)
    for unit in case.units.names:
        inside[home[unit]].append(unit)
    kernel = inside.pop(SHARED, [])
    shared = tuple(member(unit, grounds) for unit in kernel if case.units.module[unit])
    tables = tuple(sorted(ownerless(item) for unit in kernel for item in case.units.tables.get(unit, ())))
    services = tuple(_service(name, members, case, grounds) for name, members in sorted(inside.items()))
    traffic = traffic_of(told, case.units, touches, walks=case.walks)
    plan = Plan(case.program.project, services, shared, shared_tables=tables)
    plan = roadmap(told, judged(plan, traffic, grounds))
    return plan, Ground(plan, told, case.units, touches, traffic, home)


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
        stability=grounds.firmness.stability(name),
    )


def _own_words(name: str, orders: Orders) -> str:
    """A description that a person wrote; one that an earlier run wrote is made anew."""
    text = orders.descriptions.get(name, "")
    return "" if is_generated(text) else text
