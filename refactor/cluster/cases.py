"""What a proposal is made from: the same for every number of services that is tried.

Comes in: a program, a person's constraints, and how the proposal is asked for. Goes out: a ``Case``, from units to merges.
Must not: place anything.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from refactor.cluster.atoms import Atoms, atoms_of, carve
from refactor.cluster.consensus import Merges, merges
from refactor.cluster.ensemble import Labels, ensemble
from refactor.cluster.operations import Operations, heard, operations_of
from refactor.cluster.orders import Orders
from refactor.cluster.resolve import orders_of
from refactor.cluster.touches import Touches, surely, touches_of
from refactor.cluster.traffic import Traffic, Walks, traffic_of, walks_of
from refactor.cluster.units import Units, units_of
from refactor.cluster.uses import Direction, grouped, uses_of
from refactor.cluster.views import Views, views_of
from refactor.cluster.views.weights import Neighbours, Weights, contracted, neighbours
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
class Heard:
    """The program while some units are silent, and what it then does; ``traffic`` passes between units."""

    program: Program
    touches: Touches
    uses: Direction
    traffic: Traffic


@dataclass(frozen=True)
class Around:
    """What is around atoms, wherever they stand. ``links`` and ``near`` weigh the same; ``writers`` are of their tables."""

    links: Weights
    near: Neighbours
    uses: Direction
    writers: dict[str, set[str]]


@dataclass(frozen=True)
class Case:
    """What a proposal is made from; the same for every number of services tried.

    ``told`` is the program without what only commands do. ``whole`` are the atoms that the communities are found with; in
    ``atoms`` what a person moved is taken out of them. ``runs`` label the atoms of ``piece`` (unit -> atom), which no
    listing has joined: a plan that is read back must not be the surer for it.
    """

    program: Program
    told: Program
    units: Units
    orders: Orders
    touches: Touches
    operations: Operations
    views: Views
    uses: Direction
    whole: Atoms
    atoms: Atoms
    around_whole: Around
    around: Around
    merges: Merges
    wish: Wish
    walks: Walks
    traffic: Traffic
    piece: dict[str, str]
    runs: list[Labels]
    _heard: dict[frozenset[str], Heard] = field(default_factory=dict)

    def heard(self, silent: Collection[str]) -> Heard:
        """What there is to hear while some units are silent; worked out once."""
        key = frozenset(silent)
        if key not in self._heard:
            same = key == self.operations.code.keys()
            told = self.told if same else heard(self.program, self.units, key)
            touches = self.touches if same else touches_of(told)
            uses = self.uses if same else uses_of(told, self.units, touches)
            self._heard[key] = Heard(told, touches, uses, traffic_of(told, self.units, touches, walks=self.walks))
        return self._heard[key]


def case_of(program: Program, constraints: Sequence[Constraint], wish: Wish) -> Case:
    """Walk the rooms up to the merges; RefactorError for orders that contradict each other or name nothing."""
    units = units_of(program)
    orders = orders_of(constraints, units)
    touches = touches_of(program)
    operations = operations_of(program, units, touches) if wish.kernel else Operations()
    told = heard(program, units, operations.code)
    touches = touches if told is program else touches_of(told)
    uses = uses_of(told, units, touches)
    views = views_of(told, units, touches, wish.weights, wish.history, wish.traces)
    placeless = orders.without_places()
    whole = atoms_of(told, units, views.weights, placeless, operations.code, wish.seed)
    around = around_of(whole, units, views.weights, uses, touches)
    free, weights = _free(whole, around.links)
    runs = ensemble(free, weights, wish.seed)
    merged = merges(free, list(weights), runs, _apart(whole, set(free)))
    piece = whole.of
    if orders.listed:
        unlisted = atoms_of(told, units, views.weights, replace(placeless, listed={}), operations.code, wish.seed)
        links = contracted(views.weights, unlisted.of)
        piece, runs = unlisted.of, ensemble(*_free(unlisted, links), wish.seed)
    atoms = carve(whole, program, units, orders)
    walks = walks_of(told, units, touches)
    return Case(
        program=program,
        told=told,
        units=units,
        orders=orders,
        touches=touches,
        operations=operations,
        views=views,
        uses=uses,
        whole=whole,
        atoms=atoms,
        around_whole=around,
        around=around if atoms.of == whole.of else around_of(atoms, units, views.weights, uses, touches),
        merges=merged,
        wish=wish,
        walks=walks,
        traffic=traffic_of(told, units, touches, atoms.of, walks),
        piece=piece,
        runs=runs,
    )


def around_of(atoms: Atoms, units: Units, weights: Weights, uses: Direction, touches: Touches) -> Around:
    """What is around the atoms."""
    links = contracted(weights, atoms.of)
    writers: dict[str, set[str]] = defaultdict(set)
    for symbol, nodes in surely(touches, "write").items():
        if unit := units.of(symbol):
            for table in filter(None, map(units.of, nodes)):
                writers[atoms.of[table]].add(atoms.of[unit])
    return Around(links, neighbours(links), grouped(uses, atoms.of), dict(writers))


def _free(atoms: Atoms, links: Weights) -> tuple[list[str], Weights]:
    """The atoms that the runs may group, and the weights between them."""
    free = [atom for atom in atoms.members if atoms.fixed.get(atom) != SHARED and atom not in atoms.followers]
    inside = set(free)
    return free, {pair: weight for pair, weight in links.items() if pair[0] in inside and pair[1] in inside}


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
