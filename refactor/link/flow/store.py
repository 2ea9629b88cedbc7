"""Slots: where values rest between scopes, who reads each, and who must run again when one grows."""

from typing import TypeAlias

from refactor.link.flow.values import NOTHING, Pool, Values

Slot: TypeAlias = tuple[str, int | str, str | int | None]
"""(kind, owner, name): global/module/name, parameter/scope/name, return/scope, yield/scope, attribute/class/name,
closure/scope/name, item/box number/key (None: any item)."""


class Store:
    """Monotone slots with dependents; ``classes`` counts how often the bases of any class grew."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.slots: dict[Slot, Values] = {}
        self.readers: dict[Slot, set[int]] = {}
        self.dirty: dict[int, None] = {}
        self.widened: set[Slot] = set()
        self.classes = 0

    def read(self, slot: Slot, reader: int) -> Values:
        """The values of a slot; ``reader`` runs again when it grows."""
        readers = self.readers.get(slot)
        if readers is None:
            self.readers[slot] = {reader}
        else:
            readers.add(reader)
        return self.slots.get(slot, NOTHING)

    def peek(self, slot: Slot) -> Values:
        """The values of a slot, without depending on it."""
        return self.slots.get(slot, NOTHING)

    def write(self, slot: Slot, values: Values) -> None:
        """Add values to a slot."""
        if not values:
            return
        old = self.slots.get(slot, NOTHING)
        if values <= old:
            return
        new = old | values
        kept = self.pool.capped(new)
        if len(kept) < len(new):
            self.widened.add(slot)
            new = kept
            if new <= old:
                return
        self.slots[slot] = new
        self.classes += slot[0] == "bases"
        for reader in sorted(self.readers.get(slot, ())):
            self.dirty[reader] = None
