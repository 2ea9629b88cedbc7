"""A few lines of code around a place, for pages and terminals.

Comes in: a source tree and ``path``/``line``. Goes out: numbered lines. Must not: colour or escape for a language.
"""

import re

from msgspec import Struct

from refactor.model.sources import SourceTree
from refactor.report.visible import shortened, visible

_LINE_END = re.compile(r"\r\n|\r|\n")
_WIDEST = 160


class CodeLine(Struct, frozen=True):
    """A line of source; ``hit`` marks the line that is meant."""

    number: int
    text: str
    hit: bool


class Excerpts:
    """Cuts excerpts out of a tree, splitting each file once, at the line ends that Python counts."""

    def __init__(self, sources: SourceTree) -> None:
        self._sources = sources
        self._lines: dict[str, list[str]] = {}

    def around(self, path: str, line: int, *, before: int = 3, after: int = 3) -> tuple[CodeLine, ...]:
        """The lines around ``line``, cut to the file; empty when the file or the line is unknown."""
        lines = self._split(path)
        if not 1 <= line <= len(lines):
            return ()
        first, last = max(1, line - before), min(len(lines), line + after)
        return tuple(
            CodeLine(number, shortened(visible(lines[number - 1].expandtabs(4)), _WIDEST), number == line)
            for number in range(first, last + 1)
        )

    def _split(self, path: str) -> list[str]:
        if path not in self._lines:
            file = self._sources.by_path.get(path)
            self._lines[path] = _LINE_END.split(file.text) if file else []
        return self._lines[path]
