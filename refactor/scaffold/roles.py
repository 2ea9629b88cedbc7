"""Which calls of the cloud's library each function and container reaches -> what its role says.

Comes in: a service's parts. Goes out: roles: statements on single ARNs with their evidence, and what no statement can be
written for. Must not: allow anything on all resources that has one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from refactor.model.permissions import Need
from refactor.model.program import Program
from refactor.model.resources import Function, Refused, Role, Setting, Statement
from refactor.scaffold.access import FOLLOWED
from refactor.scaffold.parts import Parts
from refactor.scaffold.units import Unit, routes_of

NOT_A_PARAMETER = "its environment variable is a secret or none that the template sets"
_SETTING = re.compile(r"\{(?:env|last):(\w+)\}")


def roles_of(parts: Parts, settings: Sequence[Setting]) -> tuple[Role, ...]:
    """A role per function, and the one of all containers, whether or not they need anything."""
    given = {setting.name: setting for setting in settings}
    anywhere = _anywhere(parts)
    claimed = {unit.module for function in parts.stack.functions for unit in _units(function, parts)}
    roles = [_role(function.id, _units(function, parts), parts, anywhere, given) for function in parts.stack.functions]
    if parts.stack.tasks:
        contained = [unit for unit in parts.units if unit.module not in claimed]
        roles.append(_role("", contained, parts, anywhere, given))
    return tuple(roles)


def _units(function: Function, parts: Parts) -> list[Unit]:
    """The units that a function runs: its own, or all whose routes it answers."""
    own = [unit for unit in parts.units if unit.module == function.module]
    return own or [
        unit
        for unit in parts.units
        if unit.first.kind == "http" and any(route in function.routes for route in routes_of([unit]))
    ]


def _role(
    name: str, units: Iterable[Unit], parts: Parts, anywhere: frozenset[str], given: Mapping[str, Setting]
) -> Role:
    entries = sorted(entry.id for unit in units for entry in unit.entries)
    symbols = reached(parts.program, entries) | anywhere
    needs = [need for need in parts.program.needs if need.symbol in symbols]
    allowed = [need for need in needs if need.resource and _settings(need, given) is not None]
    return Role(name, tuple(entries), _statements(allowed, given), _refused([n for n in needs if n not in allowed]))


def _anywhere(parts: Parts) -> frozenset[str]:
    """Symbols of the slice that no entry point of the program reaches: imports and hooks run beside all of them."""
    held = {file.path for file in parts.piece.tree.python()}
    asked = {need.symbol for need in parts.program.needs if need.path in held}
    if not asked:
        return frozenset()
    return frozenset(asked - reached(parts.program, [entry.id for entry in parts.program.entry_points]))


def reached(program: Program, starts: Iterable[str]) -> set[str]:
    """Nodes that run when the starts do: calls, mentioned functions, and receivers of published events."""
    receivers = {channel.id: channel.subscribers for channel in program.channels}
    queue = list(starts)
    seen = set(queue)
    for node in queue:
        targets = {edge.target for edge in program.outgoing.get(node, ()) if edge.kind in FOLLOWED}
        targets.update(receivers.get(node, ()))
        queue.extend(sorted(targets - seen))
        seen |= targets
    return seen


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
