"""An OpenAPI document -> requests: each operation as it wants to be asked, then with everything, then wrongly.

Comes in: the document, parsed. Goes out: a corpus, the same for the same document. Must not: take anything away unless
told to: DELETE, and operations that say so in their name, are left out.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from msgspec import Struct

from refactor.model.errors import RefactorError
from refactor.model.replay import Corpus, Request

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
DEEPEST = 6
"""Levels of nested schemas that are filled in."""

_TAKING = re.compile(r"delete|remove|destroy|purge|drop|reset|revoke|wipe|clear|shutdown|truncate", re.IGNORECASE)
_FORMATS = {
    "date": "2024-02-29",
    "date-time": "2024-02-29T12:00:00Z",
    "time": "12:00:00Z",
    "email": "ann@example.org",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "uri": "https://example.org/",
    "url": "https://example.org/",
    "ipv4": "192.0.2.1",
    "hostname": "example.org",
    "password": "a-Secret-1234",
    "binary": "text",
    "byte": "dGV4dA==",
}


class _Operation(Struct, frozen=True):
    """An operation with the parameters of its path."""

    method: str
    path: str
    parameters: tuple[dict[str, Any], ...]
    content: dict[str, Any]


def generated(document: Any, path: str, *, taking: bool = False) -> Corpus:
    """The requests that a document (OpenAPI 3, JSON) asks for. ``taking``: those that may take something away too."""
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise RefactorError("the document has no paths: it is no OpenAPI 3 in JSON", where=path)
    schemas = Schemas(document)
    found: list[Request] = []
    for operation in _operations(document, schemas, taking):
        for request in _requests(operation, schemas):
            if request not in found:
                found.append(request)
    if not found:
        raise RefactorError("the document has no operation that may be asked", where=path, hint="--taking asks all")
    return Corpus(tuple(found))


def _operations(document: Mapping[str, Any], schemas: "Schemas", taking: bool) -> Iterator[_Operation]:
    for method in METHODS:
        for path, item in sorted(document["paths"].items()):
            given = item.get(method) if isinstance(item, dict) else None
            if not isinstance(given, dict) or not (taking or _keeps(method, path, given)):
                continue
            merged = {
                (one.get("in"), one.get("name")): one
                for one in map(schemas.found, [*item.get("parameters", ()), *given.get("parameters", ())])
            }
            body = schemas.found(given.get("requestBody") or {})
            yield _Operation(method.upper(), path, tuple(merged.values()), body.get("content") or {})


def _keeps(method: str, path: str, given: Mapping[str, Any]) -> bool:
    """Whether an operation takes nothing away, as far as its names tell."""
    if method == "delete":
        return False
    return method in ("get", "head", "options") or not _TAKING.search(f"{path} {given.get('operationId', '')}")


def _requests(operation: _Operation, schemas: "Schemas") -> Iterator[Request]:
    yield _request(operation, schemas, optional=False)
    yield _request(operation, schemas, optional=True)
    if operation.content:
        yield Request(operation.method, _path(operation, schemas, False), json={})
    if any(one.get("in") == "path" for one in operation.parameters):
        yield Request(operation.method, re.sub(r"\{[^{}]+\}", "no-such-thing", operation.path))


def _request(operation: _Operation, schemas: "Schemas", *, optional: bool) -> Request:
    headers = {
        str(one["name"]): str(schemas.value(_schema(one)))
        for one in operation.parameters
        if one.get("in") == "header" and (optional or one.get("required"))
    }
    body = _body(operation.content, schemas, optional)
    return Request(operation.method, _path(operation, schemas, optional), headers=headers, **body)


def _schema(parameter: Mapping[str, Any]) -> Any:
    return {**(parameter.get("schema") or {}), **({"example": parameter["example"]} if "example" in parameter else {})}


def _path(operation: _Operation, schemas: "Schemas", optional: bool) -> str:
    path, query = operation.path, []
    for one in operation.parameters:
        value = schemas.value(_schema(one), optional=optional)
        if one.get("in") == "path":
            path = path.replace("{" + str(one.get("name")) + "}", quote(_text(value), safe=""))
        elif one.get("in") == "query" and (optional or one.get("required")):
            query.append(
                (str(one["name"]), [_text(item) for item in value] if isinstance(value, list) else _text(value))
            )
    return re.sub(r"\{[^{}]+\}", "1", path) + (f"?{urlencode(query, doseq=True)}" if query else "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _body(content: Mapping[str, Any], schemas: "Schemas", optional: bool) -> dict[str, Any]:
    for kind in sorted(content, key=lambda name: ("json" not in name, name)):
        value = schemas.value(content[kind].get("schema") or {}, optional=optional)
        if "json" in kind:
            return {"json": value} if value is not None else {"body": "null"}
        if isinstance(value, dict) and kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
            fields = {name: _text(item) for name, item in value.items()}
            return {"form": fields} if "form-u" in kind else {"multipart": fields}
    return {}


class Schemas:
    """Values for schemas of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def found(self, item: Any) -> dict[str, Any]:
        """An item, references into the document followed; {} when they lead nowhere."""
        for _ in range(DEEPEST):
            if not isinstance(item, dict) or "$ref" not in item:
                break
            place: Any = self._document
            for raw in str(item["$ref"]).removeprefix("#/").split("/"):
                step = raw.replace("~1", "/").replace("~0", "~")
                place = place.get(step) if isinstance(place, dict) else None
            item = place
        return item if isinstance(item, dict) else {}

    def value(self, schema: Any, *, optional: bool = False, depth: int = 0) -> Any:
        """A value that a schema allows: its own example where it has one; ``optional``: with members that it can miss."""
        given = self._one(self.found(schema))
        for name in ("example", "default", "const"):
            if given.get(name) is not None:
                return given[name]
        for name in ("examples", "enum"):
            if isinstance(given.get(name), list) and given[name]:
                return given[name][0]
        kind = given.get("type")
        kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
        if kind == "object" or "properties" in given:
            return self._object(given, optional, depth)
        if kind == "array":
            least = max(1 if optional else 0, int(given.get("minItems", 0)))
            return [self.value(given.get("items"), optional=optional, depth=depth + 1)] * min(least, DEEPEST)
        return _plain(given, kind)

    def _one(self, given: dict[str, Any]) -> dict[str, Any]:
        """One schema of those that are to be chosen from or to hold together."""
        for name in ("anyOf", "oneOf"):
            if choices := [one for one in map(self.found, given.get(name) or ()) if one.get("type") != "null"]:
                given = {**given, **choices[0]}
        for part in map(self.found, given.get("allOf") or ()):
            properties = {**given.get("properties", {}), **part.get("properties", {})}
            required = [*given.get("required", ()), *part.get("required", ())]
            given = {**given, **part, "properties": properties, "required": required}
        return given

    def _object(self, given: dict[str, Any], optional: bool, depth: int) -> dict[str, Any]:
        if depth >= DEEPEST:
            return {}
        required = set(given.get("required") or ())
        return {
            name: self.value(schema, optional=optional, depth=depth + 1)
            for name, schema in sorted((given.get("properties") or {}).items())
            if name in required or optional
        }


def _plain(given: Mapping[str, Any], kind: Any) -> Any:
    if kind in ("integer", "number"):
        low = given.get("minimum", given.get("exclusiveMinimum", 0))
        value = low + 1 if not isinstance(low, bool) and "minimum" not in given else low
        return value if "minimum" in given and value else max(value, min(1, given.get("maximum", 1)))
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    text = _FORMATS.get(str(given.get("format", "")), "text")
    return text.ljust(int(given.get("minLength", 0)), "x")[: int(given.get("maxLength", len(text) + 10_000))]
