"""Boxes: the containers that Python's own types make, what is put into them and what they hold."""

from typing import Any

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Box, Literal, Values
from refactor.model.facts import Position


class Boxes:
    """Makes, fills and reads containers; ``sizes`` holds the length of lists and tuples that are written out."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self.sizes: dict[int, int] = {}

    def put(self, box: int, key: object, values: Values) -> None:
        """Put values into a box under a constant key (None: any)."""
        if key is not None:
            self.m.store.write(("item", box, key_of(key)), values)
        else:
            self.m.store.write(("item", box, None), values)
        self.m.store.write(("item", box, "*"), values)

    def box(self, frame: Frame, kind: str, at: Position, salt: int = 0) -> int:
        """A container that a call makes."""
        return self.m.pool.add(Box(kind, frame.scope, at[0], at[1] * 100 + salt, frame.turn or frame.run))

    def rows(self, frame: Frame, at: Position, columns: list[Values]) -> Values:
        """A list of tuples, one value of each column in each."""
        row = self.box(frame, "tuple", at, 1)
        self.fill(row, columns, plain=True)
        box = self.box(frame, "list", at)
        self.put(box, None, frozenset((row,)))
        return frozenset((box,))

    def fill(self, box: int, items: list[Values], *, plain: bool) -> None:
        """Put items into a new box, each at its place where ``plain``."""
        for position, values in enumerate(items):
            self.put(box, position if plain else None, values)
        if plain:
            self.sizes[box] = len(items)

    def every(self, frame: Frame, box: int) -> Values:
        """All items of a box."""
        if frame.items:
            self.m.pending.settle(frame)
        return self.m.store.read(("item", box, "*"), frame.scope)

    def under(self, frame: Frame, box: int, key: object) -> Values:
        """What a box holds under a constant key, or may hold under any."""
        own = frame.items.get((box, key_of(key)))
        if own is not None:
            return own
        value = self.m.pool[box]
        if isinstance(value, Box) and value.kind in ("list", "tuple") and isinstance(key, int) and key < 0:
            key += self.sizes.get(box, 0)
        slots = self.m.store.read(("item", box, None), frame.scope)
        return slots | self.m.store.read(("item", box, key_of(key)), frame.scope)

    def sequence(self, frame: Frame, receivers: Values) -> list[Values] | None:
        """The elements of the one list or tuple that a value is known to be."""
        if len(receivers) != 1:
            return None
        (number,) = receivers
        size = self.sizes.get(number)
        if size is None or self.m.store.read(("item", number, None), frame.scope):
            return None
        return [self.under(frame, number, position) for position in range(size)]

    def mapping(self, frame: Frame, receivers: Values) -> dict[str, Values]:
        """The constant string keys of the dicts that a value may be."""
        result: dict[str, Values] = {}
        for number in sorted(receivers):
            value = self.m.pool[number]
            if isinstance(value, Box) and value.kind == "dict":
                for key in self.m.store.peek(("keys", number, None)):
                    literal = self.m.pool[key]
                    if isinstance(literal, Literal) and isinstance(literal.value, str):
                        found = self.under(frame, number, literal.value)
                        result[literal.value] = result.get(literal.value, NOTHING) | found
        return result

    def rest(self, frame: Frame, receivers: Values, start: int, behind: int, at: Position) -> Values:
        """What a starred target takes: all from ``start`` but the last ``behind``."""
        box = self.m.pool.add(Box("list", frame.scope, at[0], at[1]))
        known = self.sequence(frame, receivers)
        if known is not None:
            self.fill(box, known[start : len(known) - behind], plain=True)
            return frozenset((box,))
        for number in sorted(receivers):
            if isinstance(self.m.pool[number], Box):
                self.put(box, None, self.every(frame, number))
        return frozenset((box,))

    def slice(self, frame: Frame, receivers: Values, bounds: list[Values], at: Position) -> Values:
        """``receiver[start:stop:step]``: a new list or tuple where all is constant, else the receiver."""
        numbers = [self._bound(values) for values in bounds]
        result: set[int] = set()
        for number in sorted(receivers):
            value = self.m.pool[number]
            size = self.sizes.get(number)
            loose = size is None or self.m.store.read(("item", number, None), frame.scope)
            if not isinstance(value, Box) or size is None or loose or "?" in numbers:
                result.add(number)
                continue
            box = self.m.pool.add(Box(value.kind, frame.scope, at[0], at[1] * 100 + 9))
            self.fill(box, [self.under(frame, number, place) for place in range(size)[slice(*numbers)]], plain=True)
            result.add(box)
        return frozenset(result)

    def _bound(self, values: Values) -> Any:
        """A slice's bound: a number, None when it is left out, ``?`` when it is not constant."""
        found = [v.value for v in self.m.pool.each(values) if isinstance(v, Literal)]
        one = found[0] if len(found) == len(values) == 1 else "?"
        return one if one is None or isinstance(one, int) else "?"


def key_of(key: object) -> str:
    """The text of a constant key that tells ``1`` from ``"1"``."""
    return f"{type(key).__name__}:{key}"
