"""Operations -> an OpenAPI 3.1 document.

Comes in: operations and the room for schemas. Goes out: the document. Must not: render text.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from refactor.model.contracts import Operation
from refactor.scaffold.documents.schemas import Schema, Schemas, component, refs_in, with_refs

PLACE = "#/components/schemas/{}"
_ABOUT = (
    "Each operation is a function of the monolith, asked by the payload of a call of Lambda's Invoke API. There the "
    "answer is the payload of a reply with status 200, and its one key (result, failure or error) says which of the "
    "responses below it is; a server of HTTP uses their status."
)
_ERROR: Schema = {
    "type": "object",
    "properties": {"error": {"type": "string"}},
    "required": ["error"],
    "additionalProperties": False,
}


def openapi(title: str, operations: Iterable[Operation], schemas: Schemas) -> dict[str, Any]:
    """The document of some operations."""
    paths = {f"/operations/{quote(each.symbol, safe=':.')}": {"post": _post(each, schemas)} for each in operations}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1", "description": _ABOUT},
        "paths": with_refs(paths, PLACE),
        "components": {"schemas": components(paths, schemas)},
    }


def components(document: object, schemas: Schemas) -> dict[str, Schema]:
    """The classes that a document names, and those that they name."""
    wanted, waiting = set[str](), refs_in(document)
    while waiting:
        wanted |= waiting
        waiting = set().union(*(refs_in(schemas.named[name]) for name in waiting)) - wanted
    return {name: with_refs(schemas.named[name], PLACE) for name in sorted(wanted)}


def _post(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    said = operation.doc.partition("\n")[0].strip() or operation.symbol
    answer = schemas.of(operation.result, operation.symbol)
    return {
        "operationId": component(operation.symbol),
        "summary": said.encode("utf-8", "replace").decode(),
        "x-effect": operation.effect,
        "x-tables": list(operation.tables),
        "x-consumers": list(operation.consumers),
        "x-provider": operation.provider,
        "requestBody": {"required": True, "content": _json(envelope(operation, schemas))},
        "responses": {
            "200": {"description": "It returned.", "content": _json(_one("result", answer))},
            "422": {
                "description": "It raised what the caller may catch.",
                "content": _json(_failure(operation, schemas)),
            },
            "500": {
                "description": "Anything else went wrong; whether it had an effect is not known.",
                "content": _json(_ERROR),
            },
        },
    }


def envelope(operation: Operation, schemas: Schemas) -> Schema:
    """What a call or an event is sent as."""
    arguments = {each.name: schemas.of(each.shape, operation.symbol) for each in operation.parameters}
    return {
        "type": "object",
        "properties": {
            "v": {"const": 1},
            "operation": {"const": operation.symbol},
            "arguments": {
                "type": "object",
                "properties": arguments,
                "required": [each.name for each in operation.parameters if not each.optional],
                "additionalProperties": False,
            },
            "id": {"type": "string"},
            "trace": {"type": "string"},
            "deadline": {"type": "number", "description": "Seconds since 1970 after which nobody waits."},
        },
        "required": ["v", "operation", "arguments"],
    }


def _failure(operation: Operation, schemas: Schemas) -> Schema:
    """Exceptions of its own by symbol, Python's own by name, with their arguments and attributes."""
    named = [schemas.said(failure.symbol) for failure in operation.failures]
    kinds: list[Schema] = [{"enum": named}] if named else []
    return _one(
        "failure",
        {
            "type": "object",
            "properties": {
                "type": {"anyOf": [*kinds, {"type": "string", "pattern": "^[A-Za-z]+$"}]},
                "args": {"type": "array"},
                "state": {"type": "object"},
            },
            "required": ["type", "args", "state"],
            "additionalProperties": False,
        },
    )


def _one(key: str, schema: Schema) -> Schema:
    return {"type": "object", "properties": {key: schema}, "required": [key], "additionalProperties": False}


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
