"""What is started and not waited for: coroutines as tasks, and what a framework runs as the process starts or ends.

``create_task(work())`` makes a coroutine, hands it to the loop and goes on. Whoever makes the coroutine starts it, even
when it travels to ``create_task`` through parameters and attributes; a task that is awaited by its name is waited for.
Everything about a call's arguments is asked of the syntax, as a coroutine's value is what it returns.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Bound, Class, Function
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.hooks import methods_of
from refactor.model import facts
from refactor.model.facts import Position
from refactor.model.program import Start

LOOPS = "get_event_loop|get_running_loop|new_event_loop"
SPAWN = re.compile(rf"asyncio\.(create_task|ensure_future|run_coroutine_threadsafe|(tasks|({LOOPS})\(\))\.create_task)")
"""Calls that start a coroutine and go on. A task group waits for its tasks."""

WORDS = "on_startup|on_shutdown|on_cleanup|cleanup_ctx|lifespan|before_serving|after_serving|while_serving"
PROCESS = re.compile(
    rf"(.*\.)?({WORDS}|(before|after)_server_(start|stop)|main_process_(start|stop))(\(\)|\.append)?"
    r"|(fastapi|starlette)\..*\.(on_event\(\)|add_event_handler)"
)
"""Calls that hand a framework what it runs once, when the process starts or ends."""
OPTIONS = ("lifespan", "on_startup", "on_shutdown")

# A function's scope and the name of one of its parameters, which is started there.
_Slot: TypeAlias = tuple[int, str]


def starts(assembly: Assembly) -> None:
    """Note every start of a task, and every function that a framework runs with the process."""
    for scope, record in assembly.records():
        _with_process(assembly, scope, record)
    _Tasks(assembly).note()


def _with_process(assembly: Assembly, scope: int, record: CallRecord) -> None:
    given = [record.keywords[name] for name in OPTIONS if name in record.keywords]
    externals = assembly.externals(record.callees)
    if any(PROCESS.fullmatch(callee.name) for callee in externals):
        given += [*record.args, *record.keywords.values()]
    elif not externals:
        return
    for values in given:
        held = (assembly.machine.store.peek(("item", number, "*")) for number in values)
        for chain in assembly.chain(values.union(*held)):
            for target in chain:
                evidence = assembly.evidence(scope, record.at, "framework")
                assembly.starts.add(Start(assembly.symbol(scope), assembly.symbol(target), "process", evidence))


class _Tasks:
    """The search: from ``create_task`` back to whoever makes the coroutine."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.scopes = assembly.machine.index.scopes
        self.pending: list[_Slot] = []
        self.seen: set[_Slot] = set()

    def note(self) -> None:
        """Look at each ``create_task``; then at the calls that hand it a coroutine through a parameter."""
        for scope, record in self.assembly.records():
            if any(SPAWN.fullmatch(callee.name) for callee in self.assembly.externals(record.callees)):
                for call in _calls_at(self._body(scope), record.at):
                    if not _awaited(self._body(scope), call):
                        self._started(scope, _argument(call, 0, "coro"))
        callers = self._callers() if self.pending else {}
        for slot in self.pending:
            for scope, record, skipped in callers.get(slot[0], ()):
                place = self._place(slot) - skipped
                for call in _calls_at(self._body(scope), record.at):
                    self._started(scope, _argument(call, place, slot[1]))

    def _body(self, scope: int) -> tuple[facts.Stmt, ...]:
        return self.scopes[scope].facts.body

    def _place(self, slot: _Slot) -> int:
        names = [param.name for param in self.scopes[slot[0]].facts.params]
        return names.index(slot[1])

    def _started(self, scope: int, value: facts.Expr | None) -> None:
        """An expression is started in a scope: it makes a coroutine, or holds one that came from elsewhere."""
        match value:
            case facts.Call(at=at):
                self._made(scope, at)
            case facts.Name(id=name) if name in (param.name for param in self.scopes[scope].facts.params):
                self._ask((scope, name))
            case facts.Name(id=name):
                for made, targets in _assigned(self._body(scope)):
                    named = any(isinstance(one, facts.Name) and one.id == name for one in targets)
                    if named and isinstance(made, facts.Call):
                        self._made(scope, made.at)
            case facts.Attribute(value=facts.Name(id="self"), attr=attribute):
                self._kept(scope, attribute)

    def _made(self, scope: int, at: Position) -> None:
        trace = self.assembly.machine.traces.get(scope)
        for record in trace.calls.values() if trace else ():
            for target in self.assembly.functions(record.callees) if record.at == at else ():
                if self.scopes[target].facts.is_async:
                    evidence = self.assembly.evidence(scope, at)
                    self.assembly.starts.add(
                        Start(self.assembly.symbol(scope), self.assembly.symbol(target), "task", evidence)
                    )

    def _kept(self, scope: int, attribute: str) -> None:
        """``self.coro`` is what a method of the class was handed and put there."""
        owner = self.scopes[scope].parent
        for other, ref in enumerate(self.scopes):
            if ref.parent != owner or ref.facts.kind != "function":
                continue
            names = {param.name for param in ref.facts.params}
            for value, targets in _assigned(ref.facts.body):
                kept = any(isinstance(one, facts.Attribute) and one.attr == attribute for one in targets)
                if kept and isinstance(value, facts.Name) and value.id in names:
                    self._ask((other, value.id))

    def _ask(self, slot: _Slot) -> None:
        if slot not in self.seen:
            self.seen.add(slot)
            self.pending.append(slot)

    def _callers(self) -> dict[int, list[tuple[int, CallRecord, int]]]:
        """Function -> its callers' scopes and calls, and how many parameters are filled by binding."""
        methods = methods_of(self.assembly)
        found: dict[int, list[tuple[int, CallRecord, int]]] = defaultdict(list)
        for scope, record in self.assembly.records():
            for value in self.assembly.machine.pool.each(record.callees):
                if isinstance(value, Function):
                    found[value.scope].append((scope, record, 0))
                elif isinstance(value, Bound):
                    found[value.function].append((scope, record, 1))
                elif isinstance(value, Class):
                    for name, method in methods.get(value.scope, ()):
                        if name == "__init__":
                            found[method].append((scope, record, 1))
        return found


def _nodes(root: object) -> Iterator[object]:
    """Everything below some statements or an expression, itself included; other scopes are only mentioned there."""
    queue: list[object] = [root]
    while queue:
        node = queue.pop()
        if isinstance(node, tuple):
            queue.extend(node)
        elif isinstance(node, Struct):
            yield node
            queue.extend(getattr(node, name) for name in node.__struct_fields__ if name != "at")


def _assigned(body: tuple[facts.Stmt, ...]) -> Iterator[tuple[facts.Expr | None, tuple[facts.Expr, ...]]]:
    """What is assigned, and to what."""
    return ((node.value, node.targets) for node in _nodes(body) if isinstance(node, facts.Assign))


def _calls_at(body: tuple[facts.Stmt, ...], at: Position) -> list[facts.Call]:
    return [node for node in _nodes(body) if isinstance(node, facts.Call) and node.at == at]


def _argument(call: facts.Call, place: int, name: str) -> facts.Expr | None:
    if 0 <= place < len(call.args):
        return call.args[place]
    return next((keyword.value for keyword in call.keywords if keyword.name == name), None)


def _awaited(body: tuple[facts.Stmt, ...], call: facts.Call) -> bool:
    """Whether the task that a call gives is awaited in the same function: at once, or by its name."""
    names = {
        target.id
        for value, targets in _assigned(body)
        if value == call
        for target in targets
        if isinstance(target, facts.Name)
    }
    return any(
        inner == call or (isinstance(inner, facts.Name) and inner.id in names)
        for node in _nodes(body)
        if isinstance(node, facts.Await)
        for inner in _nodes(node)
    )
