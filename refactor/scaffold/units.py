"""Entry points -> units: what becomes one function, or one route of a container.

Comes in: a service's entry points. Goes out: units with their names in the cloud. Must not: know verdicts or templates.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from refactor.model.names import qualname_of
from refactor.model.plan import Plan, Service
from refactor.model.program import EntryPoint, Program
from refactor.model.resources import Route, Stack
from refactor.scaffold.naming import gateway_path, method_of, module_name, name_of, shape_of, unique_names


class Unit(Struct, frozen=True, order=True):
    """One function's worth of work. HTTP entry points that an HTTP API cannot tell apart share a unit."""

    id: str
    module: str
    entries: tuple[EntryPoint, ...]

    @property
    def first(self) -> EntryPoint:
        """The entry point that names the unit."""
        return self.entries[0]


def units_of(entries: Iterable[EntryPoint]) -> tuple[Unit, ...]:
    """The units of a service, sorted by id; what cannot be called from outside its function becomes none."""
    groups: dict[str, list[EntryPoint]] = {}
    for entry in sorted(entry for entry in entries if _is_callable(entry)):
        groups.setdefault(_key(entry), []).append(entry)
    names = unique_names((group[0].id, name_of(group[0])) for group in groups.values())
    return tuple(sorted(_unit(names[group[0].id], group) for group in groups.values()))


def entries_of(service: str, program: Program, plan: Plan) -> tuple[EntryPoint, ...]:
    """The entry points of a service of the plan; none for a name that the plan does not know."""
    wanted = set(plan.by_name[service].entry_points) if service in plan.by_name else set()
    return tuple(entry for entry in program.entry_points if entry.id in wanted)


def routes_of(units: Sequence[Unit]) -> tuple[Route, ...]:
    """The routes of HTTP units. A GET route answers HEAD too, unless the monolith has a HEAD route of its own."""
    routes = {
        Route(gateway_path(unit.first.path), method_of(unit.first)) for unit in units if unit.first.kind == "http"
    }
    heads = {Route(route.path, "HEAD") for route in routes if route.method == "GET"}
    return tuple(sorted(routes | heads))


def sockets_of(units: Sequence[Unit]) -> tuple[str, ...]:
    """The paths of websockets, which an HTTP API has no routes for."""
    return tuple(sorted({gateway_path(unit.first.path) for unit in units if unit.first.kind == "websocket"}))


def route_key(route: Route) -> str:
    """The route as an HTTP API and its events write it."""
    return route.path if route.path == "$default" else f"{route.method} {route.path}"


def routed(stack: Stack) -> list[Route]:
    """All routes that a service answers, with functions or containers."""
    return [
        *(route for function in stack.functions for route in function.routes),
        *(route for task in stack.tasks for route in task.routes),
    ]


def settled(program: Program, plan: Plan) -> Plan:
    """The plan with entry points that are one route to an HTTP API in one service: the one that has most of them.

    Among equals it is the service with more entry points, then the first by name.
    """
    groups: dict[str, dict[str, list[str]]] = {}
    for service in sorted(plan.by_name):
        for entry in entries_of(service, program, plan):
            if entry.kind == "http" and _is_callable(entry):
                groups.setdefault(_key(entry), {}).setdefault(service, []).append(entry.id)
    moved: dict[str, str] = {}
    for rivals in groups.values():
        home = min(rivals, key=lambda name: (-len(rivals[name]), -len(plan.by_name[name].entry_points), name))
        moved |= {identity: home for name, ids in rivals.items() if name != home for identity in ids}
    return structs.replace(plan, services=tuple(_moved(each, moved) for each in plan.services)) if moved else plan


def _moved(service: Service, moved: dict[str, str]) -> Service:
    kept = {identity for identity in service.entry_points if moved.get(identity, service.name) == service.name}
    gained = {identity for identity, home in moved.items() if home == service.name}
    return structs.replace(service, entry_points=tuple(sorted(kept | gained)))


def is_importable(symbol: str) -> bool:
    """Whether ``from module import name`` reaches the symbol."""
    return qualname_of(symbol).isidentifier()


def _is_callable(entry: EntryPoint) -> bool:
    """HTTP, websockets and commands are dispatched by the framework; the rest is called by its name in a module.

    Receivers of signals of Celery's worker are called by Celery itself, around its tasks.
    """
    if entry.kind in ("http", "websocket"):
        return bool(entry.handler)
    if entry.kind == "event" and entry.framework == "celery":
        return False
    return entry.kind == "command" or is_importable(entry.handler) or is_queued(entry)


def is_queued(entry: EntryPoint) -> bool:
    """Whether messages that Celery makes run it: a task is known by its name, wherever its code stands."""
    return entry.kind == "task" and entry.framework == "celery"


def _key(entry: EntryPoint) -> str:
    return f"http:{method_of(entry)} {shape_of(gateway_path(entry.path))}" if entry.kind == "http" else entry.id


def _unit(name: str, group: list[EntryPoint]) -> Unit:
    return Unit(name, module_name(name), tuple(group))
