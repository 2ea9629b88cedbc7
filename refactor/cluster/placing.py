"""A case -> where every atom stands: after a number of merges, with kernel, repair and a person's orders.

Comes in: a case and a number of merges, or bounds for the number of services. Goes out: a placement. Must not: weigh
anything itself; ``kernel``, ``refine``, ``obey`` and ``repair`` do.
"""

from refactor.cluster.atoms import Atoms
from refactor.cluster.cases import Around, Case
from refactor.cluster.contradictions import check_number
from refactor.cluster.kernel import dissolve, peel
from refactor.cluster.obey import obey, part
from refactor.cluster.placement import Placement
from refactor.cluster.refine import absorb, improve, rehouse
from refactor.cluster.repair import repair
from refactor.model.errors import RefactorError
from refactor.model.plan import SHARED


def placed(case: Case, count: int) -> Placement:
    """A placement after so many merges, with kernel, repair and orders."""
    label = dict.fromkeys(case.whole.members, SHARED) | case.merges.after(count)
    listed = {label[atom]: f"={name}" for atom, name in sorted(case.whole.fixed.items()) if name != SHARED}
    label = {atom: listed.get(group, group) for atom, group in label.items()}
    placement = _standing(case, case.whole, case.around_whole, label)
    _settle(placement, frozenset(listed.values()))
    stood = placement.label
    label = {atom: stood[case.whole.of[atom]] for atom in case.atoms.members}
    placement = _standing(case, case.atoms, case.around, label)
    named = obey(placement, case.orders)
    _settle(placement, named)
    repair(placement, case.traffic)
    part(placement)
    return placement


def _standing(case: Case, atoms: Atoms, around: Around, label: dict[str, str]) -> Placement:
    """A placement of the atoms as they are labelled."""
    return Placement(
        atoms,
        case.units,
        around.near,
        around.uses,
        label,
        set(atoms.fixed) | atoms.followers,
        writers=around.writers,
        kernel=case.wish.kernel,
    )


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


def bounded(case: Case, services: tuple[int, int]) -> Placement:
    """The placement nearest to the agreed one whose number of services lies within the bounds."""
    least, most = services
    if not 1 <= least <= most:
        raise RefactorError(f"{least}..{most} is no range for a number of services", hint="Use MIN..MAX, MIN >= 1.")
    check_number(case.orders, services)
    seen = []
    for count in _nearest_first(case, most):
        placement = placed(case, count)
        if least <= len(placement.services) <= most:
            return placement
        seen.append(len(placement.services))
    raise RefactorError(
        f"no proposal has {least} to {most} services",
        hint=f"The evidence and your constraints allow {min(seen)} to {max(seen)}.",
    )


def _nearest_first(case: Case, most: int) -> list[int]:
    """Numbers of merges to try: towards the wished number of services first, then the other way."""
    start, steps = case.merges.default, len(case.merges.steps)
    found = len(placed(case, start).services)
    fewer, more = list(range(start, steps + 1)), list(range(start - 1, -1, -1))
    return fewer + more if found > most else [start, *more, *fewer[1:]]
