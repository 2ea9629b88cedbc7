"""All files of delivery, by path below the split's folder.

Comes in: a journey: program, plan, verdicts, findings, slices, stacks and database. Goes out: workflows, what they run,
RUNBOOK.md and DECISIONS.md. Must not: render what belongs to one service's stack.
"""

from collections.abc import Sequence

from refactor.model.resources import Function, Stack
from refactor.scaffold.database.files import steps_of
from refactor.scaffold.delivery.decisions import decisions_of
from refactor.scaffold.delivery.journey import Journey
from refactor.scaffold.pages import Pages
from refactor.scaffold.stacks import FALLBACK
from refactor.scaffold.terraform import SAM, TERRAFORM
from refactor.scaffold.units import routed

WORKFLOWS = ".github/workflows"
ACTIONS = {
    "checkout": "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0",
    "python": "actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c # v6.0.0",
    "upload": "actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0",
    "download": "actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131 # v7.0.0",
    "terraform": "hashicorp/setup-terraform@b9cd54a3c349d3f38e8881555d616ced269862dd # v3.1.2",
    "aws": "aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7 # v6.0.0",
}
"""What the workflows use of others, by commit: a tag can be moved."""
UNASKED = ("logout", "signout", "sign-out", "log-out", "delete", "remove", "cancel", "unsubscribe", "reset", "logoff")
"""A GET of a path with one of these words may change something, whatever the analysis says."""
SHARED = {
    SAM: ("parameters.py", "expand.sh", "requirements.txt"),
    TERRAFORM: ("variables.py", "initialise.sh", "expand.sh", "requirements.txt"),
}
"""What the workflows run, by the words that the infrastructure is deployed in."""
SUFFIX = {SAM: "", TERRAFORM: "_terraform"}


def delivery_files(journey: Journey, pages: Pages, iac: str) -> dict[str, str]:
    """Every file of delivery; ``iac``: the words that the workflows deploy in."""
    files: dict[str, str] = {}
    for stack in sorted(journey.stacks):
        given = {"stack": stack, "actions": ACTIONS, "fallback": stack.service == FALLBACK}
        watched = [f"services/{name}/src/{package}/contracts.py" for name, package in journey.providers(stack.service)]
        version = stack.runtime.removeprefix("python")
        files[f"{WORKFLOWS}/{stack.service}.yml"] = pages.render(
            f"delivery/service{SUFFIX[iac]}.yml.j2",
            **given,
            watched=watched,
            version=version,
            routed=bool(routed(stack)),
        )
        files[f"services/{stack.service}/smoke.py"] = pages.render(
            "delivery/smoke.py.j2", service=stack.service, paths=safe_paths(stack)
        )
    files[f"{WORKFLOWS}/_platform.yml"] = pages.render(f"delivery/platform{SUFFIX[iac]}.yml.j2", actions=ACTIONS)
    if journey.database.homes:
        files[f"{WORKFLOWS}/_database.yml"] = pages.render("delivery/database.yml.j2", actions=ACTIONS)
    for name in SHARED[iac]:
        if name != "expand.sh" or journey.database.homes:
            files[f"delivery/{name}"] = pages.render(f"delivery/{name}.j2")
    files["RUNBOOK.md"] = pages.render("delivery/RUNBOOK.md.j2", **_steps(journey), terraform=iac == TERRAFORM)
    files["DECISIONS.md"] = pages.render("delivery/DECISIONS.md.j2", **decisions_of(journey))
    return files


def safe_paths(stack: Stack) -> tuple[str, ...]:
    """Paths of GET routes that need no value and write no table: what one may ask a running service at any time."""
    found = {
        route.path
        for function in stack.functions
        if not _writes(function) or len(function.routes) > 2
        for route in function.routes
        if route.method == "GET"
    }
    found |= {route.path for task in stack.tasks for route in task.routes if route.method == "GET"}
    return tuple(sorted(path for path in found if "{" not in path and path != "$default" and not _is_risky(path)))


def _writes(function: Function) -> bool:
    return any(mode != "read" for _, mode in function.tables)


def _is_risky(path: str) -> bool:
    return any(word in path.lower() for word in UNASKED)


def _steps(journey: Journey) -> dict[str, object]:
    """Services wave by wave, each with its scripts of the database."""
    steps = steps_of(journey.database) if journey.database.homes else ()
    scripts: dict[str, list[str]] = {}
    for step in steps:
        if step.schema is not None:
            scripts.setdefault(step.schema.service, []).append(step.name)
    return {
        "project": journey.program.project,
        "waves": _waves(journey),
        "scripts": scripts,
        "suffixes": {schema.service: schema.login.removeprefix("svc_") for schema in journey.database.schemas},
        "first": [step.name for step in steps if step.folder == "expand" and step.schema is None],
        "last": [step.name for step in steps if step.folder == "contract"],
        "fallback": any(stack.service == FALLBACK for stack in journey.stacks),
        "kept": journey.kept,
        "sagas": journey.sagas,
        "routed": [stack.service for stack in journey.stacks if routed(stack)],
        "scripted": bool(journey.database.homes),
    }


def _waves(journey: Journey) -> list[tuple[int, Sequence[tuple[Stack, str]]]]:
    found: dict[int, list[tuple[Stack, str]]] = {}
    for stack in sorted(journey.stacks):
        if service := journey.plan.by_name.get(stack.service):
            found.setdefault(service.wave, []).append((stack, service.condition))
    return sorted(found.items())
