"""The methods of builtin values: lists, dicts, sets, tuples, strings, generators."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, Box, Class, Function, Literal, Native, Values
from refactor.link.flow.wording import small_number

ADDING = frozenset("append add insert appendleft put put_nowait push".split())
TAKING = frozenset("pop get setdefault popleft get_nowait __getitem__ popitem".split())
SAME = frozenset("copy union intersection difference strip lstrip rstrip".split())
MUTATORS = ADDING | frozenset(
    "extend update clear remove discard pop popitem popleft setdefault sort reverse move_to_end subtract "
    "extendleft rotate __setitem__ __delitem__".split()
)


class Natives:
    """The room for ``[].append(x)``, ``"".join(x)`` and their kin."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def call(self, frame: Frame, method: Native, record: CallRecord) -> Values:
        """A method of a list, dict, set, tuple, generator or string; of a class or function where Python gives it one."""
        value = self.m.pool[method.receiver]
        match value:
            case Class():
                return self._of_class(method, value, record)
            case Function() | Bound():
                return self._of_function(frame, method, value, record)
            case Literal():
                return self._text(frame, method, value, record)
        return self._of_container(frame, method, record)

    def _of_container(self, frame: Frame, method: Native, record: CallRecord) -> Values:
        box = frozenset((method.receiver,))
        if method.name in MUTATORS:
            self.m.pending.settle(frame)
        if method.name == "sort" and "key" in record.keywords:
            items = self.m.items.every(frame, method.receiver)
            self.m.calls.call_value(frame, record.keywords["key"], (items,), {}, record.at, "key=")
        if method.name in ADDING or method.name in ("extend", "update"):
            return self._filled(frame, method, box, record)
        if method.name in TAKING:
            return self._taken(frame, method, box, record)
        return box if method.name in SAME else self._listed(frame, method, box, record)

    def _listed(self, frame: Frame, method: Native, box: Values, record: CallRecord) -> Values:
        """The views of a dict; what a generator gives next."""
        every = self.m.items.item(frame, box, NOTHING)
        if (known := self.m.turns.listed(frame, method.name, box, record.at)) is not None:
            return known
        if method.name == "values":
            return self._list_of(frame, record, every)
        if method.name == "keys":
            return self._list_of(frame, record, self.m.items.iterate(frame, box, record.at))
        if method.name == "items":
            return self.m.items.rows(frame, record.at, [self.m.items.iterate(frame, box, record.at), every])
        value = self.m.pool[method.receiver]
        if method.name in ("send", "asend") and isinstance(value, Box):
            self.m.store.write(("sent", value.scope, None), record.argument(0))
        return every if method.name in ("__next__", "send", "asend") else NOTHING

    def _of_class(self, method: Native, value: Class, record: CallRecord) -> Values:
        """``C.__subclasses__()`` and ``C.mro()``."""
        box = self.m.pool.add(Box("list", value.scope, -3, 0))
        if method.name == "__subclasses__":
            self.m.items.put(box, None, self.m.store.read(("subclasses", value.scope, None), record.scope))
        elif method.name == "mro":
            order = [one for one in self.m.classes.order(value.scope) if isinstance(one, int)]
            self.m.items.put(box, None, frozenset(self.m.pool.add(Class(one)) for one in order))
        return frozenset((box,))

    def _of_function(self, frame: Frame, method: Native, value: Function | Bound, record: CallRecord) -> Values:
        """``f.register(type)(g)`` of a single-dispatch function: calls of ``f`` may be calls of ``g``."""
        if method.name == "__call__":
            return self.m.calls.call_value(
                frame, frozenset((method.receiver,)), record.args, record.keywords, record.at, "__call__"
            )
        if method.name != "register":
            return NOTHING
        given = NOTHING.union(*record.args, *record.keywords.values())
        functions = frozenset(one for one in given if isinstance(self.m.pool[one], Function))
        scope = value.scope if isinstance(value, Function) else value.function
        self.m.store.write(("dispatch", scope, None), functions)
        return functions or frozenset((self.m.pool.add(method),))

    def _filled(self, frame: Frame, method: Native, box: Values, record: CallRecord) -> Values:
        """``append`` and its kin put their last argument in, ``extend`` and ``update`` the items of theirs."""
        if method.name in ADDING:
            for arg in record.args[-1:]:
                self.m.items.put(method.receiver, None, arg)
            return NOTHING
        for arg in record.args:
            self.m.items.extend(frame, box, arg)
        for name, values in record.keywords.items():
            self.m.items.write_item(box, self.m.pool.one(Literal(name, "str")), values)
        return NOTHING

    def _taken(self, frame: Frame, method: Native, box: Values, record: CallRecord) -> Values:
        """``get``, ``pop`` and their kin: an item by key from a dict, any item from the rest, or the default."""
        if method.name == "setdefault":
            self.m.items.write_item(box, record.argument(0), record.argument(1))
        value = self.m.pool[method.receiver]
        keyed = isinstance(value, Box) and value.kind == "dict"
        return self.m.items.item(frame, box, record.argument(0) if keyed else NOTHING) | record.argument(1)

    def _list_of(self, frame: Frame, record: CallRecord, items: Values) -> Values:
        box = self.m.items.box(frame, "list", record.at)
        self.m.items.put(box, None, items)
        return frozenset((box,))

    def _text(self, frame: Frame, method: Native, value: Literal, record: CallRecord) -> Values:
        text = value.value
        if not isinstance(text, str):
            return NOTHING
        if method.name in ("lower", "upper", "strip", "title") and not record.args:
            return self.m.pool.one(Literal(str(getattr(text, method.name)()), value.kind))
        if method.name == "format":
            self.m.operators.filled(frame, text, record.args, record.keywords, record.at)
            return self.m.pool.one(Literal(text, "format"))
        if method.name in ("rstrip", "lstrip", "replace", "removeprefix", "removesuffix", "encode"):
            return frozenset((method.receiver,))
        if method.name in ("split", "rsplit", "partition", "rpartition") and value.kind == "str":
            return self._parts(method, text, record)
        return NOTHING

    def _parts(self, method: Native, text: str, record: CallRecord) -> Values:
        """``"a:b".split(":")`` of constants: dotted paths in settings are taken apart this way."""
        separators = self.m.pool.texts(record.argument(0))
        separator = separators[0] if len(separators) == 1 else None
        limits = [v.value for v in self.m.pool.each(record.argument(1, "maxsplit")) if isinstance(v, Literal)]
        limit = limits[0] if limits and isinstance(limits[0], int) else -1
        if method.name.endswith("partition"):
            if not separator:
                return NOTHING
            parts = list(getattr(text, method.name)(separator))
        else:
            parts = getattr(text, method.name)(separator, limit)
        box = self.m.pool.add(
            Box("list", record.scope, record.at[0], record.at[1] * 100 + 7 + small_number(text, 7919) * 100)
        )
        self.m.items.sizes[box] = len(parts)
        for position, part in enumerate(parts):
            self.m.items.put(box, position, self.m.pool.one(Literal(part, "str")))
        return frozenset((box,))
