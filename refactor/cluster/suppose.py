"""What if: the same program under a plan in which a few things stand elsewhere, nothing clustered anew.

Comes in: program, plan, wishes of (subject, service). Goes out: the plan as it is and the plan as supposed, both priced and
cut alike; or what a single move would change. Must not: weigh evidence, or care for orders: a person may suppose anything.
"""

import difflib
from collections.abc import Sequence

from refactor.cluster.objective import TERMS, Objective
from refactor.cluster.resolve import match
from refactor.cluster.standing import Ground, ground_of, standing
from refactor.cluster.titles import RESERVED
from refactor.model.errors import RefactorError
from refactor.model.measures import Move
from refactor.model.names import slug
from refactor.model.plan import SHARED, Plan
from refactor.model.program import Program


def suppose(program: Program, plan: Plan, wishes: Sequence[tuple[str, str]]) -> tuple[Plan, Plan]:
    """The plan as it is, and with each wish's subject (symbol, module, ``table:NAME`` or glob) in the wish's service.

    The service may be new, or ``shared``. RefactorError: a subject that means nothing, a service that can't be named so,
    a table without an owner.
    """
    ground = ground_of(program, plan)
    home = dict(ground.home)
    for subject, service in wishes:
        for unit in _meant(subject, ground):
            home[unit] = _possible(unit, service, ground)
    return standing(ground, ground.home), standing(ground, home)


def prospects(program: Program, plan: Plan, node: str) -> tuple[Move, ...]:
    """What moving the unit of a node to each service that it has to do with would save or cost, best first."""
    ground = ground_of(program, plan)
    unit = ground.units.of(node)
    own = ground.home.get(unit, "")
    if not own or own == SHARED:
        return ()
    objective = Objective(ground.traffic, ground.home)
    found = []
    for target in objective.near(unit):
        terms = objective.change(unit, target)
        changed = tuple((term, terms[term]) for term in TERMS if terms[term])
        found.append(Move(unit, own, target, objective.gain(terms), changed))
    return tuple(sorted(found, key=lambda move: (-move.gain, move.target)))


def _meant(subject: str, ground: Ground) -> tuple[str, ...]:
    units = match(subject, ground.units)
    if units:
        return units
    known = [*ground.units.names, *ground.units.alias]
    close = [name for name in known if name.endswith((f":{subject}", f".{subject}"))][:3]
    close = close or difflib.get_close_matches(subject, known, 3)
    hint = f"did you mean {', '.join(close)}?" if close else "name a symbol, a module, table:NAME, or a glob of those"
    raise RefactorError(f"nothing here is named {subject}", hint=hint)


def _possible(unit: str, service: str, ground: Ground) -> str:
    if service == SHARED:
        if owned := ground.units.tables.get(unit):
            raise RefactorError(f"{unit} can't be shared", hint=f"table {owned[0].name} needs an owner")
        return service
    if service not in ground.plan.by_name and (service != slug(service) or service in RESERVED):
        close = difflib.get_close_matches(service, sorted(ground.plan.by_name), 1)
        hint = f"did you mean {close[0]}?" if close else f"a new service could be named {slug(service)}"
        raise RefactorError(f"{service!r} is no name for a service", hint=hint)
    return service
