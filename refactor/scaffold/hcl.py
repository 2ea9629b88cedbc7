"""Values -> HCL as ``terraform fmt`` writes it.

Comes in: plain values: text, numbers, booleans, lists and dictionaries. Goes out: an expression. Must not: let a name begin
an interpolation; what a deployment knows is marked as ``Open``.
"""

import re
from collections.abc import Mapping
from typing import Any

from refactor.model.resources import Statement
from refactor.scaffold.escape import quoted

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_OPEN = {"partition": "local.partition", "region": "local.region", "account": "local.account"}


class Open(str):
    """Text that holds interpolations of our own; all else in it is escaped already."""


def hcl(value: object, depth: int = 0) -> str:
    """An expression; ``depth``: how deep the line stands on which it begins."""
    if isinstance(value, Open):
        return f'"{value}"'
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return _object(value, depth)
    if isinstance(value, list | tuple):
        return _list(value, depth)
    return str(value)


def escaped(text: str) -> str:
    """A quoted template without interpolations."""
    return quoted(re.sub(r"([$%])\{", r"\1\1{", re.sub(r"[\ud800-\udfff]", "?", text)))


def arn(statement: Statement) -> Open:
    """The ARN of a statement, with what the deployment knows."""
    text = escaped(statement.resource)[1:-1]
    for word, local in _OPEN.items():
        text = text.replace("{" + word + "}", "${" + local + "}")
    for setting in statement.settings:
        given = f'lookup(var.settings, "{setting.name}", "")'
        text = text.replace("{env:" + setting.name + "}", "${" + given + "}")
        text = text.replace("{last:" + setting.name + "}", "${basename(" + given + ")}")
    return Open(text)


def _object(value: Mapping[str, Any], depth: int) -> str:
    if not value:
        return "{}"
    pad = "  " * (depth + 1)
    lines: list[str] = []
    run: list[tuple[str, str]] = []  # names are aligned from one long value to the next
    for key, item in value.items():
        name, text = key if _KEY.fullmatch(key) else escaped(key), hcl(item, depth + 1)
        if "\n" in text:
            lines += [*_aligned(run, pad), f"{pad}{name} = {text}"]
            run = []
        else:
            run.append((name, text))
    return "{\n" + "\n".join([*lines, *_aligned(run, pad)]) + "\n" + "  " * depth + "}"


def _aligned(run: list[tuple[str, str]], pad: str) -> list[str]:
    width = max((len(name) for name, _ in run), default=0)
    return [f"{pad}{name:<{width}} = {text}" for name, text in run]


def _list(value: list[Any] | tuple[Any, ...], depth: int) -> str:
    if not any(isinstance(item, Mapping) for item in value):
        return "[" + ", ".join(hcl(item, depth) for item in value) + "]"
    pad = "  " * (depth + 1)
    return "[\n" + "".join(f"{pad}{hcl(item, depth + 1)},\n" for item in value) + "  " * depth + "]"
