"""Routes -> the parameters that hand them back to the fallback, each undone by setting it again.

Comes in: a service's routes. Goes out: switches, as fine as a template has room for. Must not: know templates.
"""

from collections.abc import Callable, Iterable

from refactor.model.resources import Route, Switch
from refactor.scaffold.naming import gateway_path, logical_id
from refactor.scaffold.units import route_key

MOST_SWITCHES = 60
"""A template takes 200 parameters; the rest is left for settings and limits."""


def switches_of(routes: Iterable[Route]) -> tuple[Switch, ...]:
    """The finest grouping that fits: method and path, path, its first two parts, its first part."""
    wanted = sorted({route for route in routes if route.path != "$default"})
    for group in (_alone, _path, _first(2), _first(1)):
        groups: dict[str, list[Route]] = {}
        for route in wanted:
            groups.setdefault(group(route), []).append(route)
        if len(groups) <= MOST_SWITCHES:
            return _named(groups)
    return ()


def _alone(route: Route) -> str:
    return f"{'GET' if route.method == 'HEAD' else route.method} {route.path}"


def _path(route: Route) -> str:
    return route.path


def _first(parts: int) -> Callable[[Route], str]:
    return lambda route: "/".join(route.path.split("/")[: parts + 1]) or "/"


def _named(groups: dict[str, list[Route]]) -> tuple[Switch, ...]:
    names: dict[str, str] = {}
    for label in sorted(groups):
        method, _, path = label.rpartition(" ")
        words = [f"By {part[1:].rstrip('+}')}" if part[:1] == "{" else part for part in gateway_path(path).split("/")]
        wish = logical_id(method.capitalize(), *(words if path.strip("/") else ["root"]))[:80] or "Routes"
        names[label] = wish if wish not in names.values() else f"{wish}X{len(names)}"
    return tuple(
        Switch(f"{names[label]}Enabled", tuple(route_key(route) for route in groups[label]), label)
        for label in sorted(groups)
    )
