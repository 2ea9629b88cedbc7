"""Items: reading and writing ``x[y]``, loops over ``x``, what unpacking gives."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Box, External, Instance, Literal, Values
from refactor.model.facts import Position


class Items:
    """The room for ``x[y]``; ``sizes`` holds the length of lists and tuples that are written out."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self.sizes: dict[int, int] = {}

    def put(self, box: int, key: object, values: Values) -> None:
        """Put values into a box under a constant key (None: any)."""
        if key is not None:
            self.m.store.write(("item", box, _key(key)), values)
        else:
            self.m.store.write(("item", box, None), values)
        self.m.store.write(("item", box, "*"), values)

    def write_item(self, receivers: Values, key: Values, values: Values) -> None:
        """``receiver[key] = values``."""
        keys = [v.value for v in self.m.pool.each(key) if isinstance(v, Literal)]
        for number in receivers:
            value = self.m.pool[number]
            if isinstance(value, External) and value.name.endswith(".config"):
                self.m.settings.assign(key, values)
            if isinstance(value, Box):
                self.m.store.write(("keys", number, None), key)
                for one in keys if len(keys) == len(key) and keys else [None]:
                    self.put(number, one, values)

    def item(self, frame: Frame, receivers: Values, key: Values) -> Values:
        """``receiver[key]``."""
        result: set[int] = set()
        keys = [v.value for v in self.m.pool.each(key) if isinstance(v, Literal)]
        for number in sorted(receivers):
            value = self.m.pool[number]
            if isinstance(value, Box):
                if not keys or len(keys) < len(key):
                    result |= self.m.store.read(("item", number, "*"), frame.scope)
                    continue
                result |= self.m.store.read(("item", number, None), frame.scope)
                for one in keys:
                    result |= self.m.store.read(("item", number, _key(one)), frame.scope)
            elif (elements := self._elements(frame, number, (0, 0))) is not None:
                result |= elements
            elif isinstance(value, External):
                result |= self._external_item(frame, number, value, keys)
            elif isinstance(value, Instance):
                result |= self.m.calls.call_method(frame, frozenset((number,)), "__getitem__", (key,), (0, 0))
        return frozenset(result)

    def _external_item(self, frame: Frame, number: int, value: External, keys: list[object]) -> Values:
        if value.name.endswith(".config"):
            names = [key for key in keys if isinstance(key, str)]
            return NOTHING.union(*(self.m.store.read(("config", "", name), frame.scope) for name in names))
        entities = self.m.entities.of(number)
        if entities:
            return entities
        return self.m.attributes.external(f"{value.name}[]", base=number)

    def item_at(self, frame: Frame, receivers: Values, position: int) -> Values:
        """An element of an unpacked value; a row of mapped instances stands for each of its elements."""
        result: set[int] = set()
        for number in sorted(receivers):
            value = self.m.pool[number]
            if isinstance(value, Box):
                size = self.sizes.get(number, 0)
                at = position + size if position < 0 else position
                result |= self.m.store.read(("item", number, None), frame.scope)
                result |= self.m.store.read(("item", number, _key(at)), frame.scope)
            elif isinstance(value, Instance):
                result.add(number)
        return frozenset(result)

    def rest(self, frame: Frame, receivers: Values, start: int, at: Position) -> Values:
        """What a starred target takes."""
        box = self.m.pool.add(Box("list", frame.scope, at[0], at[1]))
        for number in sorted(receivers):
            size = self.sizes.get(number)
            if size is None:
                self.put(box, None, self.m.store.read(("item", number, "*"), frame.scope))
            for position in range(start, size or 0):
                self.put(box, None, self.item_at(frame, frozenset((number,)), position))
        return frozenset((box,))

    def iterate(self, frame: Frame, receivers: Values, at: Position) -> Values:
        """What a loop over the values sees."""
        result: set[int] = set()
        for number in sorted(receivers):
            value = self.m.pool[number]
            if isinstance(value, Box):
                if value.kind == "dict":
                    result |= self.m.store.read(("keys", number, None), frame.scope)
                else:
                    result |= self.m.store.read(("item", number, "*"), frame.scope)
            elif (elements := self._elements(frame, number, at)) is not None:
                result |= elements
            elif isinstance(value, External):
                entities = self.m.entities.of(number)
                result |= entities or self.m.attributes.external(f"{value.name}[]", base=number)
            elif isinstance(value, Instance):
                iterator = self.m.calls.call_method(frame, frozenset((number,)), "__iter__", (), at)
                own = frozenset(one for one in iterator if isinstance(self.m.pool[one], Instance))
                result |= self.m.calls.call_method(frame, own, "__next__", (), at)
                result |= self.iterate(frame, iterator - own - {number}, at)
        return frozenset(result)

    def _elements(self, frame: Frame, number: int, at: Position) -> Values | None:
        """What a library's container holds."""
        value = self.m.pool[number]
        names: tuple[str, ...] = ()
        if isinstance(value, External):
            names = (value.name,)
        elif isinstance(value, Instance) and value.of >= 0:
            names = tuple(f"{base}()" for base in self.m.classes.external_bases(value.scope))
        known = next((self.m.libraries.elements[name] for name in names if name in self.m.libraries.elements), None)
        return known(self.m, frame, number, at) if known else None

    def sequence(self, frame: Frame, receivers: Values) -> list[Values] | None:
        """The elements of the one list or tuple that a value is known to be."""
        if len(receivers) != 1:
            return None
        (number,) = receivers
        size = self.sizes.get(number)
        if size is None or self.m.store.read(("item", number, None), frame.scope):
            return None
        return [self.item_at(frame, receivers, position) for position in range(size)]

    def mapping(self, frame: Frame, receivers: Values) -> dict[str, Values]:
        """The constant string keys of the dicts that a value may be."""
        result: dict[str, Values] = {}
        for number in sorted(receivers):
            value = self.m.pool[number]
            if isinstance(value, Box) and value.kind == "dict":
                for key in self.m.store.peek(("keys", number, None)):
                    literal = self.m.pool[key]
                    if isinstance(literal, Literal) and isinstance(literal.value, str):
                        slot = ("item", number, _key(literal.value))
                        result[literal.value] = result.get(literal.value, NOTHING) | self.m.store.read(
                            slot, frame.scope
                        )
        return result

    def extend(self, frame: Frame, receivers: Values, values: Values) -> None:
        """Put the items of some containers into others."""
        for number in receivers:
            box = self.m.pool[number]
            if not isinstance(box, Box):
                continue
            if box.kind == "dict":
                for key, one in self.mapping(frame, values).items():
                    self.put(number, key, one)
                    self.m.store.write(("keys", number, None), self.m.pool.one(Literal(key, "str")))
            else:
                for other in values - {number}:
                    if isinstance(self.m.pool[other], Box):
                        self.put(number, None, self.m.store.read(("item", other, "*"), frame.scope))

    def enter(self, frame: Frame, contexts: Values, at: Position) -> Values:
        """What ``with context as x`` binds."""
        result: set[int] = set()
        for number in sorted(contexts):
            value = self.m.pool[number]
            if isinstance(value, Instance):
                one = frozenset((number,))
                result |= self.m.calls.call_method(frame, one, "__enter__", (), at)
                result |= self.m.calls.call_method(frame, one, "__aenter__", (), at)
                self.m.calls.call_method(frame, one, "__exit__", (), at)
                self.m.calls.call_method(frame, one, "__aexit__", (), at)
            elif isinstance(value, Box):
                result |= self.m.store.read(("item", number, "*"), frame.scope)
            else:
                result.add(number)
        return frozenset(result)


def _key(key: object) -> str:
    return f"{type(key).__name__}:{key}"
