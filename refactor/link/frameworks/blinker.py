"""blinker: what ``signal.send(sender, order=order)`` hands over arrives in the parameters of the receivers."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, External, Function, Values

SIGNAL = "blinker.Signal()"
DEEP = 4
"""Values between a call such as ``signal.connect_via(x)`` and its signal."""


def _slot(rooms: Rooms, value: External) -> tuple[str, int | str, None] | None:
    """Where the receivers of the signal at the root of a value rest; signals of one name are one signal."""
    for _ in range(DEEP):
        base = rooms.pool[value.base] if value.base >= 0 else None
        if not isinstance(base, External):
            return None
        if base.name == SIGNAL:
            made = rooms.made.get(base.site)
            callees = rooms.pool.each(made.callees) if made else []
            named = any(isinstance(one, External) and one.name == "blinker.signal" for one in callees)
            names = rooms.pool.texts(made.argument(0, "name")) if made and named else []
            return ("signal", names[0] if names else value.base, None)
        value = base
    return None


def _connect(rooms: Rooms, _: Frame, external: External, record: CallRecord) -> Values | None:
    slot = _slot(rooms, external)
    if slot is not None:
        rooms.store.write(slot, record.argument(0, "receiver"))
    return None


def _send(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values | None:
    slot = _slot(rooms, external)
    for value in rooms.pool.each(rooms.store.read(slot, frame.scope)) if slot else ():
        if isinstance(value, Function | Bound):
            scope = value.scope if isinstance(value, Function) else value.function
            own = (frozenset((value.receiver,)),) if isinstance(value, Bound) else ()
            sender = record.args[0] if record.args else NOTHING
            rooms.calls.enter_function(frame, scope, (*own, sender), record.keywords, spread=False)
    return None


CALLS: dict[str, Call] = {
    f"{SIGNAL}.connect": _connect,
    f"{SIGNAL}.connect_via()": _connect,
    f"{SIGNAL}.send": _send,
    f"{SIGNAL}.send_async": _send,
}
