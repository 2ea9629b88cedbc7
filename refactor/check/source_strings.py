"""Source files -> their string constants with the name each is given.

Comes in: a source file and the scene. Goes out: ``Text`` values. Must not: evaluate anything but literals; a file
that can't be tokenised yields what came before the trouble.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from token import COMMENT, INDENT, NAME, NL, OP, STRING

from msgspec import Struct

from refactor.check.scene import Scene
from refactor.model.program import Definition, Evidence
from refactor.model.sources import SourceFile


class Text(Struct, frozen=True):
    """A string constant. ``name`` is the variable, keyword, key or setting it is the value of ("" for none)."""

    line: int
    column: int
    value: str
    name: str


def strings(file: SourceFile) -> Iterator[Text]:
    """The plain string constants of a file, in order. Docstrings and f-strings are left out."""
    before: list[tokenize.TokenInfo] = []
    for token in _tokens(file.text):
        if token.type == STRING and not _is_statement(before):
            value = _value(token.string)
            if value is not None:
                yield Text(token.start[0], token.start[1] + 1, value, _name(before))
        if token.type not in {NL, COMMENT}:
            before = [*before[-3:], token]


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError):
        return


def _is_statement(before: list[tokenize.TokenInfo]) -> bool:
    return not before or before[-1].type in {tokenize.NEWLINE, INDENT, tokenize.DEDENT}


def _value(literal: str) -> str | None:
    try:
        value = ast.literal_eval(literal)
    except (ValueError, SyntaxError, MemoryError):
        return None
    return value if isinstance(value, str) else None


def _name(before: list[tokenize.TokenInfo]) -> str:
    """``NAME =``, ``"NAME":``, ``["NAME"] =`` or ``get("NAME",`` in front of a constant."""
    if len(before) < 2 or before[-1].type != OP or before[-1].string not in {"=", ":", ",", "]"}:
        return ""
    operator, bound = before[-1].string, before[-2]
    if operator == "=" and bound.string == "]" and len(before) > 2:
        bound = before[-3]
    if operator == "=" and len(before) > 3 and before[-3].string == ":":
        bound = before[-4]
    if bound.type == NAME and operator == "=":
        return bound.string
    if bound.type == STRING and operator in {"=", ":"}:
        return _value(bound.string) or ""
    # a default value: get("NAME", "value")
    if bound.type == STRING and operator == "," and len(before) > 2 and before[-3].string == "(":
        return _value(bound.string) or ""
    return ""


def where(scene: Scene, path: str, text: Text) -> tuple[str, Evidence]:
    """The innermost definition (or the module) that holds the constant, and its place."""
    around = [one for one in _definitions(scene, path) if one.first <= text.line <= one.end]
    at = Evidence(path, text.line, text.column, "string")
    if around:
        return max(around, key=lambda one: (one.first, -one.end)).symbol, at
    module = next((module.name for module in scene.program.modules if module.path == path), "")
    return module or path.removesuffix(".py").replace("/", "."), at


def _definitions(scene: Scene, path: str) -> Iterator[Definition]:
    return (one for one in scene.program.definitions if one.path == path and one.kind != "variable")
