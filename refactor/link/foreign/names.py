"""Symbols for nodes that have any id: a dotted path of plain words, each given once.

Comes in: ids. Goes out: symbols. Must not: give two nodes one symbol, or depend on the order of nodes beyond sorting.
"""

import re
from collections.abc import Callable

_DOTS = re.compile(r"::|[./\\:#$]+")
_ENDING = re.compile(r"\.[A-Za-z]{1,5}$")


class Symbols:
    """Hands out symbols and remembers what is taken."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def module(self, text: str) -> str:
        """A module for a path, a dotted name or anything else."""
        path = _ENDING.sub("", text) if "/" in text or "\\" in text else text
        parts = [_word(part) for part in _DOTS.split(path)]
        return self._once(".".join(part for part in parts if part) or "node", str)

    def table(self, text: str) -> str:
        """The name of a table: its words with their dots."""
        return self._once(re.sub(r"[^\w.-]+", "_", text).strip("_") or "table", lambda word: f"table:{word}")

    def inside(self, home: str, text: str) -> str:
        """A definition of a module, called by the last part of its id."""
        return self._once(_leaf(text), lambda word: f"{home}:{word}")

    def nested(self, unit: str, text: str) -> str:
        """Something inside a definition, or inside a module that stands for a whole class."""
        return self._once(_leaf(text), lambda word: f"{unit}.{word}" if ":" in unit else f"{unit}:{word}")

    def _once(self, word: str, form: Callable[[str], str]) -> str:
        first = symbol = form(word)
        while symbol in self._taken:
            self._taken[first] += 1
            symbol = form(f"{word}_{self._taken[first]}")
        self._taken[symbol] = 1
        return symbol


def _leaf(text: str) -> str:
    parts = [_word(part) for part in _DOTS.split(text.partition("(")[0])]
    return next((part for part in reversed(parts) if part), "node")


def _word(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_")
