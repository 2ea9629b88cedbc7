"""contextlib: what is entered, and what is called on the way out."""

from functools import partial

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, External, Values

STACKS = ("contextlib.ExitStack()", "contextlib.AsyncExitStack()")


def _registered(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    """``stack.callback(f, x)``: called when the stack is left."""
    rooms.calls.call_value(
        frame, record.argument(0), record.args[1:], record.keywords, record.at, f"callback:{record.text}"
    )
    return record.argument(0)


def _pushed(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    """``stack.push(exit)``: a context manager, or a function like its ``__exit__``."""
    error = (NOTHING, NOTHING, NOTHING)
    rooms.operators.first(frame, record.argument(0), ("__exit__",), error, record.at)
    return record.argument(0)


def _closing(name: str, rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values:
    """``with closing(thing) as x``: ``thing``, closed in the end."""
    made = rooms.made.get(external.site)
    thing = made.argument(0, "thing") if made else NOTHING
    rooms.calls.call_method(frame, thing, name, (), record.at)
    return thing


def _entered(rooms: Rooms, _: Frame, external: External, __: CallRecord) -> Values:
    made = rooms.made.get(external.site)
    return made.argument(0, "enter_result") if made else NOTHING


CALLS: dict[str, Call] = {
    **{f"{stack}.callback": _registered for stack in STACKS},
    **{f"{stack}.push_async_callback": _registered for stack in STACKS},
    **{f"{stack}.push": _pushed for stack in STACKS},
    "contextlib.closing().__enter__": partial(_closing, "close"),
    "contextlib.aclosing().__aenter__": partial(_closing, "aclose"),
    "contextlib.nullcontext().__enter__": _entered,
}
