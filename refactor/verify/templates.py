"""What a split's templates deploy: functions, container tasks and the routes that lead to them.

Comes in: templates as read. Goes out: a ``Deployment``. Must not: read files; a template that can't be served is an
error that names its line.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from refactor.model.errors import RefactorError
from refactor.model.resources import Function, Queue, Route, Stack, Task
from refactor.model.serving import Deployment, Template
from refactor.verify.intrinsics import NO_VALUE, Scope, holds, is_open, resolve
from refactor.verify.routing import parse_key

FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
ROUTE = "AWS::ApiGatewayV2::Route"
INTEGRATION = "AWS::ApiGatewayV2::Integration"
TASK = "AWS::ECS::TaskDefinition"
QUEUE, SOURCE = "AWS::SQS::Queue", "AWS::Lambda::EventSourceMapping"
DEFAULT_TIMEOUT, DEFAULT_MEMORY = 3, 128
LONGEST = 3600  # seconds of a container's run that are waited for
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}")


class _Resource(Struct, frozen=True):
    """A resource whose condition holds, its properties resolved."""

    id: str
    kind: str
    properties: dict[str, Any]
    metadata: dict[str, Any]
    where: str


def deployment_of(templates: Iterable[Template], parameters: Mapping[str, str] | None = None) -> Deployment:
    """The deployment that templates describe, with parameter values in place of their defaults."""
    stacks, code = [], []
    for template in templates:
        resources = list(_resources(template, parameters or {}))
        stacks.append(_stack(template, resources))
        code += [
            (f"{template.service}/{resource.id}", _code_folder(template, resource))
            for resource in resources
            if resource.kind in (*FUNCTIONS, TASK)
        ]
    return Deployment(tuple(sorted(stacks)), tuple(sorted(code)))


def _resources(template: Template, parameters: Mapping[str, str]) -> Iterator[_Resource]:
    document: dict[str, Any] = template.document
    scope = _scope(document, parameters)
    shared = _mapping(_mapping(document.get("Globals")).get("Function"))
    declared = document.get("Resources")
    entries = _mapping(_mapping(document.get("Metadata")).get("EntryPoints"))
    if not isinstance(declared, dict):
        raise RefactorError("the template has no Resources", where=template.path)
    for name, resource in declared.items():
        where = f"{template.path}:{template.lines.get(name, 1)}"
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            raise RefactorError(f"resource {name} has no Type", where=where)
        if "Condition" in resource and not holds(resource["Condition"], scope):
            continue
        try:
            properties = resolve(_mapping(resource.get("Properties")), scope)
            if resource["Type"] == FUNCTIONS[0]:
                properties = _with_globals(properties, resolve(shared, scope))
            own = resolve(_mapping(resource.get("Metadata")), scope)
            yield _Resource(name, resource["Type"], properties, {"EntryPoint": entries.get(name, ""), **own}, where)
        except (TypeError, ValueError, IndexError, KeyError) as error:
            raise RefactorError(
                f"resource {name} holds a function that can't be applied: {error}", where=where
            ) from error


def _scope(document: dict[str, Any], parameters: Mapping[str, str]) -> Scope:
    declared = _mapping(document.get("Parameters"))
    values = {
        name: str(item["Default"]) for name, item in declared.items() if isinstance(item, dict) and "Default" in item
    }
    values.update({name: value for name, value in parameters.items() if name in declared})
    return Scope(values, _mapping(document.get("Conditions")))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _with_globals(properties: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    merged = {**shared, **properties}
    variables = {**_variables(shared), **_variables(properties)}
    return {**merged, "Environment": {"Variables": variables}} if variables else merged


def _variables(properties: dict[str, Any]) -> dict[str, Any]:
    return _mapping(_mapping(properties.get("Environment")).get("Variables"))


def _stack(template: Template, resources: list[_Resource]) -> Stack:
    routes = _routes(resources)
    functions = [_function(resource, routes) for resource in resources if resource.kind in FUNCTIONS]
    tasks = [_task(resource, routes) for resource in resources if resource.kind == TASK]
    queues, workers = list(_queues(resources)), list(_workers(resources, tasks))
    return Stack(
        service=template.service,
        description=str(template.document.get("Description", "")),
        verdict="fargate" if tasks else "lambda",
        functions=tuple(sorted([*functions, *(function for _, function in workers)])),
        tasks=tuple(sorted(tasks)),
        queues=tuple(sorted([*queues, *(queue for queue, _ in workers)])),
    )


def _queues(resources: list[_Resource]) -> Iterator[Queue]:
    """The queues with a name of their own that a function reads."""
    by_id = {resource.id: resource for resource in resources}
    for resource in resources:
        if resource.kind == SOURCE:
            queue = _referred(str(resource.properties.get("EventSourceArn", "")), by_id, (QUEUE,))
            function = _referred(str(resource.properties.get("FunctionName", "")), by_id, FUNCTIONS)
            name = queue.properties.get("QueueName") if queue else None
            if function and isinstance(name, str) and not is_open(name):
                timeout = _number(function.properties.get("Timeout", DEFAULT_TIMEOUT), function, "Timeout")
                yield Queue(function.id, name, "", timeout)


def _workers(resources: list[_Resource], tasks: Iterable[Task]) -> Iterator[tuple[Queue, Function]]:
    """Queues that a container reads, each with the handler that the container hands its messages to, as a function."""
    by_id = {resource.id: resource for resource in resources if resource.kind == QUEUE}
    for task in tasks:
        queue = by_id.get(f"QueueOf{task.id}")
        name = queue.properties.get("QueueName") if queue else None
        if isinstance(name, str) and not is_open(name) and task.command:
            handler = f"{task.command[-1]}.handler"
            yield (
                Queue(task.id, name, "", LONGEST, contained=True),
                Function(task.id, task.name, handler, "", "event", timeout=LONGEST, environment=task.environment),
            )


def _routes(resources: list[_Resource]) -> dict[str, list[Route]]:
    """Routes by the logical id of the function or task that answers them."""
    by_id = {resource.id: resource for resource in resources}
    routes: dict[str, list[Route]] = {}
    for resource in resources:
        if resource.kind == ROUTE:
            routes.setdefault(_answers(resource, by_id), []).append(_route(resource))
        elif resource.kind == FUNCTIONS[0]:
            routes.setdefault(resource.id, []).extend(_event_routes(resource))
    return routes


def _route(resource: _Resource) -> Route:
    key = str(resource.properties.get("RouteKey", ""))
    route = parse_key(key)
    if key != "$default" and not route.path.startswith("/"):
        raise RefactorError(f"route {resource.id} has no usable RouteKey: {key!r}", where=resource.where)
    return route


def _answers(route: _Resource, by_id: Mapping[str, _Resource]) -> str:
    """The function or task behind a route: its target names an integration, whose URI names the function."""
    integration = _referred(str(route.properties.get("Target", "")), by_id, (INTEGRATION,))
    if integration is None:
        raise RefactorError(f"route {route.id} has no integration in this template", where=route.where)
    uri = str(integration.properties.get("IntegrationUri", ""))
    if function := _referred(uri, by_id, FUNCTIONS):
        return function.id
    tasks = sorted(name for name, resource in by_id.items() if resource.kind == TASK and _ports(resource))
    if integration.properties.get("IntegrationType") == "HTTP_PROXY" and is_open(uri) and tasks:
        return tasks[0]
    raise RefactorError(
        f"integration {integration.id} leads to nothing that runs here: {uri!r}",
        where=integration.where,
        hint="only functions and container tasks of the same template are served",
    )


def _referred(text: str, by_id: Mapping[str, _Resource], kinds: tuple[str, ...]) -> _Resource | None:
    named = (by_id.get(name) for name in _REFERENCE.findall(text))
    return next((resource for resource in named if resource is not None and resource.kind in kinds), None)


def _event_routes(resource: _Resource) -> Iterator[Route]:
    for event in _mapping(resource.properties.get("Events")).values():
        given = _mapping(_mapping(event).get("Properties"))
        if _mapping(event).get("Type") == "HttpApi":
            yield parse_key(f"{given.get('Method', 'ANY')} {given['Path']}" if "Path" in given else "$default")


def _function(resource: _Resource, routes: Mapping[str, list[Route]]) -> Function:
    given = resource.properties
    handler = str(given.get("Handler", ""))
    if "." not in handler:
        raise RefactorError(f"function {resource.id} has no Handler of the form module.function", where=resource.where)
    own = tuple(sorted(routes.get(resource.id, ())))
    return Function(
        id=resource.id,
        name=_name(given.get("FunctionName"), resource.id),
        handler=handler,
        entry_point=str(resource.metadata.get("EntryPoint", "")),
        trigger="http" if own else "event",
        routes=own,
        timeout=_number(given.get("Timeout", DEFAULT_TIMEOUT), resource, "Timeout"),
        memory=_number(given.get("MemorySize", DEFAULT_MEMORY), resource, "MemorySize"),
        environment=_environment(_variables(given)),
        description=str(given.get("Description", "")),
    )


def _task(resource: _Resource, routes: Mapping[str, list[Route]]) -> Task:
    container = _container(resource)
    if not container:
        raise RefactorError(f"task {resource.id} has no container", where=resource.where)
    pairs = {str(item.get("Name")): item.get("Value") for item in container.get("Environment") or []}
    return Task(
        id=resource.id,
        name=_name(container.get("Name"), resource.id),
        command=tuple(str(part) for part in container.get("Command") or ()),
        port=_number((*_ports(resource), 8080)[0], resource, "ContainerPort"),
        routes=tuple(sorted(routes.get(resource.id, ()))),
        environment=_environment(pairs),
        sockets=tuple(str(path) for path in resource.metadata.get("Sockets") or ()),
    )


def _container(task: _Resource) -> dict[str, Any]:
    containers = task.properties.get("ContainerDefinitions")
    return _mapping(containers[0]) if isinstance(containers, list) and containers else {}


def _ports(task: _Resource) -> list[Any]:
    """The ports that a task's container listens on; a worker has none."""
    return [_mapping(item).get("ContainerPort") for item in _container(task).get("PortMappings") or []]


def _name(given: Any, fallback: str) -> str:
    return given if isinstance(given, str) and given and not is_open(given) else fallback


def _environment(variables: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Variables whose values are known here; the rest must come from whoever serves."""
    texts = {name: _text(value) for name, value in variables.items() if value is not None and value != NO_VALUE}
    return tuple(sorted((name, text) for name, text in texts.items() if not is_open(text)))


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _number(value: Any, resource: _Resource, name: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise RefactorError(f"{resource.id}: {name} is no number: {value!r}", where=resource.where) from error


def _code_folder(template: Template, resource: _Resource) -> str:
    """Relative to the split's folder; it may not lead out of it."""
    uri = resource.properties.get("CodeUri", resource.metadata.get("CodeUri", "src/"))
    folder = posixpath.normpath(posixpath.join(posixpath.dirname(template.path), str(uri)))
    if folder.startswith(("..", "/")) or not isinstance(uri, str):
        raise RefactorError(f"{resource.id}: the code folder {uri!r} is outside the split", where=resource.where)
    return folder
