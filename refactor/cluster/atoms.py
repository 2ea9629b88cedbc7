"""What moves as one: files, pieces of files that serve two domains, and what a person tied together.

Comes in: units, weights, orders, factories, what only commands run. Goes out: ``Atoms``. Must not: name or place services.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from refactor.cluster.files import split_files
from refactor.cluster.orders import Orders
from refactor.cluster.units import Units
from refactor.cluster.views.weights import Weights
from refactor.model.names import top_level
from refactor.model.plan import SHARED
from refactor.model.program import Program


@dataclass(frozen=True)
class Atoms:
    """``of``: unit -> atom (named by its first unit).

    ``fixed``: atom -> the service or ``shared`` that a listing gives it. ``factories``: atoms that build the app.
    ``followers``: atoms of what only commands run; each is a single unit.
    """

    of: dict[str, str]
    members: dict[str, tuple[str, ...]]
    fixed: dict[str, str] = field(default_factory=dict)
    apart: tuple[tuple[str, str], ...] = ()
    factories: frozenset[str] = frozenset()
    followers: frozenset[str] = frozenset()


def atoms_of(
    program: Program, units: Units, weights: Weights, orders: Orders, followers: Collection[str], seed: int
) -> Atoms:
    """The atoms: pieces of files, parted where orders differ, joined where orders tie."""
    pieces = split_files(units, weights, seed) | {unit: unit for unit in followers}
    factories = _factories(program, units)
    glue = _glue(program, units, factories)
    pieces |= {unit: units.module[unit] for unit in units.names if units.module[unit] in glue and unit not in followers}
    keys = _keys(units, pieces, orders, factories)
    parent = {unit: unit for unit in units.names}
    for group in _tied(units, keys, orders):
        for unit in group[1:]:
            parent[_root(parent, unit)] = _root(parent, group[0])
    atoms = _atoms(units, parent, orders, factories)
    free = {atoms.of[unit] for unit in followers if not orders.names(unit)} - atoms.fixed.keys()
    return replace(atoms, followers=frozenset(atom for atom in free if len(atoms.members[atom]) == 1))


def carve(atoms: Atoms, program: Program, units: Units, orders: Orders) -> Atoms:
    """The atoms with what was pinned, or forbidden a place, taken out of them: a single move parts an atom, no more."""
    first: dict[object, str] = {}
    parent: dict[str, str] = {}
    for unit in units.names:
        moved = (orders.placing(unit), orders.forbidden(unit))
        parent[unit] = first.setdefault((atoms.of[unit], orders.blocks.get(unit) if any(moved) else None, moved), unit)
    carved = _atoms(units, parent, orders, _factories(program, units))
    followers = {carved.of[unit] for atom in atoms.followers for unit in atoms.members[atom] if not orders.names(unit)}
    return replace(carved, followers=frozenset(followers))


def _factories(program: Program, units: Units) -> set[str]:
    return {top_level(symbol) for symbol in program.factories} & units.module.keys()


def _glue(program: Program, units: Units, factories: set[str]) -> frozenset[str]:
    """Modules that a factory uses and that hold no table or entry point, such as settings and hooks: never split."""
    used = {units.of(edge.target) for edge in program.edges if units.of(edge.source) in factories}
    anchored = {units.module[unit] for unit in units.names if units.anchored(unit)}
    return frozenset({units.module[unit] for unit in used if unit} - anchored - {""})


def _tied(units: Units, keys: dict[str, tuple[object, ...]], orders: Orders) -> list[list[str]]:
    """Groups of units that must be one atom: the same piece and orders, the same listing, or together."""
    same: dict[object, list[str]] = defaultdict(list)
    for unit in units.names:
        same[keys[unit]].append(unit)
        if unit in orders.listed:
            same["listed", orders.listed[unit]].append(unit)
    return [*same.values(), *(sorted(members) for _, members in orders.together if members)]


def _keys(units: Units, pieces: dict[str, str], orders: Orders, factories: set[str]) -> dict[str, tuple[object, ...]]:
    """What a unit shares with the units it moves with: its piece of a file, and what was ordered for it."""
    marks: dict[str, list[object]] = defaultdict(list)
    for number, (_, members) in enumerate(orders.together):
        for unit in members:
            marks[unit].append(("together", number))
    for number, (_, sides) in enumerate(orders.apart):
        for place, side in enumerate(sides):
            for unit in side:
                marks[unit].append(("apart", number, place))
    making = {units.module[unit] for unit in factories}
    keys: dict[str, tuple[object, ...]] = {}
    for unit in units.names:
        ordered = (orders.listed.get(unit, ""), *marks[unit])
        answers = units.module[unit] in making and unit not in factories and units.anchored(unit)
        keys[unit] = (pieces[unit], answers, ordered)
    return keys


def _atoms(units: Units, parent: dict[str, str], orders: Orders, factories: set[str]) -> Atoms:
    grouped: dict[str, list[str]] = defaultdict(list)
    for unit in units.names:
        grouped[_root(parent, unit)].append(unit)
    members = {group[0]: tuple(group) for group in grouped.values()}
    of = {unit: atom for atom, group in members.items() for unit in group}
    fixed = {of[unit]: service for unit, service in sorted(orders.listed.items())}
    fixed |= {of[unit]: SHARED for unit in sorted(orders.pins) if orders.pinned(unit) == SHARED}
    apart = {
        (of[one], of[other])
        for _, sides in orders.apart
        for place, side in enumerate(sides)
        for one in side
        for rest in sides[place + 1 :]
        for other in rest
    }
    making = frozenset(of[unit] for unit in factories if not any(units.tables.get(item) for item in members[of[unit]]))
    return Atoms(of, dict(sorted(members.items())), fixed, tuple(sorted(apart)), making)


def _root(parent: dict[str, str], node: str) -> str:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node
