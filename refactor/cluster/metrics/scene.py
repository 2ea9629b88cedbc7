"""What the published measures look at: units, links, calls, accesses and use cases, with the service of each.

Comes in: a program and its plan. Goes out: ``Scene``. Must not: measure. A unit is a member of a service: a module-level
definition, or the rest of a module when that rest takes part in a link or is all there is (what papers call a class).
The shared kernel belongs to no service and takes no part.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from refactor.model.names import module_of, top_level
from refactor.model.plan import SHARED, Plan
from refactor.model.program import Program

Links: TypeAlias = Mapping[tuple[str, str], int]

_CODE = frozenset({"call", "reference", "inherit"})
# As far as a use case is followed; keeps the walk linear when everything reaches everything.
FARTHEST_WALK = 400


@dataclass(frozen=True)
class UseCase:
    """What one entry point reaches through calls: units, owners of the tables it writes, calls that cross services."""

    units: tuple[str, ...]
    writes: frozenset[str]
    hops: int


@dataclass(frozen=True)
class Scene:
    """``home``: unit -> service; ``inside``: service -> units. ``links``: (user, used) -> sites, of code of any kind.

    ``calls``: the same for calls alone, or ``links`` where nothing calls. ``operations``: service -> symbols called from
    another service or from outside. ``accesses``: table node -> units that touch it.
    """

    program: Program
    plan: Plan
    home: dict[str, str]
    inside: dict[str, tuple[str, ...]]
    links: Links
    calls: Links
    operations: dict[str, tuple[str, ...]]
    accesses: dict[str, tuple[str, ...]]
    use_cases: tuple[UseCase, ...]


def scene_of(program: Program, plan: Plan) -> Scene:
    """The scene; imports are links only in a graph that has nothing else."""
    members = {member.symbol: service.name for service in plan.services for member in service.members}
    unit = _Units(members)
    links = _links(program, unit, _CODE) or _links(program, unit, frozenset({"import", "relate", "hook", "register"}))
    calls = _links(program, unit, frozenset({"call"})) or links
    home = _counted(members, links)
    inside: dict[str, list[str]] = defaultdict(list)
    for name, service in sorted(home.items()):
        inside[service].append(name)
    return Scene(
        program,
        plan,
        home,
        {service: tuple(units) for service, units in sorted(inside.items())},
        links,
        calls,
        _operations(program, unit, members),
        _accesses(program, unit),
        _use_cases(program, plan, unit, members),
    )


class _Units(dict[str, str]):
    """The unit of a node, looked up once; "" for the kernel and what lies outside."""

    def __init__(self, members: Mapping[str, str]) -> None:
        self._members = members

    def __missing__(self, node: str) -> str:
        tries = (node, top_level(node), module_of(node))
        found = self[node] = next((name for name in tries if name in self._members), "")
        return found


def _links(program: Program, unit: _Units, kinds: frozenset[str]) -> dict[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for edge in program.edges:
        if edge.kind in kinds:
            source, target = unit[edge.source], unit[edge.target]
            if source and target and source != target:
                counts[source, target] += 1
    return dict(sorted(counts.items()))


def _counted(members: Mapping[str, str], links: Links) -> dict[str, str]:
    """The units that count: no empty rest of a module whose definitions are there."""
    parents = {module_of(name) for name in members if ":" in name}
    linked = {end for pair in links for end in pair}
    return {name: service for name, service in members.items() if name not in parents or name in linked}


def _operations(program: Program, unit: _Units, members: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        mine, theirs = (
            (members.get(unit[end], "") for end in (edge.source, edge.target)) if edge.kind == "call" else ("", "")
        )
        if mine and theirs and mine != theirs:
            found[theirs].add(edge.target)
    for entry in program.entry_points:
        if handler := unit[entry.handler]:
            found[members[handler]].add(entry.handler)
    return {service: tuple(sorted(symbols)) for service, symbols in sorted(found.items())}


def _accesses(program: Program, unit: _Units) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind in ("read", "write") and edge.target.startswith("table:") and (source := unit[edge.source]):
            found[edge.target].add(source)
    return {table: tuple(sorted(units)) for table, units in sorted(found.items())}


def _use_cases(program: Program, plan: Plan, unit: _Units, members: Mapping[str, str]) -> tuple[UseCase, ...]:
    """One for each entry point whose handler stands in a service."""
    steps: dict[str, set[str]] = defaultdict(set)
    owners: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind == "call":
            steps[edge.source].add(edge.target)
        elif edge.kind == "write" and (owner := plan.assignment.get(edge.target, SHARED)) != SHARED:
            owners[edge.source].add(owner)
    ahead = {symbol: sorted(targets) for symbol, targets in steps.items()}
    leaving = _leaving(steps, unit, members)
    found: dict[str, UseCase] = {}
    handlers = [entry.handler for entry in program.entry_points if unit[entry.handler]]
    for handler in handlers:
        if handler not in found:
            reached = _walk(handler, ahead)
            units = tuple(sorted(set(map(unit.__getitem__, reached)) - {""}))
            writes = frozenset(owner for symbol in reached for owner in owners.get(symbol, ()))
            found[handler] = UseCase(units, writes, sum(leaving.get(symbol, 0) for symbol in reached))
    return tuple(found[handler] for handler in handlers)


def _walk(start: str, steps: Mapping[str, Sequence[str]]) -> list[str]:
    """What follows a start, nearest first; the steps of each are sorted."""
    seen, queue = {start}, [start]
    for symbol in queue:
        if len(queue) >= FARTHEST_WALK:
            break
        ahead = [target for target in steps.get(symbol, ()) if target not in seen]
        seen.update(ahead)
        queue.extend(ahead)
    return queue


def _leaving(steps: Mapping[str, Iterable[str]], unit: _Units, members: Mapping[str, str]) -> dict[str, int]:
    """By caller, the callees that stand in another service."""
    leaving = {}
    for symbol, targets in steps.items():
        if mine := members.get(unit[symbol], ""):
            leaving[symbol] = sum(members.get(unit[target], mine) != mine for target in targets)
    return leaving
