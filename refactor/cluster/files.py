"""Files that serve two domains: which definitions of a file pull confidently to different places.

Comes in: units and weights. Goes out: each unit's piece of its file. Must not: split by role: readers and writers of
one table, or views and what they call, have the same neighbours and stay together.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

from refactor.cluster.ensemble import Labels, ensemble
from refactor.cluster.units import Units
from refactor.cluster.views.names import trust
from refactor.cluster.views.packages import slices
from refactor.cluster.views.weights import Neighbours, Weights, add, contracted, neighbours

Pull: TypeAlias = dict[str, float]

# What a common file is worth to two of its definitions: half of one call that nobody else makes.
GLUE = 0.25
# A piece leaves its file when the pull from outside is at least this, and no less than what holds it inside.
LEAST_PULL = 0.75
# Pieces whose neighbouring files agree by this cosine serve the same domain.
ALIKE = 0.5
# A file that is no layer is whole, unless its pieces have next to nothing in common: neither neighbours nor each other.
FOREIGN_ALIKE, FOREIGN = 0.1, 8.0
# A file with this share of all tables or entry points is a layer by itself: its pieces are neighbours, not the file.
LAYER = 0.4
# A package that keeps this much more of its links than chance would is a domain: its files draw as one.
TRUSTED = 0.15
LEAST_TABLES, LEAST_ENTRIES = 4, 8


@dataclass(frozen=True)
class _Scene:
    """What a file is judged by. ``place``: what stands for a unit: its file, package or group. ``layers``: modules."""

    units: Units
    near: Neighbours
    place: dict[str, str]
    layers: frozenset[str]


def split_files(units: Units, weights: Weights, seed: int) -> dict[str, str]:
    """Each unit's piece: its module, or a part of it."""
    layers, whole = _layers(units), slices(units).keys()
    pieces = {unit: units.module[unit] or unit for unit in units.names}
    inside = {
        module: members
        for module, members in sorted(_inside(units).items())
        if module in layers or (module not in whole and sum(unit in units.tables for unit in members) > 1)
    }
    if not inside:
        return pieces
    runs = _runs(units, inside, weights, seed)
    groups = {module: _agreeing(members, runs) for module, members in inside.items()}
    scene = _Scene(units, neighbours(weights), _places(units, groups, layers, trust(units, weights)), layers)
    for module, found in groups.items():
        if len(found) > 1:
            pieces.update(_pieces(module, found, scene))
    return pieces


def _inside(units: Units) -> dict[str, list[str]]:
    inside: dict[str, list[str]] = defaultdict(list)
    for unit in units.names:
        if units.module[unit] not in ("", unit):
            inside[units.module[unit]].append(unit)
    return inside


def _runs(units: Units, inside: dict[str, list[str]], weights: Weights, seed: int) -> list[Labels]:
    """Communities of single definitions, each loosely glued to its file's rest, among the other files as a whole."""
    place = {unit: unit if home in inside else home or unit for unit, home in units.module.items()}
    glued = contracted(weights, place)
    for module, members in inside.items():
        for unit in members:
            add(glued, unit, module, GLUE)
    return ensemble(sorted(set(place.values())), glued, seed, (1.0, 1.5, 2.2))


def _agreeing(members: list[str], runs: list[Labels]) -> list[list[str]]:
    """Definitions of a file that share a community in most runs."""
    groups: list[list[str]] = []
    for unit in members:
        home = next((group for group in groups if _agree(group[0], unit, runs)), None)
        if home is None:
            groups.append([unit])
        else:
            home.append(unit)
    return groups


def _agree(one: str, other: str, runs: list[Labels]) -> bool:
    return 2 * sum(run[one] == run[other] for run in runs) > len(runs)


def _layers(units: Units) -> frozenset[str]:
    """Modules that hold a large part of all tables or entry points: a layer of several domains in one file."""
    tables = Counter(units.module[unit] for unit, items in units.tables.items() for _ in items)
    entries = Counter(units.module[unit] for unit, items in units.entries.items() for _ in items)
    return frozenset(
        module
        for held, least in ((tables, LEAST_TABLES), (entries, LEAST_ENTRIES))
        for module, count in held.items()
        if module and count >= max(least, LAYER * held.total())
    )


def _places(
    units: Units, groups: dict[str, list[list[str]]], layers: frozenset[str], kept: dict[str, float]
) -> dict[str, str]:
    places = {unit: _home(units.module[unit], kept) or unit for unit in units.names}
    for module in layers & groups.keys():
        places.update({unit: group[0] for group in groups[module] for unit in group})
    return places


def _home(module: str, kept: dict[str, float]) -> str:
    """The module's package if its links say that it is a domain, else the module."""
    package = module.rpartition(".")[0]
    return package if kept.get(package, 0.0) >= TRUSTED else module


def _pieces(module: str, groups: list[list[str]], scene: _Scene) -> dict[str, str]:
    """The units that leave the file, with their piece."""
    pulls = _telling([_outward(group, module, scene) for group in groups])
    ranked = sorted(range(len(groups)), key=lambda place: (-sum(pulls[place].values()), groups[place][0]))
    limit, held = (ALIKE, 1.0) if module in scene.layers else (FOREIGN_ALIKE, FOREIGN)
    kept: list[tuple[Pull, list[str]]] = []
    small: list[str] = []
    for place in ranked:
        alike = [_cosine(pull, pulls[place]) for pull, _ in kept]
        if alike and max(alike) >= limit:
            kept[alike.index(max(alike))][1].extend(groups[place])
        elif sum(pulls[place].values()) >= LEAST_PULL:
            kept.append((pulls[place], list(groups[place])))
        else:
            small.extend(groups[place])
    leaving = [members for _, members in kept[1:] if _leaves(members, module, scene, held)]
    result = {unit: f"{module}#{min(members)}" for members in leaving for unit in members}
    return result | _followers(sorted(small), result, module, scene)


def _telling(pulls: list[Pull]) -> list[Pull]:
    """The pulls without places that draw every group, such as a base class: they tell nothing apart."""
    common = set(pulls[0]).intersection(*pulls[1:]) if len(pulls) > 2 else set()
    return [{place: weight for place, weight in pull.items() if place not in common} for pull in pulls]


def _leaves(members: list[str], module: str, scene: _Scene, held: float) -> bool:
    return sum(_outward(members, module, scene).values()) >= held * _inward(members, module, scene)


def _outward(group: list[str], module: str, scene: _Scene) -> Pull:
    """How strongly each other file draws a group."""
    drawn: Pull = defaultdict(float)
    for unit in group:
        for other, weight in scene.near.get(unit, {}).items():
            if scene.units.module[other] != module:
                drawn[scene.place[other]] += weight
    return dict(drawn)


def _inward(group: list[str], module: str, scene: _Scene) -> float:
    """How strongly the other definitions of the file hold a group."""
    return sum(
        weight
        for unit in group
        for other, weight in scene.near.get(unit, {}).items()
        if scene.units.module[other] == module and other != module and other not in group
    )


def _cosine(one: Pull, other: Pull) -> float:
    dot = sum(weight * other[name] for name, weight in one.items() if name in other)
    lengths = sqrt(sum(weight**2 for weight in one.values()) * sum(weight**2 for weight in other.values()))
    return dot / lengths if lengths else 1.0


def _followers(small: list[str], left: dict[str, str], module: str, scene: _Scene) -> dict[str, str]:
    """Small definitions that hang on a leaving piece more than on what stays go with it."""
    followers: dict[str, str] = {}
    for unit in small:
        drawn: Pull = defaultdict(float)
        for other, weight in scene.near.get(unit, {}).items():
            if scene.units.module[other] == module and other != module:
                drawn[left.get(other, "")] += weight
        best = max(sorted(drawn), key=drawn.__getitem__, default="")
        if best:
            followers[unit] = best
    return followers
