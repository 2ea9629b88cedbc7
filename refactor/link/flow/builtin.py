"""Python's own functions and the methods of lists, dicts and strings."""

import posixpath

from refactor.link.flow.frame import Frame
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

ADDING = frozenset("append add insert appendleft put put_nowait push".split())
TAKING = frozenset("pop get setdefault popleft get_nowait __getitem__ popitem".split())
SAME = frozenset("copy union intersection difference strip lstrip rstrip".split())
MUTATORS = ADDING | frozenset(
    "extend update clear remove discard pop popitem popleft setdefault sort reverse move_to_end subtract "
    "extendleft rotate __setitem__ __delitem__".split()
)
PASSING = frozenset(
    "builtins.list builtins.tuple builtins.set builtins.frozenset builtins.sorted builtins.reversed builtins.iter "
    "collections.deque copy.copy copy.deepcopy itertools.chain itertools.islice typing.cast".split()
)
CALLING = {"builtins.map": 0, "builtins.filter": 0, "functools.reduce": 0, "itertools.starmap": 0}


class Builtins:
    """Calls of builtin functions (``None``: not one of them) and of native methods."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self._known = {
            "builtins.getattr": self._getattr,
            "builtins.setattr": self._setattr,
            "builtins.super": self._super,
            "builtins.type": self._type,
            "builtins.dict": self._dict,
            "collections.OrderedDict": self._dict,
            "collections.defaultdict": self._defaultdict,
            "builtins.next": self._next,
            "builtins.enumerate": self._enumerate,
            "builtins.zip": self._zip,
            "builtins.min": self._choose,
            "builtins.max": self._choose,
            "functools.partial": self._partial,
            "importlib.import_module": self._import_module,
            "werkzeug.utils.import_string": self._import_string,
            "django.utils.module_loading.import_string": self._import_string,
            "werkzeug.local.LocalProxy": self._proxy,
            "os.path.join": self._join,
        }

    def call(self, frame: Frame, name: str, record: CallRecord) -> Values | None:
        """The result of a builtin, or None when ``name`` is something else."""
        self._key_function(frame, name, record)
        asked = self.m.operators.ask(frame, name, record.args, record.at)
        if name in CALLING:
            return self._mapped(frame, name, record)
        if name in PASSING:
            return self._passing(frame, name, record)
        known = self._known.get(name)
        return known(frame, record) if known else asked or None

    def _box(self, frame: Frame, kind: str, record: CallRecord, salt: int = 0) -> int:
        return self.m.pool.add(Box(kind, frame.scope, record.at[0], record.at[1] * 100 + salt))

    def _key_function(self, frame: Frame, name: str, record: CallRecord) -> None:
        if name in ("builtins.sorted", "builtins.min", "builtins.max") and "key" in record.keywords:
            items = self.m.items.iterate(frame, record.argument(0), record.at)
            self.m.calls.call_value(frame, record.keywords["key"], (items,), {}, record.at, "key=")

    def _mapped(self, frame: Frame, name: str, record: CallRecord) -> Values:
        items = self.m.items.iterate(frame, record.argument(1), record.at)
        functions = frozenset(
            one for one in record.argument(0) if isinstance(self.m.pool[one], Function | Bound | Class | Instance)
        )
        args = (items, items) if name == "functools.reduce" else (items,)
        made = self.m.calls.call_value(frame, functions, args, {}, record.at, "map")
        box = self._box(frame, "list", record)
        self.m.items.put(box, None, items if name == "builtins.filter" else made)
        return frozenset((box,))

    def _passing(self, frame: Frame, name: str, record: CallRecord) -> Values:
        if name in ("typing.cast", "copy.copy", "copy.deepcopy"):
            return record.argument(1 if name == "typing.cast" else 0)
        box = self._box(frame, name.rpartition(".")[2], record)
        for source in record.args:
            self.m.items.put(box, None, self.m.items.iterate(frame, source, record.at))
        return frozenset((box,))

    def _getattr(self, frame: Frame, record: CallRecord) -> Values:
        result = record.argument(2)
        for name in self.m.pool.texts(record.argument(1)):
            result |= self.m.attributes.read(frame, record.argument(0), name, record.at)
        return result

    def _setattr(self, frame: Frame, record: CallRecord) -> Values:
        for name in self.m.pool.texts(record.argument(1)):
            self.m.attributes.write(frame, record.argument(0), name, record.argument(2), record.at)
        return NOTHING

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

    def _type(self, _: Frame, record: CallRecord) -> Values:
        values = self.m.pool.each(record.argument(0)) if len(record.args) == 1 else []
        return frozenset(self.m.pool.add(Class(value.scope)) for value in values if isinstance(value, Instance))

    def _dict(self, frame: Frame, record: CallRecord) -> Values:
        box = self._box(frame, "dict", record)
        for source in record.args:
            self.m.items.extend(frame, frozenset((box,)), source)
        for name, values in record.keywords.items():
            self.m.items.write_item(frozenset((box,)), self.m.pool.one(Literal(name, "str")), values)
        return frozenset((box,))

    def _defaultdict(self, frame: Frame, record: CallRecord) -> Values:
        box = self._box(frame, "dict", record)
        for value in self.m.pool.each(record.argument(0)):
            if isinstance(value, External) and value.name in ("builtins.list", "builtins.dict", "builtins.set"):
                inner = self._box(frame, value.name.partition(".")[2], record, 1)
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

    def _pairs(self, frame: Frame, record: CallRecord, columns: list[Values]) -> Values:
        pair = self._box(frame, "tuple", record, 1)
        self.m.items.sizes[pair] = len(columns)
        for position, values in enumerate(columns):
            self.m.items.put(pair, position, values)
        box = self._box(frame, "list", record)
        self.m.items.put(box, None, frozenset((pair,)))
        return frozenset((box,))

    def _enumerate(self, frame: Frame, record: CallRecord) -> Values:
        return self._pairs(frame, record, [NOTHING, self.m.items.iterate(frame, record.argument(0), record.at)])

    def _zip(self, frame: Frame, record: CallRecord) -> Values:
        return self._pairs(frame, record, [self.m.items.iterate(frame, one, record.at) for one in record.args])

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

    def _import_module(self, frame: Frame, record: CallRecord) -> Values:
        result = NOTHING
        for text in self.m.pool.texts(record.argument(0)):
            name = text.lstrip(".")
            dotted = self.m.index.absolute(frame.module, name, len(text) - len(name))
            result |= self._named_module(frame, dotted, record)
        return result

    def _named_module(self, frame: Frame, dotted: str, record: CallRecord) -> Values:
        if not self.m.index.is_module(dotted):
            return NOTHING
        frame.trace.mentions.setdefault((dotted, "load"), record.at)
        frame.trace.imports.setdefault(dotted, record.at)
        return self.m.pool.one(ModuleRef(dotted))

    def _import_string(self, frame: Frame, record: CallRecord) -> Values:
        result = NOTHING
        for text in self.m.pool.texts(record.argument(0)):
            module, _, name = text.replace(":", ".").rpartition(".")
            holder = self._named_module(frame, module, record)
            result |= self.m.attributes.read(frame, holder, name, record.at) or self._named_module(frame, text, record)
        return result

    def _join(self, _: Frame, record: CallRecord) -> Values:
        parts = [str(v.value) for arg in record.args for v in self.m.pool.each(arg)[:1] if isinstance(v, Literal)]
        if not parts:
            return NOTHING
        whole = len(parts) == len(record.args)
        text = posixpath.join(*parts) if whole else "{}/" + "/".join(parts)
        return self.m.pool.one(Literal(text, "str" if whole else "format"))

    # -- methods of builtin values ---------------------------------------------------------------------------------

    def native(self, frame: Frame, method: Native, record: CallRecord) -> Values:
        """A method of a list, dict, set, tuple, generator or string."""
        value = self.m.pool[method.receiver]
        if isinstance(value, Literal):
            return self._text(method, value, record)
        box = frozenset((method.receiver,))
        if method.name in MUTATORS and frame.items:
            self.m.pending.settle(frame)
        if method.name in ADDING or method.name in ("extend", "update"):
            return self._filled(frame, method, box, record)
        if method.name in TAKING:
            return self._taken(frame, method, box, record)
        if method.name == "values":
            return self._list_of(frame, record, self.m.items.item(frame, box, NOTHING))
        if method.name == "keys":
            return self._list_of(frame, record, self.m.items.iterate(frame, box, record.at))
        if method.name == "items":
            keys = self.m.items.iterate(frame, box, record.at)
            return self._pairs(frame, record, [keys, self.m.items.item(frame, box, NOTHING)])
        if method.name in SAME:
            return box
        return self.m.items.item(frame, box, NOTHING) if method.name in ("__next__", "send") else NOTHING

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
        box = self._box(frame, "list", record)
        self.m.items.put(box, None, items)
        return frozenset((box,))

    def _text(self, method: Native, value: Literal, record: CallRecord) -> Values:
        text = value.value
        if not isinstance(text, str):
            return NOTHING
        if method.name in ("lower", "upper", "strip", "title") and not record.args:
            return self.m.pool.one(Literal(str(getattr(text, method.name)()), value.kind))
        if method.name == "format":
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
