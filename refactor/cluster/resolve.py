"""Constraints -> orders: what their subjects mean, and which wish beats which.

Comes in: constraints and units. Goes out: ``Orders``, free of contradictions. Must not: place anything. Orders beat the
listing, a listed symbol beats its listed module, and what is listed and gone is forgotten.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from refactor.cluster.contradictions import check_orders, check_pin
from refactor.cluster.orders import LISTED, Orders, contradiction, error
from refactor.cluster.units import Units
from refactor.model.names import top_level
from refactor.model.plan import SHARED, Constraint

_PINNING = ("pin", "owner", "shared")


def orders_of(constraints: Sequence[Constraint], units: Units) -> Orders:
    """Resolve and check; RefactorError names the lines of a pair that can't both hold."""
    orders = Orders()
    ordered = sorted(constraints, key=lambda item: (item.file, item.line, item))
    for order in ordered:
        _take(order, orders, units)
    check_orders(orders, units)
    _list([order for order in ordered if order.kind == LISTED], orders, units)
    _bend(orders, units)
    return orders


def _take(order: Constraint, orders: Orders, units: Units) -> None:
    if order.kind in _PINNING:
        for unit in _matches(order, units):
            check_pin(unit, order, orders.pins.setdefault(unit, order))
    elif order.kind == "together":
        orders.together.append((order, _matches(order, units)))
    elif order.kind == "apart":
        orders.apart.append((order, tuple(_match(order, subject, units) for subject in order.subjects)))
    elif order.kind == "away":
        for unit in _matches(order, units):
            orders.away.setdefault(unit, []).append(order)
    elif order.kind == "rename":
        orders.renames.update(dict.fromkeys(order.subjects, order.service))
        orders.renaming.append(order)


def _matches(order: Constraint, units: Units) -> tuple[str, ...]:
    return tuple(sorted({unit for subject in order.subjects for unit in _match(order, subject, units)}))


def _match(order: Constraint, subject: str, units: Units) -> tuple[str, ...]:
    found = match(subject, units)
    if not found:
        known = [*units.names, *units.alias]
        close = difflib.get_close_matches(subject, known, 1)
        hint = f"Did you mean {close[0]}?" if close else "Subjects are symbols, modules, table:NAME, or globs of those."
        raise error(order, f"nothing is called {subject}", hint=hint)
    return found


def match(subject: str, units: Units) -> tuple[str, ...]:
    """The units that a symbol, module, ``table:NAME`` or glob means, sorted."""
    if any(mark in subject for mark in "*?["):
        names = {unit for unit in units.names if fnmatchcase(unit, subject)}
        named = {unit for unit, module in units.module.items() if module and fnmatchcase(module, subject)}
        tables = {unit for node, unit in units.alias.items() if fnmatchcase(node, subject)}
        return tuple(sorted(names | named | tables))
    if subject in units.alias:
        return (units.alias[subject],)
    if ":" in subject:
        top = top_level(subject)
        return (top,) if top in units.module else ()
    return units.inside.get(subject, ())


def _list(listing: Sequence[Constraint], orders: Orders, units: Units) -> None:
    """The listing of an earlier plan; what is listed and gone is forgotten."""
    chosen: dict[str, Constraint] = {}
    for exact in (False, True):
        seen: dict[str, Constraint] = {}
        for order in listing:
            for subject in order.subjects:
                if (":" in subject) != exact:
                    continue
                before = seen.setdefault(subject, order)
                if before.service != order.service:
                    told = f"{subject} is listed in {before.service} and {order.service}"
                    raise contradiction(before, order, told)
                chosen.update(dict.fromkeys(_listed_units(subject, units), order))
    for unit, order in chosen.items():
        if unit not in orders.pins and not (order.service == SHARED and unit in units.tables):
            orders.listed[unit] = order.service
    for order in listing:
        if not order.subjects:
            orders.headers.setdefault(order.service, order)
        if order.reason:
            orders.descriptions[order.service] = order.reason


def _listed_units(subject: str, units: Units) -> tuple[str, ...]:
    """The units a listed line places: a mapped table follows its class, whichever line was moved."""
    return () if units.alias.get(subject, subject) != subject else match(subject, units)


def _bend(orders: Orders, units: Units) -> None:
    """Orders beat the listing: blocks go as one, what must be elsewhere or apart is free again."""
    for unit, forbidden in orders.away.items():
        if orders.listed.get(unit) in {order.service for order in forbidden}:
            orders.listed.pop(unit)
    _bend_blocks(orders, units)
    for _, sides in orders.apart:
        whole = [_whole(side, orders) for side in sides]
        taken: set[str] = set()
        for side in whole:
            places = {_service(orders, unit) for unit in side}
            if not taken.isdisjoint(places):
                places -= taken
                for unit in side:
                    if orders.listed.get(unit, "") in taken:
                        orders.listed.pop(unit, None)
            taken |= places - {""}


def _bend_blocks(orders: Orders, units: Units) -> None:
    """A block goes where it is pinned, else where most of it is listed; a table keeps it out of the kernel."""
    members: dict[Constraint, list[str]] = {}
    for unit, block in sorted(orders.blocks.items()):
        members.setdefault(block, []).append(unit)
    for block, inside in members.items():
        homes = Counter(orders.listed[unit] for unit in inside if unit in orders.listed)
        if any(unit in units.tables for unit in inside):
            homes.pop(SHARED, None)
        forbidden = {order.service for order in orders.forbidden(inside[0])}
        allowed = sorted(name for name in homes if name not in forbidden)
        home = min(allowed, key=lambda name: (-homes[name], name), default="")
        for unit in inside:
            orders.listed.pop(unit, None)
            if home and block not in orders.placed_blocks:
                orders.listed[unit] = home


def _whole(side: Iterable[str], orders: Orders) -> list[str]:
    """A side with everything that must be together with it."""
    held = {orders.blocks[unit] for unit in side if unit in orders.blocks}
    tied = {unit for unit, block in orders.blocks.items() if block in held} if held else set()
    return sorted(tied.union(side))


def _service(orders: Orders, unit: str) -> str:
    return orders.pinned(unit) or orders.listed.get(unit, "")
