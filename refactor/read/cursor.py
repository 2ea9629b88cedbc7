"""Positions without metadata: a cursor that follows the walk through the text.

A libcst tree knows no positions. The walk meets every name and literal in source order, so the cursor only has to find
each of them behind the one before: what lies between is white space, comments, punctuation and keywords.
"""

import re
from bisect import bisect_right

from refactor.model.facts import Position

GAP = re.compile(r"(?:[^\w\"'#]|#[^\n]*)*")
WORD = re.compile(r"\w+")


class Cursor:
    """A place in a text that moves forward only."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def position(self, offset: int) -> Position:
        """Line and column, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self) -> int:
        """The line of the last thing taken."""
        return bisect_right(self.starts, max(self.offset - 1, 0))

    def next(self) -> Position:
        """Where the next word or string begins; the cursor stays."""
        return self.position(self._skip(self.offset))

    def word(self, value: str) -> Position:
        """Move behind the next word that equals ``value``, passing keywords; where it begins."""
        offset = self._skip(self.offset)
        while found := WORD.match(self.text, offset):
            if found.group() == value:
                return self._take(offset, len(value))
            offset = self._skip(found.end())
        return self.position(min(self.offset, len(self.text)))

    def literal(self, value: str) -> Position:
        """Move behind the next occurrence of a number or string; where it begins."""
        value = value.lstrip(".")
        offset = self._skip(self.offset)
        while not self.text.startswith(value, offset):
            found = WORD.match(self.text, offset)
            if not found:
                return self.position(min(self.offset, len(self.text)))
            offset = self._skip(found.end())
        return self._take(offset, len(value))

    def exactly(self, value: str) -> None:
        """Move behind the next occurrence of ``value``, wherever it stands: for the inside of f-strings."""
        offset = self.text.find(value, self.offset)
        if offset >= 0:
            self.offset = offset + len(value)

    def _skip(self, offset: int) -> int:
        found = GAP.match(self.text, offset)
        return found.end() if found else offset

    def _take(self, offset: int, length: int) -> Position:
        self.offset = offset + length
        return self.position(offset)
