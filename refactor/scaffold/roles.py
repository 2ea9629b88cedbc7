"""Which calls of the cloud's library each function and container reaches -> what its role says.

Comes in: a service's parts. Goes out: roles: statements on single ARNs with their evidence, and what no statement can be
written for. Must not: allow anything on all resources that has one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from refactor.model.permissions import Need
from refactor.model.program import Evidence
from refactor.model.resources import Function, Refused, Role, Setting, Statement
from refactor.scaffold.parts import Parts
from refactor.scaffold.reach import Reach, around, everywhere, reach
from refactor.scaffold.units import Unit, routes_of
from refactor.scaffold.wire import EVENTS, function_of, relay_of

FALLBACK = "fallback"
"""The trigger of the function that answers what no service claims."""
NOT_A_PARAMETER = "its environment variable is a secret or none that the template sets"
_SETTING = re.compile(r"\{(?:env|last):(\w+)\}")


def roles_of(parts: Parts, settings: Sequence[Setting]) -> tuple[Role, ...]:
    """A role per function, and the one of all containers, whether or not they need anything."""
    given = {setting.name: setting for setting in settings}
    claimed = {unit.module for function in parts.stack.functions for unit in _units(function, parts)}
    roles = [_role(function.id, _starts(function, parts), parts, given) for function in parts.stack.functions]
    if parts.stack.tasks:
        contained = [entry.id for unit in parts.units if unit.module not in claimed for entry in unit.entries]
        roles.append(_role("", contained or parts.ground.entries, parts, given))
    return tuple(roles)


def _units(function: Function, parts: Parts) -> list[Unit]:
    """The units that a function runs: its own, or all whose routes it answers."""
    own = [unit for unit in parts.units if unit.module == function.module]
    return own or [
        unit
        for unit in parts.units
        if unit.first.kind == "http" and any(route in function.routes for route in routes_of([unit]))
    ]


def _starts(function: Function, parts: Parts) -> list[str]:
    """What a function begins with: entry points; what other services call or send; all that no service claims."""
    if units := _units(function, parts):
        return [entry.id for unit in units for entry in unit.entries]
    wired = {"operation": parts.piece.replied, EVENTS: parts.piece.heard}.get(function.trigger, ())
    return list(parts.ground.entries) if function.trigger == FALLBACK else [each.symbol for each in wired]


def _role(name: str, starts: Iterable[str], parts: Parts, given: Mapping[str, Setting]) -> Role:
    entries = sorted(starts)
    own, beside = reach(entries, parts.ground), around(parts.ground)
    symbols = own.nodes | beside.nodes | _anywhere(parts)
    needs = [need for need in parts.program.needs if need.symbol in symbols]
    allowed = [need for need in needs if need.resource and _settings(need, given) is not None]
    calls = _calls(parts, [own, beside])
    refused = _refused([need for need in needs if need not in allowed])
    return Role(name, tuple(entries), calls, _statements(allowed, given), refused)


def _calls(parts: Parts, found: Iterable[Reach]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The functions that are invoked, and where: those of other services, and the service's own relay for events."""
    places: dict[str, set[Evidence]] = {}
    providers = {operation.symbol: function_of(operation.provider) for operation in parts.piece.asked}
    providers |= {operation.symbol: relay_of(parts.stack.service) for operation in parts.piece.sent}
    for each in found:
        for symbol, evidence in each.sent.items():
            places.setdefault(providers[symbol], set()).update(evidence)
    return tuple(
        (name, tuple(f"{path}:{line}" for path, line in sorted({(one.path, one.line) for one in places[name]})))
        for name in sorted(places)
    )


def _anywhere(parts: Parts) -> frozenset[str]:
    """Symbols of the slice that no entry point of the program reaches: nobody knows when they run."""
    held = {file.path for file in parts.piece.tree.python()}
    asked = {need.symbol for need in parts.program.needs if need.path in held}
    if not asked:
        return frozenset()
    known = reach([entry.id for entry in parts.program.entry_points], everywhere(parts.program))
    return frozenset(asked - known.nodes)


def _settings(need: Need, given: Mapping[str, Setting]) -> tuple[Setting, ...] | None:
    """The parameters in an ARN; None when one of them is none."""
    names = _SETTING.findall(need.resource)
    return tuple(given[name] for name in names) if all(name in given for name in names) else None


def _statements(needs: Iterable[Need], given: Mapping[str, Setting]) -> tuple[Statement, ...]:
    made = []
    for resource, group in groupby(sorted(needs, key=lambda need: need.resource), key=lambda need: need.resource):
        same = list(group)
        actions = tuple(sorted({action for need in same for action in need.actions}))
        evidence = tuple(f"{path}:{line}" for path, line in sorted({(need.path, need.line) for need in same}))
        made.append(Statement(actions, resource, _settings(same[0], given) or (), evidence))
    return tuple(made)


def _refused(needs: Iterable[Need]) -> tuple[Refused, ...]:
    groups: dict[tuple[str, str, tuple[str, ...]], set[tuple[str, int]]] = {}
    for need in needs:
        groups.setdefault((need.call, need.why or NOT_A_PARAMETER, need.actions), set()).add((need.path, need.line))
    return tuple(
        Refused(*key, tuple(f"{path}:{line}" for path, line in sorted(places)))
        for key, places in sorted(groups.items())
    )
