"""Attributes: reading and writing ``x.y``."""

from refactor.link.flow.classes import CLASS, PROPERTY, STATIC
from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Attribute, Rooms
from refactor.link.flow.trace import Access
from refactor.link.flow.values import (
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

MAPPED = "sqlalchemy.orm.mapped()"
COLUMNS = frozenset(("sqlalchemy.Column()", "sqlalchemy.orm.mapped_column()", "sqlalchemy.orm.relationship()"))

LONGEST = 120
"""Longest dotted name of an external value; longer chains are not followed."""


class Attributes:
    """The room for ``x.y``."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    # -- attributes ------------------------------------------------------------------------------------------------

    def read(self, frame: Frame, receivers: Values, name: str, at: Position) -> Values:
        """``receiver.name`` for every receiver."""
        result: set[int] = set()
        special = self.m.libraries.attributes.get(name)
        for number in sorted(receivers):
            known = self._special(special, frame, number, name, at) if special else None
            result |= self._read_one(frame, number, name, at) if known is None else known
        return frozenset(result)

    def _special(self, readers: list[Attribute], frame: Frame, number: int, name: str, at: Position) -> Values | None:
        """What the first library that knows this attribute says of it."""
        answers = (reader(self.m, frame, number, name, at) for reader in readers)
        return next((answer for answer in answers if answer is not None), None)

    def _read_one(self, frame: Frame, number: int, name: str, at: Position) -> Values:
        value = self.m.pool[number]
        match value:
            case ModuleRef(name=module):
                self.m.lookup.mention_member(frame, module, name, at)
                return self.m.lookup.member(frame, module, name)
            case Instance(scope=scope):
                return self._on_instance(frame, number, scope, self.m.classes.order(scope), name, at)
            case Class(scope=scope):
                return self._on_class(frame, number, scope, name, at)
            case External(name=owner):
                member = self.m.libraries.members.get(owner)
                known = member(self.m, frame, number, name, at) if member else None
                return self._on_external(frame, number, owner, name) if known is None else known
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
            elif (described := self._described(frame, receiver, raw, at)) is not None:
                result |= described
            elif isinstance(value, External) and value.name.endswith("relationship()"):
                related = self._related(raw, value, found - {raw})
                frame.trace.reads.append(Access(frozenset((receiver,)), "", at, frame.loop > 0, related))
                result |= related
            else:
                result.add(raw)
        return frozenset(result)

    def _described(self, frame: Frame, receiver: int, raw: int, at: Position) -> Values | None:
        """What a library makes of a value that a class holds when it is read through the class or an instance."""
        value = self.m.pool[raw]
        describe = self.m.libraries.descriptors.get(value.name) if isinstance(value, External) else None
        return describe(self.m, frame, receiver, raw, at) if describe else None

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
        self.m.items.put(box, None, ones)
        return ones | {box}

    def _on_class(self, frame: Frame, number: int, scope: int, name: str, at: Position) -> Values:
        self.m.store.read(("bases", scope, None), frame.scope)
        order = self.m.classes.order(scope)
        for owner in order:
            if isinstance(owner, int):
                found = self.m.store.read(("attribute", owner, name), frame.scope)
                if self._is_column(scope, owner, name, found):
                    # what instances were given under this name is not what the class holds
                    return self.m.pool.one(External(MAPPED, -1, number))
                if found:
                    return NOTHING.union(*(self._from_class(frame, number, raw, at) for raw in found))
        external = next((base for base in order if isinstance(base, str) and base != "builtins.object"), None)
        return self.external(f"{external}.{name}", base=number) if external else NOTHING

    def _from_class(self, frame: Frame, owner: int, raw: int, at: Position) -> Values:
        value = self.m.pool[raw]
        if isinstance(value, Function) and self.m.classes.flavour.get(value.scope) == CLASS:
            return self.m.pool.one(Bound(value.scope, owner))
        described = self._described(frame, owner, raw, at)
        return frozenset((raw,)) if described is None else described

    def _is_column(self, scope: int, owner: int, name: str, found: Values) -> bool:
        """Whether a class attribute is a column or relationship of a mapped class."""
        if not self.m.entities.is_mapped(scope):
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
