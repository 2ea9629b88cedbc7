"""operator, random, heapq, weakref: Python's operators as functions, and small holders of one value."""

from functools import partial

from refactor.link.flow.frame import Frame
from refactor.link.flow.operators import BINARY, COMPARING
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Box, External, Values

NAMES = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
UNARY = {"neg": "neg", "pos": "pos", "invert": "~", "inv": "~", "not_": "not", "truth": "not"}


def _binary(op: str, rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    return rooms.operators.binary(frame, op, record.argument(0), record.argument(1), record.at)


def _augmented(op: str, rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    return rooms.operators.augmented(frame, op, record.argument(0), record.argument(1), record.at)


def _unary(op: str, rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    return rooms.operators.unary(frame, op, record.argument(0), record.at)


def _contains(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    return rooms.operators.binary(frame, "in", record.argument(1), record.argument(0), record.at)


def _getitem(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    return rooms.items.item(frame, record.argument(0), record.argument(1), record.at)


def _setitem(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    rooms.items.assign(frame, record.argument(0), record.argument(1), record.argument(2), record.at)
    return NOTHING


def _call(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    return rooms.calls.call_value(
        frame, record.argument(0), record.args[1:], record.keywords, record.at, f"callback:{record.text}"
    )


def _attributes(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values:
    """``attrgetter("a.b")(x)``: one value, or a tuple of several."""
    made = rooms.made.get(external.site)
    found = []
    for names in made.args if made else ():
        values = NOTHING
        for dotted in rooms.pool.texts(names):
            one = record.argument(0)
            for name in dotted.split("."):
                one = rooms.attributes.read(frame, one, name, record.at)
            values |= one
        found.append(values)
    return _one_or_all(rooms, frame, record, found)


def _items(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values:
    """``itemgetter(0)(x)``."""
    made = rooms.made.get(external.site)
    keys = made.args if made else ()
    found = [rooms.items.item(frame, record.argument(0), key, record.at) for key in keys]
    return _one_or_all(rooms, frame, record, found)


def _one_or_all(rooms: Rooms, frame: Frame, record: CallRecord, found: list[Values]) -> Values:
    if len(found) < 2:
        return NOTHING.union(*found)
    box = rooms.items.box(frame, "tuple", record.at, 3)
    rooms.items.fill(box, found, plain=True)
    return frozenset((box,))


# -- holders -----------------------------------------------------------------------------------------------------------


def _any_item(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    return rooms.items.iterate(frame, record.argument(0), record.at)


def _pushed(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    """``heappush(heap, item)``: items are compared."""
    for number in record.argument(0):
        if isinstance(rooms.pool[number], Box):
            rooms.items.put(number, None, record.argument(1))
    return _ordered(rooms, frame, _, record) & NOTHING


def _ordered(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    items = rooms.items.iterate(frame, record.argument(0), record.at)
    rooms.operators.first(frame, items, ("__lt__", "__gt__"), (items,), record.at)
    return items


def _referred(rooms: Rooms, _: Frame, external: External, __: CallRecord) -> Values:
    """``weakref.ref(x)()``."""
    made = rooms.made.get(external.site)
    return made.argument(0) if made else NOTHING


def _given(_: Rooms, __: Frame, ___: External, record: CallRecord) -> Values:
    return record.argument(0)


CALLS: dict[str, Call] = {
    **{f"operator.{word}": partial(_binary, op) for op, word in BINARY.items() if word not in ("and", "or")},
    **{f"operator.{word}_": partial(_binary, op) for op, word in BINARY.items() if word in ("and", "or")},
    **{f"operator.i{word}": partial(_augmented, op) for op, word in BINARY.items()},
    **{f"operator.{NAMES[op]}": partial(_binary, op) for op in COMPARING},
    **{f"operator.{word}": partial(_unary, op) for word, op in UNARY.items()},
    "operator.contains": _contains,
    "operator.getitem": _getitem,
    "operator.setitem": _setitem,
    "operator.call": _call,
    "operator.attrgetter()": _attributes,
    "operator.itemgetter()": _items,
    "random.choice": _any_item,
    "heapq.heappush": _pushed,
    "heapq.heappop": _ordered,
    "heapq.heapify": _ordered,
    "weakref.ref()": _referred,
    "weakref.WeakMethod()": _referred,
    "weakref.proxy": _given,
}
