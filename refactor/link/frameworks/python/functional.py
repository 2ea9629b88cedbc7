"""functools and itertools: functions that call others with the items of their arguments."""

from typing import NamedTuple

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, External, Function, Values


class Step(NamedTuple):
    """Where a function stands among the arguments, where the items, how many it takes at once, what comes out."""

    function: int
    name: str
    items: int
    takes: int = 1
    gives: str = "items"


STEPS = {
    "itertools.takewhile": Step(0, "", 1),
    "itertools.dropwhile": Step(0, "", 1),
    "itertools.filterfalse": Step(0, "", 1),
    "itertools.accumulate": Step(1, "func", 0, 2, "both"),
    "itertools.groupby": Step(1, "key", 0, 1, "groups"),
    "heapq.nlargest": Step(2, "key", 1),
    "heapq.nsmallest": Step(2, "key", 1),
}


def _step(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values:
    step = STEPS[external.name]
    items = rooms.items.iterate(frame, record.argument(step.items, "iterable"), record.at)
    function = record.argument(step.function, step.name)
    made = rooms.calls.call_value(frame, function, (items,) * step.takes, {}, record.at, "map")
    if step.gives == "groups":
        groups = _list(rooms, frame, record, items, 2)
        return rooms.items.rows(frame, record.at, [made if function else items, groups])
    return _list(rooms, frame, record, items | made if step.gives == "both" else items)


def _list(rooms: Rooms, frame: Frame, record: CallRecord, items: Values, salt: int = 0) -> Values:
    box = rooms.items.box(frame, "list", record.at, salt)
    rooms.items.put(box, None, items)
    return frozenset((box,))


def _starmap(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    rows = rooms.items.iterate(frame, record.argument(1), record.at)
    known = rooms.items.sequence(frame, rows)
    args = [rooms.items.item_at(frame, rows, place) for place in range(4)] if known is None else known
    made = rooms.calls.call_value(frame, record.argument(0), tuple(args), {}, record.at, "map")
    return _list(rooms, frame, record, made)


def _passing(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    """The items themselves, in another order or number."""
    return _list(rooms, frame, record, rooms.items.iterate(frame, record.argument(0, "iterable"), record.at))


def _flattened(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    inner = rooms.items.iterate(frame, record.argument(0), record.at)
    return _list(rooms, frame, record, rooms.items.iterate(frame, inner, record.at))


def _together(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    columns = [rooms.items.iterate(frame, one, record.at) for one in record.args]
    return rooms.items.rows(frame, record.at, columns)


def _groups(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    """Tuples of items of one collection."""
    items = rooms.items.iterate(frame, record.argument(0, "iterable"), record.at)
    return _list(rooms, frame, record, _list(rooms, frame, record, items, 1))


def _repeated(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    return _list(rooms, frame, record, record.argument(0, "object"))


# -- functools ---------------------------------------------------------------------------------------------------------


def _given(_: Rooms, __: Frame, ___: External, record: CallRecord) -> Values:
    return record.argument(0)


def _cached(rooms: Rooms, _: Frame, __: External, record: CallRecord) -> Values | None:
    """``cache(f)``; not ``lru_cache(maxsize=8)``, which waits for its function."""
    return record.argument(0) if _functions(rooms, record.argument(0)) else None


def _functions(rooms: Rooms, values: Values) -> list[Function]:
    return [value for value in rooms.pool.each(values) if isinstance(value, Function)]


def _wraps(rooms: Rooms, _: Frame, external: External, record: CallRecord) -> Values:
    """``@wraps(f)`` over a function: its ``__wrapped__`` is ``f``."""
    made = rooms.made.get(external.site)
    return _wrapping(rooms, record.argument(0), made.argument(0, "wrapped") if made else NOTHING)


def _update_wrapper(rooms: Rooms, _: Frame, __: External, record: CallRecord) -> Values:
    return _wrapping(rooms, record.argument(0, "wrapper"), record.argument(1, "wrapped"))


def _wrapping(rooms: Rooms, outer: Values, inner: Values) -> Values:
    for function in _functions(rooms, outer):
        rooms.store.write(("attribute", function.scope, "__wrapped__"), inner)
    return outer


def _compared(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values:
    """A key that ``cmp_to_key(f)`` made: ``f`` compares two of the items."""
    made = rooms.made.get(external.site)
    items = record.argument(0)
    functions = made.argument(0, "mycmp") if made else NOTHING
    return rooms.calls.call_value(frame, functions, (items, items), {}, record.at, "key=cmp") & NOTHING


CALLS: dict[str, Call] = {
    **dict.fromkeys(STEPS, _step),
    **dict.fromkeys(
        ("itertools.cycle", "itertools.compress", "itertools.islice", "random.sample", "random.choices"), _passing
    ),
    "itertools.starmap": _starmap,
    "itertools.chain.from_iterable": _flattened,
    "itertools.product": _together,
    "itertools.zip_longest": _together,
    "itertools.permutations": _groups,
    "itertools.combinations": _groups,
    "itertools.combinations_with_replacement": _groups,
    "itertools.pairwise": _groups,
    "itertools.tee": _groups,
    "itertools.repeat": _repeated,
    "functools.partialmethod": _given,
    "functools.cache": _cached,
    "functools.lru_cache": _cached,
    "functools.lru_cache()": _given,
    "functools.wraps()": _wraps,
    "functools.update_wrapper": _update_wrapper,
    "functools.cmp_to_key()": _compared,
}
