"""The routes of each service as OpenAPI 3.1 documents: paths and methods, no bodies, for nobody declared those.

Comes in: an analysis. Goes out: ``SERVICE.openapi.json`` for each service that answers requests. Must not: invent types.
"""

import json
import re

from refactor.model.analysis import Analysis
from refactor.model.names import slug
from refactor.model.plan import Service
from refactor.model.program import EntryPoint
from refactor.report.visible import visible

_PARAMETER = re.compile(r"\{([^{}]+)\}")
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def export(analysis: Analysis) -> dict[str, str]:
    """A document a service."""
    entries = {entry.id: entry for entry in analysis.program.entry_points}
    documents = {}
    for service in analysis.plan.services:
        routes = [entries[name] for name in service.entry_points if name in entries and entries[name].kind == "http"]
        if routes:
            documents[f"{slug(service.name)}.openapi.json"] = _text(_document(service, routes, analysis))
    return documents


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _document(service: Service, routes: list[EntryPoint], analysis: Analysis) -> dict[str, object]:
    paths: dict[str, dict[str, object]] = {}
    for entry in sorted(routes):
        path = _path(entry)
        operations = paths.setdefault(path, {})
        method = entry.method.lower() if entry.method.lower() in _METHODS else "get"
        operations.setdefault(method, _operation(entry, path, analysis))
    title = visible(f"{analysis.plan.project} {service.name}")
    info = {"title": title, "version": "0", "description": visible(service.description)}
    return {"openapi": "3.1.0", "info": info, "paths": paths}


def _path(entry: EntryPoint) -> str:
    """The gateway's form; a greedy ``{rest+}`` is a plain parameter to OpenAPI."""
    text = visible(entry.path or entry.rule or "/").replace("+}", "}")
    return text if text.startswith("/") else f"/{text}"


def _operation(entry: EntryPoint, path: str, analysis: Analysis) -> dict[str, object]:
    definition = analysis.program.by_symbol.get(entry.handler)
    names = list(dict.fromkeys(_PARAMETER.findall(path)))
    operation: dict[str, object] = {
        "operationId": visible(f"{entry.method.lower()}:{entry.handler or entry.id}:{path}"),
        "responses": {"default": {"description": "As the monolith answers."}},
        "x-source": visible(f"{entry.evidence.path}:{entry.evidence.line}"),
    }
    if definition is not None and definition.doc:
        operation["summary"] = visible(definition.doc.strip().partition("\n")[0])
    if names:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    return operation
