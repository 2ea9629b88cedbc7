"""Loops walked turn by turn: ``for path, view in ROUTES: app.add_url_rule(path, view_func=view)``.

In the ordinary flow a loop's variable holds all elements at once. Where a loop registers something it matters which belong
together, so its scope runs once more when all values are known, with one turn for each element; call sites and containers
of a turn are its own. Only loops over what is written out are known this well.
"""

from collections.abc import Callable

from refactor.link.flow.frame import Frame, State
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Box, Literal, Values

MOST = 6000
"""Most turns in a program; loops beyond them are left as they are."""

LISTED = frozenset(
    "items values keys enumerate builtins.list builtins.tuple builtins.sorted builtins.reversed builtins.iter".split()
)
"""What gives the elements of something known as they are, or in pairs."""


class Turns:
    """The room for loops with known elements."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self._count = 0

    def fresh(self) -> int:
        """The number of a turn (or of a run by itself)."""
        self._count += 1
        return self._count

    def walk(
        self, frame: Frame, elements: list[Values], turn: Callable[[Values], bool], after: Callable[[], bool]
    ) -> bool:
        """A loop, turn by turn; each goes on from what the one before left. Says whether the flow goes on."""
        outer, goes_on = frame.turn, True
        frame.loop += 1
        broken, continued = list[State](), list[State]()
        frame.exits.append((broken, continued))
        for element in elements:
            frame.turn = self.fresh()
            ends = [frame.state] if turn(element) else []
            ends += continued
            continued.clear()
            goes_on = bool(ends)
            if not goes_on:
                break
            self.m.pending.join(frame, *ends)
        frame.exits.pop()
        frame.loop -= 1
        frame.turn = outer
        goes_on = goes_on and after()
        if broken:
            self.m.pending.join(frame, *([frame.state] if goes_on else []), *broken)
        return goes_on or bool(broken)

    def elements(self, frame: Frame, source: Values) -> list[Values] | None:
        """What each turn of a loop over a value sees; None where that is not known or this run does not ask."""
        if not frame.apart or len(source) != 1:
            return None
        found = self.m.items.sequence(frame, source)
        if found is None:
            pairs = self.pairs(frame, source)
            found = self._rows(frame, source) if pairs is None else [key for key, _ in pairs]
        return None if found is None or self._count + len(found) > MOST else found

    def _rows(self, frame: Frame, source: Values) -> list[Values] | None:
        """The tuples that were put into a list one by one (``ROUTES.append((rule, view))``), as many as are known."""
        (number,) = source
        box = self.m.pool[number]
        if not isinstance(box, Box) or box.kind != "list" or ("item", number, "*") in self.m.store.widened:
            return None
        rows = [frozenset((one,)) for one in sorted(self.m.store.peek(("item", number, "*")))]
        return rows if rows and all(self.m.items.sequence(frame, row) is not None for row in rows) else None

    def pairs(self, frame: Frame, source: Values) -> list[tuple[Values, Values]] | None:
        """The keys of the one dict that a value is known to be, each with what it holds."""
        (number,) = source or (-1,)
        box = self.m.pool[number] if source else None
        if len(source) != 1 or not isinstance(box, Box) or box.kind != "dict":
            return None
        if self.m.store.peek(("item", number, None)):
            return None
        keys = [frozenset((key,)) for key in sorted(self.m.store.peek(("keys", number, None)))]
        if not all(isinstance(self.m.pool[one], Literal) for key in keys for one in key):
            return None
        return [(key, self.m.items.item(frame, source, key)) for key in keys]

    def listed(self, frame: Frame, kind: str, source: Values, at: tuple[int, int]) -> Values | None:
        """``d.items()``, ``enumerate(x)``, ``list(x)`` and their kin as a list whose elements are known, else None."""
        if not frame.apart or kind not in LISTED:
            return None
        rows: list[Values] | None
        if kind in ("items", "values"):
            pairs = self.pairs(frame, source)
            rows = None if pairs is None else [self._row(frame, at, pair) for pair in pairs]
            if kind == "values" and pairs is not None:
                rows = [value for _, value in pairs]
        else:
            rows = self.elements(frame, source)
            if rows is not None and kind == "enumerate":
                counted = [(self.m.pool.one(Literal(place, "int")), row) for place, row in enumerate(rows)]
                rows = [self._row(frame, at, pair) for pair in counted]
        return None if rows is None else self._list(frame, at, rows)

    def zipped(self, frame: Frame, sources: tuple[Values, ...], at: tuple[int, int]) -> Values | None:
        """``zip(a, b)`` of known sequences."""
        columns = [self.elements(frame, source) for source in sources]
        known = [column for column in columns if column is not None]
        if not known or len(known) < len(columns):
            return None
        return self._list(frame, at, [self._row(frame, at, row) for row in zip(*known, strict=False)])

    def _list(self, frame: Frame, at: tuple[int, int], rows: list[Values]) -> Values:
        box = self.m.pool.add(Box("list", frame.scope, at[0], at[1] * 100 + 11, self.fresh()))
        self.m.items.fill(box, rows, plain=True)
        return frozenset((box,))

    def _row(self, frame: Frame, at: tuple[int, int], columns: tuple[Values, ...]) -> Values:
        row = self.m.pool.add(Box("tuple", frame.scope, at[0], at[1] * 100 + 12, self.fresh()))
        self.m.items.fill(row, list(columns), plain=True)
        return frozenset((row,)) if columns else NOTHING
