"""Celery's tasks of a plan -> their queues, and who sends to which.

Comes in: program and plan, then the entry points of one function. Goes out: names of queues. Must not: follow a message into
the task that it runs, which happens elsewhere and later.
"""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from refactor.model.names import digest, module_of, qualname_of
from refactor.model.plan import Plan
from refactor.model.program import EntryPoint, Program
from refactor.model.resources import Queue, Stack
from refactor.model.slices import Slice
from refactor.scaffold.reach import FOLLOWED, everywhere, reach
from refactor.scaffold.units import Unit, entries_of, is_queued, units_of

LETTERS = "-dead-letters"
"""Ends the name of the queue of messages whose task failed for good."""
LONGEST_NAME = 50
"""SQS takes 80 characters; a prefix stands before, ``LETTERS`` may stand behind."""
_CANVAS = re.compile(r"celery\.(canvas\.)?(chain|chord|group|chunks)(\(\))?")


class Posts(Struct, frozen=True):
    """Who sends what: (task, queue) by the task's entry point, and what each symbol publishes to."""

    program: Program
    by_entry: Mapping[str, tuple[str, str]]
    publishers: Mapping[str, frozenset[str]]

    def sent_from(self, starts: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """(task, queue) of all that is sent by what runs when the starts do; a task sends itself again."""
        given = sorted(starts)
        found = {start for start in given if start in self.by_entry} | self._scheduled(given)
        found |= self._next(found) | self._reached(sorted(set(given) - self._clocks(given)))
        return tuple(sorted({self.by_entry[entry] for entry in found}))

    def queues_from(self, starts: Iterable[str]) -> tuple[str, ...]:
        """The queues of the same."""
        return tuple(queue for _, queue in self.sent_from(starts))

    def anywhere(self, paths: frozenset[str]) -> tuple[tuple[str, str], ...]:
        """(task, queue) of what symbols in files send that no entry point reaches: hooks run beside all of them."""
        if not self.publishers:
            return ()
        ran = reach([entry.id for entry in self.program.entry_points], everywhere(self.program)).nodes
        found: set[str] = set()
        for symbol, entries in self.publishers.items():
            definition = self.program.by_symbol.get(symbol)
            if symbol not in ran and definition is not None and definition.path in paths:
                found |= entries
        return tuple(sorted({self.by_entry[entry] for entry in found}))

    def everything(self) -> tuple[tuple[str, str], ...]:
        """(task, queue) of all that anybody sends."""
        found = frozenset().union(*self.publishers.values())
        return tuple(sorted({self.by_entry[entry] for entry in found}))

    def _clocks(self, starts: Iterable[str]) -> set[str]:
        """Schedules of tasks: they send, and run nothing themselves."""
        return {start for start in starts if self._scheduled([start])}

    def _scheduled(self, starts: Iterable[str]) -> set[str]:
        by_id = {entry.id: entry for entry in self.program.entry_points}
        clocks = [by_id[start] for start in starts if start in by_id and by_id[start].kind == "schedule"]
        wanted = {entry.handler for entry in clocks if entry.framework == "celery"}
        return {entry for entry in self.by_entry if by_id[entry].handler in wanted}

    def _reached(self, starts: Iterable[str]) -> set[str]:
        program = self.program
        receivers = {channel.id: channel.subscribers for channel in program.channels}
        waiting, found = list(starts), set[str]()
        seen = set(waiting)
        for node in waiting:
            targets = {edge.target for edge in program.outgoing.get(node, ()) if edge.kind in FOLLOWED}
            found |= targets & self.by_entry.keys()
            targets = (targets - self.by_entry.keys()) | set(receivers.get(node, ()))
            waiting.extend(sorted(targets - seen))
            seen |= targets
        return found

    def _next(self, tasks: Iterable[str]) -> set[str]:
        """What follows on tasks in a chain: who runs one sends the next."""
        drawing = {call.symbol for call in self.program.external_calls if _CANVAS.fullmatch(call.callee)}
        wanted = set(tasks)
        drawn = (entries for symbol, entries in self.publishers.items() if symbol in drawing and entries & wanted)
        return set().union(*drawn)


def posts_of(program: Program, plan: Plan) -> Posts:
    """The queues of all tasks that have a service, and who publishes to them."""
    by_entry: dict[str, tuple[str, str]] = {}
    for service in sorted(plan.by_name):
        for unit in units_of(entries_of(service, program, plan)):
            if is_queued(unit.first):
                by_entry[unit.first.id] = (task_name(unit.first, program), queue_name(service, unit))
    publishers: dict[str, set[str]] = {}
    for edge in program.edges:
        if edge.kind == "publish" and edge.target in by_entry:
            publishers.setdefault(edge.source, set()).add(edge.target)
    return Posts(program, by_entry, {symbol: frozenset(publishers[symbol]) for symbol in sorted(publishers)})


def queue_of(unit: Unit, posts: Posts, *, contained: bool) -> Queue:
    """The queue of a unit that a function reads, or a container."""
    task, name = posts.by_entry[unit.first.id]
    return Queue(f"Worker{unit.id}" if contained else unit.id, name, task, contained=contained)


def posting(stack: Stack, piece: Slice, posts: Posts, *, whole: bool = False) -> Stack:
    """The stack with all that it sends; what hooks send, any of its functions and containers may.

    ``whole``: it is the uncut monolith, and may send everything.
    """
    beside = posts.everything() if whole else posts.anywhere(frozenset(file.path for file in piece.tree.python()))
    more = {queue for _, queue in beside}
    answering = {"operation": piece.replied, "events": piece.heard}
    functions = tuple(
        structs.replace(each, sends=tuple(sorted({*each.sends, *more, *wanted})))
        for each in stack.functions
        for wanted in [posts.queues_from(operation.symbol for operation in answering.get(each.trigger, ()))]
    )
    tasks = tuple(structs.replace(each, sends=tuple(sorted({*each.sends, *more}))) for each in stack.tasks)
    used = more | {queue.name for queue in stack.queues}
    used |= {queue for function in functions for queue in function.sends} | {q for task in tasks for q in task.sends}
    known = sorted(pair for pair in posts.by_entry.values() if pair[1] in used)
    return structs.replace(stack, functions=functions, tasks=tasks, posts=tuple(known))


def queue_name(service: str, unit: Unit) -> str:
    """The name of a unit's queue."""
    name = f"{service}-{unit.module.replace('_', '-')}"
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 9]}-{digest(name, length=8)}"


def task_name(entry: EntryPoint, program: Program) -> str:
    """What Celery knows a task by: the name it was given, or its module's as it is imported and its own."""
    if entry.endpoint != entry.handler.replace(":", "."):
        return entry.endpoint
    own = qualname_of(entry.handler).removesuffix(".run").rpartition(".")[2]
    return f"{program.aliases.said(module_of(entry.handler))}.{own}"
