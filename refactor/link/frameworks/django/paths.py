"""Rule texts of Django -> the gateway's form of a path."""

import re
from typing import NamedTuple

CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
GREEDY = frozenset(("path",))
SHORTHANDS = {"d": "", "w": "", "s": "", "D": "/", "W": "/", "S": "/"}


class Converters(NamedTuple):
    """Names of registered converters whose text may hold a slash."""

    greedy: frozenset[str] = GREEDY

    def path(self, text: str) -> str:
        """``<int:pk>/edit`` -> ``{pk}/edit``."""

        def parameter(found: re.Match[str]) -> str:
            return f"{{{found[2]}{'+' if (found[1] or 'str') in self.greedy else ''}}}"

        return CONVERTER.sub(parameter, text)


def regex_path(text: str) -> str:
    """``^(?P<pk>[0-9]+)/edit/$`` -> ``{pk}/edit/``; what may be left out is left out."""
    reading = _Regex(text)
    return reading.alternatives("")


class _Regex:
    """One walk over a regular expression; nothing of it is ever matched."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.unnamed = 0

    def alternatives(self, end: str) -> str:
        """Up to the closing bracket; the first alternative stands for all."""
        first: str | None = None
        parts: list[str] = []
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter == end:
                self.at += 1
                break
            self.at += 1
            if letter == "|":
                first = "".join(parts) if first is None else first
                parts = []
            else:
                self._one(letter, parts)
        return "".join(parts) if first is None else first

    def _one(self, letter: str, parts: list[str]) -> None:
        if letter in "^$":
            return
        piece = self._atom(letter)
        minimum, many = self._repeat()
        if minimum or many:
            parts.append("{part}" if many and not piece.startswith("{") else piece)

    def _atom(self, letter: str) -> str:
        if letter == "\\":
            escaped = self.text[self.at : self.at + 1]
            self.at += 1
            if escaped in "ZAbB":
                return ""
            return "{part}" if escaped in SHORTHANDS else escaped
        if letter == "[":
            self._skip_set()
            return "{part}"
        if letter == ".":
            return "{part}"
        return self._group() if letter == "(" else letter

    def _skip_set(self) -> None:
        self.at += 1 if self.text.startswith("^", self.at) else 0
        self.at += 1 if self.text.startswith("]", self.at) else 0
        while self.at < len(self.text) and self.text[self.at] != "]":
            self.at += 2 if self.text[self.at] == "\\" else 1
        self.at += 1

    def _group(self) -> str:
        named = re.compile(r"\?P<(\w+)>").match(self.text, self.at)
        start = self.at
        if self.text.startswith("?:", self.at):
            self.at += 2
            return self.alternatives(")")
        if named is None and self.text.startswith("?", self.at):
            self.alternatives(")")
            return ""
        self.at = named.end() if named else self.at
        number, inside = self.unnamed, self.alternatives(")")
        body = self.text[start : self.at - 1]
        self.unnamed = number + 1
        name = named[1] if named else f"arg{number + 1}"
        return f"{{{name}{'+' if _may_hold_slash(body, inside) else ''}}}"

    def _repeat(self) -> tuple[bool, bool]:
        """Whether what came before must stand there, and whether it may stand there more than once."""
        found = re.compile(r"[*+?]|\{(\d*)(,?)(\d*)\}").match(self.text, self.at)
        if found is None:
            return True, False
        self.at = found.end()
        lazy = self.text[self.at : self.at + 1]
        self.at += 1 if lazy in ("?", "+") and lazy else 0
        sign = found[0]
        if sign[0] == "{":
            return found[1] not in ("", "0"), True
        return sign == "+", sign in "*+"


def _may_hold_slash(body: str, inside: str) -> bool:
    plain = re.sub(r"\\.", "", re.sub(r"\[\^[^\]]*/[^\]]*\]", "", body))
    return "/" in inside or "/" in plain or bool(re.search(r"(?<!\\)\.[*+]", body)) or "[^" in plain
