"""The HTTP of a service -> an OpenAPI 3.1 document: methods, paths and the parameters in them.

Comes in: a service's parts. Goes out: the document. Must not: guess what bodies look like; the code does not say it.
"""

import re
from typing import Any

from refactor.model.resources import Route
from refactor.scaffold.naming import shape_of
from refactor.scaffold.parts import Parts
from refactor.scaffold.units import routes_of

_ALL = ("get", "put", "post", "delete", "options", "head", "patch")
_PARAMETER = re.compile(r"\{(\w+)\+?\}")


def routes(parts: Parts) -> dict[str, Any]:
    """The document; paths that differ in the names of their parameters alone are one."""
    views = {route: unit.first.handler for unit in parts.units for route in routes_of([unit])}
    names: dict[str, str] = {}
    paths: dict[str, dict[str, Any]] = {}
    for route in sorted(views):
        path = names.setdefault(shape_of(route.path), route.path)
        item = paths.setdefault(_PARAMETER.sub(r"{\1}", path), _item(path))
        for method in _ALL if route.method == "ANY" else (route.method.lower(),):
            if method in _ALL:
                item.setdefault(method, _operation(route, method, views[route]))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"HTTP of {parts.stack.service}",
            "version": "1",
            "description": "Routes as the monolith has them. What bodies hold stands in the code of the views.",
        },
        "paths": paths,
    }


def _item(path: str) -> dict[str, Any]:
    """A path with its parameters; one that takes the rest of a path says so."""
    found = [
        {
            "name": match[1],
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            **({"description": "The rest of the path, with its slashes."} if "+" in match[0] else {}),
        }
        for match in _PARAMETER.finditer(path)
    ]
    return {"parameters": found} if found else {}


def _operation(route: Route, method: str, view: str) -> dict[str, Any]:
    said = f"{method.upper()} {route.path}"
    return {"summary": said, "x-view": view, "responses": {"default": {"description": "What the view answers."}}}
