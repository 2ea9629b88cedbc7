"""What a running scope has bound but not yet left where others look: the last assignment wins until somebody may look.

Variables of a module, variables that inner functions use, and items under constant keys rest in the frame first; what is put
under ``variable.attribute`` rests there too, beside the store. They settle into the store before project code is called, at
every way out of the scope, and where branches left different ones.
"""

from refactor.link.flow.frame import Frame, Place, State
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Values


class Pending:
    """The room for what is not yet settled."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def settle(self, frame: Frame) -> None:
        """Leave variables and items where other scopes find them; items are read from there from now on."""
        around: Frame | None = frame
        while around is not None:
            self._settle_names(around)
            self._settle_items(around)
            around = around.outer

    def _settle_names(self, frame: Frame) -> None:
        if not frame.dirty:
            return
        if frame.facts.kind == "module":
            for name in frame.dirty:
                self.m.store.write(("global", frame.module, name), frame.env.get(name, NOTHING))
        elif frame.captured:
            for name in frame.dirty:
                self.m.store.write(("closure", frame.scope, name), frame.env.get(name, NOTHING))
        frame.dirty.clear()

    def _settle_items(self, frame: Frame) -> None:
        for (box, key), values in frame.items.items():
            self._keep(box, key, values)
        frame.items.clear()

    def _keep(self, box: int | str, key: str, values: Values) -> None:
        if isinstance(box, str):
            return
        self.m.store.write(("item", box, key), values)
        self.m.store.write(("item", box, "*"), values)

    def join(self, frame: Frame, *branches: State) -> None:
        """Continue with what any of the branches left; items that not all of them set settle."""
        merged: dict[str, Values] = {}
        for env, _ in branches:
            for name, values in env.items():
                merged[name] = merged[name] | values if name in merged else values
        frame.env = {name: self.m.pool.capped(values) for name, values in merged.items()}
        items: dict[Place, Values] = {}
        for place in dict.fromkeys(place for _, items_ in branches for place in items_):
            values = NOTHING.union(*(left[place] for _, left in branches if place in left))
            if all(place in left for _, left in branches):
                items[place] = values
            else:
                self._keep(*place, values)
        frame.items = items
