"""Targets of assignments: names, attributes, items, and patterns of them."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import Access
from refactor.link.flow.values import Values
from refactor.model import facts


class Targets:
    """Binds what stands left of ``=``, behind ``for`` or behind ``as``."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def assign(self, frame: Frame, target: facts.Expr, values: Values) -> None:
        """Bind a target: a name, an attribute, an item, or a pattern of them."""
        match target:
            case facts.Name(id=name):
                self.m.lookup.bind(frame, name, values, target.at)
            case facts.Attribute(value=owner, attr=attr):
                receiver = self.m.expressions.eval(frame, owner)
                frame.trace.writes.append(Access(receiver, attr, target.at, frame.loop > 0, values))
                self.m.attributes.write(frame, receiver, attr, values, target.at)
                if isinstance(owner, facts.Name):
                    self._keep(frame, owner.id, attr, values)
            case facts.Subscript(value=owner, index=index):
                receiver = self.m.expressions.eval(frame, owner)
                key = self.m.expressions.eval(frame, index)
                if isinstance(index, facts.Collection) and index.kind == "slice":
                    values = self.m.items.iterate(frame, values, target.at)
                frame.trace.item_writes.append(Access(receiver, "[]", target.at, frame.loop > 0, values, key))
                self.m.items.assign(frame, receiver, key, values, target.at)
            case facts.Collection(items=items):
                self._unpack(frame, items, values)
            case facts.Starred(value=inner):
                self.assign(frame, inner, values)

    def _keep(self, frame: Frame, name: str, attr: str, values: Values) -> None:
        """Remember ``name.attr = values`` until something may change it; other names may hold the same object."""
        for place in [place for place in frame.items if isinstance(place[0], str) and place[1] == attr]:
            del frame.items[place]
        if values:
            frame.items[name, attr] = values

    def _unpack(self, frame: Frame, items: tuple[facts.Expr, ...], values: Values) -> None:
        if items:
            values = self.m.items.unpacked(frame, values, items[0].at)
        starred = next((at for at, item in enumerate(items) if isinstance(item, facts.Starred)), len(items))
        for position, item in enumerate(items):
            if position < starred:
                self.assign(frame, item, self.m.items.item_at(frame, values, position))
            elif position == starred:
                self.assign(frame, item, self.m.items.rest(frame, values, position, len(items) - position - 1, item.at))
            else:
                self.assign(frame, item, self.m.items.item_at(frame, values, position - len(items)))
