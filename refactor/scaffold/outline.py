"""Stacks -> the tree of a split: platform, services, overview and manifest.

Comes in: everything the services are made of, and template texts. Goes out: one ``SourceTree``. Must not: touch disk.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from refactor.model.errors import RefactorError
from refactor.model.findings import Finding, Verdict
from refactor.model.names import slug
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.resources import Cloud, Stack
from refactor.model.schemas import Database
from refactor.model.slices import Slice
from refactor.model.sources import SourceTree, tree_of
from refactor.scaffold.database import database_files
from refactor.scaffold.delivery.files import delivery_files
from refactor.scaffold.delivery.journey import Journey
from refactor.scaffold.hcl import hcl
from refactor.scaffold.naming import logical_id, package_of
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts
from refactor.scaffold.prefixes import MOST_ROUTES
from refactor.scaffold.reach import ground_of
from refactor.scaffold.service import files_of
from refactor.scaffold.stacks import FALLBACK, plain
from refactor.scaffold.targets import target_of
from refactor.scaffold.template import is_secret
from refactor.scaffold.terraform import SAM, TERRAFORM
from refactor.scaffold.units import entries_of, routed, units_of

MANIFEST_VERSION = 1
NOTHING = Database()
CLOUD = Cloud()
WRITERS = (SAM, TERRAFORM)


def scaffold(
    program: Program,
    plan: Plan,
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    slices: Sequence[Slice],
    stacks: Sequence[Stack],
    templates: Mapping[str, str],
    database: Database = NOTHING,
    *,
    cloud: Cloud = CLOUD,
    iac: str = SAM,
) -> SourceTree:
    """The whole tree of a split. ``templates``: texts by POSIX path below ``templates/scaffold``."""
    pages, target = Pages(templates), target_of(program)
    by_service = {piece.service: piece for piece in slices}
    by_subject = {verdict.subject: verdict for verdict in verdicts}
    files: dict[str, bytes | str] = {}
    for stack in sorted(stacks):
        folder = _folder(stack)
        units = units_of(entries_of(stack.service, program, plan))
        piece = by_service[stack.service]
        parts = Parts(program, stack, piece, units, ground_of(piece, program, plan))
        judged = {stack.service: Verdict(stack.service, stack.verdict)} | by_subject
        for path, content in files_of(parts, plan, judged, findings, target=target, pages=pages, iac=iac).items():
            files[f"{folder}/{path}"] = content
    files |= _platform(program, stacks, pages, cloud, iac)
    files |= database_files(database, pages)
    journey = Journey(program, plan, tuple(verdicts), tuple(findings), tuple(slices), tuple(stacks), database)
    files |= delivery_files(journey, pages, iac)
    files[".gitignore"] = pages.render("split/gitignore.j2")
    files["README.md"] = _overview(program, plan, stacks, pages, database)
    tree = tree_of(files)
    manifest = _manifest(program, plan, stacks, by_service, tree)
    return tree_of({**{file.path: file.content for file in tree.files}, "split.json": manifest})


def _folder(stack: Stack) -> str:
    if slug(stack.service) != stack.service:
        raise RefactorError(
            f"{stack.service!r} cannot be a service's name",
            hint="Use lower-case letters, digits and single hyphens in refactor.plan.toml.",
        )
    return f"services/{stack.service}"


def _platform(program: Program, stacks: Sequence[Stack], pages: Pages, cloud: Cloud, iac: str) -> dict[str, str]:
    secrets = _secrets(stacks)
    database = any(stack.uses_database for stack in stacks)
    containers = any(stack.tasks for stack in stacks)
    events = any(function.trigger == "queue" for stack in stacks for function in stack.functions)
    outputs = [
        ("HttpApiId", "!Ref HttpApi", "The shared HTTP API"),
        ("HttpApiUrl", "!GetAtt HttpApi.ApiEndpoint", "Where it answers"),
    ]
    if database or containers:
        outputs.append(("SecurityGroupIds", "!Ref ServiceSecurityGroup", "For functions and containers"))
        outputs.append(("SubnetIds", '!Join [",", !Ref SubnetIds]', "For functions and containers"))
    if database:
        outputs.append(("DatabaseEndpoint", "!GetAtt Database.Endpoint.Address", "Host of the database"))
        outputs.append(("DatabaseResourceId", "!GetAtt Database.DBClusterResourceId", "For IAM sign-in"))
        outputs.append(("DatabaseSecretArn", "!GetAtt Database.MasterUserSecret.SecretArn", "The administrator's"))
    if containers:
        outputs.append(("ClusterName", "!Ref Cluster", "Where containers run"))
        outputs.append(("VpcLinkId", "!Ref VpcLink", "From the API to containers"))
        outputs.append(("NamespaceId", "!Ref Namespace", "Where containers are registered"))
    outputs.append(("AlarmTopicArn", "!Ref AlarmTopic", "Where alarms go"))
    for _, parameter, _ in secrets:
        outputs.append((f"SecretOf{parameter}", f"!Ref SecretOf{parameter}", "ServiceSecretArn of the service"))
    if events:
        outputs.append(("EventBusName", "!Ref EventBus", "The bus of the services"))
    given = {"project": plain(program.project), "database": database, "containers": containers, "events": events}
    given |= {"secrets": secrets, "engine": cloud.engine}
    files = {"platform/template.yaml": pages.render("platform/template.yaml.j2", **given, outputs=outputs)}
    if database or containers:
        files["platform/network.yaml"] = pages.render("platform/network.yaml.j2", project=plain(program.project))
    if iac == TERRAFORM:
        files["platform/terraform/main.tf"] = pages.render("terraform/platform.tf.j2", **given, hcl=hcl)
    return files


def _secrets(stacks: Sequence[Stack]) -> list[tuple[str, str, str]]:
    """Services with settings that nobody may read: name, the name's logical id, the names of the settings."""
    found = []
    for stack in sorted(stacks):
        if names := [name for name in stack.environment if is_secret(name)]:
            found.append((stack.service, logical_id(*stack.service.split("-")), ", ".join(names)))
    return found


def _overview(program: Program, plan: Plan, stacks: Sequence[Stack], pages: Pages, database: Database) -> str:
    waves = {service.name: service.wave for service in plan.services}
    names = {stack.service for stack in stacks}
    routes = sum(len(routed(stack)) for stack in stacks)
    warnings = [f"The services have {routes} routes, an HTTP API takes {MOST_ROUTES}: raise the quota or use two APIs."]
    return pages.render(
        "split/README.md.j2",
        project=program.project,
        stacks=sorted((waves[stack.service], stack) for stack in stacks if stack.service in waves),
        fallback=FALLBACK in names,
        database=any(stack.uses_database for stack in stacks),
        scripted=bool(database.homes),
        idle=sorted(set(waves) - names),
        warnings=warnings if routes > MOST_ROUTES else [],
    )


def _manifest(
    program: Program, plan: Plan, stacks: Sequence[Stack], slices: Mapping[str, Slice], tree: SourceTree
) -> str:
    waves = {service.name: service.wave for service in plan.services}
    rows = {stack.service: _row(stack, slices[stack.service], waves.get(stack.service, 0)) for stack in sorted(stacks)}
    manifest = {
        "version": MANIFEST_VERSION,
        "project": program.project,
        "services": [row for name, row in rows.items() if name != FALLBACK],
        "fallback": rows.get(FALLBACK),
        "files": {file.path: file.digest for file in tree.files},
    }
    return json.dumps(manifest, indent=2, sort_keys=True) + "\n"


def _row(stack: Stack, piece: Slice, wave: int) -> dict[str, Any]:
    """``lines`` of the monolith's own ``monolith_lines`` of Python are in the service."""
    return {
        "name": stack.service,
        "verdict": stack.verdict,
        "wave": wave,
        "folder": f"services/{stack.service}",
        "package": package_of(stack.service),
        "lines": piece.lines,
        "monolith_lines": piece.of,
    }
