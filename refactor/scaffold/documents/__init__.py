"""The documents of one service: what it answers, calls, hears and takes over HTTP, for whoever has no Python.

Comes in: a service's parts. Goes out: files below ``contracts``. Must not: say anything that the generated wire does not do.
"""

import json
from typing import Any

from refactor.scaffold.documents.messages import asyncapi
from refactor.scaffold.documents.operations import openapi
from refactor.scaffold.documents.routes import routes
from refactor.scaffold.documents.samples import samples
from refactor.scaffold.documents.schemas import Schemas, with_refs
from refactor.scaffold.parts import Parts

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def documents_of(parts: Parts) -> dict[str, str]:
    """The documents by path below the service's folder; only those that have something to say."""
    service, schemas = parts.stack.service, Schemas(parts.program.aliases)
    found: dict[str, Any] = {}
    piece = parts.piece
    if piece.replied:
        found["openapi"] = openapi(f"Operations of {service}", piece.replied, schemas)
    if piece.asked:
        found["calls"] = openapi(f"Operations that {service} calls", piece.asked, schemas)
    if any(unit.first.kind == "http" for unit in parts.units):
        found["http"] = routes(parts)
    heard = piece.heard or parts.stack.queues or any(each.trigger == "queue" for each in parts.stack.functions)
    if piece.sent or heard:
        found["messages"] = asyncapi(parts, schemas)
    operations = [*piece.answered, *piece.called]
    if operations:
        found["samples"] = samples(operations, schemas.said)
    files = {f"contracts/{_NAMES[name]}": _text(document) for name, document in found.items()}
    for name, schema in sorted(schemas.named.items()):
        files[f"contracts/schemas/{name}.json"] = _text(
            {"$schema": _DIALECT, "$id": f"{name}.json", "title": name, **with_refs(schema, "{}.json")}
        )
    return files


_NAMES = {
    "openapi": "openapi.json",
    "calls": "calls.openapi.json",
    "http": "http.openapi.json",
    "messages": "asyncapi.json",
    "samples": "samples.json",
}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2) + "\n"
