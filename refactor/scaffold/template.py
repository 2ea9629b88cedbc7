"""A stack as CloudFormation values: parameters, conditions and names that a template needs.

Comes in: a service's parts. Goes out: values for ``service/template.yaml.j2`` and its siblings. Must not: render.
"""

import re
from collections.abc import Iterable
from typing import Any

from msgspec import structs

from refactor.model.program import EntryPoint
from refactor.model.resources import Route, Setting, Stack, Switch, Task
from refactor.model.schemas import login_role
from refactor.scaffold.alarms import alarms_of
from refactor.scaffold.naming import logical_id
from refactor.scaffold.parts import CONTAINER, Parts
from refactor.scaffold.queues import LETTERS
from refactor.scaffold.roles import roles_of
from refactor.scaffold.schedules import expression_of
from refactor.scaffold.stacks import FALLBACK, plain
from refactor.scaffold.switches import switches_of
from refactor.scaffold.units import route_key, routed
from refactor.scaffold.wire import EVENTS, RELAY, queue_of

_SECRET = re.compile(
    r"SECRET|PASSW|TOKEN|API_?KEY|PRIVATE|CREDENTIAL|DSN|(DATABASE|DB|REDIS|BROKER|MONGO)\w*UR[IL]", re.I
)


MOST_LIMITS = 50
"""Functions of one template that have a limit of their own: a template takes 200 parameters."""

CLOCKED = ("schedule", RELAY)
"""Triggers of functions that a clock starts."""


class Run(Task, frozen=True):
    """A task with what makes it run. ``kind``: web | loop | schedule | command."""

    kind: str = "web"
    schedule: str = ""
    description: str = ""
    entry_point: str = ""


def values_of(parts: Parts) -> dict[str, Any]:
    """Everything that the infrastructure pages of a service ask for."""
    stack = parts.stack
    variables = _settings(stack.environment)
    runs = tuple(_run(task, parts) for task in stack.tasks)
    settings = tuple(setting for setting in variables if not is_secret(setting.name))
    scheduled = any(function.trigger in CLOCKED for function in stack.functions) or any(
        run.kind == "schedule" for run in runs
    )
    lasting = [run.id for run in runs if run.kind in ("web", "loop")]
    alarms = alarms_of(stack, missed=scheduled, services=lasting, namespace=parts.program.project)
    switches = () if stack.service == FALLBACK else switches_of(routed(stack))
    values: dict[str, Any] = {
        "stack": stack,
        "package": parts.package,
        "tasks": runs,
        "secrets": tuple(setting for setting in variables if is_secret(setting.name)),
        "settings": settings,
        "roles": {role.of: role for role in roles_of(parts, settings)},
        "alarms": alarms,
        "guards": {
            function.id: [alarm.id for alarm in alarms if alarm.subject == function.id] for function in stack.functions
        },
        "switches": switches,
        "condition_of": {key: _condition(switch) for switch in switches for key in switch.keys},
        "limited": tuple(function.id for function in stack.functions) if len(stack.functions) <= MOST_LIMITS else (),
        "lasting": lasting,
        "fallback": stack.service == FALLBACK,
        "routed": bool(routed(stack)),
        "contained": any(run.kind == "web" for run in runs),
        "networked": bool(stack.tasks) or stack.uses_database,
        "sends": _sends(stack),
        "tasked": any(not queue.contained for queue in stack.queues),
        "queued": any(function.trigger == "queue" for function in stack.functions),
        "scheduled": scheduled,
        "connecting": frozenset(_connecting(parts)),
        "database_user": login_role(stack.service),
        "events_queue": queue_of(stack.service),
        "sent": parts.piece.sent,
        "heard": parts.piece.heard,
        "channel_of": {unit.id: channel_of(unit.first) for unit in parts.units},
        "route_names": route_names,
        "routes": routed(stack),
    }
    return values | {"conditions": _conditions(parts, values)}


def _sends(stack: Stack) -> dict[str, list[str]]:
    """Function id, or "" for all containers -> the queues it puts messages into; who reads one has its letters too."""
    found = {function.id: set(function.sends) for function in stack.functions}
    found[""] = {queue for task in stack.tasks for queue in task.sends}
    for queue in stack.queues:
        found["" if queue.contained else queue.id].add(f"{queue.name}{LETTERS}")
    return {name: sorted(queues) for name, queues in found.items()}


def is_secret(name: str) -> bool:
    """Whether an environment variable's value is nobody's business."""
    return bool(_SECRET.search(name))


def route_names(routes: Iterable[Route]) -> list[tuple[str, str]]:
    """Route key and a name that is unique among the routes: ``Route`` and ``Head`` of a function, numbers of many."""
    ordered = sorted(routes, key=lambda route: (route.method == "HEAD", route))
    if len(ordered) <= 2 and len({route.method == "HEAD" for route in ordered}) == len(ordered):
        return [(route_key(route), "Head" if route.method == "HEAD" else "Route") for route in ordered]
    return [(route_key(route), f"Route{number}") for number, route in enumerate(ordered, start=1)]


def _condition(switch: Switch) -> str:
    return f"Takes{switch.parameter.removesuffix('Enabled')}"


def channel_of(entry: EntryPoint) -> str:
    """The name under which a bus carries an event: the channel's symbol, for tasks their own."""
    return plain(entry.id.partition(":")[2].partition("->")[0])


def _connecting(parts: Parts) -> Iterable[str]:
    """Functions that may sign in to the database: those that touch tables, all HTTP for the sake of its hooks, messages."""
    if parts.stack.uses_database:
        for function in parts.stack.functions:
            if function.tables or function.routes or function.trigger in (EVENTS, RELAY):
                yield function.id


def _settings(names: Iterable[str]) -> tuple[Setting, ...]:
    parameters: dict[str, str] = {}
    for name in names:
        wish = "Env" + logical_id(*(word.capitalize() for word in name.lower().split("_")))
        parameters[name] = wish if wish not in parameters.values() else f"{wish}X{len(parameters)}"
    return tuple(Setting(name, parameter) for name, parameter in parameters.items())


def _run(task: Task, parts: Parts) -> Run:
    given = structs.asdict(task)
    if task.id == CONTAINER:
        return Run(**given)
    entry = parts.unit(task.command[-1].rpartition(".")[2]).first
    kind = {"schedule": "schedule", "command": "command"}.get(entry.kind, "loop")
    loops = {fact.symbol for fact in parts.program.endless}
    return Run(
        **given,
        kind="loop" if entry.handler in loops else kind,
        schedule=expression_of(entry.schedule),
        description=plain(entry.id),
        entry_point=entry.id,
    )


def _conditions(parts: Parts, values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    stack = parts.stack
    is_given = '!Not [!Equals [!Ref {0}, ""]]'.format
    conditions = []
    if values["fallback"]:
        conditions += [
            ("HasMonolith", is_given("MonolithBaseUrl")),
            ("NoMonolith", '!Equals [!Ref MonolithBaseUrl, ""]'),
        ]
    elif values["routed"]:
        conditions.append(("TakesTraffic", '!Equals [!Ref RoutesEnabled, "true"]'))
    for switch in values["switches"]:
        both = f'!And [!Condition TakesTraffic, !Equals [!Ref {switch.parameter}, "true"]]'
        conditions.append((_condition(switch), both))
    conditions.append(("HasAlarmTopic", is_given("AlarmTopicArn")))
    conditions += [(f"HasLimitOf{name}", f"!Not [!Equals [!Ref LimitOf{name}, -1]]") for name in values["limited"]]
    if stack.functions:
        conditions.append(("HasReservedConcurrency", "!Not [!Equals [!Ref ReservedConcurrency, 0]]"))
    if stack.functions and stack.uses_database:
        conditions.append(("HasNetwork", '!Not [!Equals [!Join ["", !Ref SubnetIds], ""]]'))
    if values["connecting"] or (stack.tasks and stack.uses_database):
        conditions.append(("HasDatabase", is_given("DatabaseResourceId")))
    if values["secrets"]:
        conditions.append(("HasServiceSecret", is_given("ServiceSecretArn")))
    for setting in values["settings"]:
        conditions.append((f"Has{setting.parameter}", is_given(setting.parameter)))
    return tuple(conditions)
