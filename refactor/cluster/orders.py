"""What a person decided, as units: the value and its words for mistakes.

Comes in: constraints, resolved by ``resolve``. Goes out: ``Orders``. Must not: place anything. Two kinds of wish:
*orders* (pin, owner, shared, together, apart, away, rename) hold exactly or are an error (``contradictions`` says which
can't hold); the *listing* of an earlier plan holds where no order says otherwise.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

from refactor.model.errors import RefactorError
from refactor.model.plan import PLAN_FILE, SHARED, Constraint

LISTED = "listed"


@dataclass(frozen=True)
class Orders:
    """``pins``: unit -> the order that places it (its service may be ``shared``). ``listed``: unit -> service.

    ``together`` and ``apart`` hold the units of each order; ``apart`` one set per subject. ``away``: unit -> the orders
    that forbid it a service. ``headers``: service -> where the listing opens it.
    """

    pins: dict[str, Constraint] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    together: list[tuple[Constraint, tuple[str, ...]]] = field(default_factory=list)
    apart: list[tuple[Constraint, tuple[tuple[str, ...], ...]]] = field(default_factory=list)
    away: dict[str, list[Constraint]] = field(default_factory=dict)
    renames: dict[str, str] = field(default_factory=dict)
    renaming: list[Constraint] = field(default_factory=list)
    headers: dict[str, Constraint] = field(default_factory=dict)

    def names(self, unit: str) -> bool:
        """Whether any order or listing speaks of the unit."""
        return unit in self.pins or unit in self.listed or unit in self.away or unit in self._grouped

    @cached_property
    def _grouped(self) -> frozenset[str]:
        blocks = [members for _, members in self.together] + [side for _, sides in self.apart for side in sides]
        return frozenset(unit for block in blocks for unit in block)

    @cached_property
    def blocks(self) -> dict[str, Constraint]:
        """Each unit of a ``together`` block -> the block's first order (overlapping orders make one block)."""
        blocks: dict[str, Constraint] = {}
        for order, members in self.together:
            touched = {blocks[unit] for unit in members if unit in blocks}
            first = min({*touched, order}, key=lambda item: (item.line, item))
            if touched - {first}:
                blocks.update({unit: first for unit, block in blocks.items() if block in touched})
            blocks.update(dict.fromkeys(members, first))
        return blocks

    @cached_property
    def placed_blocks(self) -> dict[Constraint, Constraint]:
        """The block of a ``together`` -> the order that places one of its units."""
        return {self.blocks[unit]: pin for unit, pin in sorted(self.pins.items(), reverse=True) if unit in self.blocks}

    @cached_property
    def _forbidden(self) -> dict[Constraint, tuple[Constraint, ...]]:
        """The block of a ``together`` -> the orders that keep one of its units away from somewhere."""
        found: dict[Constraint, set[Constraint]] = {}
        for unit in self.away.keys() & self.blocks.keys():
            found.setdefault(self.blocks[unit], set()).update(self.away[unit])
        return {block: tuple(sorted(orders)) for block, orders in found.items()}

    def forbidden(self, unit: str) -> tuple[Constraint, ...]:
        """The orders that keep the unit, or what it must be together with, away from a service."""
        block = self.blocks.get(unit)
        return self._forbidden.get(block, ()) if block else tuple(self.away.get(unit, ()))

    def placing(self, unit: str) -> Constraint | None:
        """The order that places the unit, itself or through what it must be together with."""
        return self.pins.get(unit) or self.placed_blocks.get(self.blocks.get(unit, Constraint("", ())))

    @property
    def bound(self) -> frozenset[str]:
        """Units that an order (not the listing) places, ties to others, keeps from them or from somewhere."""
        blocks = [members for _, members in self.together] + [side for _, sides in self.apart for side in sides]
        return frozenset(self.pins).union(self.away, *blocks)

    def pinned(self, unit: str) -> str:
        """The service a person gave the unit, or ""."""
        order = self.pins.get(unit)
        return target_of(order) if order else ""

    def without_places(self) -> "Orders":
        """The same without the orders that only move single things: what the communities are found with."""
        return replace(self, pins={}, away={})


def target_of(order: Constraint) -> str:
    """Where a placing order puts its subjects."""
    return SHARED if order.kind == "shared" else order.service


def place_of(order: Constraint) -> str:
    """``file:line`` of an order."""
    return f"{order.file or PLAN_FILE}:{order.line}"


def said_of(order: Constraint) -> str:
    """An order as a message names it."""
    mark = f"[[{order.kind}]]" if order.kind != LISTED else f"the listing of {order.service}"
    return f"line {order.line} " + (f"of {order.file}" if order.file else mark)


def error(order: Constraint, message: str, hint: str = "") -> RefactorError:
    """A mistake in one order."""
    mark = f"[[{order.kind}]] " if order.kind != LISTED else ""
    return RefactorError(f"{mark}{message}", where=place_of(order), hint=hint)


def contradiction(first: Constraint, second: Constraint, message: str, hint: str = "") -> RefactorError:
    """Two orders that can't both hold; both lines are named."""
    one, other = sorted((first, second), key=lambda item: (item.file, item.line))
    return RefactorError(
        f"{said_of(one)} and {said_of(other)} contradict each other: {message}",
        where=place_of(other),
        hint=hint or "Remove or narrow one of the two lines.",
    )
