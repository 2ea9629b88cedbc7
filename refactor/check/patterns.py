"""Dotted patterns of rules -> compiled, indexed patterns.

Comes in: patterns such as ``threading.{Thread,Timer}().start``. Goes out: an index that answers "who wants this name".
Must not: know rules or programs; the payload of a pattern is opaque here.

``*`` stands for anything within one dotted part, ``**`` for anything at all, ``{a,b}`` for one of several.
"""

import re
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

_TOKEN = re.compile(r"\*\*|\*|\{|\}|,|[^*{},]+")
_FIXED = {"**": ".*", "*": "[^.]*", "{": "(?:", "}": ")"}


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression for ``fullmatch``; a comma separates alternatives inside braces only."""
    depth, parts = 0, []
    for token in _TOKEN.findall(pattern):
        depth += (token == "{") - (token == "}")
        parts.append("|" if token == "," and depth else _FIXED.get(token) or re.escape(token))
    return re.compile("".join(parts))


def head(pattern: str) -> str:
    """The first dotted part when it is literal, else "" (the pattern must be tried on every name)."""
    first = pattern.partition(".")[0]
    return "" if set(first) & set("*{},") else first


class Index(Generic[T]):
    """Payloads by pattern; a name is looked up once, however many calls bear it."""

    def __init__(self) -> None:
        self._by_head: dict[str, list[tuple[re.Pattern[str], T]]] = {}
        self._known: dict[str, tuple[T, ...]] = {}

    def add(self, pattern: str, payload: T) -> None:
        """Let names that fit ``pattern`` yield ``payload``."""
        self._by_head.setdefault(head(pattern), []).append((compiled(pattern), payload))

    def __call__(self, name: str) -> tuple[T, ...]:
        """The payloads of all patterns that fit the whole name, in the order they were added per head."""
        if name not in self._known:
            self._known[name] = tuple(self._search(name))
        return self._known[name]

    def _search(self, name: str) -> Iterator[T]:
        for key in dict.fromkeys((name.partition(".")[0], "")):
            yield from (payload for pattern, payload in self._by_head.get(key, ()) if pattern.fullmatch(name))
