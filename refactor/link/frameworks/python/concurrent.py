"""asyncio, threading, concurrent.futures, queue, contextvars: who runs what, and what is handed on."""

from functools import partial

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, External, Instance, Values

FUTURE = "concurrent.futures.Future()"
QUEUES = (
    "asyncio.Queue", "asyncio.LifoQueue", "asyncio.PriorityQueue", "queue.Queue", "queue.LifoQueue",
    "queue.PriorityQueue", "queue.SimpleQueue", "multiprocessing.Queue", "multiprocessing.JoinableQueue",
)  # fmt: skip
LOOPS = ("get_event_loop()", "get_running_loop()", "new_event_loop()")
AWAITING = (
    "wait_for", "shield", "create_task", "ensure_future", "run", "TaskGroup().create_task", "Runner().run",
    "run_coroutine_threadsafe", *(f"{loop}.{name}" for loop in LOOPS for name in ("create_task", "run_until_complete")),
)  # fmt: skip
"""They give what the coroutine gives that they are handed; a coroutine's values are those that it returns."""


def _awaited(_: Rooms, __: Frame, ___: External, record: CallRecord) -> Values:
    return record.argument(0)


def _gathered(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    box = rooms.items.box(frame, "list", record.at)
    rooms.items.fill(box, list(record.args), plain=not record.spread)
    return frozenset((box,))


def _completed(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    """``as_completed(tasks)``: each of them."""
    return _list(rooms, frame, record, rooms.items.iterate(frame, record.argument(0), record.at))


def _waited(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    """``wait(tasks)``: those that are done, and the others."""
    tasks = _completed(rooms, frame, _, record)
    box = rooms.items.box(frame, "tuple", record.at, 1)
    rooms.items.fill(box, [tasks, tasks], plain=True)
    return frozenset((box,))


def _list(rooms: Rooms, frame: Frame, record: CallRecord, items: Values) -> Values:
    box = rooms.items.box(frame, "list", record.at)
    rooms.items.put(box, None, items)
    return frozenset((box,))


# -- threads and pools -------------------------------------------------------------------------------------------------


def _run(rooms: Rooms, frame: Frame, record: CallRecord, place: int) -> Values:
    """``to_thread(f, x)``: the function at a place, with the arguments behind it."""
    args = record.args[place + 1 :]
    return rooms.calls.call_value(
        frame, record.argument(place), args, record.keywords, record.at, f"callback:{record.text}"
    )


def _elsewhere(place: int, rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    return _run(rooms, frame, record, place)


def _submitted(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values:
    """``executor.submit(f, x)``: a future that holds what the function returns."""
    made = _run(rooms, frame, record, 0)
    future = rooms.pool.add(External(FUTURE, record.site, external.base))
    rooms.items.put(future, None, made)
    return frozenset((future,))


def _mapped(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values:
    args = tuple(rooms.items.iterate(frame, one, record.at) for one in record.args[1:])
    made = rooms.calls.call_value(frame, record.argument(0), args, {}, record.at, f"callback:{record.text}")
    return _list(rooms, frame, record, made)


def _thread(place: int, rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> None:
    """``Thread(target=f, args=(x,), kwargs={"y": z})``."""
    target = record.argument(place, "target") or record.argument(place, "function")
    args = rooms.items.sequence(frame, record.argument(place + 2, "args")) or []
    keywords = rooms.items.mapping(frame, record.argument(place + 3, "kwargs"))
    rooms.calls.call_value(frame, target, tuple(args), keywords, record.at, f"callback:{record.text}")


def _started(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> None:
    """``start()`` of an own kind of thread runs its ``run``."""
    if external.base >= 0 and isinstance(rooms.pool[external.base], Instance):
        rooms.calls.call_method(frame, frozenset((external.base,)), "run", (), record.at)


# -- what is put somewhere ---------------------------------------------------------------------------------------------


def _put(rooms: Rooms, _: Frame, external: External, record: CallRecord) -> None:
    if external.base >= 0:
        rooms.items.put(external.base, None, record.argument(0))


def _taken(rooms: Rooms, frame: Frame, external: External, _: CallRecord) -> Values | None:
    if external.base < 0:
        return None
    return rooms.store.read(("item", external.base, "*"), frame.scope) or None


def _variable(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values | None:
    """``variable.get()`` of a context variable: what was set, and the defaults."""
    holder = rooms.pool[external.base] if external.base >= 0 else None
    made = rooms.made.get(holder.site) if isinstance(holder, External) else None
    defaults = record.argument(0) | (made.keywords.get("default", NOTHING) if made else NOTHING)
    return (_taken(rooms, frame, external, record) or NOTHING) | defaults or None


CALLS: dict[str, Call] = {
    **{f"asyncio.{name}": _awaited for name in AWAITING},
    "asyncio.gather": _gathered,
    "asyncio.as_completed": _completed,
    "concurrent.futures.as_completed": _completed,
    "asyncio.wait": _waited,
    "concurrent.futures.wait": _waited,
    "asyncio.to_thread": partial(_elsewhere, 0),
    **{f"asyncio.{loop}.run_in_executor": partial(_elsewhere, 1) for loop in LOOPS},
    **{f"asyncio.{loop}.call_soon": partial(_elsewhere, 0) for loop in LOOPS},
    **{f"asyncio.{loop}.call_later": partial(_elsewhere, 1) for loop in LOOPS},
    **{f"concurrent.futures.{pool}PoolExecutor().submit": _submitted for pool in ("Thread", "Process")},
    **{f"concurrent.futures.{pool}PoolExecutor().map": _mapped for pool in ("Thread", "Process")},
    f"{FUTURE}.result": _taken,
    "threading.Thread": partial(_thread, 1),
    "multiprocessing.Process": partial(_thread, 1),
    "threading.Timer": partial(_thread, 1),
    "threading.Thread().start": _started,
    "multiprocessing.Process().start": _started,
    **{f"{queue}().{name}": _put for queue in QUEUES for name in ("put", "put_nowait")},
    **{f"{queue}().{name}": _taken for queue in QUEUES for name in ("get", "get_nowait")},
    "contextvars.ContextVar().set": _put,
    "contextvars.ContextVar().get": _variable,
}
