"""What an attribute of a class becomes when it is read from an instance: methods bind, properties and descriptors run."""

from refactor.link.flow.classes import CLASS, PROPERTY, STATIC
from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import Access
from refactor.link.flow.values import (
    NOTHING,
    Bound,
    Box,
    Class,
    External,
    Function,
    Instance,
    Values,
)  # fmt: skip
from refactor.model.facts import Position

QUERY = "sqlalchemy.orm.Session().query()"

PROPERTIES = frozenset(
    ("builtins.property()", "functools.cached_property()", "django.utils.functional.cached_property()")
)


class Binding:
    """The descriptor protocol: https://docs.python.org/3/howto/descriptor.html."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def read(self, frame: Frame, receiver: int, found: Values, at: Position) -> Values:
        """What the raw values of a class attribute are on an instance."""
        result: set[int] = set()
        for raw in sorted(found):
            value = self.m.pool[raw]
            if isinstance(value, Function):
                result |= self._function(frame, receiver, value, at)
            elif (described := self.described(frame, receiver, raw, at)) is not None:
                result |= described
            elif isinstance(value, External):
                result |= self._external(frame, receiver, raw, value, found - {raw}, at)
            elif isinstance(value, Instance) and self.m.operators.has(frame, raw, "__get__"):
                args = (frozenset((receiver,)), self._owner(receiver))
                result |= self.m.operators.first(frame, frozenset((raw,)), ("__get__",), args, at)
            else:
                result.add(raw)
        return frozenset(result)

    def write(self, frame: Frame, receiver: int, found: Values, values: Values, at: Position) -> bool:
        """Run the setters among a class attribute's values; whether there was one."""
        ran = False
        args = (frozenset((receiver,)), values)
        for raw in sorted(found):
            value = self.m.pool[raw]
            if isinstance(value, Function) and value.scope in self.m.classes.setters:
                setter = self.m.classes.setters[value.scope]
                frame.trace.properties.append((setter, at, frame.loop > 0))
                self.m.calls.enter_function(frame, setter, args, {}, spread=False)
                ran = True
            elif isinstance(value, External) and value.name == "builtins.property()":
                made = self.m.made.get(value.site)
                self._call_each(frame, made.argument(1, "fset") if made else NOTHING, args, at)
                ran = True
            elif isinstance(value, Instance) and self.m.operators.has(frame, raw, "__set__"):
                self.m.operators.first(frame, frozenset((raw,)), ("__set__",), args, at)
                ran = True
        return ran

    def _function(self, frame: Frame, receiver: int, function: Function, at: Position) -> Values:
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
            self.m.pending.settle(frame)
            frame.trace.properties.append((scope, at, frame.loop > 0))
            return self.m.calls.enter_function(frame, scope, (frozenset((receiver,)),), {}, spread=False)
        return self.m.pool.one(Bound(scope, receiver, function.wraps))

    def _external(self, frame: Frame, receiver: int, raw: int, value: External, others: Values, at: Position) -> Values:
        if value.name in PROPERTIES:
            made = self.m.made.get(value.site)
            getters = made.argument(0, "fget") if made else NOTHING
            return self._call_each(frame, getters, (frozenset((receiver,)),), at)
        if value.name.endswith("relationship()"):
            related = self._related(frame, raw, value, others)
            frame.trace.reads.append(Access(frozenset((receiver,)), "", at, frame.loop > 0, related))
            return related
        return frozenset((raw,))

    def described(self, frame: Frame, receiver: int, raw: int, at: Position) -> Values | None:
        """What a library makes of a value that a class holds when it is read through the class or an instance."""
        value = self.m.pool[raw]
        describe = self.m.libraries.descriptors.get(value.name) if isinstance(value, External) else None
        return describe(self.m, frame, receiver, raw, at) if describe else None

    def _call_each(self, frame: Frame, functions: Values, args: tuple[Values, ...], at: Position) -> Values:
        own = frozenset(one for one in functions if isinstance(self.m.pool[one], Function | Bound))
        return self.m.calls.call_value(frame, own, args, {}, at, "__get__")

    def _owner(self, receiver: int) -> Values:
        value = self.m.pool[receiver]
        return self.m.pool.one(Class(value.scope)) if isinstance(value, Instance) else NOTHING

    def _related(self, frame: Frame, number: int, value: External, hinted: Values) -> Values:
        """What a mapped relationship holds: one or many of the class it names, else what its annotation says."""
        made = self.m.made.get(value.site)
        scopes = self.m.entities.targets(made.argument(0, "argument"), frame.scope) if made else []
        if made is None or not scopes:
            return hinted or frozenset((number,))
        ones = frozenset(self.m.pool.add(Instance(scope)) for scope in scopes)
        if "dynamic" in self.m.pool.texts(made.keywords.get("lazy", NOTHING)):
            queries = (self.m.attributes.external(QUERY, base=self.m.pool.add(Class(scope))) for scope in scopes)
            return NOTHING.union(*queries)
        box = self.m.pool.add(Box("list", made.scope, made.at[0], made.at[1]))
        self.m.items.put(box, None, ones)
        return ones | {box}
