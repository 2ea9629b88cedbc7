"""What if: the same program under a plan in which a few things stand elsewhere, nothing clustered anew.

Comes in: program, plan, wishes of (subject, service). Goes out: the plan as it is and the plan as supposed, both priced and
cut alike; or what a single move would change. Must not: weigh evidence, or care for orders: a person may suppose anything.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from refactor.cluster.cuts import cuts_of
from refactor.cluster.objective import TERMS, Objective
from refactor.cluster.operations import heard, operations_of
from refactor.cluster.orders import match
from refactor.cluster.titles import RESERVED
from refactor.cluster.touches import Touches, surely, touches_of
from refactor.cluster.traffic import Traffic, traffic_of
from refactor.cluster.units import Units, units_of
from refactor.model.errors import RefactorError
from refactor.model.measures import Move
from refactor.model.names import slug, table
from refactor.model.plan import SHARED, Member, Ownership, Plan, Service
from refactor.model.program import Program


@dataclass(frozen=True)
class _Ground:
    """What both plans are measured on. ``program``: without what only commands run, where that is shared."""

    plan: Plan
    program: Program
    units: Units
    touches: Touches
    traffic: Traffic
    home: dict[str, str]


def suppose(program: Program, plan: Plan, wishes: Sequence[tuple[str, str]]) -> tuple[Plan, Plan]:
    """The plan as it is, and with each wish's subject (symbol, module, ``table:NAME`` or glob) in the wish's service.

    The service may be new, or ``shared``. RefactorError: a subject that means nothing, a service that can't be named so,
    a table without an owner.
    """
    ground = _ground(program, plan)
    home = dict(ground.home)
    for subject, service in wishes:
        for unit in _meant(subject, ground):
            home[unit] = _possible(unit, service, ground)
    return _standing(ground, ground.home), _standing(ground, home)


def prospects(program: Program, plan: Plan, node: str) -> tuple[Move, ...]:
    """What moving the unit of a node to each service that it has to do with would save or cost, best first."""
    ground = _ground(program, plan)
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


def _ground(program: Program, plan: Plan) -> _Ground:
    units = units_of(program)
    home = {unit: plan.assignment.get(unit, SHARED) for unit in units.names}
    operating = operations_of(program, units, touches_of(program)).code
    told = heard(program, units, [unit for unit in operating if home[unit] == SHARED])
    touches = touches_of(told)
    return _Ground(plan, told, units, touches, traffic_of(told, units, touches, units.itself), home)


def _meant(subject: str, ground: _Ground) -> tuple[str, ...]:
    units = match(subject, ground.units)
    if units:
        return units
    known = [*ground.units.names, *ground.units.alias]
    close = [name for name in known if name.endswith((f":{subject}", f".{subject}"))][:3]
    close = close or difflib.get_close_matches(subject, known, 3)
    hint = f"did you mean {', '.join(close)}?" if close else "name a symbol, a module, table:NAME, or a glob of those"
    raise RefactorError(f"nothing here is named {subject}", hint=hint)


def _possible(unit: str, service: str, ground: _Ground) -> str:
    if service == SHARED:
        if owned := ground.units.tables.get(unit):
            raise RefactorError(f"{unit} can't be shared", hint=f"table {owned[0].name} needs an owner")
        return service
    if service not in ground.plan.by_name and (service != slug(service) or service in RESERVED):
        close = difflib.get_close_matches(service, sorted(ground.plan.by_name), 1)
        hint = f"did you mean {close[0]}?" if close else f"a new service could be named {slug(service)}"
        raise RefactorError(f"{service!r} is no name for a service", hint=hint)
    return service


def _standing(ground: _Ground, home: Mapping[str, str]) -> Plan:
    """The plan with every unit at ``home``: members, tables, entry points, cuts and cost."""
    inside: dict[str, list[str]] = defaultdict(list)
    for unit in ground.units.names:
        inside[home[unit]].append(unit)
    touching = {kind: _touching(ground, home, kind) for kind in ("write", "read")}
    known = _members(ground.plan)
    services = tuple(
        _service(name, units, ground, known, touching) for name, units in sorted(inside.items()) if name != SHARED
    )
    shared = tuple(
        known[unit] if ground.home[unit] == SHARED and unit in known else Member(unit, "")
        for unit in inside[SHARED]
        if ground.units.module[unit]
    )
    plan = Plan(ground.plan.project, services, shared, constraints=ground.plan.constraints, seed=ground.plan.seed)
    cost = Objective(ground.traffic, home).cost()
    return msgspec.structs.replace(plan, cuts=cuts_of(ground.program, plan), cost=cost)


def _members(plan: Plan) -> dict[str, Member]:
    held = [*plan.shared, *(member for service in plan.services for member in service.members)]
    return {member.symbol: member for member in held}


def _touching(ground: _Ground, home: Mapping[str, str], kind: str) -> dict[str, set[str]]:
    """By table node, the services that surely write or read it."""
    found: dict[str, set[str]] = defaultdict(set)
    for symbol, nodes in surely(ground.touches, kind).items():
        service = home.get(ground.units.of(symbol), SHARED)
        for node in nodes if service != SHARED else ():
            found[node].add(service)
    return found


def _service(
    name: str,
    inside: Iterable[str],
    ground: _Ground,
    known: Mapping[str, Member],
    touching: Mapping[str, Mapping[str, set[str]]],
) -> Service:
    units, old = ground.units, ground.plan.by_name.get(name)
    members: list[Member] = []
    tables: list[Ownership] = []
    entries: list[str] = []
    reasons = {owned.table: owned.reason for owned in old.tables} if old else {}
    for unit in inside:
        if units.module[unit]:
            members.append(known[unit] if ground.home[unit] == name and unit in known else Member(unit, ""))
        entries += [entry.id for entry in units.entries.get(unit, ())]
        for item in units.tables.get(unit, ()):
            writers, readers = (sorted(touching[kind].get(table(item.name), ())) for kind in ("write", "read"))
            tables.append(Ownership(item.name, reasons.get(item.name, ""), tuple(writers), tuple(readers)))
    return msgspec.structs.replace(
        old or Service(name, ""),
        members=tuple(members),
        tables=tuple(sorted(tables)),
        entry_points=tuple(sorted(entries)),
    )
