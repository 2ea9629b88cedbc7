"""Shape -> one value as the generated codec writes it, for tests on both sides and for readers.

Comes in: operations. Goes out: JSON. Must not: look like real values of the business.
"""

from collections.abc import Callable, Iterable
from typing import Any

from refactor.model.contracts import Operation, Shape

_PLAIN: dict[str, Any] = {
    "none": None,
    "bool": True,
    "int": 3,
    "float": 1.5,
    "str": "sample",
    "bytes": "c2FtcGxl",
    "decimal": "1.10",
    "date": "2026-02-28",
    "datetime": "2026-02-28T01:02:03",
    "time": "01:02:03",
    "timedelta": 1000000,
    "uuid": "00000000-0000-4000-8000-000000000001",
    "unused": None,
    "json": {"sample": [1, None, "a"]},
}


def samples(operations: Iterable[Operation], said: Callable[[str], str]) -> dict[str, Any]:
    """Arguments and result of each operation, by its symbol."""
    return {
        each.symbol: {
            "arguments": {field.name: sample(field.shape, said) for field in each.parameters},
            "result": sample(each.result, said),
        }
        for each in sorted(operations)
    }


def sample(shape: Shape, said: Callable[[str], str]) -> Any:
    """One value of a shape."""
    match shape.kind:
        case "list" | "set" | "frozenset" | "sequence" | "tuple":
            return [sample(part, said) for part in shape.of]
        case "dict":
            key = sample(shape.of[0], said)
            return {key if isinstance(key, str) else str(key): sample(shape.of[1], said)}
        case "union":
            last = [part for part in shape.of if part.kind != "none"][-1]
            value = sample(last, said)
            alone = sum(part.kind != "none" for part in shape.of) == 1
            return value if alone else {"is": said(last.symbol) if last.symbol else last.kind, "value": value}
        case "enum":
            return shape.words[0] if shape.words else None
        case "record" | "entity":
            fields = {each.name: sample(each.shape, said) for each in shape.fields}
            if shape.kind == "entity" and shape.form == "key":
                return [fields[name] for name in shape.key]
            return {"set": sorted(fields), "fields": fields} if shape.form == "pydantic" else fields
    return _PLAIN[shape.kind]
