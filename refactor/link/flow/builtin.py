"""Python's own functions, and those of its library that hand values on."""

import posixpath
from dataclasses import replace

from refactor.link.flow.computed import ComputedNames
from refactor.link.flow.frame import Frame
from refactor.link.flow.loading import Loading
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
    Super,
    Values,
)  # fmt: skip

PASSING = frozenset(
    "builtins.list builtins.tuple builtins.set builtins.frozenset builtins.sorted builtins.iter "
    "collections.deque copy.copy copy.deepcopy itertools.chain itertools.islice typing.cast".split()
)

PLAIN = frozenset(("str", "bytes", "int", "float", "list", "dict", "set", "tuple"))
"""Builtin types of values that only an annotation tells of: what their methods return is known or nothing."""

TEXTS = frozenset(
    "capitalize casefold center expandtabs format join ljust lower lstrip removeprefix removesuffix replace rjust "
    "rstrip strip swapcase title translate upper zfill".split()
)

CALLING = frozenset(("builtins.map", "builtins.filter", "functools.reduce"))


class Builtins:
    """Calls of builtin functions (``None``: not one of them) and of native methods."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self._known = {
            **Loading(rooms).known,
            **ComputedNames(rooms).known,
            "builtins.staticmethod": self._first,
            "builtins.id": self._none,
            "contextlib.ExitStack().enter_context": self._enter,
            "contextlib.AsyncExitStack().enter_context": self._enter,
            "contextlib.AsyncExitStack().enter_async_context": self._enter_async,
            "inspect.unwrap": self._first,
            "builtins.super": self._super,
            "builtins.type": self._type,
            "builtins.reversed": self._reversed,
            "builtins.dict": self._dict,
            "collections.OrderedDict": self._dict,
            "collections.defaultdict": self._defaultdict,
            "builtins.next": self._next,
            "builtins.enumerate": self._enumerate,
            "builtins.zip": self._zip,
            "builtins.min": self._choose,
            "builtins.max": self._choose,
            "functools.partial": self._partial,
            "werkzeug.local.LocalProxy": self._proxy,
            "os.path.join": self._join,
            "typing.Callable[]": self._returned,
        }

    def call(self, frame: Frame, name: str, record: CallRecord) -> Values | None:
        """The result of a builtin, or None when ``name`` is something else."""
        kind, made, method = name.removeprefix("builtins.").partition("().")
        if made and kind in PLAIN:
            return self.m.attributes.external("builtins.str()") if kind == "str" and method in TEXTS else NOTHING
        self._key_function(frame, name, record)
        asked = self.m.operators.ask(frame, name, record.args, record.at)
        if name in CALLING:
            return self._mapped(frame, name, record)
        if name in PASSING:
            return self._passing(frame, name, record)
        known = self._known.get(name)
        return known(frame, record) if known else asked or None

    def _key_function(self, frame: Frame, name: str, record: CallRecord) -> None:
        if name in ("builtins.sorted", "builtins.min", "builtins.max") and "key" in record.keywords:
            items = self.m.items.iterate(frame, record.argument(0), record.at)
            self.m.calls.call_value(frame, record.keywords["key"], (items,), {}, record.at, "key=")

    def _mapped(self, frame: Frame, name: str, record: CallRecord) -> Values:
        columns = [self.m.items.iterate(frame, one, record.at) for one in record.args[1:]]
        items = columns[0] if columns else NOTHING
        functions = frozenset(
            one for one in record.argument(0) if isinstance(self.m.pool[one], Function | Bound | Class | Instance)
        )
        if name == "functools.reduce":
            start = columns[1] if len(columns) > 1 else items
            made = self.m.calls.call_value(frame, functions, (start, items), {}, record.at, "map")
            return made | self.m.calls.call_value(frame, functions, (made, items), {}, record.at, "map")
        made = self.m.calls.call_value(frame, functions, tuple(columns), {}, record.at, "map")
        for value in self.m.pool.each(record.argument(0) - functions):
            if isinstance(value, External):
                made |= self._outside(frame, value, columns, record)
        box = self.m.items.box(frame, "list", record.at)
        self.m.items.put(box, None, items if name == "builtins.filter" else made)
        return frozenset((box,))

    def _outside(self, frame: Frame, value: External, columns: list[Values], record: CallRecord) -> Values:
        """What a builtin or library function makes of each item (``map(str, xs)``): no call that is written out."""
        inner = replace(record, args=tuple(columns), keywords={}, callees=self.m.pool.one(value), text="map")
        known = self.call(frame, value.name, inner)
        library = self.m.libraries.call(value.name)
        if known is None and library is not None:
            known = library(self.m, frame, value, inner)
        return known or NOTHING

    def _passing(self, frame: Frame, name: str, record: CallRecord) -> Values:
        if name in ("typing.cast", "copy.copy", "copy.deepcopy"):
            return record.argument(1 if name == "typing.cast" else 0)
        known = self.m.turns.listed(frame, name, record.argument(0), record.at) if len(record.args) == 1 else None
        if known is not None:
            return known
        box = self.m.items.box(frame, name.rpartition(".")[2], record.at)
        for source in record.args:
            self.m.items.put(box, None, self.m.items.iterate(frame, source, record.at))
        return frozenset((box,))

    def _returned(self, frame: Frame, record: CallRecord) -> Values:
        """What a parameter annotated as ``Callable[[], C]`` returns."""
        made = (value for value in self.m.pool.each(record.callees) if isinstance(value, External))
        boxes = (value.base for value in made if value.name == "typing.Callable[]")
        return NOTHING.union(*(self.m.items.every(frame, box) for box in boxes))

    def _first(self, _: Frame, record: CallRecord) -> Values:
        return record.argument(0)

    def _none(self, _: Frame, __: CallRecord) -> Values:
        return NOTHING

    def _enter(self, frame: Frame, record: CallRecord) -> Values:
        return self.m.items.enter(frame, record.argument(0), record.at)

    def _enter_async(self, frame: Frame, record: CallRecord) -> Values:
        return self.m.items.enter(frame, record.argument(0), record.at, is_async=True)

    def _super(self, frame: Frame, record: CallRecord) -> Values:
        scope = self.m.enclosing_class(frame.scope)
        function = frame.facts
        if scope < 0 or not function.params:
            return NOTHING
        if record.args:
            named = [v.scope for v in self.m.pool.each(record.args[0]) if isinstance(v, Class)]
            scope = named[0] if named else scope
        receivers = frame.env.get(function.params[0].name, NOTHING) or self.m.own_receiver(frame.scope)
        return frozenset(
            self.m.pool.add(Super(scope, one)) for one in receivers if isinstance(self.m.pool[one], Instance | Class)
        )

    def _type(self, _: Frame, record: CallRecord) -> Values | None:
        """``type(x)``; ``type(name, bases, space)`` makes a class that acts like its bases."""
        if len(record.args) == 3:
            boxes = (one for one in record.args[1] if isinstance(self.m.pool[one], Box))
            bases = NOTHING.union(*(self.m.store.read(("item", one, "*"), record.scope) for one in boxes))
            made = self.m.attributes.external("builtins.type()", site=record.site)
            return made | frozenset(one for one in bases if isinstance(self.m.pool[one], Class))
        values = self.m.pool.each(record.argument(0)) if len(record.args) == 1 else []
        return frozenset(self.m.pool.add(Class(value.scope)) for value in values if isinstance(value, Instance))

    def _dict(self, frame: Frame, record: CallRecord) -> Values:
        box = self.m.items.box(frame, "dict", record.at)
        for source in record.args:
            self.m.items.extend(frame, frozenset((box,)), source)
        for name, values in record.keywords.items():
            self.m.items.write_item(frozenset((box,)), self.m.pool.one(Literal(name, "str")), values)
        return frozenset((box,))

    def _defaultdict(self, frame: Frame, record: CallRecord) -> Values:
        box = self.m.items.box(frame, "dict", record.at)
        for value in self.m.pool.each(record.argument(0)):
            if isinstance(value, External) and value.name in ("builtins.list", "builtins.dict", "builtins.set"):
                inner = self.m.items.box(frame, value.name.partition(".")[2], record.at, 1)
                self.m.items.put(box, None, frozenset((inner,)))
            elif isinstance(value, Class | Function):
                made = self.m.calls.call_value(frame, record.argument(0), (), {}, record.at, "default_factory")
                self.m.items.put(box, None, made)
        return frozenset((box,))

    def _next(self, frame: Frame, record: CallRecord) -> Values:
        own = frozenset(one for one in record.argument(0) if isinstance(self.m.pool[one], Instance))
        made = self.m.calls.call_method(frame, own, "__next__", (), record.at)
        others = self.m.items.iterate(frame, record.argument(0) - own, record.at)
        return made | others | record.argument(1)

    def _enumerate(self, frame: Frame, record: CallRecord) -> Values:
        known = self.m.turns.listed(frame, "enumerate", record.argument(0), record.at)
        return known or self.m.items.rows(
            frame, record.at, [NOTHING, self.m.items.iterate(frame, record.argument(0), record.at)]
        )

    def _zip(self, frame: Frame, record: CallRecord) -> Values:
        known = self.m.turns.zipped(frame, record.args, record.at)
        rows = [self.m.items.iterate(frame, one, record.at) for one in record.args]
        return known or self.m.items.rows(frame, record.at, rows)

    def _choose(self, frame: Frame, record: CallRecord) -> Values:
        if len(record.args) == 1:
            return self.m.items.iterate(frame, record.args[0], record.at) | record.argument(9, "default")
        return NOTHING.union(*record.args)

    def _partial(self, frame: Frame, record: CallRecord) -> Values:
        functions = record.argument(0)
        self.m.calls.call_value(frame, functions, record.args[1:], record.keywords, record.at, "partial")
        return functions

    def _proxy(self, frame: Frame, record: CallRecord) -> Values:
        return self.m.calls.call_value(frame, record.argument(0), (), {}, record.at, "LocalProxy")

    def _reversed(self, frame: Frame, record: CallRecord) -> Values:
        own = frozenset(one for one in record.argument(0) if self.m.operators.has(frame, one, "__reversed__"))
        made = self.m.operators.first(frame, own, ("__reversed__",), (), record.at)
        box = self.m.items.box(frame, "reversed", record.at)
        for source in (made, record.argument(0) - own):
            self.m.items.put(box, None, self.m.items.iterate(frame, source, record.at))
        return frozenset((box,))

    def _join(self, _: Frame, record: CallRecord) -> Values:
        parts = [str(v.value) for arg in record.args for v in self.m.pool.each(arg)[:1] if isinstance(v, Literal)]
        if not parts:
            return NOTHING
        whole = len(parts) == len(record.args)
        text = posixpath.join(*parts) if whole else "{}/" + "/".join(parts)
        return self.m.pool.one(Literal(text, "str" if whole else "format"))
