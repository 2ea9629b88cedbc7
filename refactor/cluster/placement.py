"""Where every atom stands while the proposal is made: the one mutable value of this package.

Comes in: atoms, weights, uses. Goes out: labels per atom. A label is a group's name while it has none of its own, and
``=NAME`` once it has; ``shared`` is the shared kernel. Must not: decide; ``kernel``, ``refine`` and ``obey`` do.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from refactor.cluster.atoms import Atoms
from refactor.cluster.units import Units
from refactor.cluster.uses import Direction
from refactor.cluster.views.weights import Neighbours
from refactor.model.plan import SHARED

# A group with less than this share of the mean size is too little to be a service without a reason of its own.
SMALL = 0.25


@dataclass
class Placement:
    """``label``: atom -> label. ``fixed``: atoms that a person placed. ``writers``: who writes an atom's tables.

    ``banned``: atom -> labels where a person does not want it. ``names``: label -> the name that orders know it by.
    ``kernel`` False: nothing goes to ``shared``, for a graph without the code that would tell a library from the rest.
    """

    atoms: Atoms
    units: Units
    near: Neighbours
    uses: Direction
    label: dict[str, str]
    fixed: set[str]
    whole: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    enemies: dict[str, set[str]] = field(default_factory=dict)
    writers: dict[str, set[str]] = field(default_factory=dict)
    banned: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    kernel: bool = True

    def __post_init__(self) -> None:
        self.whole = {atom for atom, units in self.atoms.members.items() if any(map(self.units.anchored, units))}
        doors = self.units.doors
        self.open = {atom for atom, units in self.atoms.members.items() if not doors.isdisjoint(units)}
        for one, other in self.atoms.apart:
            self.enemies.setdefault(one, set()).add(other)
            self.enemies.setdefault(other, set()).add(one)

    @property
    def services(self) -> list[str]:
        """The labels of services, sorted."""
        return sorted({label for label in self.label.values() if label != SHARED})

    @property
    def small(self) -> set[str]:
        """The labels of groups with less than ``SMALL`` of the units that services have on average."""
        return self.below(SMALL)

    def below(self, share: float) -> set[str]:
        """The labels of groups with less than a share of the units that services have on average."""
        sizes: Counter[str] = Counter()
        for atom, label in self.label.items():
            sizes[label] += len(self.atoms.members[atom])
        sizes.pop(SHARED, None)
        limit = share * sizes.total() / max(1, len(sizes))
        return {label for label, size in sizes.items() if size < limit}

    @property
    def homes(self) -> dict[str, str]:
        """Atom -> the label that most of its slice of the domain has, for atoms in a slice."""
        sizes: dict[str, Counter[str]] = defaultdict(Counter)
        for atom, package in self.atoms.slices.items():
            if self.label[atom] != SHARED:
                sizes[package][self.label[atom]] += len(self.atoms.members[atom])
        most = {package: min(found, key=lambda label: (-found[label], label)) for package, found in sizes.items()}
        return {atom: most[package] for atom, package in self.atoms.slices.items() if package in most}

    def anchored(self, atom: str) -> bool:
        """Whether the atom alone justifies a service."""
        return atom in self.whole

    def entered(self, atom: str) -> bool:
        """Whether the atom holds a door."""
        return atom in self.open

    def owns(self, atom: str) -> bool:
        """Whether the atom holds a table."""
        return any(unit in self.units.tables for unit in self.atoms.members[atom])

    def allowed(self, atom: str, label: str) -> bool:
        """Whether the atom may stand there: it is not forbidden, and nothing it must be apart from does."""
        if label in self.banned.get(atom, ()):
            return False
        return label == SHARED or all(self.label.get(enemy) != label for enemy in self.enemies.get(atom, ()))

    def pull(self, atom: str) -> dict[str, float]:
        """The weight between the atom and each label."""
        drawn: dict[str, float] = defaultdict(float)
        for other, weight in self.near.get(atom, {}).items():
            drawn[self.label[other]] += weight
        return dict(drawn)

    def users(self, atom: str) -> dict[str, float]:
        """How strongly each label uses the atom."""
        found: dict[str, float] = defaultdict(float)
        for source, strength in self.uses.into.get(atom, {}).items():
            if source not in self.atoms.factories:
                found[self.label[source]] += strength
        return dict(found)

    def by_label(self) -> dict[str, list[str]]:
        """The atoms of each label, all sorted."""
        groups: dict[str, list[str]] = defaultdict(list)
        for atom in sorted(self.label):
            groups[self.label[atom]].append(atom)
        return dict(sorted(groups.items()))
