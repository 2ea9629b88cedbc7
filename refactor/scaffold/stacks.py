"""Plan, verdicts and slices -> stacks: which functions and tasks each service is made of.

Comes in: program, plan, verdicts, slices. Goes out: ``Stack`` values. Must not: render anything.

A service has a function per entry point, or one for all its HTTP where the framework's style says so; entry points that
Lambda cannot run share its container (HTTP) or become a worker (schedules, commands, endless tasks). In a service whose
verdict is fargate, that holds a websocket or whose event loop runs endless tasks, the container answers all HTTP.
Receivers of events always are functions behind a queue. What a verdict keeps can run on Lambda as well: it is generated
like the rest, and the service's pages say that its routes stay with the monolith until the finding is settled. Where an HTTP
API would not take all routes, those of one function or container are gathered (``prefixes``).
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from refactor.model.errors import RefactorError
from refactor.model.findings import VERDICTS, Verdict
from refactor.model.plan import Plan
from refactor.model.program import EntryPoint, Program
from refactor.model.resources import RUNTIME, Function, Route, Stack, Task
from refactor.model.slices import Slice
from refactor.scaffold.access import tables_of
from refactor.scaffold.escape import one_line
from refactor.scaffold.limits import HTTP_TIMEOUT, LONGEST_TIMEOUT, QUEUE_TIMEOUT
from refactor.scaffold.loops import own_loops
from refactor.scaffold.naming import package_of
from refactor.scaffold.package import Style
from refactor.scaffold.parts import CONTAINER
from refactor.scaffold.prefixes import fitting
from refactor.scaffold.queues import Posts, posting, posts_of, queue_of
from refactor.scaffold.reach import Ground, ground_of, reach
from refactor.scaffold.schedules import expression_of
from refactor.scaffold.targets import target_of
from refactor.scaffold.units import Unit, entries_of, is_queued, routes_of, sockets_of, units_of
from refactor.scaffold.wire import queue_of as events_queue_of
from refactor.scaffold.wired import invoked, wired

FALLBACK = "fallback"
LAMBDA, FARGATE, _ = VERDICTS
LONGEST_DESCRIPTION = 200  # Lambda takes 256
WEB = ("http", "websocket")  # what one process answers: who writes to a websocket is found in its own memory
_TRIGGERS = {"http": "http", "schedule": "schedule", "command": "command", "event": "queue", "task": "queue"}
UNKNOWN = "?"
_TIMEOUTS = {"http": HTTP_TIMEOUT, "queue": QUEUE_TIMEOUT}
_RESERVED = re.compile(r"AWS_.*|LAMBDA_.*|_.*|PATH|LANG|TZ|HOME|PWD|USER|PYTHONPATH|LD_LIBRARY_PATH")


class _Scene(Struct, frozen=True):
    """What every service is judged by."""

    program: Program
    plan: Plan
    verdicts: dict[str, str]
    style: Style
    posts: Posts
    grounds: dict[str, Ground]

    @property
    def loops(self) -> tuple[str, ...]:
        """What lives on the application's own event loop beside requests: a process that is frozen starves it."""
        return own_loops(self.program) if self.style.protocol == "asgi" else ()

    def lasts(self, subject: str) -> bool:
        """Whether an entry point or service needs a lasting process."""
        return self.verdicts.get(subject, LAMBDA) == FARGATE


def stacks_of(
    program: Program,
    plan: Plan,
    verdicts: Sequence[Verdict],
    slices: Sequence[Slice],
    *,
    runtime: str = RUNTIME,
) -> tuple[Stack, ...]:
    """A stack per service that has something to run, and the fallback's, sorted by service."""
    judged = {verdict.subject: verdict.verdict for verdict in verdicts}
    grounds = {each.service: ground_of(each, program, plan) for each in slices}
    scene = _Scene(program, plan, judged, target_of(program).style, posts_of(program, plan), grounds)
    by_service = {each.service: each for each in slices}
    stacks = [
        _stack(service.name, units, _slice(by_service, service.name), scene)
        for service in plan.services
        if (units := units_of(entries_of(service.name, program, plan)))
    ]
    if FALLBACK in by_service:
        stacks.append(_fallback(by_service[FALLBACK], scene))
    lasting = (structs.replace(stack, runtime=runtime) for stack in stacks)
    return fitting(sorted(lasting), program)


def contained_because(stack: Stack, verdict: str) -> str:
    """Why a service runs as a container although its findings let it run as functions; "" where it does not."""
    if stack.verdict != FARGATE or verdict != LAMBDA:
        return ""
    if any(task.sockets for task in stack.tasks):
        return "It holds websockets open."
    return "Jobs that its start begins go on beside its requests."


def _slice(by_service: dict[str, Slice], service: str) -> Slice:
    if service not in by_service:
        raise RefactorError(f"service {service} has no slice", hint="Split along the same plan that is scaffolded.")
    return by_service[service]


def _stack(service: str, units: tuple[Unit, ...], piece: Slice, scene: _Scene) -> Stack:
    package = package_of(service)
    whole = scene.lasts(service) or any(unit.first.kind == "websocket" for unit in units) or bool(scene.loops)
    contained = [unit for unit in units if _is_contained(unit, whole, scene)]
    own = [unit for unit in units if unit not in contained and not _is_heard(unit, piece)]
    functions = _functions(own, service, package, scene)
    functions = tuple(
        sorted([*functions, *wired(piece, package, scene.style, scene.program, scene.grounds[piece.service])])
    )
    tasks = _tasks(contained, service, package, scene)
    touched = [table for unit in units for table in _tables(unit, service, scene)]
    stack = Stack(
        service=service,
        description=plain(scene.plan.by_name[service].description or f"Service {service}"),
        verdict=FARGATE if whole else scene.verdicts.get(service, LAMBDA),
        functions=functions,
        tasks=tasks,
        environment=_environment(piece.environment),
        requirements=_requirements(piece.requirements, _added(scene.style, piece, tasks) if contained else []),
        uses_database=bool(touched or scene.plan.by_name[service].tables or piece.sent or piece.heard),
        calls=invoked(piece),
        sends=tuple(sorted({events_queue_of(operation.provider) for operation in piece.sent})),
        queues=tuple(
            queue_of(unit, scene.posts, contained=unit in contained) for unit in units if is_queued(unit.first)
        ),
    )
    return posting(stack, piece, scene.posts)


def _is_heard(unit: Unit, piece: Slice) -> bool:
    """Whether it receives a signal that others send as an event: it needs no queue of its own on the bus."""
    return unit.first.kind == "event" and any(each.symbol == unit.first.handler for each in piece.heard)


def _added(style: Style, piece: Slice, tasks: Iterable[Task]) -> list[str]:
    """What a container needs besides: its server, and the SDK where it calls others, which every function has."""
    return [style.requirement, *(["boto3"] if piece.called or any(task.sends for task in tasks) else [])]


def _is_contained(unit: Unit, whole: bool, scene: _Scene) -> bool:
    if unit.first.kind in WEB and whole:
        return True
    return unit.first.kind != "event" and any(scene.lasts(entry.id) for entry in unit.entries)


def _functions(units: Iterable[Unit], service: str, package: str, scene: _Scene) -> tuple[Function, ...]:
    functions = [_function(unit, service, package, scene) for unit in units]
    answering = [function for function in functions if function.routes]
    if not scene.style.whole or len(answering) < 2:
        return tuple(sorted(functions))
    rest = [function for function in functions if not function.routes]
    return tuple(sorted([*rest, _together(answering, service, package)]))


def _together(functions: Sequence[Function], service: str, package: str) -> Function:
    """One function that answers what several would."""
    modes: dict[str, set[str]] = {}
    for table, mode in (pair for function in functions for pair in function.tables):
        modes.setdefault(table, set()).add(mode)
    return Function(
        id="Web",
        name=f"{service}-web",
        handler=f"{package}.handlers.web.handler",
        entry_point="",
        trigger="http",
        routes=tuple(sorted({route for function in functions for route in function.routes})),
        timeout=HTTP_TIMEOUT,
        memory=1024,
        tables=tuple((table, modes[table].pop() if len(modes[table]) == 1 else "readwrite") for table in sorted(modes)),
        description=f"All HTTP of {service}",
        module="web",
        event_file="events/web.json",
        sends=tuple(sorted({queue for function in functions for queue in function.sends})),
    )


def _function(unit: Unit, service: str, package: str, scene: _Scene) -> Function:
    entry, trigger = unit.first, "task" if is_queued(unit.first) else _TRIGGERS[unit.first.kind]
    scheduled = trigger == "schedule" and entry.message != UNKNOWN
    return Function(
        id=unit.id,
        name=f"{service}-{unit.module.replace('_', '-')}",
        handler=f"{package}.handlers.{unit.module}.handler",
        entry_point=entry.id,
        trigger=trigger,
        routes=routes_of([unit]),
        schedule=expression_of(entry.schedule) if scheduled else "",
        timeout=_TIMEOUTS.get(trigger, LONGEST_TIMEOUT),
        memory=512 if trigger == "http" else 1024,
        tables=_tables(unit, service, scene),
        description=_describe(entry, scene.program),
        module=unit.module,
        event_file=f"events/{unit.module}.json",
        sends=scene.posts.queues_from(entry.id for entry in unit.entries),
        message=entry.message if scheduled else "",
    )


def _tasks(units: Iterable[Unit], service: str, package: str, scene: _Scene) -> tuple[Task, ...]:
    """One container for all HTTP units, and a worker for each of the others."""
    web = [unit for unit in units if unit.first.kind in WEB]
    answering = [_web(service, routes_of(web), scene.style, sockets_of(web))] if web else []
    sends = scene.posts.queues_from(entry.id for unit in web for entry in unit.entries)
    tasks = [structs.replace(task, sends=sends) for task in answering]
    for unit in units:
        if unit.first.kind not in WEB:
            name = f"{service}-{unit.module.replace('_', '-')}"
            worker = ("python", "-m", f"{package}.handlers.{unit.module}")
            sends = scene.posts.queues_from(entry.id for entry in unit.entries)
            tasks.append(Task(id=f"Worker{unit.id}", name=name, command=worker, sends=sends))
    return tuple(sorted(tasks))


def _web(service: str, routes: tuple[Route, ...], style: Style, sockets: tuple[str, ...] = ()) -> Task:
    """The container that answers HTTP and websockets."""
    command = tuple(word.format(application=f"{package_of(service)}.app:application") for word in style.server)
    return Task(id=CONTAINER, name=f"{service}-web", command=command, routes=routes, sockets=sockets)


def _fallback(piece: Slice, scene: _Scene) -> Stack:
    """One function, or a container where a function would starve what runs beside requests."""
    lasting = bool(scene.loops)
    answer = Function(
        id="Unmatched",
        name=f"{FALLBACK}-unmatched",
        handler=f"{package_of(FALLBACK)}.handlers.unmatched.handler",
        entry_point="",
        trigger=FALLBACK,
        routes=(Route("$default", "ANY"),),
        timeout=HTTP_TIMEOUT,
        description="Answers what no route of the API matches, as the monolith would",
        module="unmatched",
        event_file="events/unmatched.json",
    )
    stack = Stack(
        service=FALLBACK,
        description=f"{plain(scene.program.project)}: requests that no service claims",
        verdict=FARGATE if lasting else LAMBDA,
        functions=() if lasting else (answer,),
        tasks=(_web(FALLBACK, answer.routes, scene.style),) if lasting else (),
        environment=_environment(piece.environment),
        requirements=_requirements(piece.requirements, [scene.style.requirement] if lasting else []),
        uses_database=bool(scene.program.tables),
    )
    return posting(stack, piece, scene.posts, whole=scene.style.whole)


def _tables(unit: Unit, service: str, scene: _Scene) -> tuple[tuple[str, str], ...]:
    found = reach([entry.id for entry in unit.entries], scene.grounds[service])
    return tables_of(found.nodes, scene.program)


def _describe(entry: EntryPoint, program: Program) -> str:
    definition = program.by_symbol.get(entry.handler)
    title = entry.id.partition(":")[2]
    first_line = definition.doc.strip().partition("\n")[0] if definition else ""
    return plain(f"{title}: {first_line}" if first_line else title)


def plain(text: str) -> str:
    """One short line in which CloudFormation finds nothing to replace."""
    line = one_line(text).replace("{{", "{ {").replace("${", "$ {")
    return line if len(line) <= LONGEST_DESCRIPTION else line[: LONGEST_DESCRIPTION - 3].rstrip() + "..."


def _environment(names: Iterable[str]) -> tuple[str, ...]:
    """Names that a template may set: what Lambda takes, without those that Lambda itself sets."""
    return tuple(
        name
        for name in sorted(set(names))
        if re.fullmatch(r"[A-Za-z]\w+", name, re.A) and not _RESERVED.fullmatch(name)
    )


def _requirements(names: Iterable[str], added: Iterable[str]) -> tuple[str, ...]:
    wanted = {one_line(name) for name in [*names, *added]}
    return tuple(sorted(wanted - {""}, key=lambda name: (name.lower(), name)))
