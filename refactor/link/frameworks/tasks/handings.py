"""Who hands work over: publish edges to tasks, entry points for what a clock was given."""

from typing import TypeAlias

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Bound, External, Values
from refactor.link.frameworks.tasks.doors import Doors
from refactor.link.frameworks.tasks.making import scopes_of
from refactor.link.frameworks.tasks.messages import message_of_call
from refactor.link.frameworks.tasks.times import time_of
from refactor.model.frameworks import Handing
from refactor.model.program import Resource

QUEUES = ("queue", "queue_name")
Site: TypeAlias = tuple[int, CallRecord, External, Handing]


def handings(doors: Doors) -> None:
    """All calls that hand over; a signature made for a clock is no call of its own."""
    assembly = doors.assembly
    known = {name: one for tasks in assembly.machine.knowledge.tasks for name, one in tasks.handings.items()}
    clocks: list[Site] = []
    others: list[Site] = []
    for scope, record in assembly.records():
        for callee in assembly.externals(record.callees):
            if callee.name in known:
                (clocks if known[callee.name].clock else others).append((scope, record, callee, known[callee.name]))
        called = record.callees & doors.called
        if called and not record.text.startswith("@"):
            _publish(doors, scope, record, called, "")
    taken: set[int] = set()
    for scope, record, callee, handing in clocks:
        taken |= {one.site for one in assembly.externals(record.argument(handing.function, handing.keyword))}
        _clock(doors, scope, record, callee)
    for scope, record, callee, _ in others:
        if record.site not in taken:
            handed = assembly.machine.store.peek(("handed", record.site, None))
            _publish(doors, scope, record, handed, callee.name.partition(".")[0])


def _clock(doors: Doors, scope: int, record: CallRecord, callee: External) -> None:
    assembly = doors.assembly
    evidence = assembly.evidence(scope, record.at, "framework", 0.95)
    framework = callee.name.partition(".")[0]
    message = _message(doors, record, callee) if framework == "celery" else ""
    for number in sorted(assembly.machine.store.peek(("handed", record.site, None))):
        scopes = scopes_of(assembly.machine, number)
        doors.schedule(scopes, time_of(assembly, record, callee), evidence, framework, message)


def _message(doors: Doors, record: CallRecord, callee: External) -> str:
    """What the signature that a clock is given was made with."""
    handing = next(
        tasks.handings[callee.name] for tasks in doors.assembly.machine.knowledge.tasks if callee.name in tasks.handings
    )
    signatures = doors.assembly.externals(record.argument(handing.function, handing.keyword))
    return message_of_call(doors.assembly, doors.assembly.made(signatures[0]) if signatures else None)


def _publish(doors: Doors, scope: int, record: CallRecord, functions: Values, framework: str) -> None:
    assembly = doors.assembly
    evidence = assembly.evidence(scope, record.at, "framework", 0.95, loop=record.loop)
    for number in sorted(functions):
        scopes = scopes_of(assembly.machine, number)
        if assembly.machine.index.modules[assembly.machine.index.scopes[scopes[-1]].module].is_test:
            continue
        facts = assembly.machine.index.scopes[scopes[-1]].facts
        home = assembly.evidence(scopes[-1], (facts.line, facts.column), "framework", 0.95)
        assembly.edge(assembly.symbol(scope), doors.task(scopes, "", home, framework), "publish", evidence)
        if _own(doors, scopes[-1], number):
            assembly.edge(assembly.symbol(scope), assembly.symbol(scopes[-1]), "reference", evidence)
    for name in QUEUES:
        for text in assembly.machine.pool.texts(record.keywords.get(name, frozenset())):
            resource = Resource(f"queue:{text}", "queue", text)
            assembly.resources[resource.id] = resource
            assembly.edge(assembly.symbol(scope), resource.id, "write", evidence)


def _own(doors: Doors, scope: int, number: int) -> bool:
    """Whether a handed-over function is the ``run`` of a task class: its name stands nowhere in the source."""
    value = doors.assembly.machine.pool[number]
    return isinstance(value, Bound) and doors.assembly.machine.index.scopes[scope].facts.name == "run"
