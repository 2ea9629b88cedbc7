"""Items: reading and writing ``x[y]``, loops over ``x``, what unpacking gives."""

from refactor.link.flow.boxes import Boxes, key_of
from refactor.link.flow.frame import Frame
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import (
    NOTHING,
    Box,
    Class,
    External,
    Function,
    Instance,
    Literal,
    ModuleRef,
    Values,
)  # fmt: skip
from refactor.model.facts import Position

ANNOTATED = "typing.Annotated"


class Items(Boxes):
    """The room for ``x[y]``: what containers, instances and values of libraries do with a key or a loop."""

    def assign(self, frame: Frame, receivers: Values, key: Values, values: Values, at: Position) -> None:
        """``receiver[key] = values`` in a scope's text: under one constant key of one container the last one wins."""
        self.m.operators.first(frame, receivers, ("__setitem__",), (key, values), at)
        keys = self._constants(frame, key, receivers, at)
        numbers = [one for one in receivers if isinstance(self.m.pool[one], Box)]
        if len(receivers) == len(numbers) == 1 and len(keys) == len(key) == 1:
            self.m.store.write(("keys", numbers[0], None), key)
            frame.items[numbers[0], key_of(keys[0])] = values
            return
        if numbers:
            self.m.pending.settle(frame)
        self.write_item(receivers, key, values)

    def _constants(self, frame: Frame, key: Values, receivers: Values, at: Position) -> list[object]:
        """The constants among the values of a key; Python asks instances for ``__hash__`` or ``__index__``."""
        if any(isinstance(self.m.pool[one], Instance) for one in key):
            kinds = {value.kind for value in self.m.pool.each(receivers) if isinstance(value, Box)}
            if "dict" in kinds or "set" in kinds:
                self.m.operators.first(frame, key, ("__hash__",), (), at)
            if kinds & {"list", "tuple"}:
                self.m.operators.first(frame, key, ("__index__",), (), at)
        return self._known(key, apart=frame.apart)

    def _known(self, key: Values, *, apart: bool = False) -> list[object]:
        """The constants among some values, members of enumerations included; ``apart``: classes and functions as well."""
        found: list[object] = []
        for value in self.m.pool.each(key):
            if isinstance(value, Literal):
                found.append(value.value)
            elif apart and isinstance(value, Class | Function):
                found.append(value)
            elif isinstance(value, Instance) and value.of >= 0 and isinstance(name := self.m.pool[value.of], Literal):
                found.append((value.scope, name.value))
        return found

    def write_item(self, receivers: Values, key: Values, values: Values) -> None:
        """``receiver[key] = values``, whatever was there before."""
        keys = self._known(key)
        for number in receivers:
            value = self.m.pool[number]
            if isinstance(value, External) and value.name.endswith(".config"):
                self.m.settings.assign(key, values)
            if isinstance(value, Box):
                self.m.store.write(("keys", number, None), key)
                for one in keys if len(keys) == len(key) and keys else [None]:
                    self.put(number, one, values)

    def item(self, frame: Frame, receivers: Values, key: Values, at: Position = (0, 0)) -> Values:
        """``receiver[key]``."""
        result: set[int] = set()
        keys = self._constants(frame, key, receivers, at)
        for number in sorted(receivers):
            value = self.m.pool[number]
            if isinstance(value, Box):
                if not keys or len(keys) < len(key):
                    result |= self.every(frame, number)
                    continue
                for one in keys:
                    result |= self.under(frame, number, one)
            elif isinstance(value, External) and value.name == ANNOTATED:
                result |= {self.m.pool.add(External(f"{ANNOTATED}[]", base=box)) for box in key}
            elif (elements := self._elements(frame, number, (0, 0))) is not None:
                result |= elements
            elif isinstance(value, External):
                result |= self._external_item(frame, number, value, keys)
            else:
                result |= self._object_item(frame, number, key, at)
        return frozenset(result)

    def _object_item(self, frame: Frame, number: int, key: Values, at: Position) -> Values:
        """An item of an instance, a class (``Base[T]`` is the class) or a namespace (``globals()["f"]``)."""
        value = self.m.pool[number]
        names = self.m.pool.texts(key)
        own = frozenset((number,))
        if isinstance(value, Instance):
            if self.m.operators.has(frame, number, "__getitem__"):
                return self.m.operators.first(frame, own, ("__getitem__",), (key,), at)
            if self.m.operators.has(frame, number, "__missing__"):
                return self.m.operators.first(frame, own, ("__missing__",), (key,), at)
            external = next(iter(self.m.classes.external_bases(value.scope)), "")
            return self.m.attributes.external(f"{external}().__getitem__()", base=number) if external else NOTHING
        if isinstance(value, Class):
            kept = self.m.attributes.read(frame, own, names[0], at) if len(names) == 1 else NOTHING
            return kept or own
        if isinstance(value, ModuleRef):
            return NOTHING.union(*(self.m.lookup.member(frame, value.name, name) for name in names))
        return NOTHING

    def _external_item(self, frame: Frame, number: int, value: External, keys: list[object]) -> Values:
        if value.name.endswith(".config"):
            names = [key for key in keys if isinstance(key, str)]
            return NOTHING.union(*(self.m.store.read(("config", "", name), frame.scope) for name in names))
        if value.name == "sys.modules":
            return self._loaded(frame, keys)
        if value.name == "os.environ" and len(keys) == 1 and isinstance(keys[0], str):
            named = self.m.pool.add(Literal(keys[0], "str"))  # so that whoever meets the value knows its variable
            return frozenset((self.m.pool.add(External("os.environ[]", base=named)),))
        entities = self.m.entities.of(number)
        if entities:
            return entities
        return self.m.attributes.external(f"{value.name}[]", base=number)

    def _loaded(self, frame: Frame, names: list[object]) -> Values:
        """``sys.modules[name]``; a name that is no constant is ``__name__`` nearly always."""
        said = [self.m.index.full(name, frame.module) for name in names or [frame.module] if isinstance(name, str)]
        found = [name for name in said if self.m.index.is_module(name)]
        return frozenset(self.m.pool.add(ModuleRef(name)) for name in found)

    def item_at(self, frame: Frame, receivers: Values, position: int) -> Values:
        """An element of an unpacked value; a row of mapped instances stands for each of its elements."""
        result: set[int] = set()
        for number in sorted(receivers):
            value = self.m.pool[number]
            if isinstance(value, Box):
                result |= self.under(frame, number, position)
            elif isinstance(value, Instance):
                names = self.m.making.fields(value.scope) if self._is_row(value.scope) else []
                if -len(names) <= position < len(names):
                    result |= self.m.attributes.read(frame, frozenset((number,)), names[position], (0, 0))
                elif not names:
                    result.add(number)
            elif isinstance(value, External):
                result |= self.m.store.read(("item", number, key_of(position)), frame.scope)
        return frozenset(result)

    def _is_row(self, scope: int) -> bool:
        return "typing.NamedTuple" in self.m.classes.external_bases(scope)

    def unpacked(self, frame: Frame, values: Values, at: Position) -> Values:
        """Values to be taken apart: an instance that can be iterated gives its items first."""
        asked = frozenset(one for one in values if self.m.operators.has(frame, one, "__iter__"))
        if not asked:
            return values
        box = self.box(frame, "list", at, 5)
        self.put(box, None, self.iterate(frame, asked, at))
        return (values - asked) | {box}

    def iterate(self, frame: Frame, receivers: Values, at: Position, *, is_async: bool = False) -> Values:
        """What a loop over the values sees."""
        result: set[int] = set()
        for number in sorted(receivers):
            value = self.m.pool[number]
            if isinstance(value, Box):
                if value.kind == "dict":
                    result |= self.m.store.read(("keys", number, None), frame.scope)
                else:
                    result |= self.every(frame, number)
            elif (elements := self._elements(frame, number, at)) is not None:
                result |= elements
            elif isinstance(value, External):
                entities = self.m.entities.of(number)
                result |= entities or self.m.attributes.external(f"{value.name}[]", base=number)
            elif isinstance(value, Instance):
                result |= self._iterator(frame, number, at, is_async=is_async)
            elif isinstance(value, Class):
                result |= self._members(frame, number, value.scope, at)
        return frozenset(result)

    def _members(self, frame: Frame, number: int, scope: int, at: Position) -> Values:
        """A loop over a class: the members of an enumeration, or what its metaclass says."""
        own = frozenset((number,))
        if self.m.classes.is_enum(scope):
            names = self.m.classes.members(scope)
            return NOTHING.union(*(self.m.attributes.read(frame, own, name, at) for name in names))
        made = (
            self.m.calls.call_method(frame, own, "__iter__", (), at) if self.m.classes.metaclasses(scope) else NOTHING
        )
        return self.iterate(frame, made - own, at)

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

    def _iterator(self, frame: Frame, number: int, at: Position, *, is_async: bool) -> Values:
        """A loop over an instance: ``__iter__``, then ``__next__`` of what it gives; else ``__getitem__``."""
        start, step = ("__aiter__", "__anext__") if is_async else ("__iter__", "__next__")
        one = frozenset((number,))
        if not is_async and not self.m.operators.has(frame, number, start):
            return self.m.operators.first(frame, one, ("__getitem__",), (NOTHING,), at)
        iterator = self.m.calls.call_method(frame, one, start, (), at)
        own = frozenset(other for other in iterator if isinstance(self.m.pool[other], Instance))
        found = self.m.operators.first(frame, own, (step,), (), at)
        return found | self.iterate(frame, iterator - own, at, is_async=is_async)

    def extend(self, frame: Frame, receivers: Values, values: Values) -> None:
        """Put the items of some containers into others."""
        for number in receivers:
            box = self.m.pool[number]
            if not isinstance(box, Box):
                continue
            if box.kind == "dict":
                for key, one in self.mapping(frame, values).items():
                    self.assign(frame, frozenset((number,)), self.m.pool.one(Literal(key, "str")), one, (0, 0))
                self.put(number, None, self._loose(frame, values))
            else:
                for other in values - {number}:
                    if isinstance(self.m.pool[other], Box):
                        self.put(number, None, self.every(frame, other))

    def _loose(self, frame: Frame, mappings: Values) -> Values:
        """What dicts hold under keys that are no constants."""
        boxes = [one for one in mappings if isinstance(self.m.pool[one], Box)]
        return NOTHING.union(*(self.m.store.read(("item", one, None), frame.scope) for one in boxes))

    def enter(self, frame: Frame, contexts: Values, at: Position, *, is_async: bool = False) -> Values:
        """What ``with context as x`` binds."""
        start, end = ("__aenter__", "__aexit__") if is_async else ("__enter__", "__exit__")
        result: set[int] = set()
        for number in sorted(contexts):
            value = self.m.pool[number]
            if isinstance(value, Instance):
                one = frozenset((number,))
                result |= self.m.operators.first(frame, one, (start,), (), at)
                self.m.operators.first(frame, one, (end,), (NOTHING, NOTHING, NOTHING), at)
            elif isinstance(value, Box):
                result |= self.every(frame, number)
            elif isinstance(value, External) and (entered := self.m.libraries.call(f"{value.name}.{start}")):
                record = CallRecord(frame.scope, -1, at, at[0], start, NOTHING, (), {}, frame.loop > 0)
                result |= entered(self.m, frame, value, record) or NOTHING
            else:
                result.add(number)
        return frozenset(result)
