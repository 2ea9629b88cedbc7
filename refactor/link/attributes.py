"""Attributes and items: reading and writing what hangs on a value."""

from typing import TYPE_CHECKING

from refactor.link.classes import CLASS, PROPERTY, STATIC
from refactor.link.frame import Frame
from refactor.link.trace import Access
from refactor.link.values import (
    NOTHING,
    Bound,
    Box,
    Class,
    External,
    Function,
    Instance,
    Literal,
    ModuleRef,
    Native,
    Super,
    Values,
)  # fmt: skip
from refactor.model.facts import Position

if TYPE_CHECKING:
    from refactor.link.machine import Machine

MAPPED = "sqlalchemy.orm.mapped()"
COLUMNS = frozenset(("sqlalchemy.Column()", "sqlalchemy.orm.mapped_column()", "sqlalchemy.orm.relationship()"))

LONGEST = 120
"""Longest dotted name of an external value; longer chains are not followed."""


class Attributes:
    """The room for ``x.y`` and ``x[y]``."""

    def __init__(self, machine: "Machine") -> None:
        self.m = machine
        self.sizes: dict[int, int] = {}

    # -- attributes ------------------------------------------------------------------------------------------------

    def read(self, frame: Frame, receivers: Values, name: str, at: Position) -> Values:
        """``receiver.name`` for every receiver."""
        result: set[int] = set()
        for number in sorted(receivers):
            result |= self._read_one(frame, number, name, at)
        return frozenset(result)

    def _read_one(self, frame: Frame, number: int, name: str, at: Position) -> Values:
        value = self.m.pool[number]
        match value:
            case ModuleRef(name=module):
                self.m.lookup.mention_member(frame, module, name, at)
                return self.m.lookup.member(frame, module, name)
            case Instance(scope=scope):
                return self._on_instance(frame, number, scope, self.m.classes.order(scope), name, at)
            case Class(scope=scope):
                return self._on_class(frame, number, scope, name)
            case External(name=owner):
                return self._on_external(frame, number, owner, name)
            case Box() | Literal():
                return self.m.pool.one(Native(name, number))
            case Super(scope=scope, receiver=receiver):
                return self._on_super(frame, scope, receiver, name, at)
            case Bound() | Function() | Native():
                return NOTHING
        return NOTHING

    def _on_instance(
        self, frame: Frame, number: int, scope: int, order: tuple[int | str, ...], name: str, at: Position
    ) -> Values:
        self.m.store.read(("bases", scope, None), frame.scope)
        external = next((base for base in order if isinstance(base, str) and base != "builtins.object"), None)
        inherited = self.external(f"{external}().{name}", base=number) if external else NOTHING
        for owner in order:
            if isinstance(owner, int):
                found = self.m.store.read(("attribute", owner, name), frame.scope)
                if found:
                    # a bare annotation only gives a type to what the external base brings
                    return self._bind(frame, number, found, at) | (inherited if self._is_hint(found) else NOTHING)
        if name == "__class__":
            return self.m.pool.one(Class(scope))
        return inherited

    def _is_hint(self, found: Values) -> bool:
        return all(isinstance(value, Instance) and value.hinted for value in self.m.pool.each(found))

    def _bind(self, frame: Frame, receiver: int, found: Values, at: Position) -> Values:
        result: set[int] = set()
        for raw in sorted(found):
            value = self.m.pool[raw]
            if isinstance(value, Function):
                result |= self._bind_function(frame, receiver, value, at)
            elif isinstance(value, External) and value.name.endswith("relationship()"):
                related = self._related(raw, value, found - {raw})
                frame.trace.reads.append(Access(frozenset((receiver,)), "", at, frame.loop > 0, related))
                result |= related
            else:
                result.add(raw)
        return frozenset(result)

    def _bind_function(self, frame: Frame, receiver: int, function: Function, at: Position) -> Values:
        scope = function.scope
        flavour = self.m.classes.flavour.get(scope, "")
        parent = self.m.index.scopes[self.m.index.scopes[scope].parent].facts.kind
        wrapped = parent != "class" and function.wraps >= 0
        if flavour == STATIC or (parent != "class" and not wrapped):
            return self.m.pool.one(function)
        if flavour == CLASS:
            value = self.m.pool[receiver]
            owner = self.m.pool.add(Class(value.scope)) if isinstance(value, Instance) else receiver
            return self.m.pool.one(Bound(scope, owner))
        if flavour == PROPERTY:
            frame.trace.properties.append((scope, at, frame.loop > 0))
            return self.m.calls.enter_function(frame, scope, (frozenset((receiver,)),), {}, spread=False)
        return self.m.pool.one(Bound(scope, receiver, function.wraps))

    def _related(self, number: int, value: External, hinted: Values) -> Values:
        """What a mapped relationship holds: one or many of the class it names, else what its annotation says."""
        made = self.m.made.get(value.site)
        if made is None:
            return hinted or frozenset((number,))
        scopes: list[int] = []
        for target in self.m.pool.each(made.argument(0, "argument")):
            if isinstance(target, Class):
                scopes.append(target.scope)
            elif isinstance(target, Literal) and isinstance(target.value, str):
                scopes.extend(self.m.classes.named(target.value))
        if not scopes:
            return hinted or frozenset((number,))
        ones = frozenset(self.m.pool.add(Instance(scope)) for scope in scopes)
        box = self.m.pool.add(Box("list", made.scope, made.at[0], made.at[1]))
        self.put(box, None, ones)
        return ones | {box}

    def _on_class(self, frame: Frame, number: int, scope: int, name: str) -> Values:
        self.m.store.read(("bases", scope, None), frame.scope)
        order = self.m.classes.order(scope)
        for owner in order:
            if isinstance(owner, int):
                found = self.m.store.read(("attribute", owner, name), frame.scope)
                if self._is_column(scope, owner, name, found):
                    # what instances were given under this name is not what the class holds
                    return self.m.pool.one(External(MAPPED, -1, number))
                if found:
                    return frozenset(self._from_class(number, raw) for raw in found)
        external = next((base for base in order if isinstance(base, str) and base != "builtins.object"), None)
        return self.external(f"{external}.{name}", base=number) if external else NOTHING

    def _from_class(self, owner: int, raw: int) -> int:
        value = self.m.pool[raw]
        if isinstance(value, Function) and self.m.classes.flavour.get(value.scope) == CLASS:
            return self.m.pool.add(Bound(value.scope, owner))
        return raw

    def _is_column(self, scope: int, owner: int, name: str, found: Values) -> bool:
        """Whether a class attribute is a column or relationship of a mapped class."""
        if not self.m.calls.is_mapped(scope):
            return False
        made = any(isinstance(value, External) and value.name in COLUMNS for value in self.m.pool.each(found))
        return made or name in self.m.calls.fields(owner, "Mapped")

    def _on_super(self, frame: Frame, scope: int, receiver: int, name: str, at: Position) -> Values:
        value = self.m.pool[receiver]
        own = value.scope if isinstance(value, Instance | Class) else scope
        order = self.m.classes.order(own)
        rest = order[order.index(scope) + 1 :] if scope in order else self.m.classes.order(scope)[1:]
        return self._on_instance(frame, receiver, own, rest, name, at)

    def _on_external(self, frame: Frame, number: int, owner: str, name: str) -> Values:
        if owner.endswith((".config", "app_config")) and owner.startswith("flask."):
            return self.external(f"{owner}.{name}", base=number)
        written = self.m.store.read(("external", number, name), frame.scope)
        return written | self.external(f"{owner}.{name}", base=number)

    def external(self, name: str, *, site: int = -1, base: int = -1) -> Values:
        """An external value by its canonical name; nothing for a chain too long to mean anything."""
        if len(name) > LONGEST:
            return NOTHING
        return self.m.pool.one(External(self.m.knowledge.canonical(name), site, base))

    def write(self, frame: Frame, receivers: Values, name: str, values: Values) -> None:
        """``receiver.name = values``."""
        for receiver in self.m.pool.each(receivers):
            match receiver:
                case Instance(scope=scope) | Class(scope=scope):
                    self.m.store.write(("attribute", scope, name), values)
                case ModuleRef(name=module):
                    self.m.store.write(("global", module, name), values)
                    frame.trace.rebinds.append((f"{module}:{name}", (0, 0)))
                case External():
                    self.m.store.write(("external", self.m.pool.add(receiver), name), values)

    def instances(self, classes: Values) -> Values:
        """Instances of classes (those caught by an except clause)."""
        result: set[int] = set()
        for value in self.m.pool.each(classes):
            if isinstance(value, Class):
                result.add(self.m.pool.add(Instance(value.scope)))
            elif isinstance(value, External):
                result |= self.external(f"{value.name}()")
            elif isinstance(value, Box):
                result |= self.instances(self.m.store.peek(("item", self.m.pool.add(value), "*")))
        return frozenset(result)

    # -- items -----------------------------------------------------------------------------------------------------

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
            elif isinstance(value, External):
                result |= self._external_item(frame, number, value, keys)
            elif isinstance(value, Instance):
                result |= self.m.calls.call_method(frame, frozenset((number,)), "__getitem__", (key,), (0, 0))
        return frozenset(result)

    def _external_item(self, frame: Frame, number: int, value: External, keys: list[object]) -> Values:
        if value.name.endswith(".config"):
            names = [key for key in keys if isinstance(key, str)]
            return NOTHING.union(*(self.m.store.read(("config", "", name), frame.scope) for name in names))
        entities = self.m.calls.entities(number)
        if entities:
            return entities
        return self.external(f"{value.name}[]", base=number)

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
            elif isinstance(value, External):
                entities = self.m.calls.entities(number)
                result |= entities or self.external(f"{value.name}[]", base=number)
            elif isinstance(value, Instance):
                iterator = self.m.calls.call_method(frame, frozenset((number,)), "__iter__", (), at)
                own = frozenset(one for one in iterator if isinstance(self.m.pool[one], Instance))
                result |= self.m.calls.call_method(frame, own, "__next__", (), at)
                result |= self.iterate(frame, iterator - own - {number}, at)
        return frozenset(result)

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
