"""attrs: ``field(factory=make)`` holds what ``make`` returns, though only generated code calls it."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Class, External, Function, Instance, Values


def _field(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """The values of a field: its default, what its factory makes, else what the annotation says."""
    held = record.keywords.get("default", NOTHING)
    for name in ("factory", "default_factory"):
        for value in rooms.pool.each(record.keywords.get(name, NOTHING)):
            if isinstance(value, Function):
                held |= rooms.calls.enter_function(frame, value.scope, (), {}, spread=False)
            elif isinstance(value, Class):
                held |= rooms.pool.one(Instance(value.scope))
    return held


CALLS: dict[str, Call] = dict.fromkeys(("attrs.field", "attr.ib", "attr.attrib", "attr.field"), _field)
