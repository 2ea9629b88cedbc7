"""What a proposal is made from: the same for every number of services that is tried.

Comes in: a program, a person's constraints, and how the proposal is asked for. Goes out: a ``Case``, from units to merges.
Must not: place anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from refactor.cluster.atoms import Atoms, atoms_of, carve
from refactor.cluster.consensus import Merges, merges
from refactor.cluster.ensemble import Labels, ensemble
from refactor.cluster.operations import Operations, heard, operations_of
from refactor.cluster.orders import Orders
from refactor.cluster.resolve import orders_of
from refactor.cluster.touches import Touches, touches_of
from refactor.cluster.traffic import Traffic, Walks, traffic_of, walks_of
from refactor.cluster.units import Units, units_of
from refactor.cluster.uses import Direction, uses_of
from refactor.cluster.views import Views, views_of
from refactor.cluster.views.weights import Weights, contracted
from refactor.model.observed import NO_HISTORY, NOT_TRACED, History, Traced
from refactor.model.plan import SHARED, Constraint
from refactor.model.program import Program
from refactor.model.weighing import AS_PROPOSED, ViewWeights


@dataclass(frozen=True)
class Wish:
    """How a proposal is asked for, besides a person's orders.

    ``kernel`` False: nothing is shared and nothing follows. ``weights``: a factor for each view of the evidence.
    """

    seed: int = 0
    kernel: bool = True
    weights: ViewWeights = AS_PROPOSED
    history: History = NO_HISTORY
    traces: Traced = NOT_TRACED


@dataclass(frozen=True)
class Case:
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
    wish: Wish
    walks: Walks
    traffic: Traffic
    piece: dict[str, str]
    runs: list[Labels]


def case_of(program: Program, constraints: Sequence[Constraint], wish: Wish) -> Case:
    """Walk the rooms up to the merges; RefactorError for orders that contradict each other or name nothing."""
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
    merged = merges(free, list(weights), runs, _apart(whole, set(free)))
    piece = whole.of
    if orders.listed:
        unlisted = atoms_of(told, units, views.weights, replace(placeless, listed={}), operations.code, wish.seed)
        piece, runs = unlisted.of, ensemble(*_free(unlisted, views), wish.seed)
    atoms = carve(whole, program, units, orders)
    walks = walks_of(told, units, touches)
    traffic = traffic_of(told, units, touches, atoms.of, walks)
    uses = uses_of(told, units, touches)
    return Case(
        program,
        units,
        orders,
        touches,
        operations,
        views,
        uses,
        whole,
        atoms,
        merged,
        wish,
        walks,
        traffic,
        piece,
        runs,
    )


def _free(atoms: Atoms, views: Views) -> tuple[list[str], Weights]:
    """The atoms that the runs may group, and the weights between them."""
    free = [atom for atom in atoms.members if atoms.fixed.get(atom) != SHARED and atom not in atoms.followers]
    inside = set(free)
    weights = contracted(views.weights, atoms.of)
    return free, {pair: weight for pair, weight in weights.items() if inside.issuperset(pair)}


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
