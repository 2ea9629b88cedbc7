"""Attributes: reading and writing ``x.y``."""

from refactor.link.flow.binding import Binding
from refactor.link.flow.classes import CLASS, ROOTS
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
        self.binding = Binding(rooms)

    # -- attributes ------------------------------------------------------------------------------------------------

    def read(self, frame: Frame, receivers: Values, name: str, at: Position) -> Values:
        """``receiver.name`` for every receiver."""
        result: set[int] = set()
        special = self.m.libraries.attributes.get(name)
        for number in sorted(receivers):
            known = self._special(special, frame, number, name, at) if special else None
            result |= self._read_one(frame, number, name, at) if known is None else known
        return self.m.pool.capped(frozenset(result))

    def _special(self, readers: list[Attribute], frame: Frame, number: int, name: str, at: Position) -> Values | None:
        """What the first library that knows this attribute says of it."""
        answers = (reader(self.m, frame, number, name, at) for reader in readers)
        return next((answer for answer in answers if answer is not None), None)

    def _read_one(self, frame: Frame, number: int, name: str, at: Position) -> Values:
        value = self.m.pool[number]
        match value:
            case ModuleRef(name=module):
                self.m.lookup.mention_member(frame, module, name, at)
                return self.m.lookup.member(frame, module, name, at)
            case Instance(scope=scope):
                return self._on_instance(frame, number, scope, self.m.classes.order(scope), name, at)
            case Class(scope=scope):
                return self._on_class(frame, number, scope, name, at)
            case External(name=owner):
                member = self.m.libraries.members.get(owner)
                known = member(self.m, frame, number, name, at) if member else None
                return self._on_external(frame, number, owner, name, at) if known is None else known
            case Box() | Literal():
                return self.m.pool.one(Native(name, number))
            case Super(scope=scope, receiver=receiver):
                return self._on_super(frame, scope, receiver, name, at)
            case Function(scope=scope):
                return self.m.store.read(("attribute", scope, name), frame.scope) or self._of_function(
                    frame, number, name
                )
            case Bound() | Native():
                return self._of_function(frame, number, name)
        return NOTHING

    def _on_instance(
        self, frame: Frame, number: int, scope: int, order: tuple[int | str, ...], name: str, at: Position
    ) -> Values:
        self.m.store.read(("bases", scope, None), frame.scope)
        external = next((base for base in order if isinstance(base, str) and base not in ROOTS), None)
        inherited = self.external(f"{external}().{name}", base=number) if external else NOTHING
        always = self._asked(frame, number, name, at, "__getattribute__")
        for owner in order:
            if isinstance(owner, int):
                found = self.m.store.read(("attribute", owner, name), frame.scope)
                if found:
                    # a bare annotation only gives a type to what the external base brings
                    overrides = self._overrides(frame, number, name)
                    bound = self.binding.read(frame, number, self._implemented(found, overrides) | overrides, at)
                    if (owner, name) in self.m.classes.computed:
                        bound |= self._asked(frame, number, name, at, "__getattr__")
                    return bound | always | (inherited if self._is_hint(found) else NOTHING)
        overrides = self._overrides(frame, number, name)
        if overrides:
            return self.binding.read(frame, number, overrides, at) | inherited | always
        if name == "__class__":
            return self.m.pool.one(Class(scope))
        if name == "__dict__":
            return frozenset((number,))
        return self._asked(frame, number, name, at, "__getattr__") or always or inherited

    def _asked(self, frame: Frame, number: int, name: str, at: Position, method: str) -> Values:
        """What the class's own ``__getattr__`` (for what nothing else has) or ``__getattribute__`` answers."""
        if name.startswith("__") or not self.m.operators.has(frame, number, method):
            return NOTHING
        args = (self.m.pool.one(Literal(name, "str")),)
        return self.m.operators.first(frame, frozenset((number,)), (method,), args, at)

    def _overrides(self, frame: Frame, number: int, name: str) -> Values:
        """What subclasses put in the place of an attribute, where a receiver is known by its declared class only."""
        value = self.m.pool[number]
        if not isinstance(value, Instance) or not value.hinted or name.startswith("__"):
            return NOTHING
        owners = self.m.classes.overriding(value.scope, name)
        return NOTHING.union(*(self.m.store.read(("attribute", owner, name), frame.scope) for owner in owners))

    def _implemented(self, found: Values, overrides: Values) -> Values:
        """Without abstract methods where there are others."""
        abstract = (one for one in found if isinstance(v := self.m.pool[one], Function) and self._is_abstract(v))
        return found - frozenset(abstract) if overrides else found

    def _is_abstract(self, function: Function) -> bool:
        return function.scope in self.m.classes.abstract

    def _is_hint(self, found: Values) -> bool:
        return all(isinstance(value, Instance) and value.hinted for value in self.m.pool.each(found))

    def _of_function(self, frame: Frame, number: int, name: str) -> Values:
        """``f.register`` of a single-dispatch function, ``f.__wrapped__`` and their kin."""
        if name == "__name__" and number == frame.handed:
            handed = self.m.pool[number]
            scope = handed.scope if isinstance(handed, Function) else -1
            return self.m.pool.one(Literal(self.m.index.scopes[scope].facts.name, "str"))
        if name in ("__wrapped__", "__func__"):
            return frozenset((number,))
        return self.m.pool.one(Native(name, number)) if name in ("register", "__call__", "__get__") else NOTHING

    def _on_class(self, frame: Frame, number: int, scope: int, name: str, at: Position) -> Values:
        self.m.store.read(("bases", scope, None), frame.scope)
        order = self.m.classes.order(scope)
        for owner in order:
            if isinstance(owner, int):
                found = self.m.store.read(("attribute", owner, name), frame.scope)
                if self._is_column(scope, owner, name, found):
                    # what instances were given under this name is not what the class holds
                    return self.m.pool.one(External(f"{MAPPED}.{name}", -1, number))
                if found:
                    return NOTHING.union(*(self._from_class(frame, number, raw, name, at) for raw in found))
        for metaclass in self.m.classes.metaclasses(scope):
            of_meta = self.m.store.read(("attribute", metaclass, name), frame.scope)
            if of_meta:
                return self.binding.read(frame, number, of_meta, at)
        external = next((base for base in order if isinstance(base, str) and base not in ROOTS), None)
        if name in ("__name__", "__qualname__"):
            return self.m.pool.one(Literal(self.m.index.scopes[scope].facts.name, "str"))
        if name in ("__subclasses__", "mro", "__members__"):
            return self.m.pool.one(Native(name, number))
        return self.external(f"{external}.{name}", base=number) if external else NOTHING

    def _from_class(self, frame: Frame, owner: int, raw: int, name: str, at: Position) -> Values:
        value = self.m.pool[raw]
        holder = self.m.pool[owner]
        if isinstance(holder, Class) and self.m.classes.is_enum(holder.scope) and self._is_member(raw, holder.scope):
            return self.m.pool.one(Instance(holder.scope, of=self.m.pool.add(Literal(name, "str"))))
        if isinstance(value, Instance) and self.m.operators.has(frame, raw, "__get__"):
            return self.m.operators.first(frame, frozenset((raw,)), ("__get__",), (NOTHING, frozenset((owner,))), at)
        if isinstance(value, Function) and self.m.classes.flavour.get(value.scope) == CLASS:
            return self.m.pool.one(Bound(value.scope, owner))
        described = self.binding.described(frame, owner, raw, at)
        return frozenset((raw,)) if described is None else described

    def _is_member(self, raw: int, scope: int) -> bool:
        """Whether what an enumeration holds is a member: anything but its own methods and classes."""
        value = self.m.pool[raw]
        if isinstance(value, Function | Class):
            return self.m.index.scopes[value.scope].parent != scope
        return isinstance(value, Literal | Box)

    def _is_column(self, scope: int, owner: int, name: str, found: Values) -> bool:
        """Whether a class attribute is a column or relationship of a mapped class."""
        if not self.m.entities.is_mapped(scope):
            return False
        made = any(isinstance(value, External) and value.name in COLUMNS for value in self.m.pool.each(found))
        return made or name in self.m.making.fields(owner, "Mapped")

    def _on_super(self, frame: Frame, scope: int, receiver: int, name: str, at: Position) -> Values:
        value = self.m.pool[receiver]
        own = value.scope if isinstance(value, Instance | Class) else scope
        order = self.m.classes.order(own)
        rest = order[order.index(scope) + 1 :] if scope in order else self.m.classes.order(scope)[1:]
        return self._on_instance(frame, receiver, own, rest, name, at)

    def _on_external(self, frame: Frame, number: int, owner: str, name: str, at: Position) -> Values:
        if name.isupper() and self.m.knowledge.settings.match(owner):
            key = self.m.pool.one(Literal(name, "str"))
            frame.trace.item_reads.append(Access(frozenset((number,)), name, at, frame.loop > 0, key))
        if owner.endswith((".config", "app_config")) and owner.startswith("flask."):
            return self.external(f"{owner}.{name}", base=number)
        written = self.m.store.read(("external", number, name), frame.scope)
        if owner in self.m.knowledge.proxies:
            for one in sorted(self.m.store.read(("behind", owner, None), frame.scope)):
                if isinstance(self.m.pool[one], External):
                    written |= self.m.store.read(("external", one, name), frame.scope)
        return written | self.stand_in(frame, self.external(f"{owner}.{name}", base=number))

    def stand_in(self, frame: Frame, values: Values) -> Values:
        """External values, with the project's own instances that a proxy among them stands for."""
        for value in self.m.pool.each(values):
            if isinstance(value, External) and value.name in self.m.knowledge.proxies:
                behind = self.m.store.read(("behind", value.name, None), frame.scope)
                values |= frozenset(one for one in behind if isinstance(self.m.pool[one], Instance))
        return values

    def external(self, name: str, *, site: int = -1, base: int = -1) -> Values:
        """An external value by its canonical name; nothing for a chain too long to mean anything."""
        if len(name) > LONGEST:
            return NOTHING
        return self.m.pool.one(External(self.m.knowledge.canonical(name), site, base))

    def write(self, frame: Frame, receivers: Values, name: str, values: Values, at: Position) -> None:
        """``receiver.name = values``."""
        for number in sorted(receivers):
            receiver = self.m.pool[number]
            match receiver:
                case Instance(scope=scope):
                    self._set(frame, number, scope, name, values, at)
                case Class(scope=scope) | Function(scope=scope):
                    self.m.classes.special.update([name] if name.startswith("__") else [])
                    self.m.store.write(("attribute", scope, name), values)
                case ModuleRef(name=module):
                    self.m.store.write(("global", module, name), values)
                    frame.trace.rebinds.append((f"{module}:{name}", (0, 0)))
                case External():
                    self.m.store.write(("external", number, name), values)

    def _set(self, frame: Frame, number: int, scope: int, name: str, values: Values, at: Position) -> None:
        """An instance's attribute: through its class's setters where it has any."""
        key = (self.m.pool.one(Literal(name, "str")), values)
        self.m.operators.first(frame, frozenset((number,)), ("__setattr__",), key, at)
        for owner in self.m.classes.order(scope):
            found = self.m.store.read(("attribute", owner, name), frame.scope) if isinstance(owner, int) else NOTHING
            if found and self.binding.write(frame, number, found, values, at):
                return
        self.m.store.write(("attribute", scope, name), values)

    def instances(self, classes: Values) -> Values:
        """Instances of classes (those caught by an except clause), of those in containers too."""
        result: set[int] = set()
        seen, ahead = set(classes), sorted(classes)
        for number in ahead:
            value = self.m.pool[number]
            if isinstance(value, Class):
                result.add(self.m.pool.add(Instance(value.scope)))
            elif isinstance(value, External):
                result |= self.external(f"{value.name}()")
            elif isinstance(value, Box):
                # A container may hold itself.
                inside = self.m.store.peek(("item", number, "*")) - seen
                seen |= inside
                ahead.extend(sorted(inside))
        return frozenset(result)
