"""Shape -> JSON Schema of what the generated codec writes.

Comes in: shapes. Goes out: schemas (draft 2020-12), those of classes by name with references by name. Must not: allow
more than the codec writes, or forbid some of it; ``templates/scaffold/wire/codec.py.j2`` is the other half.
"""

import json
import re
from typing import Any

from refactor.model.contracts import Shape
from refactor.model.names import digest, module_of, qualname_of
from refactor.model.source_roots import Aliases

Schema = dict[str, Any]

_DECIMAL = r"^-?(\d+(\.\d*)?|\.\d+)(E[+-]?\d+)?$|^-?(Infinity|s?NaN\d*)$"
_TIME = r"\d\d:\d\d(:\d\d(\.\d{6})?)?([+-]\d\d:\d\d(:\d\d(\.\d{6})?)?)?"
_PLAIN: dict[str, Schema] = {
    "none": {"type": "null"},
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "str": {"type": "string"},
    "float": {
        "anyOf": [
            {"type": "number"},
            {
                "type": "object",
                "properties": {"float": {"enum": ["inf", "-inf", "nan"]}},
                "required": ["float"],
                "additionalProperties": False,
            },
        ]
    },
    "bytes": {"type": "string", "contentEncoding": "base64"},
    "decimal": {"type": "string", "pattern": _DECIMAL, "description": "A decimal number with all its digits."},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "pattern": f"^{_TIME}$", "description": "ISO 8601; without an offset it is local."},
    "datetime": {
        "type": "string",
        "pattern": rf"^\d{{4}}-\d\d-\d\dT{_TIME}(\[[^\]]+\]!?)?$",
        "description": "ISO 8601; a named zone follows in brackets, '!' marks the later of two equal local times.",
    },
    "timedelta": {"type": "integer", "description": "Microseconds."},
    "uuid": {"type": "string", "format": "uuid"},
    "json": {},
    "unused": {"type": "null", "description": "It does not travel."},
}
_KEYS = {"int": {"pattern": r"^-?\d+$"}}


class Schemas:
    """The room where the classes of several documents become schemas once."""

    def __init__(self, said: Aliases) -> None:
        self._aliases = said
        self.named: dict[str, Schema] = {}

    def said(self, symbol: str) -> str:
        """A class as the wire names it."""
        return f"{self._aliases.said(module_of(symbol))}:{qualname_of(symbol)}"

    def of(self, shape: Shape, operation: str) -> Schema:
        """The schema of a shape."""
        inner = [self.of(part, operation) for part in shape.of]
        match shape.kind:
            case "list" | "sequence":
                return {"type": "array", "items": inner[0]}
            case "set" | "frozenset":
                return {"type": "array", "items": inner[0], "uniqueItems": True}
            case "tuple":
                return _exactly(inner)
            case "dict":
                keys = _KEYS.get(shape.of[0].kind, inner[0] if shape.of[0].kind != "str" else {})
                named = {"propertyNames": keys} if keys else {}
                return {"type": "object", **named, "additionalProperties": inner[1]}
            case "union":
                return self._union(shape, inner)
            case "enum" | "record" | "entity":
                return self._class(shape, operation)
        return _PLAIN[shape.kind]

    def _union(self, shape: Shape, inner: list[Schema]) -> Schema:
        """None is null; one of several others is wrapped, with the word that tells it."""
        others = [(part, schema) for part, schema in zip(shape.of, inner, strict=True) if part.kind != "none"]
        found = [schema for _, schema in others]
        if len(others) > 1:
            found = [_object({"is": {"const": self._tell(part)}, "value": schema}) for part, schema in others]
        return {"anyOf": [*([{"type": "null"}] if len(others) < len(inner) else []), *found]}

    def _tell(self, shape: Shape) -> str:
        return self.said(shape.symbol) if shape.symbol else shape.kind

    def _class(self, shape: Shape, operation: str) -> Schema:
        if shape.kind == "enum":
            return self._kept(
                self.said(shape.symbol), {"type": "string", **({"enum": list(shape.words)} if shape.words else {})}
            )
        fields = {each.name: self.of(each.shape, operation) for each in shape.fields}
        if shape.kind == "entity":
            if shape.form == "key":
                return _exactly([fields[name] for name in shape.key])
            return self._kept(f"{operation}.{qualname_of(shape.symbol)}", _object(fields))
        if shape.form == "typeddict":
            schema = _object(fields) | {"required": []}
        elif shape.form == "pydantic":
            given = {"type": "array", "items": {"enum": list(fields)}, "uniqueItems": True}
            schema = _object({"set": given, "fields": _object(fields)})
        else:
            schema = _object(fields)
        return self._kept(self.said(shape.symbol), schema)

    def _kept(self, symbol: str, schema: Schema) -> Schema:
        """A reference to a schema by a name that suits files and documents; another one of that name gets a mark."""
        name = component(symbol)
        if self.named.setdefault(name, schema) != schema:
            name = f"{name}.{digest(json.dumps(schema, sort_keys=True), length=6)}"
            self.named[name] = schema
        return {"$ref": name}


def component(symbol: str) -> str:
    """A symbol as the name of a schema: letters, digits, dots and underscores, case told apart on every disk."""
    plain = re.sub(r"[^A-Za-z0-9._]", "_", symbol.replace(":", "."))
    return plain if plain == symbol.replace(":", ".") else f"{plain}.{digest(symbol, length=6)}"


def with_refs(value: Any, place: str) -> Any:
    """A schema with its references written as ``place`` says."""
    if isinstance(value, dict):
        return {
            key: place.format(item) if key == "$ref" and isinstance(item, str) else with_refs(item, place)
            for key, item in value.items()
        }
    return [with_refs(item, place) for item in value] if isinstance(value, list) else value


def refs_in(value: Any) -> set[str]:
    """The names that a schema refers to."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(refs_in(item) for item in value.values()))
    return set().union(*map(refs_in, value)) if isinstance(value, list) else set()


def _object(properties: dict[str, Schema]) -> Schema:
    """An object with all of these and nothing else."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _exactly(items: list[Schema]) -> Schema:
    """An array of these, one after the other."""
    told = {"prefixItems": items} if items else {}
    return {"type": "array", **told, "items": False, "minItems": len(items), "maxItems": len(items)}
