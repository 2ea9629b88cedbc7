"""One service's folder.

Comes in: a service's parts, the plan, verdicts and findings. Goes out: files by path below the service's folder. Must
not: change a byte of the slice.
"""

import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

from refactor.model.errors import RefactorError
from refactor.model.findings import FIX_FIRST, SEVERITIES, VERDICTS, Finding, Verdict
from refactor.model.names import module_of, qualname_of
from refactor.model.plan import Plan
from refactor.model.program import EntryPoint
from refactor.model.resources import Function, Refused, Role, Stack
from refactor.scaffold.delivery.checks import modules_of
from refactor.scaffold.documents import documents_of
from refactor.scaffold.events import sample_event
from refactor.scaffold.loops import own_loops
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts
from refactor.scaffold.permissions import plan_of
from refactor.scaffold.stacks import FALLBACK, contained_because
from refactor.scaffold.targets import Target
from refactor.scaffold.template import values_of
from refactor.scaffold.terraform import TERRAFORM, terraform_of
from refactor.scaffold.units import is_queued, route_key, routes_of

KEEP = VERDICTS[-1]
DJANGO = "django"
MOST_ROWS = 40
MOST_LOOPS = 5
MOST_NAMES = 6  # of one module
MOST_RESOURCES = 500  # of one CloudFormation stack
PER_FUNCTION, PER_TEMPLATE = 3, 2  # what SAM adds: version, alias, deployment group; CodeDeploy's application and role
_LEADS = {
    "lambda": "It runs as functions.",
    "fargate": "It runs as a container.",
    "keep": "It runs as functions, but most of it cannot be cut safely yet: leave its routes with the monolith.",
}
_WORDS = {
    "queue": "queue",
    "task": "queue of its task",
    "command": "by hand",
    "operation": "calls of other services",
    "events": "events of other services",
    "relay": "each minute, and when the outbox was written",
}


def files_of(
    parts: Parts,
    plan: Plan,
    judged: Mapping[str, Verdict],
    findings: Sequence[Finding],
    *,
    target: Target,
    pages: Pages,
    iac: str,
) -> dict[str, bytes | str]:
    """The slice below ``src``, and everything that is generated around it. ``judged``: verdicts by subject."""
    files: dict[str, bytes | str] = {f"src/{file.path}": file.content for file in parts.piece.tree.files}
    generated = target.sources(parts, pages) | _pages(parts, plan, judged, findings, pages, iac) | _events(parts)
    generated |= documents_of(parts)
    clash = sorted(files.keys() & generated.keys())
    if clash:
        raise RefactorError(
            f"the monolith has a file where service {parts.stack.service} generates one: {clash[0]}",
            hint="Rename the service in refactor.plan.toml.",
        )
    return files | generated


def _pages(
    parts: Parts, plan: Plan, judged: Mapping[str, Verdict], findings: Sequence[Finding], pages: Pages, iac: str
) -> dict[str, str]:
    values = values_of(parts)
    template = pages.render("service/template.yaml.j2", **values)
    described = values | _description(parts, plan, judged, findings) | {"warnings": _warnings(parts, template)}
    order = _order(parts.stack, plan) | {"given": _given(values), "terraform": iac == TERRAFORM}
    order |= {"undecided": _undecided(values), "version": parts.stack.runtime.removeprefix("python")}
    files = {
        "template.yaml": template,
        "README.md": pages.render("service/README.md.j2", **described),
        "RUNBOOK.md": pages.render("service/RUNBOOK.md.j2", **described, **order),
        "pyproject.toml": pages.render("service/pyproject.toml.j2", **values, modules=modules_of(parts)),
        "iam/plan.json": plan_of(parts, values),
        "src/requirements.txt": pages.render("service/requirements.txt.j2", requirements=parts.stack.requirements),
    }
    if iac == TERRAFORM:
        files |= terraform_of(parts, values, pages)
    if parts.stack.tasks:
        command = parts.stack.tasks[0].command
        version = parts.stack.runtime.removeprefix("python")
        files["Dockerfile"] = pages.render("fargate/Dockerfile.j2", command=command, version=version)
    return files


def _events(parts: Parts) -> dict[str, str]:
    units = {unit.module: unit for unit in parts.units}
    answering = next((unit for unit in parts.units if unit.first.kind == "http"), None)
    tasks = {queue.id: queue.task for queue in parts.stack.queues}
    samples = {
        function.event_file: sample_event(function, units.get(function.module, answering), tasks.get(function.id, ""))
        for function in parts.stack.functions
    }
    return {path: json.dumps(sample, indent=2) + "\n" for path, sample in samples.items()}


def _description(
    parts: Parts, plan: Plan, judged: Mapping[str, Verdict], findings: Sequence[Finding]
) -> dict[str, Any]:
    stack = parts.stack
    service = plan.by_name.get(stack.service)
    concerned = sorted(
        (each for each in findings if not each.ignored and stack.service in each.services),
        key=lambda each: (SEVERITIES.index(each.severity), each),
    )
    owned = service.tables if service else ()
    because = contained_because(stack, judged[stack.service].verdict)
    return {
        "verdict": judged[stack.service],
        "because": because,
        "reasons": [each for each in judged[stack.service].reasons if not each.startswith(FIX_FIRST)],
        "packaged": [] if because else _packaged(judged[stack.service], {each.rule for each in concerned}),
        "kept": _kept(parts, judged),
        "lead": _LEADS.get(stack.verdict, ""),
        "triggers": {function.id: _trigger(function) for function in stack.functions if not function.routes},
        "keys": lambda routes: [route_key(route) for route in routes],
        "owned": [(each.table, _others(each.writers, stack), _others(each.readers, stack)) for each in owned],
        "borrowed": _borrowed(stack, plan),
        "copies": _copies(parts),
        "is_django": DJANGO in parts.program.frameworks,
        "has_stand_ins": bool(parts.piece.stand_ins) or DJANGO not in parts.program.frameworks,
        "calls": parts.piece.called,
        "answers": parts.piece.answered,
        "findings": concerned[:MOST_ROWS],
        "more_findings": max(0, len(concerned) - MOST_ROWS),
    }


def _copies(parts: Parts) -> list[tuple[str, str, list[str], int]]:
    """Owner and module of what other services' code is here, some of the names, and how many more there are.

    A module that is here as a whole has no names. Too many modules are told by package, with their number for the names.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for origin in sorted(parts.piece.origins):
        if origin.level == "copied":
            names = found.setdefault((origin.owner, module_of(origin.symbol)), [])
            names += [qualname_of(origin.symbol)] if qualname_of(origin.symbol) else []
    rows = [(*at, names[:MOST_NAMES], max(0, len(names) - MOST_NAMES)) for at, names in sorted(found.items())]
    if len(rows) <= MOST_ROWS:
        return rows
    packages: dict[tuple[str, str], list[tuple[str, str, list[str], int]]] = {}
    for row in rows:
        packages.setdefault((row[0], ".".join(row[1].split(".")[:2])), []).append(row)
    return [each[0] if len(each) == 1 else (*at, [], len(each)) for at, each in sorted(packages.items())]


def _packaged(verdict: Verdict, known: Set[str]) -> list[str]:
    """What to fix first of rules that no finding of the service's own names."""
    first = [each.removeprefix(FIX_FIRST) for each in verdict.reasons if each.startswith(FIX_FIRST)]
    return [each for each in first if each.partition(" ")[0] not in known]


def _kept(parts: Parts, judged: Mapping[str, Verdict]) -> list[tuple[str, tuple[str, ...]]]:
    """What stays with the monolith for now, in the words of its trigger, and the rules to settle first."""
    kept = []
    for unit in parts.units:
        rules = {rule for entry in unit.entries if _is_kept(entry, judged) for rule in judged[entry.id].rules}
        if any(_is_kept(entry, judged) for entry in unit.entries):
            named = [route_key(route) for route in routes_of([unit])] or [unit.first.id]
            kept.append((", ".join(named), tuple(sorted(rules))))
    return kept


def _is_kept(entry: EntryPoint, judged: Mapping[str, Verdict]) -> bool:
    return entry.id in judged and judged[entry.id].verdict == KEEP


def _trigger(function: Function) -> str:
    if function.trigger == "schedule":
        return function.schedule or "schedule (not set)"
    return _WORDS[function.trigger]


def _others(services: Sequence[str], stack: Stack) -> list[str]:
    return [service for service in services if service != stack.service]


def _borrowed(stack: Stack, plan: Plan) -> list[tuple[str, str, str]]:
    """Tables of other services that functions touch, with the widest access."""
    found: dict[str, set[str]] = {}
    for function in stack.functions:
        for table, mode in function.tables:
            found.setdefault(table, set()).add(mode)
    return [
        (table, plan.service_of(f"table:{table}") or "nobody", next(iter(modes)) if len(modes) == 1 else "readwrite")
        for table, modes in sorted(found.items())
        if plan.service_of(f"table:{table}") != stack.service
    ]


def _warnings(parts: Parts, template: str) -> list[str]:
    stack = parts.stack
    warnings = []
    made_by_sam = PER_FUNCTION * len(stack.functions) + PER_TEMPLATE
    resources = template.partition("\nResources:\n")[2].count("\n    Type: AWS::") + made_by_sam
    if resources > MOST_RESOURCES:
        warnings.append(
            f"The template holds {resources} resources, CloudFormation takes {MOST_RESOURCES}: cut the service in two."
        )
    loops = own_loops(parts.program) if parts.stack.tasks else ()
    if loops:
        warnings.append(
            f"Endless tasks may run beside the requests of each process: {', '.join(loops[:MOST_LOOPS])}. They would stand "
            "still in a frozen function; what shares memory with requests runs in each service that has such requests."
        )
    if any(task.sockets for task in stack.tasks):
        warnings.append(
            "An HTTP API passes no websockets: put a load balancer in front of the container for them, with a name of its own "
            "or for all of the service's paths."
        )
    if parts.piece.resting:
        told = [f"{qualname_of(job)} ({', '.join(services)})" for job, services in parts.piece.resting]
        warnings.append(f"Jobs that wait here and run in other services: {', '.join(told[:MOST_LOOPS])}.")
    if others := sorted(
        {e.framework for unit in parts.units for e in unit.entries if e.kind == "task" and not is_queued(e)}
    ):
        warnings.append(
            f"Tasks of {', '.join(others)} are still handed over as the monolith does it, to its own workers: the queues here "
            "are fed by the bus, and nothing sends to it yet."
        )
    if any(
        function.trigger == "queue" and parts.unit(function.module).first.kind == "event"
        for function in stack.functions
    ):
        warnings.append(
            "Receivers of events still run inside the process that publishes. The queues are ready for publishers in "
            "other services; do not send an event both ways."
        )
    if any(function.trigger == "schedule" and not function.schedule for function in stack.functions):
        warnings.append("A schedule was not understood; it is deployed disabled. Set its expression in template.yaml.")
    return warnings


def _order(stack: Stack, plan: Plan) -> dict[str, Any]:
    service = plan.by_name.get(stack.service)
    earlier = sorted(
        (each.wave, each.name) for each in plan.services if service and each.wave < service.wave and each.entry_points
    )
    return {
        "wave": service.wave if service else 0,
        "condition": service.condition if service else "",
        "before": [name for _, name in earlier],
    }


def _undecided(values: dict[str, Any]) -> list[tuple[str, Refused]]:
    """What somebody has to write a statement for, role by role."""
    roles: dict[str, Role] = values["roles"]
    return [(role.of or "containers", one) for _, role in sorted(roles.items()) for one in role.refused]


def _given(values: dict[str, Any]) -> list[str]:
    """The parameters a deployment has to name."""
    asked = {
        "HttpApiId": values["routed"],
        "SubnetIds": values["networked"],
        "SecurityGroupIds": values["networked"],
        "DatabaseResourceId": values["stack"].uses_database,
        "EventBusName": values["queued"],
        "AlarmTopicArn": True,
        "ImageUri": bool(values["tasks"]),
        "ClusterName": bool(values["tasks"]),
        "VpcLinkId": values["contained"],
        "NamespaceId": values["contained"],
        "ServiceSecretArn": bool(values["secrets"]),
        "MonolithBaseUrl": values["stack"].service == FALLBACK,
    }
    return [name for name, wanted in asked.items() if wanted]
