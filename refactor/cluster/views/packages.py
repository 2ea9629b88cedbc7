"""View of the folders: packages that are slices of the domain, each with layers of its own.

Comes in: units and the weights of the code. Goes out: weights between modules and the slice they lie in. Must not: take a
layer for a domain. Developers divide a program in one of two ways. By *layer* (``models``, ``views``, ``services``), which
says nothing about domains; or by *slice*: sibling packages that repeat the same few stems (``models.py``, ``views.py``,
``forms.py`` in each), as the apps of Django and the blueprints of Flask do. Such siblings were meant as domains.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from refactor.cluster.roles import ROLES
from refactor.cluster.units import Units
from refactor.cluster.views.names import singular
from refactor.cluster.views.weights import Weights, add

# A package of slices has at least so many, and they hold this share of its units.
LEAST_SLICES = 3
LEAST_SHARE = 0.4
# A slice has at least so many layers of its own that its siblings have too, or only so many.
LEAST_STEMS = 2
LEAST_UNITS = 3
# All slices together hold at least this share of the program, or they are the parts of a layer.
LEAST_HELD = 0.3
# A package that holds more than this share of what lies beside it is the program, not a slice of it.
PROGRAM = 0.8
# A slice that holds more than half of what all slices hold is a program of its own.
GIANT = 0.5


def packages(units: Units, links: Weights) -> Weights:
    """Each module and the middle of its slice: as strongly as the module is linked to anything, and a little more.

    The middle is the module with the strongest links, one that owns a table or can be entered before others.
    """
    strength: dict[str, float] = defaultdict(float)
    for (one, other), weight in sorted(links.items()):
        strength[units.module[one]] += weight
        strength[units.module[other]] += weight
    inside: dict[str, list[str]] = defaultdict(list)
    for module, package in slices(units).items():
        inside[package].append(module)
    anchored = {units.module[unit] for unit in units.names if units.anchored(unit)}
    weights: Weights = {}
    for _, modules in sorted(inside.items()):
        middle = max(modules, key=lambda name: (name in anchored, strength[name], name))
        for module in modules:
            add(weights, module, middle, 1.0 + strength[module])
    return weights


def slices(units: Units) -> dict[str, str]:
    """Module -> the package that is its slice of the domain, for every module that lies in one.

    Slices that hold little of the program divide one of its layers (``blueprints.orders``, ``blueprints.users``) and say
    less than the links; a slice that holds nearly half of all of them and is made of slices itself counts as these.
    """
    sizes = Counter(module for module in units.module.values() if module)
    below = _below(sizes)
    found: set[str] = set()
    for package in sorted(below, key=lambda name: (name.count("."), name)):
        if not _inside(package, found):
            found.update(_sliced(package, below, sizes))
    found |= {child for package in _giants(found, below, sizes) for child in _sliced(package, below, sizes)}
    held = sum(size for module, size in sizes.items() if _inside(module, found))
    if held < LEAST_HELD * sizes.total():
        return {}
    return {module: home for module in sorted(sizes) if (home := _inside(module, found))}


def _giants(found: Collection[str], below: Mapping[str, Mapping[str, list[str]]], sizes: Counter[str]) -> list[str]:
    """The slices that hold more than ``GIANT`` of what all slices hold."""
    held = {package: _size(package, below, sizes) for package in sorted(found)}
    return [package for package, size in held.items() if package in below and size > GIANT * sum(held.values())]


def _size(package: str, below: Mapping[str, Mapping[str, list[str]]], sizes: Counter[str]) -> int:
    """The units in a package and everything below it."""
    parent = package.rpartition(".")[0]
    return sizes[package] + sum(sizes[module] for module in below[parent][package])


def _inside(name: str, found: Collection[str]) -> str:
    """The innermost slice that holds a module or package, or ""."""
    parts = name.split(".")
    return next((above for depth in range(len(parts), 0, -1) if (above := ".".join(parts[:depth])) in found), "")


def _below(sizes: Mapping[str, int]) -> dict[str, dict[str, list[str]]]:
    """Package -> child package -> the modules below the child."""
    below: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for module in sorted(sizes):
        parts = module.split(".")
        for depth in range(len(parts)):
            package, child = ".".join(parts[:depth]), ".".join(parts[: depth + 1])
            if depth + 1 < len(parts):
                below[package][child].append(module)
    return below


def _sliced(package: str, below: Mapping[str, Mapping[str, list[str]]], sizes: Counter[str]) -> list[str]:
    """The children of a package that are slices of the domain; none when its children are layers."""
    stems = {child: _stems(child, modules) for child, modules in below[package].items()}
    repeated = Counter(stem for found in stems.values() for stem in found)
    children = [
        child
        for child, found in sorted(stems.items())
        if singular(child.rpartition(".")[2]) not in ROLES
        and _layered(found, repeated)
        and _size(child, below, sizes) >= LEAST_UNITS
    ]
    whole = sum(size for module, size in sizes.items() if not package or module.startswith(f"{package}."))
    held = [_size(child, below, sizes) for child in children]
    sliced = len(children) >= LEAST_SLICES and LEAST_SHARE * whole <= sum(held) and max(held) <= PROGRAM * whole
    return children if sliced else []


def _layered(found: Collection[str], repeated: Mapping[str, int]) -> bool:
    """Whether a package has layers as its siblings do: two of them, or one of the only two it has."""
    known = sum(repeated[stem] > 1 for stem in found)
    return known >= LEAST_STEMS or (known > 0 and len(found) == LEAST_STEMS)


def _stems(child: str, modules: list[str]) -> set[str]:
    """What the files and folders right below a package are called."""
    return {module[len(child) + 1 :].split(".")[0] for module in modules}
