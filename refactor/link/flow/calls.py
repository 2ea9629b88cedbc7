"""Calls: what each possible callee does with the arguments, and what comes back."""

from refactor.link.flow.builtin import Builtins
from refactor.link.flow.frame import Frame
from refactor.link.flow.natives import Natives
from refactor.link.flow.receivers import Receivers
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
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
from refactor.link.flow.wording import small_number
from refactor.model.facts import Position

SHARED = ("__", "callback:", "map", "key=", "default_factory")
"""Calls that the source does not write out share one site where they have one name and place."""

OBJECTS = ("click.",)
"""Libraries whose decorators make an object that is used as such: ``@group.command()``."""

FEW = 3
"""A function handed to a wrapper is followed inside it only while there are few of them."""


class Calls:
    """The room for ``f(x)``."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self.builtins = Builtins(rooms)
        self.natives = Natives(rooms)
        self.receivers = Receivers(rooms)

    def call(
        self,
        frame: Frame,
        callees: Values,
        args: tuple[Values, ...],
        keywords: dict[str, Values],
        at: Position,
        text: str,
        *,
        site: int,
        end: int = 0,
        spread: bool = False,
        receiver: Values = NOTHING,
        wrapping: bool = False,
        by: int = -1,
    ) -> Values:
        """Call every possible callee at a call site and note the call."""
        record = CallRecord(
            frame.scope, site, at, end or at[0], text, callees, args, keywords, frame.loop > 0, spread=spread,
            receiver=receiver, wrapping=wrapping and len(callees) > 1, by=by,
        )  # fmt: skip
        if (frame.dirty or frame.items or frame.outer) and self._may_look(callees, record):
            self.m.pending.settle(frame)
        before = frame.trace.calls.get(site)
        frame.trace.calls[site] = record
        self.m.made[site] = record
        if wrapping and len(callees) > FEW:
            return NOTHING
        result: set[int] = set()
        for number in sorted(callees):
            result |= self._apply(frame, number, record)
        record.result = self.m.pool.capped(frozenset(result))
        if before is not None and text.startswith(SHARED):
            record.callees |= before.callees
        return record.result

    def _may_look(self, callees: Values, record: CallRecord) -> bool:
        """Whether project code may run during a call: it is called, or handed over."""
        pool = self.m.pool
        handed = (one for values in (*record.args, *record.keywords.values()) for one in values)
        return any(isinstance(pool[one], Function | Bound | Class | Instance) for one in callees) or any(
            isinstance(pool[one], Function | Bound) for one in handed
        )

    def call_value(
        self,
        frame: Frame,
        callees: Values,
        args: tuple[Values, ...],
        keywords: dict[str, Values],
        at: Position,
        text: str,
        by: int = -1,
    ) -> Values:
        """A call that the source does not write out (a decorator, a protocol, a callback)."""
        if not callees:
            return NOTHING
        if text.startswith("@"):
            calls = frame.trace.calls.values()
            depth = -1 - sum(1 for record in calls if record.at == at and record.text.startswith("@"))
        else:
            depth = -100 - small_number(text, 99991)
        site = self.m.site(frame.scope, at, depth, frame.turn)
        return self.call(frame, callees, args, keywords, at, text, site=site, by=by)

    def call_method(self, frame: Frame, receivers: Values, name: str, args: tuple[Values, ...], at: Position) -> Values:
        """A special method, called by the language itself; nothing happens where the project defines none."""
        methods = self.m.attributes.read(frame, receivers, name, at)
        bound = frozenset(one for one in methods if isinstance(self.m.pool[one], Bound | Function))
        return self.call_value(frame, bound, args, {}, at, f"{name}()")

    def _apply(self, frame: Frame, number: int, record: CallRecord) -> Values:
        value = self.m.pool[number]
        match value:
            case Function(scope=scope, wraps=wraps):
                loaded = self._load(frame, self.m.index.symbol(scope).replace(":", "."), record)
                return loaded if loaded is not None else self._enter(frame, scope, wraps, record.args, record)
            case Bound(function=scope, receiver=receiver, wraps=wraps):
                result = self._enter(frame, scope, wraps, (frozenset((receiver,)), *record.args), record)
                return self.receivers.seen_from(frame, value, result)
            case Class(scope=scope):
                return self._made(frame, self.m.making.make(frame, scope, record), scope, record)
            case External():
                return self._external(frame, number, value, record)
            case Native():
                return self.natives.call(frame, value, record)
            case Instance():
                methods = self.m.attributes.read(frame, frozenset((number,)), "__call__", record.at)
                record.callees |= methods
                return NOTHING.union(*(self._apply(frame, one, record) for one in methods if one != number))
            case ModuleRef() | Literal() | Box() | Super():
                return NOTHING

    # -- project functions and classes -----------------------------------------------------------------------------

    def _enter(self, frame: Frame, scope: int, wraps: int, args: tuple[Values, ...], record: CallRecord) -> Values:
        """A function, and what it wraps: a wrapper made for one function calls that one, not all of its kind."""
        own = self.m.applied.note(frame, scope, args, record)
        result = self.enter_function(frame, scope, args, record.keywords, spread=record.spread, own=own)
        for other in sorted(self.m.store.read(("dispatch", scope, None), frame.scope)):
            value = self.m.pool[other]
            if isinstance(value, Function):
                record.callees |= {other}
                result |= self.enter_function(frame, value.scope, args, record.keywords, spread=record.spread)
        result = self._made_around(scope, args, result)
        inner = self.m.pool[wraps] if wraps >= 0 else None
        if isinstance(inner, Function):
            result |= self._enter(frame, inner.scope, inner.wraps, args, record)
        return result

    def _made_around(self, scope: int, args: tuple[Values, ...], result: Values) -> Values:
        """Inner functions that a function returns, marked with the one function they were handed."""
        handed = [one for one in NOTHING.union(*args[:1]) if isinstance(self.m.pool[one], Function)]
        if len(handed) != 1:
            return result
        marked: set[int] = set()
        for number in sorted(result):
            value = self.m.pool[number]
            if isinstance(value, Function) and value.wraps < 0 and self.m.index.scopes[value.scope].parent == scope:
                marked.add(self.m.pool.add(Function(value.scope, handed[0])))
            else:
                marked.add(number)
        return frozenset(marked)

    def enter_function(
        self,
        frame: Frame,
        scope: int,
        args: tuple[Values, ...],
        keywords: dict[str, Values],
        *,
        spread: bool,
        own: Values | None = None,
    ) -> Values:
        """Hand arguments to a function; what it is known to return (``own``: in this call)."""
        ref = self.m.index.scopes[scope]
        positional = [param for param in ref.facts.params if param.kind in ("positional", "both")]
        for param, values in zip(positional, args, strict=False):
            self.m.store.write(("parameter", scope, param.name), values)
        if spread and args:
            for param in positional[len(args) :]:
                self.m.store.write(("parameter", scope, param.name), args[-1])
        names = {param.name: param.kind for param in ref.facts.params}
        extra: dict[str, Values] = {}
        for name, values in keywords.items():
            if names.get(name) in ("both", "keyword"):
                self.m.store.write(("parameter", scope, name), values)
            else:
                extra[name] = values
        self._rest(scope, args[len(positional) :], extra)
        if scope not in self.m.traces:
            self.m.called[scope] = None
        if ref.facts.is_generator:
            generator = self.m.expressions.generator(scope)
            said = NOTHING if self.m.items.every(frame, generator) else self._said(frame, scope, NOTHING, args)
            return said | {generator}
        returned = self.m.store.read(("return", scope, None), frame.scope) if own is None else own
        returned |= self.receivers.handed_back(frame, scope, args, keywords)
        returned = self.receivers.about_the_same(scope, args, keywords, returned)
        return self._said(frame, scope, returned, args)

    def _said(self, frame: Frame, scope: int, returned: Values, args: tuple[Values, ...]) -> Values:
        """What a function returns: what flowed out of it, else what its annotation says."""
        ref = self.m.index.scopes[scope]
        if ref.facts.returns is None or self.m.annotations.known(returned):
            return returned
        own = [v.scope for v in self.m.pool.each(args[0] if args else ()) if isinstance(v, Instance | Class)]
        within = own[0] if len(own) == 1 else self.m.enclosing_class(scope)
        hinted = self.m.annotations.hinted(ref.facts.returns, ref.module, frame.scope, bare=True, within=within)
        return self.m.annotations.better(returned, hinted)

    def _rest(self, scope: int, args: tuple[Values, ...], keywords: dict[str, Values]) -> None:
        """``*args`` and ``**kwargs`` of a function."""
        for param in self.m.index.scopes[scope].facts.params:
            if param.kind == "star":
                box = self.m.pool.add(Box("tuple", scope, -1, -1))
                for position, values in enumerate(args):
                    self.m.items.put(box, position, values)
                if args:
                    self.m.items.sizes[box] = max(len(args), self.m.items.sizes.get(box, 0))
                self.m.store.write(("parameter", scope, param.name), frozenset((box,)))
            elif param.kind == "double":
                box = self.m.pool.add(Box("dict", scope, -1, -2))
                for name, values in keywords.items():
                    self.m.items.write_item(frozenset((box,)), self.m.pool.one(Literal(name, "str")), values)
                self.m.store.write(("parameter", scope, param.name), frozenset((box,)))

    def _made(self, frame: Frame, instance: Values, scope: int, record: CallRecord) -> Values:
        """A new instance, or what the library of its external base makes of it."""
        for base in self.m.classes.external_bases(scope):
            if making := self.m.libraries.makings.get(base):
                known = making(self.m, frame, next(iter(instance)), record)
                return instance if known is None else known
        return instance

    def _load(self, frame: Frame, name: str, record: CallRecord) -> Values | None:
        """What a function that imports by strings gives for the strings of this call."""
        kind, *names = self.m.knowledge.loader(name).split() or [""]
        loader = self.m.libraries.loaders.get(kind)
        return loader(self.m, frame, record, tuple(names)) if loader else None

    # -- external calls --------------------------------------------------------------------------------------------

    def _external(self, frame: Frame, number: int, value: External, record: CallRecord) -> Values:
        known = self.builtins.call(frame, value.name, record)
        if known is None:
            known = self.m.settings.call(frame, value.name, record)
        if known is None and (library := self.m.libraries.call(value.name)):
            known = library(self.m, frame, value, record)
        if known is None:
            known = self._load(frame, value.name, record)
        if known is not None:
            return known
        knowledge = self.m.knowledge
        name = f"{value.name}()"
        if knowledge.callers.match(name):
            self._call_back(frame, record)
        if knowledge.fluent.match(name) and value.base >= 0:
            return frozenset((value.base,))
        if knowledge.makes.match(name) and (made := self._own(value)):
            return made
        if knowledge.instances.match(name) or knowledge.lists.match(name):
            found = self.m.entities.mentioned(value, record)
            if found:
                if knowledge.instances.match(name):
                    return found
                box = self.m.pool.add(Box("list", frame.scope, record.at[0], record.at[1]))
                self.m.items.put(box, None, found)
                return frozenset((box,))
        return self.m.attributes.external(name, site=record.site, base=number)

    def _own(self, method: External) -> Values:
        """The instance that a method of a class makes, or of an instance."""
        owner = self.m.pool[method.base] if method.base >= 0 else None
        return self.m.pool.one(Instance(owner.scope)) if isinstance(owner, Class | Instance) else NOTHING

    def _call_back(self, frame: Frame, record: CallRecord) -> None:
        """The functions handed to something that calls them."""
        handed = NOTHING.union(*record.args, *record.keywords.values())
        for one in self.m.pool.each(handed):
            if isinstance(one, Function | Bound):
                self.call_value(frame, self.m.pool.one(one), (), {}, record.at, f"callback:{record.text}")

    # -- decorators ------------------------------------------------------------------------------------------------

    def decorate(self, frame: Frame, decorators: Values, values: Values, at: Position, by: int = -1) -> Values:
        """``@decorator`` over a function or class: what the name means afterwards; ``by``: the call that made it."""
        if not decorators:
            return values if self.m.may_guess(frame.scope) else NOTHING
        result: set[int] = set()
        returned = self.call_value(frame, decorators, (values,), {}, at, "@decorator", by)
        changed = any(isinstance(self.m.pool[one], Function | Bound) for one in returned)
        for number in sorted(decorators):
            if isinstance(self.m.pool[number], External) and not changed:
                result |= values
        for one in returned:
            value = self.m.pool[one]
            if not isinstance(value, External) or value.name.startswith(OBJECTS):
                result.add(one)
        if result or not self.m.may_guess(frame.scope):
            return frozenset(result)
        return values
