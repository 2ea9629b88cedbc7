"""Why each definition and table is where it is, and how surely.

Comes in: the finished placement with names. Goes out: members and ownerships. Must not: move anything.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from refactor.cluster.firmness import Firmness
from refactor.cluster.kernel import is_migration
from refactor.cluster.obey import pin_reason
from refactor.cluster.orders import Orders
from refactor.cluster.touches import SURE, Touches
from refactor.cluster.units import Units
from refactor.cluster.uses import Direction
from refactor.model.names import qualname_of
from refactor.model.plan import SHARED, Member, Ownership
from refactor.model.program import Table


@dataclass(frozen=True)
class Grounds:
    """What a reason may quote. ``home``: unit -> service name or ``shared``. ``operating``: reasons already given."""

    units: Units
    orders: Orders
    uses: Direction
    touches: Touches
    home: Mapping[str, str]
    firmness: Firmness
    factories: frozenset[str]
    operating: Mapping[str, str]

    @cached_property
    def touching(self) -> dict[tuple[str, str], set[str]]:
        """By table node and kind of touch, the services that surely touch so."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (symbol, node, kind), share in self.touches.items():
            if share >= SURE and (source := self.units.of(symbol)):
                found[node, kind].add(self.home[source])
        return found

    def drawn(self, unit: str) -> dict[str, float]:
        """How strongly each service, and ``shared``, draws a unit by all evidence together."""
        return self.firmness.links(unit)


def member(unit: str, grounds: Grounds) -> Member:
    """The unit as a member: reason, confidence, runner-up and margin; what a person pinned is sure."""
    own = grounds.home[unit]
    if own == SHARED:
        return _kernel_member(unit, grounds)
    standing = grounds.firmness.unit(unit)
    if unit in grounds.orders.pins:
        return Member(unit, pin_reason(grounds.orders.pins[unit]), 1.0, standing.runner_up)
    return Member(unit, _reason(unit, own, grounds), standing.confidence, standing.runner_up, standing.margin)


def _kernel_member(unit: str, grounds: Grounds) -> Member:
    """A unit of the kernel has no runner-up; it is the surer the more evenly services draw it."""
    if unit in grounds.orders.pins:
        return Member(unit, pin_reason(grounds.orders.pins[unit]))
    drawn = grounds.firmness.drawn(unit)
    return Member(
        unit, _kernel_reason(unit, grounds), _spread([drawn[name] for name in sorted(drawn.keys() - {SHARED})])
    )


def _spread(pulls: list[float]) -> float:
    """How far from one service's property a kernel unit is: 1 - the largest share."""
    return round(1 - max(pulls) / sum(pulls), 2) if sum(pulls) else 1.0


def _reason(unit: str, own: str, grounds: Grounds) -> str:
    """The strongest plain statement about the unit."""
    units = grounds.units
    if tables := units.tables.get(unit):
        return f"maps {_shown([item.name for item in tables])}"
    if entries := units.entries.get(unit):
        return f"answers {_shown([entry.id.partition(':')[2] for entry in entries], 2)}"
    targets = {item: weight for item, weight in grounds.uses.out.get(unit, {}).items() if grounds.home[item] == own}
    if touched := sorted(item.name for target in targets for item in units.tables.get(target, ())):
        return f"works on {_shown(touched)}"
    users = {item: weight for item, weight in grounds.uses.into.get(unit, {}).items() if grounds.home[item] == own}
    for verb, found in (("used by", users), ("uses", targets)):
        if found:
            ranked = sorted(found, key=lambda item: (-found[item], item))
            return f"{verb} {_shown([qualname_of(item) or item for item in ranked], 2)}"
    return _place_reason(unit, own, grounds)


def _place_reason(unit: str, own: str, grounds: Grounds) -> str:
    """No link speaks for the unit: it stays with its file or package."""
    module = grounds.units.module[unit]
    if unit != module and grounds.home.get(module) == own:
        return f"stands in {module}"
    package = module.rpartition(".")[0]
    return f"lies in {package}, most of which is here" if package else f"is closest to {own} by its links"


def _kernel_reason(unit: str, grounds: Grounds) -> str:
    if unit in grounds.operating:
        return grounds.operating[unit]
    if unit in grounds.factories:
        return "builds the application; every service needs it"
    module = grounds.units.module[unit]
    if is_migration(module):
        return "a migration belongs to the database as a whole"
    if unit == module:
        return "what remains of a shared module"
    users = grounds.uses.into.get(unit, {})
    services = sorted({grounds.home[user] for user in users} - {SHARED})
    if len(services) > 1:
        return f"library without table or entry point, used by {_shown(services)}"
    if services:
        return f"library without table or entry point, in {module}"
    return "used by the shared kernel" if users else f"no service is known to use it; stands in {module}"


def ownership(item: Table, unit: str, grounds: Grounds) -> Ownership:
    """The table with the services that are seen to touch it."""
    node = f"table:{item.name}"
    writers, readers = (
        tuple(sorted(grounds.touching.get((node, kind), set()) - {SHARED})) for kind in ("write", "read")
    )
    own = grounds.home[unit]
    if order := grounds.orders.pins.get(unit):
        return Ownership(item.name, pin_reason(order), writers, readers)
    reason = _table_reason(item, own, writers, readers)
    return Ownership(item.name, reason if item.model else f"no class here declares it: {reason}", writers, readers)


def ownerless(item: Table) -> Ownership:
    """A table that stands with the kernel."""
    return Ownership(item.name, "no service is seen to touch it: it stays with the database as a whole")


def _table_reason(item: Table, own: str, writers: tuple[str, ...], readers: tuple[str, ...]) -> str:
    if writers == (own,):
        return f"only {own} writes it"
    if own in writers:
        others = [name for name in writers if name != own]
        return f"{own} holds its code; {_shown(others)} {'writes' if len(others) == 1 else 'write'} it too"
    if writers:
        return f"its class stands here; written by {_shown(list(writers))}"
    return f"read by {_shown(list(readers))}, written by none" if readers else _untouched(item)


def _untouched(item: Table) -> str:
    return f"its class {item.model} stands here" if item.model else "nobody is seen to touch it"


def _shown(names: list[str], most: int = 3) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
