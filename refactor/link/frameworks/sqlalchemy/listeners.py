"""Listeners: ``@event.listens_for(Order, "after_insert")`` and what SQLAlchemy hands them."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Class, External, Function, Instance, Values

MAPPER = frozenset(
    "before_insert after_insert before_update after_update before_delete after_delete".split()
)  # (mapper, connection, target)
FIRST = frozenset("load refresh expire init set append remove pickle unpickle".split())
"""Events that hand over the instance first; those of the mapper hand it over third."""


def _decorated(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values | None:
    made = rooms.made.get(external.site)
    if made is not None:
        _listen(rooms, frame, made.argument(0, "target"), made.argument(1, "identifier"), record.argument(0))
    return None


def _called(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    _listen(rooms, frame, record.argument(0, "target"), record.argument(1, "identifier"), record.argument(2, "fn"))
    return None


def _listen(rooms: Rooms, frame: Frame, targets: Values, events: Values, listeners: Values) -> None:
    rows = frozenset(
        rooms.pool.add(Instance(scope)) for scope in (_mapped(rooms, value) for value in targets) if scope >= 0
    )
    for name in rooms.pool.texts(events):
        args = (NOTHING, NOTHING, rows) if name in MAPPER else (rows,) if name in FIRST else ()
        for value in rooms.pool.each(listeners):
            if isinstance(value, Function) and rows:
                rooms.calls.enter_function(frame, value.scope, args, {}, spread=False)


def _mapped(rooms: Rooms, number: int) -> int:
    """The class a target is, or whose column it is; -1 for sessions, engines and all else."""
    value = rooms.pool[number]
    if isinstance(value, External) and value.base >= 0:
        value = rooms.pool[value.base]
    return value.scope if isinstance(value, Class) else -1


CALLS: dict[str, Call] = {
    "sqlalchemy.event.listens_for()": _decorated,
    "sqlalchemy.event.listen": _called,
}
