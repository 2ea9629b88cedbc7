"""A plan from nothing but who stands where: members, tables, entry points, cuts and cost; no reasons of its own.

Comes in: a program, a plan to start from, and a home for every unit. Goes out: the plan of those homes. Must not: weigh
evidence. All plans of one ground are measured alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from refactor.cluster.cuts import cuts_of
from refactor.cluster.objective import Objective
from refactor.cluster.operations import heard, operations_of
from refactor.cluster.touches import Touches, surely, touches_of
from refactor.cluster.traffic import Traffic, traffic_of
from refactor.cluster.units import Units, units_of
from refactor.model.names import table
from refactor.model.plan import SHARED, Member, Ownership, Plan, Service
from refactor.model.program import Program


@dataclass(frozen=True)
class Ground:
    """What plans are measured on. ``program``: without what only commands run, where that is shared."""

    plan: Plan
    program: Program
    units: Units
    touches: Touches
    traffic: Traffic
    home: dict[str, str]


def ground_of(program: Program, plan: Plan) -> Ground:
    """The ground of a plan: its program as the plan heard it, and where everything stands."""
    units = units_of(program)
    home = {unit: plan.assignment.get(unit, SHARED) for unit in units.names}
    operating = operations_of(program, units, touches_of(program)).code
    told = heard(program, units, [unit for unit in operating if home[unit] == SHARED])
    touches = touches_of(told)
    return Ground(plan, told, units, touches, traffic_of(told, units, touches), home)


def standing(ground: Ground, home: Mapping[str, str]) -> Plan:
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


def _touching(ground: Ground, home: Mapping[str, str], kind: str) -> dict[str, set[str]]:
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
    ground: Ground,
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
