"""Decorators that register, run once for each application: ``@routing("/orders")`` over ``def orders()``.

In the ordinary flow a parameter holds what all callers hand over, and a variable around a function what all runs of the outer
one left. Where a decorator registers what it is put over (see ``registering``), it matters which rule and which function
belong together: its body runs once for each place where it is applied, with the variables of the call that made it, and
what it returns there is its own. The scope's trace is that of all these runs.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from refactor.link.flow.frame import Frame, Name
from refactor.link.flow.merging import merged
from refactor.link.flow.registering import registers
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord, Trace
from refactor.link.flow.values import NOTHING, Bound, Box, Function, Literal, Values

MOST = 3000
"""Most applications in a program that are looked at one by one."""

DEEP = 3
"""Deepest chain of functions that make the decorator: ``routing(blueprint)("/orders")``."""


class Application(NamedTuple):
    """One place where a decorator is put over something; ``maker``: the call that made the decorator."""

    args: tuple[Values, ...]
    keywords: dict[str, Values]
    maker: CallRecord | None

    @property
    def given(self) -> tuple[object, ...]:
        """All that the run depends on and that is said at this place."""
        return self.args, self.keywords, self.maker and (self.maker.args, self.maker.keywords, self.maker.callees)


@dataclass
class Applied:
    """The room for decorators that register. ``joined``: functions that are also called in other ways."""

    m: Rooms
    places: dict[int, dict[int, Application]] = field(default_factory=dict)
    joined: set[int] = field(default_factory=set)
    _known: dict[int, bool] = field(default_factory=dict)
    _count: int = 0

    def note(self, frame: Frame, scope: int, args: tuple[Values, ...], record: CallRecord) -> Values | None:
        """Note an application; what it is known to return. None: an ordinary call."""
        if not self._pairs(scope, record):
            self._call_otherwise(scope)
            return None
        places = self.places.setdefault(scope, {})
        if record.site not in places:
            if self._count >= MOST:
                self._call_otherwise(scope)
                return None
            self._count += 1
        application = Application(args, record.keywords, self.m.made.get(record.by))
        before = places.get(record.site)
        places[record.site] = application
        if (before is None or before.given != application.given) and scope in self.m.traces:
            self.m.store.dirty[scope] = None
        return self.m.store.read(("return", f"{scope}@{record.site}", None), frame.scope)

    def _call_otherwise(self, scope: int) -> None:
        if scope not in self.joined:
            self.joined.add(scope)
            if scope in self.places:
                self.m.store.dirty[scope] = None

    def _pairs(self, scope: int, record: CallRecord) -> bool:
        """Whether a call is the application of a decorator that registers."""
        if record.text != "@decorator" and record.by < 0:
            return False
        known = self._known.get(scope)
        if known is None:
            known = self._known[scope] = registers(self.m.index, scope)
        return known

    def each(self, scope: int, *, apart: bool = False) -> Trace:
        """Run a decorator once for each application; ``apart``: with call sites of their own."""
        return merged([self.once(scope, site, apart=apart) for site in sorted(self.places[scope])])

    def once(self, scope: int, site: int, *, apart: bool = False) -> Trace:
        """Run one application of a decorator."""
        application = self.places[scope][site]
        frame = self._frame(scope, application.args, application.keywords, -2 - site)
        frame.closures = self._around(scope, application.maker, DEEP)
        frame.apart, frame.turn = apart, self.m.turns.fresh() if apart else 0
        frame.returning = f"{scope}@{site}"
        handed = [one for one in NOTHING.union(*application.args) if isinstance(self.m.pool[one], Function)]
        frame.handed = handed[0] if len(handed) == 1 else -1
        frame.captured = scope in self.m.index.children
        if frame.captured:
            for name, values in frame.env.items():
                self.m.store.write(("closure", scope, name), values)
        self.m.statements.body(frame)
        return frame.trace

    def _around(self, scope: int, maker: CallRecord | None, depth: int) -> dict[Name, Values]:
        """The variables of the functions around a decorator, as the call that made it left them."""
        parent = self.m.index.scopes[scope].parent
        if maker is None or depth == 0:
            return {}
        found = [
            args for args in (self._call_of(parent, one, maker) for one in sorted(maker.callees)) if args is not None
        ]
        if len(found) != 1:
            return {}
        frame = self._frame(parent, found[0], maker.keywords, -2 - maker.site)
        frame.closures = self._around(parent, self.m.made.get(maker.by), depth - 1)
        self.m.statements.body(frame)
        known = self.m.traces.get(parent)
        self.m.made.update(known.calls if known else {})
        return {**frame.closures, **{(parent, name): values for name, values in frame.env.items()}}

    def _call_of(self, function: int, callee: int, record: CallRecord) -> tuple[Values, ...] | None:
        """The arguments with which a callee of a call enters a function; None when it is another one."""
        match self.m.pool[callee]:
            case Function(scope=scope) if scope == function:
                return record.args
            case Bound(function=scope, receiver=receiver) if scope == function:
                return (frozenset((receiver,)), *record.args)
        return None

    def _frame(self, scope: int, args: tuple[Values, ...], keywords: dict[str, Values], run: int) -> Frame:
        ref = self.m.index.scopes[scope]
        env = {**self.m.unspoken(scope), **self._bound(scope, args, keywords, run)}
        return Frame(scope, ref.module, ref.facts, env, run=run)

    def _bound(self, scope: int, args: tuple[Values, ...], keywords: dict[str, Values], run: int) -> dict[str, Values]:
        """The parameters of one call: what is given, else the default."""
        params = self.m.index.scopes[scope].facts.params
        positional = [param.name for param in params if param.kind in ("positional", "both")]
        bound = dict(zip(positional, args, strict=False))
        named = {param.name for param in params if param.kind in ("both", "keyword")}
        bound.update({name: values for name, values in keywords.items() if name in named})
        for param in params:
            if param.kind == "star":
                box = self.m.pool.add(Box("tuple", scope, -1, -1, run))
                self.m.items.fill(box, list(args[len(positional) :]), plain=True)
                bound[param.name] = frozenset((box,))
            elif param.kind == "double":
                box = self.m.pool.add(Box("dict", scope, -1, -2, run))
                for name in sorted(keywords.keys() - named):
                    self.m.items.write_item(frozenset((box,)), self.m.pool.one(Literal(name, "str")), keywords[name])
                bound[param.name] = frozenset((box,))
            elif param.default is not None and param.name not in bound:
                bound[param.name] = self.m.store.peek(("default", scope, param.name))
        return bound
