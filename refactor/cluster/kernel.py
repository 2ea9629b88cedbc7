"""The shared kernel: library code that belongs to no service and ships with each.

Comes in: a placement of services. Goes out: the same with the kernel's atoms labelled ``shared``, and services
that have neither entry point nor table dissolved. Must not: move what a person placed, or share a table or entry point.
"""

from collections import Counter

from refactor.cluster.placement import Placement
from refactor.model.plan import SHARED

# A library is used evenly by at least three services ...
LEAST_SERVICES = 3
LEAST_PARTICIPATION = 0.5
# ... or by nearly all of them, even if it looks into one.
NEARLY_ALL = 0.8


def peel(placement: Placement) -> None:
    """Label the kernel: the application factory, libraries, and what only the kernel uses."""
    if not placement.kernel:
        return
    for atom in sorted(placement.atoms.factories - placement.fixed):
        placement.label[atom] = SHARED
    for atom in sorted(placement.label.keys() - placement.fixed - placement.whole):
        if is_migration(placement.units.module[atom]):
            placement.label[atom] = SHARED
    for atom in sorted(placement.label.keys() - placement.fixed):
        if _alone(placement, atom):
            placement.label[atom] = SHARED
    pure = _pure(placement)
    changed = True
    while changed:
        changed = False
        services = len(placement.services)
        for atom in sorted(placement.label):
            if _stays(placement, atom):
                continue
            if _library(placement, atom, atom in pure, services) or _only_for_kernel(placement, atom, atom in pure):
                placement.label[atom] = SHARED
                changed = True


def is_migration(module: str) -> bool:
    """Whether a module is a step of the schema's history: it belongs to the database as a whole."""
    return not {"migrations", "alembic"}.isdisjoint(module.split("."))


def _alone(placement: Placement, atom: str) -> bool:
    """Whether no service has to do with the atom: a script, settings of the documentation, a table in text only."""
    if placement.anchored(atom) and placement.units.module[atom]:
        return False
    around = placement.uses.out.get(atom, {}).keys() | placement.uses.into.get(atom, {}).keys()
    return all(placement.label[other] == SHARED for other in around)


def _stays(placement: Placement, atom: str) -> bool:
    return placement.label[atom] == SHARED or atom in placement.fixed or placement.anchored(atom)


def _pure(placement: Placement) -> set[str]:
    """Atoms from which no table or entry point is ever reached: the largest such set."""
    blocked = {atom for atom in placement.label if placement.anchored(atom) and atom not in placement.atoms.factories}
    queue = sorted(blocked)
    for atom in queue:
        for source, strength in placement.uses.into.get(atom, {}).items():
            if source not in blocked and source not in placement.atoms.factories and strength >= 0.5:
                blocked.add(source)
                queue.append(source)
    return placement.label.keys() - blocked


def participation(users: dict[str, float]) -> float:
    """1 - sum of squared shares: 0 with a single user, towards 1 with many even ones (Guimera and Amaral, 2005)."""
    whole = sum(users.values())
    return 1 - sum((strength / whole) ** 2 for strength in users.values()) if whole else 0.0


def _library(placement: Placement, atom: str, pure: bool, services: int) -> bool:
    users = {label: strength for label, strength in placement.users(atom).items() if label != SHARED}
    if pure:
        return len(users) >= max(2, min(LEAST_SERVICES, services)) and participation(users) >= LEAST_PARTICIPATION
    return len(users) >= max(LEAST_SERVICES, NEARLY_ALL * services)


def _only_for_kernel(placement: Placement, atom: str, pure: bool) -> bool:
    """Used by the kernel and by no service, or what the factory registers; only the latter may look into a service."""
    users = placement.uses.into.get(atom, {})
    if not users or not (pure or _registered(placement, atom)):
        return False
    alone = all(placement.label[user] == SHARED for user in users)
    return alone or (pure and _registered(placement, atom))


def _registered(placement: Placement, atom: str) -> bool:
    """Whether the factory itself uses the atom, more than by an import."""
    users = placement.uses.into.get(atom, {})
    return any(users.get(factory, 0.0) >= 0.5 for factory in placement.atoms.factories)


def dissolve(placement: Placement, named: frozenset[str] = frozenset()) -> None:
    """Give the code of groups without entry point and table to its best user; what nobody uses goes to ``shared``.

    Without a kernel it stays; and where most groups have neither, because the graph tells of none, every group may be a
    service.
    """
    loose: set[str] = set()
    groups = {label: atoms for label, atoms in placement.by_label().items() if label != SHARED}
    without = {label for label, atoms in groups.items() if not any(map(placement.anchored, atoms))}
    if not placement.kernel and 2 * len(without) > len(groups):
        return
    for label, atoms in groups.items():
        if label in named or label not in without:
            continue
        loose |= set(atoms) - placement.fixed
    while loose:
        best = _best_homes(placement, loose)
        if not best:
            break
        for atom, label in best.items():
            placement.label[atom] = label
        loose -= best.keys()
    for atom in sorted(loose) if placement.kernel else ():
        placement.label[atom] = _package_home(placement, atom, loose)


def _best_homes(placement: Placement, loose: set[str]) -> dict[str, str]:
    """For each loose atom with a settled neighbour: the label that draws it most."""
    waiting = {placement.label[atom] for atom in loose}
    homes = {}
    for atom in sorted(loose):
        drawn = placement.pull(atom)
        linked = _linked(placement, atom)
        options = [
            label for label in sorted(drawn)
            if label in linked and label not in waiting and label != SHARED and placement.allowed(atom, label)
        ]  # fmt: skip
        if options:
            homes[atom] = max(options, key=lambda label: drawn[label])
    return homes


def _linked(placement: Placement, atom: str) -> set[str]:
    """The labels that the atom uses or is used by: names alone give nothing a home."""
    around = (*placement.uses.out.get(atom, {}), *placement.uses.into.get(atom, {}))
    return {placement.label[other] for other in around}


def _package_home(placement: Placement, atom: str, loose: set[str]) -> str:
    """The service that holds most of the atom's package, if one does."""
    module = atom.partition(":")[0]
    for package in (module, module.rpartition(".")[0]):
        around = Counter(
            label
            for other, label in placement.label.items()
            if package and other not in loose and other.startswith((f"{package}.", f"{package}:"))
        )
        best = min(around, key=lambda label: (-around[label], label), default=SHARED)
        if 2 * around[best] > around.total() and placement.allowed(atom, best):
            return best
    return SHARED
