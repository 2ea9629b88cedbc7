"""Tasks as values: a function under a maker is marked as a task, a call that hands it over gives it its arguments.

Slots: ("task", function value or registered name) holds the marks, or the functions of that name; ("handed", call site)
the functions that a call hands over.
"""

from functools import partial

from refactor.link.flow.frame import Frame
from refactor.link.flow.knowledge import Knowledge
from refactor.link.flow.rooms import Libraries, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, Class, External, Function, Instance, Values
from refactor.model.facts import Position
from refactor.model.frameworks import Handing, Tasks

NAMES = ("name", "actor_name", "task_name")
LONGEST = 6
"""Longest chain of calls behind a signature that is followed back to its task."""


def extend(knowledge: Knowledge, libraries: Libraries) -> None:
    """Makers, handings and the methods of tasks, of all framework files."""
    for tasks in knowledge.tasks:
        for name in (*tasks.makers, *tasks.clocks):
            libraries.calls[name] = partial(_make, tasks)
            libraries.calls[f"{name}()"] = partial(_make, tasks)
        for name in tasks.keepers:
            libraries.calls[name] = _kept
        for name, handing in tasks.handings.items():
            libraries.calls[name] = partial(_hand, handing)
            owner, _, method = name.rpartition(".")
            if owner == tasks.task:
                libraries.attributes.setdefault(method, []).append(partial(_method, tasks.task))


def _kept(_: Rooms, __: Frame, ___: External, record: CallRecord) -> Values | None:
    """``app.register_task(task)``: the task itself."""
    return record.argument(0) or None


def _make(tasks: Tasks, rooms: Rooms, _: Frame, maker: External, record: CallRecord) -> Values | None:
    """``@app.task`` over a function: the same function, marked; with ``bind=True`` it gets the task as ``self``."""
    functions = sorted(one for one in record.argument(0) if isinstance(rooms.pool[one], Function | Bound))
    if not functions:
        return None
    made = rooms.made.get(maker.site) if maker.name.endswith("()") else record
    mark = rooms.pool.one(External(tasks.task, made.site if made else -1, rooms.pool.add(maker)))
    result: set[int] = set()
    for number in functions:
        ones = _bound(tasks, rooms, number, made) or frozenset((number,))
        for one in ones | {number}:
            rooms.store.write(("task", one, None), mark)
        for name in _names(rooms, number, made):
            rooms.store.write(("task", name, None), ones)
        result |= ones
    return frozenset(result)


def _names(rooms: Rooms, number: int, made: CallRecord | None) -> list[str]:
    """Under which names a task may be asked for: the given one, else ``module.function``."""
    given = [text for name in NAMES for text in rooms.pool.texts(made.keywords.get(name, NOTHING) if made else NOTHING)]
    scope = scopes_of(rooms, number)[-1]
    return given or [rooms.index.symbol(scope).replace(":", ".")]


def _bound(tasks: Tasks, rooms: Rooms, number: int, made: CallRecord | None) -> Values:
    """The function with the task itself as its first argument."""
    flags = rooms.pool.each(made.keywords.get("bind", NOTHING)) if made else []
    value = rooms.pool[number]
    if (
        not isinstance(value, Function)
        or made is None
        or not any(getattr(flag, "value", None) is True for flag in flags)
    ):
        return NOTHING
    receivers = {rooms.pool.add(External(tasks.task, made.site, number))}
    for base in rooms.pool.each(made.keywords.get("base", NOTHING)):
        if isinstance(base, Class):
            receivers.add(rooms.pool.add(Instance(base.scope)))
    for scope in scopes_of(rooms, number):
        for param in rooms.index.scopes[scope].facts.params[:1]:
            if param.kind in ("positional", "both"):
                rooms.store.write(("parameter", scope, param.name), frozenset(receivers))
    return frozenset(rooms.pool.add(Bound(value.scope, one, value.wraps)) for one in receivers)


def _method(task: str, rooms: Rooms, frame: Frame, number: int, name: str, _: Position) -> Values | None:
    """``f.delay`` of a function that is a task."""
    if not isinstance(rooms.pool[number], Function | Bound):
        return None
    marks = rooms.pool.each(rooms.store.read(("task", number, None), frame.scope))
    if not any(isinstance(mark, External) and mark.name == task for mark in marks):
        return None
    return rooms.pool.one(External(f"{task}.{name}", -1, number))


def _hand(handing: Handing, rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    functions = _handed(handing, rooms, frame, callee, record)
    rooms.store.write(("handed", record.site, None), functions)
    args, keywords, spread = _arguments(handing, rooms, frame, record)
    for number in sorted(functions):
        _enter(rooms, frame, number, args, keywords, spread=spread)
    return None


def _handed(handing: Handing, rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values:
    """The functions (or ``run`` methods of tasks) that a call hands over."""
    if handing.function < 0:
        return _behind(rooms, frame, callee.base)
    given = record.argument(handing.function, handing.keyword)
    found = NOTHING.union(*(_behind(rooms, frame, number) for number in given))
    for text in rooms.pool.texts(given):
        found |= _named(rooms, frame, text, record)
    return found


def _behind(rooms: Rooms, frame: Frame, number: int) -> Values:
    """The function at the root of a signature or a task's method."""
    for _ in range(LONGEST):
        value = rooms.pool[number] if number >= 0 else None
        if isinstance(value, Function | Bound):
            return frozenset((number,))
        if isinstance(value, Instance):
            runs = rooms.attributes.read(frame, frozenset((number,)), "run", (0, 0))
            return frozenset(one for one in runs if isinstance(rooms.pool[one], Bound))
        if not isinstance(value, External):
            break
        number = value.base
    return NOTHING


def _named(rooms: Rooms, frame: Frame, text: str, record: CallRecord) -> Values:
    """A task by its registered name, or a function by its dotted path."""
    if registered := rooms.store.read(("task", text, None), frame.scope):
        return registered
    module, _, name = rooms.index.full(text.replace(":", "."), frame.module).rpartition(".")
    if not module or not rooms.index.is_module(module):
        return NOTHING
    rooms.lookup.mention_member(frame, module, name, record.at)
    found = rooms.lookup.member(frame, module, name)
    return frozenset(one for one in found if isinstance(rooms.pool[one], Function | Bound))


def _arguments(
    handing: Handing, rooms: Rooms, frame: Frame, record: CallRecord
) -> tuple[tuple[Values, ...], dict[str, Values], bool]:
    """What the function is going to be called with."""
    if handing.args == -1:
        return record.args[handing.function + 1 :], record.keywords, record.spread
    given = record.argument(handing.args, "args") if handing.args >= 0 else record.keywords.get("args", NOTHING)
    named = record.argument(handing.args + 1, "kwargs") if handing.args >= 0 else record.keywords.get("kwargs", NOTHING)
    known = rooms.items.sequence(frame, given)
    keywords = rooms.items.mapping(frame, named)
    if known is not None:
        return tuple(known), keywords, False
    return ((rooms.items.iterate(frame, given, record.at),) if given else ()), keywords, bool(given)


def _enter(
    rooms: Rooms, frame: Frame, number: int, args: tuple[Values, ...], keywords: dict[str, Values], *, spread: bool
) -> None:
    value = rooms.pool[number]
    if isinstance(value, Bound):
        args = (frozenset((value.receiver,)), *args)
    for scope in scopes_of(rooms, number):
        rooms.calls.enter_function(frame, scope, args, keywords, spread=spread)


def scopes_of(rooms: Rooms, number: int) -> list[int]:
    """A function's scope, then what it wraps, the innermost last."""
    found: list[int] = []
    value = rooms.pool[number]
    while isinstance(value, Function | Bound):
        found.append(value.scope if isinstance(value, Function) else value.function)
        if value.wraps < 0:
            break
        value = rooms.pool[value.wraps]
    return found
