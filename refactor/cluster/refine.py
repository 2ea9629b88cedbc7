"""Greedy repair of a placement: single writers, whole transactions, better homes.

Comes in: a placement. Goes out: the same, improved. Must not: move what a person placed, empty a service of its last
anchor, or create one.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from refactor.cluster.placement import Placement
from refactor.model.plan import SHARED

PASSES = 4
# A move must be worth more than this share of what holds the atom, so that near ties stay where the runs agreed.
MARGIN = 1.15
# What nobody enters and one service alone uses is a part of that one, up to this share of the mean size.
PART = 0.75
# A package is a service's when the service answers this share of the package's entry points.
ANSWERS = 2 / 3


@dataclass
class _Strengths:
    """Weight that ends in each atom and label: what chance alone would link them by."""

    atom: dict[str, float]
    label: dict[str, float]
    whole: float


def improve(placement: Placement) -> None:
    """Move single atoms while their own service holds them clearly less than another, chance discounted."""
    strengths = _strengths(placement)
    for _ in range(PASSES):
        moved = False
        homes = placement.homes
        for atom in sorted(placement.label):
            if placement.label[atom] == homes.get(atom):
                continue
            target = _better(placement, atom, strengths)
            if target:
                strengths.label[placement.label[atom]] -= strengths.atom[atom]
                strengths.label[target] += strengths.atom[atom]
                placement.label[atom] = target
                moved = True
        if not moved:
            return


def rehouse(placement: Placement) -> None:
    """Give tables to the service that answers for their class's package, else to the only service that writes them.

    Half of a grown application reads and writes its central tables; whose package holds the class and the routes says
    more. A root package says nothing.
    """
    doors: dict[str, Counter[str]] = defaultdict(Counter)
    for unit in sorted(placement.units.doors):
        package = placement.units.module[unit].rpartition(".")[0]
        doors[package][placement.label[placement.atoms.of[unit]]] += len(placement.units.entries[unit])
    for atom in sorted(placement.label.keys() - placement.fixed):
        if not placement.owns(atom):
            continue
        package = placement.units.module[atom].rpartition(".")[0]
        home = (_answering(doors[package]) if "." in package else "") or _only_writer(placement, atom)
        linked = home in placement.pull(atom) and placement.allowed(atom, home)
        if linked and not is_last_anchor(placement, atom):
            placement.label[atom] = home


def _answering(doors: Counter[str]) -> str:
    """The service that answers for nearly all entry points of a package, or ""."""
    home = min(doors, key=lambda label: (-doors[label], label), default="")
    return home if home != SHARED and doors[home] >= ANSWERS * doors.total() else ""


def _only_writer(placement: Placement, atom: str) -> str:
    labels = {placement.label[writer] for writer in placement.writers.get(atom, ()) if writer != atom} - {SHARED}
    return labels.pop() if len(labels) == 1 else ""


def absorb(placement: Placement, named: frozenset[str] = frozenset()) -> None:
    """Give small groups that own no table or cannot be entered to the service that uses or draws them most.

    So goes, up to three quarters of the mean size, what nobody enters and one service alone uses: it is a part of that one.

    Without two services that can be entered there is nothing to choose between, and groups stay.
    """
    groups = {label: atoms for label, atoms in placement.by_label().items() if label != SHARED}
    homes = placement.homes
    whole = {
        label
        for label, atoms in groups.items()
        if any(map(placement.entered, atoms))
        and any(placement.owns(atom) or homes.get(atom) == label for atom in atoms)
    }
    parts = {label for label in placement.below(PART) if _is_part(placement, groups[label])}
    little = sorted((placement.small - whole | parts) - named)
    hosts = groups.keys() - set(little)
    for atoms in (groups[label] for label in little) if len(hosts) > 1 else ():
        best = _host(placement, atoms, hosts)
        if best and not placement.fixed.intersection(atoms):
            placement.label.update(dict.fromkeys(atoms, best))


def _is_part(placement: Placement, atoms: list[str]) -> bool:
    """Whether nobody enters a group and one service alone uses it."""
    if any(map(placement.entered, atoms)):
        return False
    own = placement.label[atoms[0]]
    users = {label for atom in atoms for label in placement.users(atom)} - {own, SHARED}
    return len(users) == 1


def _host(placement: Placement, atoms: list[str], hosts: set[str]) -> str:
    """The service that uses a group most, else the one with the strongest links to it; "" when none may take it in."""
    fitting = {label for label in hosts if all(placement.allowed(atom, label) for atom in atoms)}
    for strengths in (placement.users, placement.pull):
        drawn: dict[str, float] = defaultdict(float)
        for atom in atoms:
            for label, weight in strengths(atom).items():
                drawn[label] += weight
        if options := [label for label in sorted(drawn) if label in fitting]:
            return max(options, key=drawn.__getitem__)
    return ""


def _strengths(placement: Placement) -> _Strengths:
    atom = {item: sum(placement.near.get(item, {}).values()) for item in sorted(placement.label)}
    label: dict[str, float] = defaultdict(float)
    for item, strength in atom.items():
        label[placement.label[item]] += strength
    return _Strengths(atom, label, sum(atom.values()) or 1.0)


def _better(placement: Placement, atom: str, strengths: _Strengths) -> str:
    own = placement.label[atom]
    if own == SHARED or atom in placement.fixed or is_last_anchor(placement, atom):
        return ""
    drawn = placement.pull(atom)

    def gain(label: str) -> float:
        others = strengths.label[label] - (strengths.atom[atom] if label == own else 0.0)
        return drawn.get(label, 0.0) - strengths.atom[atom] * others / strengths.whole

    options = [label for label in sorted(drawn) if label not in (own, SHARED) and placement.allowed(atom, label)]
    best = max(options, key=gain, default="")
    if best and gain(best) > max(gain(own), 0.0) and drawn[best] > MARGIN * drawn.get(own, 0.0):
        return best
    return ""


def is_last_anchor(placement: Placement, atom: str) -> bool:
    """Whether the atom alone makes its service one."""
    label = placement.label
    own = label[atom]
    return placement.anchored(atom) and not any(label[other] == own and other != atom for other in placement.whole)
