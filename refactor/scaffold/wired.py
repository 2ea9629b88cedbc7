"""The functions of a service that belong to the wire: one answers, one hears events, one relays them.

Comes in: a slice with what it calls and answers. Goes out: functions, and the names of those that it invokes. Must not:
decide what is sent.
"""

from collections.abc import Iterable

from refactor.model.contracts import Operation
from refactor.model.program import Program
from refactor.model.resources import Function
from refactor.model.slices import Slice
from refactor.scaffold.access import tables_of
from refactor.scaffold.limits import HTTP_TIMEOUT, QUEUE_TIMEOUT
from refactor.scaffold.package import Style
from refactor.scaffold.reach import Ground, reach
from refactor.scaffold.wire import EVENTS, FUNCTION, RELAY, function_of, relay_of

EACH_MINUTE = "rate(1 minute)"


def invoked(piece: Slice) -> tuple[str, ...]:
    """What its functions invoke: those that answer it, and its relay, which they wake."""
    answering = {function_of(operation.provider) for operation in piece.asked}
    return tuple(sorted(answering | ({relay_of(piece.service)} if piece.sent else set())))


def wired(piece: Slice, package: str, style: Style, program: Program, ground: Ground) -> list[Function]:
    """The functions that other services reach: one answers their calls, one hears their events; and the relay."""
    service, memory = piece.service, 1024 if style.whole else 512

    def function(module: str, trigger: str, timeout: int, operations: Iterable[Operation], said: str) -> Function:
        return Function(
            id=module.title(),
            name=f"{service}-{module}",
            handler=f"{package}.handlers.{module}.handler",
            entry_point="",
            trigger=trigger,
            schedule=EACH_MINUTE if trigger == RELAY else "",
            timeout=timeout,
            memory=memory,
            tables=_tables_behind(operations, program, ground),
            description=said,
            module=module,
            event_file=f"events/{module}.json",
        )

    found = []
    if piece.replied:
        told = f"Answers what other services call in {service}"
        found.append(function(FUNCTION, "operation", HTTP_TIMEOUT, piece.replied, told))
    if piece.heard:
        found.append(function(EVENTS, "events", QUEUE_TIMEOUT, piece.heard, f"Hears the events of others in {service}"))
    if piece.sent:
        found.append(function(RELAY, RELAY, QUEUE_TIMEOUT, (), f"Sends what waits in the outbox of {service}"))
    return found


def _tables_behind(operations: Iterable[Operation], program: Program, ground: Ground) -> tuple[tuple[str, str], ...]:
    """The tables that operations touch, and those that rows in their answers lead on to."""
    answered = list(operations)
    starts = [symbol for one in answered for symbol in (one.symbol, *one.computed)]
    touched = dict(tables_of(reach(starts, ground).nodes, program))
    further = {table: "read" for one in answered for table in one.tables}
    return tuple(sorted((further | touched).items()))
