"""collections, types, dataclasses, copy: objects made of what they are given."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Attribute, Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, Class, External, Function, Instance, Literal, Values
from refactor.model.facts import Position

NAMESPACES = ("types.SimpleNamespace", "argparse.Namespace")
ROW = "collections.namedtuple()()"
MADE = "builtins.type()()"


def row_fields(rooms: Rooms, made: CallRecord | None) -> list[str]:
    """The names that ``namedtuple("C", "a b")`` was given."""
    if made is None:
        return []
    texts = rooms.pool.texts(made.argument(1, "field_names"))
    if texts:
        return texts[0].replace(",", " ").split()
    found = []
    for number in made.argument(1, "field_names"):
        for place in range(rooms.items.sizes.get(number, 0)):
            held = rooms.store.peek(("item", number, f"int:{place}"))
            found.extend(rooms.pool.texts(held)[:1])
    return found


def _row(rooms: Rooms, _: Frame, external: External, record: CallRecord) -> Values:
    """A call of a named tuple's class."""
    fields = row_fields(rooms, rooms.made.get(external.site))
    row = rooms.pool.add(External(ROW, record.site))
    given = {**dict(zip(fields, record.args, strict=False)), **record.keywords}
    for name, values in given.items():
        rooms.store.write(("external", row, name), values)
        rooms.items.put(row, fields.index(name) if name in fields else None, values)
    return frozenset((row,))


def _namespace(rooms: Rooms, _: Frame, external: External, record: CallRecord) -> Values:
    space = rooms.pool.add(External(f"{external.name}()", record.site))
    for name, values in record.keywords.items():
        rooms.store.write(("external", space, name), values)
    return frozenset((space,))


def _held(rooms: Rooms, frame: Frame, number: int, name: str, _: Position) -> Values | None:
    """An attribute that was given or set; what nobody set may come from the class."""
    return rooms.store.read(("external", number, name), frame.scope) or None


def _replaced(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    """``replace(x, part=y)``."""
    for name, values in record.keywords.items():
        rooms.attributes.write(frame, record.argument(0), name, values, record.at)
    rooms.calls.call_method(frame, record.argument(0), "__post_init__", (), record.at)
    return record.argument(0)


def _given(_: Rooms, __: Frame, ___: External, record: CallRecord) -> Values:
    return record.argument(0)


def _dict(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    box = frozenset((rooms.items.box(frame, "dict", record.at),))
    for source in record.args:
        rooms.items.extend(frame, box, source)
    for name, values in record.keywords.items():
        rooms.items.write_item(box, rooms.pool.one(Literal(name, "str")), values)
    return box


def _method(rooms: Rooms, _: Frame, __: External, record: CallRecord) -> Values:
    """``MethodType(f, thing)``."""
    functions = [v for v in rooms.pool.each(record.argument(0)) if isinstance(v, Function)]
    receivers = sorted(record.argument(1))
    return frozenset(rooms.pool.add(Bound(one.scope, receiver)) for one in functions for receiver in receivers)


# -- classes made by calls ---------------------------------------------------------------------------------------------


def _made_class(rooms: Rooms, _: Frame, external: External, record: CallRecord) -> Values:
    """An instance of a class that ``type(name, bases, space)`` made."""
    return rooms.pool.one(External(MADE, record.site, rooms.pool.add(external)))


def _of_made(rooms: Rooms, frame: Frame, number: int, name: str, at: Position) -> Values | None:
    """An attribute of such an instance: functions in the space are its methods."""
    value = rooms.pool[number]
    maker = rooms.pool[value.base] if isinstance(value, External) and value.base >= 0 else None
    made = rooms.made.get(maker.site) if isinstance(maker, External) else None
    found = rooms.items.mapping(frame, made.argument(2)).get(name, NOTHING) if made else NOTHING
    result = set()
    for one in found:
        held = rooms.pool[one]
        result.add(rooms.pool.add(Bound(held.scope, number)) if isinstance(held, Function) else one)
    return frozenset(result)


def _new_class(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``super().__new__(mcs, name, bases, space)`` in a metaclass: the classes that are made with it."""
    scopes = [value.scope for value in rooms.pool.each(record.argument(0)) if isinstance(value, Class)]
    return NOTHING.union(*(rooms.store.read(("classes", scope, None), frame.scope) for scope in scopes)) or None


def _members(rooms: Rooms, frame: Frame, number: int, name: str, _: Position) -> Values | None:
    """``Color.RED.value`` and ``.name``; what stands behind them is the class's business."""
    value = rooms.pool[number]
    if not isinstance(value, Instance) or not rooms.classes.is_enum(value.scope):
        return None
    if any(
        name in rooms.index.scopes[one].facts.bound for one in rooms.classes.order(value.scope) if isinstance(one, int)
    ):
        return None
    names = [rooms.pool[value.of]] if value.of >= 0 else []
    known = [one.value for one in names if isinstance(one, Literal)] or rooms.classes.members(value.scope)
    if name in ("name", "_name_"):
        return frozenset(rooms.pool.add(Literal(one, "str")) for one in known)
    return NOTHING.union(*(rooms.store.read(("attribute", value.scope, str(one)), frame.scope) for one in known))


CALLS: dict[str, Call] = {
    "collections.namedtuple()": _row,
    **dict.fromkeys(NAMESPACES, _namespace),
    "dataclasses.replace": _replaced,
    "copy.replace": _replaced,
    "types.MappingProxyType": _given,
    "collections.ChainMap": _dict,
    "weakref.WeakValueDictionary": _dict,
    "weakref.WeakKeyDictionary": _dict,
    "types.MethodType": _method,
    "builtins.type()": _made_class,
    "builtins.type().__new__": _new_class,
    "builtins.type.__new__": _new_class,
}
MEMBERS: dict[str, Attribute] = {ROW: _held, **{f"{one}()": _held for one in NAMESPACES}, MADE: _of_made}
ATTRIBUTES: dict[str, Attribute] = dict.fromkeys(("value", "_value_", "name", "_name_"), _members)
