"""Orders upon a named proposal: renames, pins, what must be apart.

Comes in: a placement with natural names, and orders. Goes out: the same, obeying. Must not: weigh an order against the
evidence. Pins come after the communities, so that a pin moves one thing and leaves the shape of the rest alone.
"""

import difflib
from collections import Counter

from refactor.cluster.orders import PLAN_FILE, Orders
from refactor.cluster.placement import Placement
from refactor.cluster.titles import RESERVED, titles
from refactor.model.errors import RefactorError
from refactor.model.names import slug
from refactor.model.plan import SHARED, Constraint


def obey(placement: Placement, orders: Orders) -> frozenset[str]:
    """Apply renames and pins; the labels of services that a person named."""
    names = names_of(placement)
    targets = _targets(placement, orders)
    _rename(placement, orders, names, set(targets.values()))
    for name in sorted(set(targets.values()) - {SHARED}):
        _settle(placement, name, {atom for atom, target in targets.items() if target == name}, names)
    for atom, name in targets.items():
        placement.label[atom] = SHARED if name == SHARED else f"={name}"
        placement.fixed.add(atom)
    part(placement)
    return frozenset(label for label in placement.services if label.startswith("="))


def names_of(placement: Placement) -> dict[str, str]:
    """The name of each label but ``shared``, by what it holds."""
    groups = {
        label: [unit for atom in atoms for unit in placement.atoms.members[atom]]
        for label, atoms in placement.by_label().items()
        if label != SHARED
    }
    return titles(groups, placement.units)


def _targets(placement: Placement, orders: Orders) -> dict[str, str]:
    targets = {}
    for unit, order in sorted(orders.pins.items()):
        name = orders.pinned(unit)
        name = orders.renames.get(name, name)
        if name != SHARED:
            _check_name(name, order.line)
        targets[placement.atoms.of[unit]] = name
    return targets


def _check_name(name: str, line: int) -> None:
    if name != slug(name) or name in RESERVED:
        raise RefactorError(
            f"{name!r} is no name for a service",
            where=f"{PLAN_FILE}:{line}",
            hint=f"Use lower-case letters, digits and dashes, such as {slug(name)!r}"
            + (f"; {name!r} is reserved." if name in RESERVED else "."),
        )


def _rename(placement: Placement, orders: Orders, names: dict[str, str], wanted: set[str]) -> None:
    lines = {order.service: order.line for order in orders.renaming}
    for old, new in sorted(orders.renames.items()):
        _check_name(new, lines[new])
        label = next((label for label, name in names.items() if name == old), "")
        if not label:
            if new not in names.values() and old not in wanted and new not in wanted:
                raise _unknown(old, lines[new], names)
            continue
        if new in names.values() and new not in orders.renames:
            raise RefactorError(f"{new} is already a service", where=f"{PLAN_FILE}:{lines[new]}", hint="Pick another.")
        _relabel(placement, label, f"={new}", names)


def _unknown(old: str, line: int, names: dict[str, str]) -> RefactorError:
    close = difflib.get_close_matches(old, sorted(names.values()), 1)
    hint = f"Did you mean {close[0]}?" if close else f"Services: {', '.join(sorted(names.values()))}."
    return RefactorError(f"[[rename]] no service is called {old}", where=f"{PLAN_FILE}:{line}", hint=hint)


def _settle(placement: Placement, name: str, pinned: set[str], names: dict[str, str]) -> None:
    """Find the community a pin means: the one of that name, or the one most of which is pinned there."""
    label = next((label for label, found in names.items() if found == name), "")
    if not label:
        label = _majority(placement, pinned)
    if label:
        _relabel(placement, label, f"={name}", names)


def _majority(placement: Placement, pinned: set[str]) -> str:
    sizes: Counter[str] = Counter()
    for atom, label in placement.label.items():
        sizes[label] += len(placement.atoms.members[atom])
    held: Counter[str] = Counter()
    for atom in sorted(pinned):
        held[placement.label[atom]] += len(placement.atoms.members[atom])
    free = [label for label in sorted(held) if label != SHARED and not label.startswith("=")]
    return next((label for label in free if 2 * held[label] > sizes[label]), "")


def _relabel(placement: Placement, old: str, new: str, names: dict[str, str]) -> None:
    if old != new:
        for atom in sorted(placement.label):
            if placement.label[atom] == old:
                placement.label[atom] = new
        names.pop(old, None)
        names[new] = new[1:]


def part(placement: Placement) -> None:
    """Move one of every pair that must be apart and isn't: to the service that draws it most, or to one of its own."""
    for one, other in placement.atoms.apart:
        if placement.label[one] != placement.label[other]:
            continue
        moving = other if other not in placement.fixed else one
        if moving in placement.fixed:
            raise _inseparable(one, other)
        drawn = placement.pull(moving)
        options = [
            label for label in sorted(drawn) if label not in (SHARED, placement.label[one])
            and placement.allowed(moving, label)
        ]  # fmt: skip
        placement.label[moving] = max(options, key=lambda label: drawn[label], default=moving)


def _inseparable(one: str, other: str) -> RefactorError:
    return RefactorError(
        f"[[apart]] {one} and {other} are listed in the same service", where=PLAN_FILE, hint="Move one in the listing."
    )


def pin_reason(order: Constraint) -> str:
    """Why a pinned unit is where it is, with the line that says so."""
    said = f": {order.reason}" if order.reason else ""
    return f"[[{order.kind}]] in line {order.line} of the plan file{said}"
