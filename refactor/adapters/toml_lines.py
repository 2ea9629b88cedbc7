"""Where things stand in a TOML text: what parsers of the standard library don't tell.

Comes in: text that is valid TOML. Goes out: its statements with their lines. Must not: judge the text, or give values
where a parser can.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)"
    r'|(?P<string>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<line>\n)|(?P<blank>[ \t\r]+)|(?P<other>[^\s\"'#\[\]{}]+|.)",
    re.DOTALL,
)


@dataclass
class Statement:
    """A header or a key with its value. ``key``: the dotted path below the header that is open, the header's own first.

    ``items``: the lines of the tables in an array of inline tables. ``strings``: the texts in the value, with lines.
    """

    line: int
    key: tuple[str, ...]
    header: bool
    items: list[int] = field(default_factory=list)
    strings: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Token:
    """A piece of text with the line that it begins on and how many brackets are open before it."""

    kind: str
    text: str
    line: int
    depth: int


def statements(text: str) -> list[Statement]:
    """The statements in order."""
    found: list[Statement] = []
    header: tuple[str, ...] = ()
    for tokens in _lines(text):
        if tokens[0].kind == "open":
            header = _path("".join(token.text for token in tokens).strip("[] \t\r"))
            found.append(Statement(tokens[0].line, header, True))
        else:
            found.append(_assignment(tokens, header))
    return found


def comments(text: str) -> list[tuple[int, str]]:
    """The lines that hold nothing but a comment, with it; what looks like one inside a string is none."""
    found: list[tuple[int, str]] = []
    alone = True
    for token in tokens_of(text):
        if token.kind == "comment" and alone:
            found.append((token.line, token.text.strip()))
        alone = token.kind == "line" or (alone and token.kind == "blank")
    return found


def tokens_of(text: str) -> Iterator[Token]:
    """All pieces of the text, nothing left out."""
    line, depth = 1, 0
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        yield Token(kind, match[0], line, depth)
        depth += (kind == "open") - (kind == "close")
        line += match[0].count("\n")


def _lines(text: str) -> Iterator[list[Token]]:
    """The tokens of each statement; a line break inside brackets does not end one."""
    held: list[Token] = []
    for token in tokens_of(text):
        if token.kind == "line" and token.depth == 0:
            if held:
                yield held
            held = []
        elif token.kind not in ("comment", "line") and (held or token.kind != "blank"):
            held.append(token)
    if held:
        yield held


def _assignment(tokens: list[Token], header: tuple[str, ...]) -> Statement:
    equals = next((place for place, token in enumerate(tokens) if "=" in token.text and token.kind == "other"), 0)
    before = tokens[equals].text.partition("=")[0]
    key = "".join(token.text for token in tokens[:equals]) + before
    found = Statement(tokens[0].line, (*header, *_path(key)), False)
    for token in tokens[equals + 1 :]:
        if token.kind == "open" and token.depth == 1 and token.text == "{":
            found.items.append(token.line)
        elif token.kind == "string":
            found.strings.append((_value(token.text), token.line))
    return found


def _path(key: str) -> tuple[str, ...]:
    """The parts of a dotted key, however it is quoted."""
    table = tomllib.loads(f"{key} = 0")
    parts: list[str] = []
    inner: object = table
    while isinstance(inner, dict):
        name, inner = next(iter(inner.items()))
        parts.append(name)
    return tuple(parts)


def _value(text: str) -> str:
    return str(tomllib.loads(f"x = {text}")["x"])
