"""What a function gives back, seen from one call of it.

Values are joined over all callers of a function. For two common shapes that would mix them up without need: a function that
hands back its argument (``return self``, ``return cls`` of a decorator), and a class method that makes instances of ``cls``.
"""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Bound, Box, Class, Instance, Literal, Values
from refactor.model import facts


class Receivers:
    """The room for results that depend on the receiver."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def returned(self, frame: Frame, expression: facts.Expr | None, values: Values) -> None:
        """Note what a function returns; a parameter that it hands back untouched is noted by its name."""
        if isinstance(expression, facts.Name) and values and frame.given.get(expression.id) == values:
            self.m.store.write(("hands back", frame.scope, None), self.m.pool.one(Literal(expression.id, "str")))
        else:
            self.m.store.write(("return", frame.returning or frame.scope, None), values)

    def handed_back(self, frame: Frame, scope: int, args: tuple[Values, ...], keywords: dict[str, Values]) -> Values:
        """The arguments of a call that its function hands back; all that it ever got where the call does not say."""
        result = NOTHING
        for name in self.m.pool.texts(self.m.store.read(("hands back", scope, None), frame.scope)):
            places = [one.name for one in self.m.index.scopes[scope].facts.params if one.kind in ("positional", "both")]
            if name in keywords:
                result |= keywords[name]
            elif name in places[: len(args)]:
                result |= args[places.index(name)]
            else:
                result |= self.m.store.read(("parameter", scope, name), frame.scope)
        return result

    def about_the_same(
        self, scope: int, args: tuple[Values, ...], keywords: dict[str, Values], returned: Values
    ) -> Values:
        """A result without what only other calls can have brought about.

        A function that is handed a container (a queryset of orders) and gives one back, or an item, gives one of its own
        kind, not one of the kinds that other calls hand over.
        """
        if not self.m.libraries.subjects or not returned:
            return returned
        places = [one.name for one in self.m.index.scopes[scope].facts.params]
        given = {name: values for name, values in (*zip(places, args, strict=False), *keywords.items()) if values}
        own = self._subjects(NOTHING.union(*given.values()))
        if not own:
            return returned
        slots = (self.m.store.peek(("parameter", scope, name)) for name in given)
        others = self._subjects(NOTHING.union(*slots)) - own
        return frozenset(one for one in returned if self._subject(one)[0] not in others) if others else returned

    def _subjects(self, values: Values) -> set[int]:
        """What the containers among some values hold."""
        found = (self._subject(number) for number in values)
        return {subject for subject, is_container in found if is_container and subject >= 0}

    def _subject(self, number: int) -> tuple[int, bool]:
        answers = (subject(self.m, number) for subject in self.m.libraries.subjects)
        return next((answer for answer in answers if answer[0] >= 0), (-1, False))

    def seen_from(self, frame: Frame, method: Bound, result: Values) -> Values:
        """The result of a call of a bound method."""
        receiver = self.m.pool[method.receiver]
        if not isinstance(receiver, Class) or not result:
            return result
        base = self.m.index.scopes[method.function].parent
        if base == receiver.scope:
            return result
        return frozenset(self._narrowed(frame, number, receiver.scope, base) for number in result) - {-1}

    def _narrowed(self, frame: Frame, number: int, scope: int, base: int) -> int:
        """A value as the class method of ``base`` gives it when called on ``scope``; -1 for one of another subclass."""
        value = self.m.pool[number]
        if isinstance(value, Instance):
            return -1 if self._is_other(value, scope, base) else number
        if not isinstance(value, Box) or value.kind == "dict":
            return number
        items = self.m.store.read(("item", number, "*"), frame.scope)
        kept = frozenset(one for one in items if not self._is_other(self.m.pool[one], scope, base))
        if len(kept) == len(items):
            return number
        box = self.m.pool.add(Box(value.kind, scope, -7, number))
        self.m.items.put(box, None, kept)
        return box

    def _is_other(self, value: object, scope: int, base: int) -> bool:
        """Whether a value is an instance of another subclass of the method's class."""
        return (
            isinstance(value, Instance)
            and self.m.classes.is_subclass(value.scope, base)
            and not self.m.classes.is_subclass(value.scope, scope)
        )
