"""Which function answers a request: HTTP API routing.

Comes in: stacks, a method and a path. Goes out: the target that API Gateway would choose. Must not: know processes.
"""

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import unquote

from msgspec import Struct

from refactor.model.program import EntryPoint
from refactor.model.resources import Route, Stack

DEFAULT = "$default"
STATIC, MIXED, PARAMETER, GREEDY = 0, 1, 2, 3
"""Ranks of a segment. Mixed (``{name}.csv``) exists in frameworks only; API Gateway knows whole parameters."""

NAMED = re.compile(r"\{(\w+)\}")


class Routed(Struct, frozen=True, order=True):
    """A route and who answers it: ``kind`` is function | task | entry."""

    route: Route
    target: str
    kind: str = "function"

    @property
    def key(self) -> str:
        """The route key as templates and events write it: ``GET /orders/{id}`` or ``$default``."""
        return DEFAULT if self.route.path == DEFAULT else f"{self.route.method} {self.route.path}"


class Match(Struct, frozen=True):
    """The chosen route with the values of its path parameters, decoded."""

    routed: Routed
    parameters: dict[str, str]


def parse_key(key: str) -> Route:
    """``GET /orders/{id}`` as a route; ``$default`` has the method ANY."""
    if key == DEFAULT:
        return Route(DEFAULT, "ANY")
    method, _, path = key.partition(" ")
    return Route(path.strip(), method.upper())


def table_of(stacks: Iterable[Stack]) -> tuple[Routed, ...]:
    """All routes of a deployment, the function or task that answers as ``service/logical id``."""
    table = []
    for stack in stacks:
        for function in stack.functions:
            table += [Routed(route, f"{stack.service}/{function.id}") for route in function.routes]
        for task in stack.tasks:
            table += [Routed(route, f"{stack.service}/{task.id}", "task") for route in task.routes]
    return tuple(sorted(table))


def sockets_of(stacks: Iterable[Stack]) -> tuple[Routed, ...]:
    """The websockets of a deployment, each with the task that holds it."""
    return tuple(
        sorted(
            Routed(Route(path, "GET"), f"{stack.service}/{task.id}", "task")
            for stack in stacks
            for task in stack.tasks
            for path in task.sockets
        )
    )


def entries_of(entry_points: Iterable[EntryPoint]) -> tuple[Routed, ...]:
    """The HTTP entry points of a program as a table, so that a request finds the entry point it belongs to."""
    http = (entry for entry in entry_points if entry.kind == "http" and entry.path)
    return tuple(sorted(Routed(Route(entry.path, entry.method or "ANY"), entry.id, "entry") for entry in http))


def match(table: Iterable[Routed], method: str, path: str) -> Match | None:
    """The most specific route: static before parameter before greedy, segment by segment; then method before ANY."""
    best: tuple[tuple[tuple[int, ...], bool], Match] | None = None
    for routed in table:
        if routed.route.method not in (method, "ANY"):
            continue
        fit = _fit(routed.route.path, path)
        if fit is None:
            continue
        rank, parameters = fit
        order = (rank, routed.route.method == "ANY")
        if best is None or order < best[0]:
            best = (order, Match(routed, parameters))
    return best[1] if best else None


def _fit(pattern: str, path: str) -> tuple[tuple[int, ...], dict[str, str]] | None:
    """How a path fits a pattern: a rank for each segment (smaller is more specific), and the parameters."""
    if pattern == DEFAULT:
        return (GREEDY + 1,), {}
    wanted, given = pattern.split("/")[1:], path.split("/")[1:]
    rank: list[int] = []
    parameters: dict[str, str] = {}
    for index, segment in enumerate(wanted):
        if segment.startswith("{") and segment.endswith("+}"):
            rest = "/".join(given[index:])
            if not rest:
                return None
            parameters[segment[1:-2]] = unquote(rest)
            return (*rank, GREEDY), parameters
        if index >= len(given):
            return None
        value = unquote(given[index])
        if segment.startswith("{") and segment.endswith("}"):
            if not value:
                return None
            parameters[segment[1:-1]] = value
            rank.append(PARAMETER)
        elif value == unquote(segment):
            rank.append(STATIC)
        elif found := _mixed(segment).fullmatch(value):
            parameters.update(found.groupdict())
            rank.append(MIXED)
        else:
            return None
    return (tuple(rank), parameters) if len(given) == len(wanted) else None


@cache
def _mixed(segment: str) -> re.Pattern[str]:
    """A segment with text around its parameters, as an expression; one without parameters matches nothing else.

    Patterns of Django without names of their own may give one name to several parameters: the first is told.
    """
    parts = NAMED.split(segment)
    names = [part if at % 2 and part not in parts[1:at:2] else "" for at, part in enumerate(parts)]
    return re.compile("".join(_piece(at, part, names[at]) for at, part in enumerate(parts)))


def _piece(at: int, part: str, name: str) -> str:
    if at % 2 == 0:
        return re.escape(part)
    return f"(?P<{name}>.+)" if name else "(?:.+)"
