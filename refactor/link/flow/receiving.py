"""What comes back to one caller: of ``cls.get()`` in a base class, rows of the class it was called on; of a decorator that
returns what it was handed, the function it was handed here."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import Box, Class, Function, Instance, Values


class Receiving:
    """Tells what is this caller's own from what came from others. It depends on no slot: the result's own slot is enough."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def own(self, frame: Frame, scope: int, receiver: int, result: Values) -> Values:
        """The result of a method for one receiver.

        A method that is called on several classes and returns instances of them (``self``, ``cls()``, rows of ``cls``)
        gives to each call its own.
        """
        owner = self.m.pool[receiver]
        params = self.m.index.scopes[scope].facts.params
        if not isinstance(owner, Instance | Class) or not params:
            return result
        family = self._classes(self.m.store.peek(("parameter", scope, params[0].name)))
        if len(family) < 2:
            return result
        return self._narrowed(frame, owner.scope, family, result)

    def _narrowed(self, frame: Frame, owner: int, family: set[int], result: Values) -> Values:
        kept = self._kept(owner, family, result)
        narrowed: set[int] = set()
        for number in sorted(kept):
            value = self.m.pool[number]
            if isinstance(value, Box) and value.kind != "dict":
                items = self.m.store.read(("item", number, "*"), frame.scope)
                few = self._kept(owner, family, items)
                if few != items:
                    number = self.m.pool.add(Box(value.kind, owner, -value.line - 1, value.column))
                    self.m.items.put(number, None, few)
            narrowed.add(number)
        return frozenset(narrowed)

    def _kept(self, owner: int, family: set[int], values: Values) -> Values:
        """Some values without the instances of the receiver's siblings, if its own are there."""
        there = {value.scope for value in self.m.pool.each(values) if isinstance(value, Instance)}
        if owner not in there:
            return values
        others = family - {owner}
        return frozenset(
            one for one in values if not (isinstance(v := self.m.pool[one], Instance) and v.scope in others)
        )

    def handed_back(self, decorators: Values, values: Values, returned: Values) -> Values:
        """What decorators return for what they were handed here: not what they were handed elsewhere."""
        others: set[int] = set()
        for value in self.m.pool.each(decorators):
            params = self.m.index.scopes[value.scope].facts.params if isinstance(value, Function) else ()
            if isinstance(value, Function) and params:
                others |= self.m.store.peek(("parameter", value.scope, params[0].name))
        if not returned & others:
            return returned
        return (returned - others) | values

    def _classes(self, values: Values) -> set[int]:
        return {value.scope for value in self.m.pool.each(values) if isinstance(value, Instance | Class)}
