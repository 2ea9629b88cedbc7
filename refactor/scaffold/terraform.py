"""A service's resources in Terraform's words, from the same values as its template.

Comes in: a service's parts and the values of its template. Goes out: files by path below the service's folder. Must not:
decide anything; a name goes through ``hcl`` only.
"""

from collections.abc import Mapping
from typing import Any

from refactor.model.names import digest
from refactor.model.resources import Alarm, Function, Role
from refactor.scaffold.hcl import arn, hcl
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts
from refactor.scaffold.template import CLOCKED, Run
from refactor.scaffold.units import route_key

SAM, TERRAFORM = "sam", "terraform"
"""In whose words the infrastructure is written; ``terraform`` adds its own to the template that is deployed locally."""
LONGEST_NAME = 50
"""Lambda takes 64 characters; the stage stands before."""

STATIC = ("versions", "variables", "functions", "routes", "queues", "schedules", "alarms")


def terraform_of(parts: Parts, values: Mapping[str, Any], pages: Pages) -> dict[str, str]:
    """``terraform/*.tf`` and the script that moves the alias."""
    given = {**values, "hcl": hcl}
    names = [name for name in STATIC if parts.stack.functions or name not in ("functions", "queues")]
    if parts.stack.tasks:
        names.append("tasks")
    if parts.piece.heard:
        names.append("events")
    files = {f"terraform/{name}.tf": pages.render(f"terraform/{name}.tf.j2", **given) for name in sorted(names)}
    files["terraform/locals.tf"] = pages.render(
        "terraform/locals.tf.j2",
        values=_locals(parts, values),
        hcl=hcl,
        calls=parts.stack.calls,
        sends=parts.stack.sends,
    )
    if parts.stack.functions:
        files["terraform/deploy.sh"] = pages.render("terraform/deploy.sh.j2", **given)
    return files


def _locals(parts: Parts, values: Mapping[str, Any]) -> dict[str, Any]:
    stack, roles = parts.stack, values["roles"]
    by_id = {function.id: function for function in stack.functions}
    return {
        "service": stack.service,
        "database_user": values["database_user"],
        "functions": {name: _function(by_id[name], roles[name], values) for name in sorted(by_id)},
        "queues": {
            name: {"channel": values["channel_of"][name], "timeout": function.timeout}
            for name, function in sorted(by_id.items())
            if function.trigger == "queue"
        },
        "schedules": {
            name: _schedule(function.schedule, function.description)
            for name, function in sorted(by_id.items())
            if function.trigger in CLOCKED
        },
        "routes": _routes(parts, values),
        "alarms": {alarm.id: _alarm(alarm) for alarm in values["alarms"]},
        "tasks": {run.id: _task(run) for run in values["tasks"]},
        "task_calls": [name for name, _ in roles[""].calls] if stack.tasks else [],
        "task_statements": _statements(roles[""]) if stack.tasks else [],
    }


def _function(function: Function, role: Role, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": short(function.name),
        "description": function.description,
        "handler": function.handler,
        "timeout": function.timeout,
        "memory": function.memory,
        "connects": function.id in values["connecting"],
        "alarms": values["guards"][function.id],
        "calls": [name for name, _ in role.calls],
        "statements": _statements(role),
    }


def _statements(role: Role) -> list[dict[str, Any]]:
    """Every statement has the same keys, so that a list of them has one type."""
    return [
        {
            "actions": list(statement.actions),
            "resource": arn(statement),
            "setting": statement.settings[0].name if statement.settings else "",
        }
        for statement in role.statements
    ]


def _routes(parts: Parts, values: Mapping[str, Any]) -> dict[str, Any]:
    """Route key -> who answers, and the switch that hands it back."""
    switch = {key: each.label for each in values["switches"] for key in each.keys}
    answering = [(function.id, "function", function.routes) for function in parts.stack.functions]
    answering += [(task.id, "task", task.routes) for task in parts.stack.tasks]
    return {
        key: {"target": name, "kind": kind, "switch": switch.get(key, "")}
        for key, name, kind in sorted(
            (route_key(route), name, kind) for name, kind, routes in answering for route in routes
        )
    }


def _schedule(expression: str, description: str) -> dict[str, Any]:
    return {"expression": expression or "rate(1 day)", "enabled": bool(expression), "description": description}


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "subject": alarm.subject,
        "kind": alarm.kind,
        "namespace": alarm.namespace,
        "metric": alarm.metric,
        "statistic": alarm.statistic,
        "threshold": alarm.threshold,
        "minutes": alarm.minutes,
        "description": alarm.description,
    }


def _task(run: Run) -> dict[str, Any]:
    return {
        "name": short(run.name),
        "kind": run.kind,
        "command": list(run.command),
        "port": run.port,
        "cpu": run.cpu,
        "memory": run.memory,
        **_schedule(run.schedule, run.description),
    }


def short(name: str) -> str:
    """A name that fits, told apart by a digest when it is cut."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 9]}-{digest(name, length=8)}"
