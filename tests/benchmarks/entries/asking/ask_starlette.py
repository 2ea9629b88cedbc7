"""The routes of a FastAPI or Starlette application, with those of what is mounted in it."""

from collections.abc import Iterator
from typing import Any

from defined import Answer, Root, verb
from starlette import routing


def routes(app: Any, root: Root, prefix: str = "") -> list[Answer]:
    """Every route with each of its methods; HEAD only where Starlette did not add it."""
    found: list[Answer] = []
    for route in app.routes:
        if isinstance(route, (routing.Mount, routing.Host)):
            found += _mounted(route, root, prefix)
        elif isinstance(route, routing.WebSocketRoute):
            found.append(dict(root.of(route.endpoint), method="WEBSOCKET", rule=prefix + route.path, name=route.name))
        else:
            found += _answers(route, root, prefix)
    return found


def _answers(route: Any, root: Root, prefix: str) -> Iterator[Answer]:
    made_by_fastapi = type(route).__module__.startswith("fastapi")
    endpoint = route.endpoint
    if route.methods is None and isinstance(endpoint, type):
        given = {name for name in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD") if hasattr(endpoint, name.lower())}
    else:
        given = set(route.methods or ("*",))
    if "GET" in given and not made_by_fastapi:
        given.discard("HEAD")
    for method in given:
        answer = verb(root, endpoint, method.lower()) if isinstance(endpoint, type) else root.of(endpoint)
        yield dict(answer, method=method, rule=prefix + route.path, name=route.name)


def _mounted(route: Any, root: Root, prefix: str) -> list[Answer]:
    inner, below = route.app, prefix + getattr(route, "path", "")
    while not hasattr(inner, "routes") and hasattr(inner, "app"):
        inner = inner.app
    if getattr(inner, "routes", None):
        return routes(inner, root, below)
    answer = root.of(type(inner))
    return [dict(answer, own=False, method="MOUNT", rule=below, name=route.name)]
