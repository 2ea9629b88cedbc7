"""The page that says what each role may do, and why.

Comes in: a service's parts and its values. Goes out: ``iam/plan.json``. Must not: decide; roles are made in ``roles``.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from refactor.model.resources import Role
from refactor.scaffold.parts import Parts
from refactor.scaffold.wire import RELAY

QUEUES = "arn:{partition}:sqs:{region}:{account}:{OperationsPrefix}"
OPERATIONS = "arn:{partition}:lambda:{region}:{account}:function:{OperationsPrefix}"
"""Where the functions are that answer other services, and before it the queues; the parameter stands before each name."""

SENDING = ("sqs:GetQueueUrl", "sqs:SendMessage")


def plan_of(parts: Parts, values: Mapping[str, Any]) -> str:
    """Roles with actions, resources and evidence; the database's user; and what somebody has to decide."""
    roles: Mapping[str, Role] = values["roles"]
    signing_in = sorted(values["connecting"]) + (
        ["containers"] if parts.stack.tasks and parts.stack.uses_database else []
    )
    page = {
        "service": parts.stack.service,
        "database": {"action": "rds-db:connect", "user": values["database_user"], "roles": signing_in},
        "roles": [_row(roles[name], parts, values["sends"][name]) for name in sorted(roles)],
    }
    return json.dumps(page, indent=2) + "\n"


def _row(role: Role, parts: Parts, sends: Sequence[str]) -> dict[str, Any]:
    stack = parts.stack
    invoked = [
        {"actions": ["lambda:InvokeFunction"], "resource": f"{OPERATIONS}{name}:live", "evidence": list(places)}
        for name, places in role.calls
    ]
    if any(function.trigger == RELAY and function.id == role.of for function in stack.functions):
        invoked += [
            {"actions": ["sqs:SendMessage"], "resource": f"{QUEUES}{name}", "evidence": []} for name in stack.sends
        ]
    invoked += [{"actions": list(SENDING), "resource": f"{QUEUES}{name}", "evidence": []} for name in sends]
    return {
        "role": role.of or "containers",
        "entry_points": list(role.entry_points),
        "allowed": invoked
        + [
            {"actions": list(one.actions), "resource": one.resource, "evidence": list(one.evidence)}
            for one in role.statements
        ],
        "to_decide": [
            {"call": one.call, "actions": list(one.actions), "why": one.why, "evidence": list(one.evidence)}
            for one in role.refused
        ],
    }
