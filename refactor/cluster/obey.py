"""Orders upon a named proposal: renames, pins, what must be apart.

Comes in: a placement with natural names, and orders. Goes out: the same, obeying. Must not: weigh an order against the
evidence. Pins come after the communities, so that a pin moves one thing and leaves the shape of the rest alone.
"""

import difflib
from collections import Counter

from refactor.cluster.orders import Orders, contradiction, error, place_of, said_of
from refactor.cluster.placement import Placement
from refactor.cluster.titles import RESERVED, titles
from refactor.model.errors import RefactorError
from refactor.model.names import slug
from refactor.model.plan import PLAN_FILE, SHARED, Constraint


def obey(placement: Placement, orders: Orders) -> frozenset[str]:
    """Apply renames, pins and what must be away; the labels of services that a person named."""
    names = names_of(placement)
    targets = _targets(placement, orders)
    _rename(placement, orders, names, set(targets.values()))
    for name in sorted(set(targets.values()) - {SHARED}):
        _settle(placement, name, {atom for atom, target in targets.items() if target == name}, names)
    for atom, name in targets.items():
        placement.label[atom] = SHARED if name == SHARED else f"={name}"
        placement.fixed.add(atom)
    _ban(placement, orders, names)
    part(placement)
    placement.names = names
    return frozenset(label for label in placement.services if label.startswith("="))


def _ban(placement: Placement, orders: Orders, names: dict[str, str]) -> None:
    """Keep atoms away from services; a service that does not exist keeps nobody away."""
    for unit in sorted(orders.away):
        atom = placement.atoms.of[unit]
        for order in orders.forbidden(unit):
            name = orders.renames.get(order.service, order.service)
            label = next((label for label, found in sorted(names.items()) if found == name), "")
            if label:
                _relabel(placement, label, f"={name}", names)
            placement.banned.setdefault(atom, set()).add(f"={name}")
    for atom in sorted(placement.banned):
        if placement.label[atom] in placement.banned[atom]:
            placement.label[atom] = _elsewhere(placement, atom, SHARED if _free(placement, atom) else atom)


def _free(placement: Placement, atom: str) -> bool:
    """Whether the atom is library code, which the kernel may take."""
    return not placement.anchored(atom)


def names_of(placement: Placement) -> dict[str, str]:
    """The name of each label but ``shared``, by what it holds; once orders have named services, the names stay."""
    groups = {
        label: [unit for atom in atoms for unit in placement.atoms.members[atom]]
        for label, atoms in placement.by_label().items()
        if label != SHARED
    }
    kept = {label: f"={placement.names[label]}" if label in placement.names else label for label in groups}
    found = titles({kept[label]: units for label, units in groups.items()}, placement.units)
    return {label: found[kept[label]] for label in groups}


def _targets(placement: Placement, orders: Orders) -> dict[str, str]:
    targets = {}
    for unit, order in sorted(orders.pins.items()):
        name = orders.pinned(unit)
        name = orders.renames.get(name, name)
        if name != SHARED:
            _check_name(name, order)
        targets[placement.atoms.of[unit]] = name
    return targets


def _check_name(name: str, order: Constraint) -> None:
    if name != slug(name) or name in RESERVED:
        raise RefactorError(
            f"{name!r} is no name for a service",
            where=place_of(order),
            hint=f"Use lower-case letters, digits and dashes, such as {slug(name)!r}"
            + (f"; {name!r} is reserved." if name in RESERVED else "."),
        )


def _rename(placement: Placement, orders: Orders, names: dict[str, str], wanted: set[str]) -> None:
    lines = {order.service: order for order in orders.renaming}
    for old, new in sorted(orders.renames.items()):
        _check_name(new, lines[new])
        label = next((label for label, name in names.items() if name == old), "")
        if not label:
            if new not in names.values() and old not in wanted and new not in wanted:
                raise _unknown(old, lines[new], names)
            continue
        if new in names.values() and new not in orders.renames and new != old:
            raise _taken(lines[new], orders)
        _relabel(placement, label, f"={new}", names)


def _taken(order: Constraint, orders: Orders) -> RefactorError:
    """The new name is a service's already: one that the listing opens, or one that is proposed."""
    told, hint = f"{order.service} is already a service", "Pick another name."
    header = orders.headers.get(order.service)
    return contradiction(header, order, told, hint) if header else error(order, told, hint)


def _unknown(old: str, order: Constraint, names: dict[str, str]) -> RefactorError:
    close = difflib.get_close_matches(old, sorted(names.values()), 1)
    hint = f"Did you mean {close[0]}?" if close else f"Services: {', '.join(sorted(names.values()))}."
    return error(order, f"no service is called {old}", hint)


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
        placement.label[moving] = _elsewhere(placement, moving, moving)


def _elsewhere(placement: Placement, atom: str, default: str) -> str:
    """The other service that draws an atom most, of those where it may stand."""
    drawn = placement.pull(atom)
    options = [
        label for label in sorted(drawn) if label not in (SHARED, placement.label[atom])
        and placement.allowed(atom, label)
    ]  # fmt: skip
    return max(options, key=lambda label: drawn[label], default=default)


def _inseparable(one: str, other: str) -> RefactorError:
    return RefactorError(
        f"[[apart]] {one} and {other} are listed in the same service", where=PLAN_FILE, hint="Move one in the listing."
    )


def pin_reason(order: Constraint) -> str:
    """Why a pinned unit is where it is, with the line that says so."""
    said = f": {order.reason}" if order.reason else ""
    where = said_of(order) if order.file else f"[[{order.kind}]] in line {order.line} of the plan file"
    return f"{where}{said}"
