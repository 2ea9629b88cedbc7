"""Orders that can't hold: alone, or with one another.

Comes in: resolved orders and units. Goes out: nothing, or a ``RefactorError`` that names both lines. Must not: place
anything, or prefer one of two orders: a person does.
"""

from itertools import combinations

from refactor.cluster.orders import Orders, contradiction, error, place_of, said_of, target_of
from refactor.cluster.units import Units
from refactor.model.errors import RefactorError
from refactor.model.plan import SHARED, Constraint


def check_pin(unit: str, order: Constraint, before: Constraint) -> None:
    """Two placing orders of one unit must agree; the kernel has an order of its own."""
    if order.kind != "shared" and order.service == SHARED:
        raise error(order, f"{SHARED!r} is no service but the shared kernel", hint="Write it as [[shared]].")
    if target_of(before) != target_of(order):
        wanted = f"{target_of(before)} and {target_of(order)}"
        raise contradiction(before, order, f"{unit} can't be in both {wanted}")


def check_orders(orders: Orders, units: Units) -> None:
    """All that can be told before anything is placed."""
    _check_renames(orders)
    _check_together(orders)
    _check_shared(orders, units)
    _check_apart(orders, units)
    _check_away(orders)


def _check_renames(orders: Orders) -> None:
    olds: dict[str, Constraint] = {}
    news: dict[str, Constraint] = {}
    for order in orders.renaming:
        for old in order.subjects:
            before = olds.setdefault(old, order)
            if before.service != order.service:
                raise contradiction(before, order, f"{old} can't be renamed twice")
            other = next((name for name in news.get(order.service, order).subjects if name != old), old)
            if other != old:
                first = news.get(order.service, order)
                raise contradiction(first, order, f"{other} and {old} can't both be called {order.service}")
            news.setdefault(order.service, order)
    for order in orders.renaming:
        if order.service in olds and order.service not in order.subjects:
            told = f"{order.service} is given to one service and taken from another"
            hint = "Rename one of them, run analyze --update-plan, then rename the other."
            raise contradiction(order, olds[order.service], told, hint)


def _check_together(orders: Orders) -> None:
    placed: dict[Constraint, Constraint] = {}
    for unit, block in sorted(orders.blocks.items()):
        order = orders.pins.get(unit)
        if order is None:
            continue
        before = placed.setdefault(block, order)
        if target_of(before) != target_of(order):
            where = f"{target_of(before)} and {target_of(order)}"
            told = f"they are together (line {block.line}) but pinned to {where}"
            raise contradiction(before, order, told)


def _check_shared(orders: Orders, units: Units) -> None:
    """A table needs an owner, so neither its class nor what is together with it can be shared."""
    for unit in sorted(units.tables):
        order = orders.placing(unit)
        if order is None or target_of(order) != SHARED:
            continue
        table = units.tables[unit][0].name
        if unit in orders.pins:
            raise error(order, f"{unit} can't be shared: table {table} needs an owner", hint="Pin it to a service.")
        told = f"{unit} can't be shared with the others: table {table} needs an owner"
        raise contradiction(orders.blocks[unit], order, told)


def _check_apart(orders: Orders, units: Units) -> None:
    for order, sides in orders.apart:
        if len(sides) < 2:
            raise error(order, "needs two subjects or more", hint="Apart from what?")
        for (subject, one), (rival, other) in combinations(zip(order.subjects, sides, strict=True), 2):
            if both := sorted(set(one) & set(other)):
                raise _inseparable(order, subject, rival, both[0], units)
            _check_sides(order, one, other, orders)


def _inseparable(order: Constraint, subject: str, rival: str, unit: str, units: Units) -> RefactorError:
    """Why two subjects are one thing."""
    if subject == rival or any(mark in subject + rival for mark in "*?["):
        return error(order, f"{unit} can't be apart from itself", hint="Narrow the subjects.")
    tables = [item.name for item in units.tables.get(unit, ())]
    mapped = any(name.startswith("table:") for name in (subject, rival)) and tables
    why = f"{unit} maps table {tables[0]}" if mapped else f"both are part of {unit}"
    hint = (
        "A table goes with its class, a method with its class, a definition with its module where the module is named."
    )
    return error(order, f"{subject} can't be apart from {rival}: {why}", hint=hint)


def _check_sides(order: Constraint, one: tuple[str, ...], other: tuple[str, ...], orders: Orders) -> None:
    blocks = orders.blocks
    joined = {blocks[unit]: unit for unit in reversed(one) if unit in blocks}
    for unit in other:
        if unit in blocks and blocks[unit] in joined:
            told = f"{joined[blocks[unit]]} and {unit} can't be together and apart"
            raise contradiction(blocks[unit], order, told)
    placed = _placed(one, orders)
    for target, pin in sorted(_placed(other, orders).items()):
        if target in placed:
            raise contradiction(pin, order, f"both sides are in {target}, but must be apart")


def _placed(side: tuple[str, ...], orders: Orders) -> dict[str, Constraint]:
    """Where the units of a side are pinned, directly or through their block."""
    return {target_of(pin): pin for pin in map(orders.placing, side) if pin}


def _check_away(orders: Orders) -> None:
    for unit in sorted({*orders.away, *orders.blocks}):
        pin = orders.placing(unit)
        for order in orders.forbidden(unit):
            if pin and orders.renames.get(target_of(pin), target_of(pin)) in _names(order, orders):
                raise contradiction(pin, order, f"{unit} can't be in {order.service} and away from it")


def _names(order: Constraint, orders: Orders) -> set[str]:
    return {order.service, orders.renames.get(order.service, order.service)}


def check_number(orders: Orders, services: tuple[int, int]) -> None:
    """The orders must leave room for the wished number of services."""
    pins = {
        orders.renames.get(target_of(pin), target_of(pin)): pin for pin in sorted(orders.pins.values(), reverse=True)
    }
    pins.pop(SHARED, None)
    wanted = sorted(pins.values(), key=lambda pin: (pin.line, pin))
    if len(pins) > services[1]:
        _refuse(
            f"{said_of(wanted[0])} and {said_of(wanted[-1])} place code in {len(pins)} services", wanted[-1], services
        )
    for order, sides in orders.apart:
        shared = sum(any(pin and target_of(pin) == SHARED for pin in map(orders.placing, side)) for side in sides)
        if len(sides) - shared > services[1]:
            _refuse(f"{said_of(order)} needs {len(sides) - shared} services", order, services)
    listed = sorted(set(orders.listed.values()) - {SHARED})
    if len(listed) > services[1]:
        lines = [orders.headers[name] for name in listed if name in orders.headers]
        ends = f"{said_of(lines[0])} to {said_of(lines[-1])}" if lines else "the listing"
        _refuse(f"{ends}: the plan lists {len(listed)} services", lines[-1] if lines else None, services)


def _refuse(told: str, order: Constraint | None, services: tuple[int, int]) -> None:
    raise RefactorError(
        f"{told}, but --services allows at most {services[1]}",
        where=place_of(order) if order else "",
        hint="Raise the number, or remove lines (analyze --replan forgets the listing and keeps the orders).",
    )
