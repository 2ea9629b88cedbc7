"""What a person decided, resolved to units and checked for contradictions.

Comes in: constraints and units. Goes out: ``Orders``. Must not: place anything. Two kinds of wish: *orders* (pin,
owner, shared, together, apart, rename) hold exactly or are an error; the *listing* of an earlier plan holds where no
order says otherwise, and a listed symbol beats its listed module.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import combinations

from refactor.cluster.units import Units
from refactor.model.errors import RefactorError
from refactor.model.names import top_level
from refactor.model.plan import SHARED, Constraint

PLAN_FILE = "refactor.plan.toml"
LISTED = "listed"
_PINNING = ("pin", "owner", "shared")


@dataclass(frozen=True)
class Orders:
    """``pins``: unit -> the order that places it (its service may be ``shared``). ``listed``: unit -> service.

    ``together`` and ``apart`` hold the units of each order; ``apart`` one set per subject.
    """

    pins: dict[str, Constraint] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    together: list[tuple[Constraint, tuple[str, ...]]] = field(default_factory=list)
    apart: list[tuple[Constraint, tuple[tuple[str, ...], ...]]] = field(default_factory=list)
    renames: dict[str, str] = field(default_factory=dict)
    renaming: list[Constraint] = field(default_factory=list)

    def names(self, unit: str) -> bool:
        """Whether any order or listing speaks of the unit."""
        blocks = [members for _, members in self.together] + [side for _, sides in self.apart for side in sides]
        return unit in self.pins or unit in self.listed or any(unit in block for block in blocks)

    @property
    def bound(self) -> frozenset[str]:
        """Units that an order (not the listing) places, ties to others or keeps from them."""
        blocks = [members for _, members in self.together] + [side for _, sides in self.apart for side in sides]
        return frozenset(self.pins).union(*blocks)

    def pinned(self, unit: str) -> str:
        """The service a person gave the unit, or ""."""
        order = self.pins.get(unit)
        return target_of(order) if order else ""


def target_of(order: Constraint) -> str:
    """Where a placing order puts its subjects."""
    return SHARED if order.kind == "shared" else order.service


def orders_of(constraints: Sequence[Constraint], units: Units) -> Orders:
    """Resolve and check; RefactorError names the lines of a pair that can't both hold."""
    orders = Orders()
    ordered = sorted(constraints, key=lambda item: (item.line, item))
    for order in ordered:
        _take(order, orders, units)
    _check_renames(ordered)
    blocks = _blocks(orders)
    _check_together(orders, blocks)
    _check_apart(orders, blocks)
    _list(ordered, orders, units)
    return orders


def _take(order: Constraint, orders: Orders, units: Units) -> None:
    if order.kind in _PINNING:
        for unit in _matches(order, units):
            _pin(unit, order, orders, units)
    elif order.kind == "together":
        orders.together.append((order, _matches(order, units)))
    elif order.kind == "apart":
        orders.apart.append((order, tuple(_match(order, subject, units) for subject in order.subjects)))
    elif order.kind == "rename":
        orders.renames.update(dict.fromkeys(order.subjects, order.service))
        orders.renaming.append(order)


def _pin(unit: str, order: Constraint, orders: Orders, units: Units) -> None:
    if target_of(order) == SHARED and unit in units.tables:
        table = units.tables[unit][0].name
        raise _error(order, f"{unit} can't be shared: table {table} needs an owner", hint="Pin it to a service.")
    before = orders.pins.setdefault(unit, order)
    if target_of(before) != target_of(order):
        wanted = f"{target_of(before)} and {target_of(order)}"
        raise _contradiction(before, order, f"{unit} can't be in both {wanted}")


def _matches(order: Constraint, units: Units) -> tuple[str, ...]:
    return tuple(sorted({unit for subject in order.subjects for unit in _match(order, subject, units)}))


def _match(order: Constraint, subject: str, units: Units) -> tuple[str, ...]:
    found = match(subject, units)
    if not found:
        known = [*units.names, *units.alias]
        close = difflib.get_close_matches(subject, known, 1)
        hint = f"Did you mean {close[0]}?" if close else "Subjects are symbols, modules, table:NAME, or globs of those."
        raise _error(order, f"nothing is called {subject}", hint=hint)
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
    return tuple(sorted(unit for unit, module in units.module.items() if module == subject))


def _check_renames(ordered: list[Constraint]) -> None:
    seen: dict[str, Constraint] = {}
    for order in ordered:
        for old in order.subjects if order.kind == "rename" else ():
            before = seen.setdefault(old, order)
            if before.service != order.service:
                raise _contradiction(before, order, f"{old} can't be renamed twice")


def _blocks(orders: Orders) -> dict[str, Constraint]:
    """Each unit of a ``together`` block -> the block's first order (overlapping orders make one block)."""
    blocks: dict[str, Constraint] = {}
    for order, members in orders.together:
        touched = {blocks[unit] for unit in members if unit in blocks}
        first = min({*touched, order}, key=lambda item: (item.line, item))
        blocks.update({unit: first for unit, block in blocks.items() if block in touched})
        blocks.update(dict.fromkeys(members, first))
    return blocks


def _check_together(orders: Orders, blocks: dict[str, Constraint]) -> None:
    placed: dict[Constraint, Constraint] = {}
    for unit, block in sorted(blocks.items()):
        order = orders.pins.get(unit)
        if order is None:
            continue
        before = placed.setdefault(block, order)
        if target_of(before) != target_of(order):
            where = f"{target_of(before)} and {target_of(order)}"
            told = f"they are together (line {block.line}) but pinned to {where}"
            raise _contradiction(before, order, told)


def _check_apart(orders: Orders, blocks: dict[str, Constraint]) -> None:
    for order, sides in orders.apart:
        for one, other in combinations(sides, 2):
            if both := sorted(set(one) & set(other)):
                raise _error(order, f"{both[0]} can't be apart from itself", hint="Narrow the subjects.")
            _check_sides(order, one, other, orders, blocks)


def _check_sides(
    order: Constraint, one: tuple[str, ...], other: tuple[str, ...], orders: Orders, blocks: dict[str, Constraint]
) -> None:
    joined = {blocks[unit]: unit for unit in reversed(one) if unit in blocks}
    for unit in other:
        if unit in blocks and blocks[unit] in joined:
            told = f"{joined[blocks[unit]]} and {unit} can't be together and apart"
            raise _contradiction(blocks[unit], order, told)
    placed = _placed(one, orders, blocks)
    for target, pin in sorted(_placed(other, orders, blocks).items()):
        if target in placed:
            raise _contradiction(pin, order, f"both sides are in {target}, but must be apart")


def _placed(side: tuple[str, ...], orders: Orders, blocks: dict[str, Constraint]) -> dict[str, Constraint]:
    """Where the units of a side are pinned, directly or through their block."""
    through = {blocks[unit]: pin for unit, pin in sorted(orders.pins.items()) if unit in blocks}
    pins = [orders.pins.get(unit) or through.get(blocks.get(unit, Constraint("", ()))) for unit in side]
    return {target_of(pin): pin for pin in pins if pin}


def _list(ordered: list[Constraint], orders: Orders, units: Units) -> None:
    """The listing of an earlier plan; what is listed and gone is forgotten."""
    chosen: dict[str, Constraint] = {}
    for exact in (False, True):
        seen: dict[str, Constraint] = {}
        for order in ordered:
            for subject in order.subjects if order.kind == LISTED else ():
                if (":" in subject) != exact:
                    continue
                before = seen.setdefault(subject, order)
                if before.service != order.service:
                    raise _contradiction(before, order, f"{subject} is listed in {before.service} and {order.service}")
                chosen.update(dict.fromkeys(_listed_units(subject, units), order))
    for unit, order in chosen.items():
        if unit not in orders.pins and not (order.service == SHARED and unit in units.tables):
            orders.listed[unit] = order.service
    for order in ordered:
        if order.kind == LISTED and order.reason:
            orders.descriptions[order.service] = order.reason
    _bend(orders)


def _listed_units(subject: str, units: Units) -> tuple[str, ...]:
    """The units a listed line places: a mapped table follows its class, whichever line was moved."""
    return () if units.alias.get(subject, subject) != subject else match(subject, units)


def _bend(orders: Orders) -> None:
    """Orders beat the listing: a block follows its first listed unit; a side listed with its counterpart is free."""
    blocks = _blocks(orders)
    home: dict[Constraint, str] = {}
    for unit in sorted(blocks):
        if unit in orders.listed:
            home.setdefault(blocks[unit], orders.listed[unit])
    placed = {block: orders.pinned(unit) for unit, block in blocks.items() if unit in orders.pins}
    for unit, block in blocks.items():
        if block in placed:
            orders.listed.pop(unit, None)
        elif block in home and unit not in orders.pins:
            orders.listed[unit] = home[block]
    for _, sides in orders.apart:
        for one, other in combinations(sides, 2):
            taken = {orders.pinned(unit) or orders.listed.get(unit, "") for unit in one}
            for unit in other:
                if orders.listed.get(unit, "") in taken:
                    orders.listed.pop(unit, None)


def _error(order: Constraint, message: str, hint: str = "") -> RefactorError:
    return RefactorError(f"[[{order.kind}]] {message}", where=f"{PLAN_FILE}:{order.line}", hint=hint)


def _contradiction(first: Constraint, second: Constraint, message: str) -> RefactorError:
    one, other = sorted((first, second), key=lambda item: item.line)
    lines = f"line {one.line} [[{one.kind}]] and line {other.line} [[{other.kind}]] contradict each other"
    return RefactorError(
        f"{lines}: {message}", where=f"{PLAN_FILE}:{other.line}", hint="Remove or narrow one of the two lines."
    )
