"""Refinement by the objective: tables get one writer and transactions one owner, where the code allows it.

Comes in: a placement and its traffic. Goes out: the same, with single atoms moved. Must not: move what a person placed,
empty a service of its last anchor, use the kernel, or move anything for hops or balance alone: who belongs to whom is
the evidence's judgement, and the cost may only settle what it leaves open about data.
"""

from refactor.cluster.objective import Objective
from refactor.cluster.placement import Placement
from refactor.cluster.refine import is_last_anchor
from refactor.cluster.traffic import Traffic
from refactor.model.plan import SHARED

PASSES = 4
# A move must save more than half of what one foreign write costs, so that reads alone never pay for it.
WORTH = 0.5
# An atom only goes where at least this share of what holds it now draws it.
DRAWN = 0.5
# What is a larger share of its service is what that service is about.
SMALL = 0.2


def repair(placement: Placement, traffic: Traffic, *, zealous: bool = False) -> None:
    """Move single atoms while that leaves fewer foreign writes or torn transactions and costs clearly less in all.

    ``zealous``: whatever the other evidence says, tables with their classes included: how clean the data could be.
    """
    objective = Objective(traffic, placement.label)
    least = WORTH * objective.scale["foreign_writes"]
    for _ in range(PASSES):
        moved = False
        for atom in _concerned(traffic):
            target = _cheaper(placement, objective, atom, least, zealous=zealous)
            if target:
                objective.move(atom, target)
                placement.label[atom] = target
                moved = True
        if not moved:
            return


def _concerned(traffic: Traffic) -> list[str]:
    """Atoms that write a table of another atom, hold one, or take part in a transaction."""
    return sorted({*traffic.writes, *(atom for atoms in traffic.transactions for atom in atoms)})


def _cheaper(placement: Placement, objective: Objective, atom: str, least: float, *, zealous: bool) -> str:
    """Where the atom saves most, or ""."""
    own = placement.label[atom]
    if own == SHARED or atom in placement.fixed or is_last_anchor(placement, atom):
        return ""
    if not zealous and (objective.traffic.sizes[atom] > SMALL * objective.size(own) or _is_owner(placement, atom)):
        return ""
    drawn = placement.pull(atom)
    asked = 0.0 if zealous else DRAWN * drawn.get(own, 0.0)
    best, saved = "", least
    for target in objective.near(atom):
        if drawn.get(target, 0.0) < asked or not placement.allowed(atom, target):
            continue
        if objective.unties(atom, target) and (gain := objective.gain(objective.change(atom, target))) > saved:
            best, saved = target, gain
    return best


def _is_owner(placement: Placement, atom: str) -> bool:
    """Whether the atom holds a table that its own service is seen to write: then the other writers are what moves."""
    writers = placement.writers.get(atom, set())
    return placement.owns(atom) and any(placement.label[writer] == placement.label[atom] for writer in writers)
