"""Three-way merge of text: a person's edits and a new generation, both made from the same base.

Comes in: three texts. Goes out: one text; where both changed the same lines, both versions between git-style markers.
Must not: lose a line of either side.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import TypeAlias

from msgspec import Struct

Lines: TypeAlias = list[str]
Hunk: TypeAlias = tuple[int, int, Lines]
"""Base lines ``[start, end)`` become these lines."""


class Merge(Struct, frozen=True):
    """The merged text; ``conflicts`` are the first and last line (from 1) of each marked region."""

    text: str
    conflicts: tuple[tuple[int, int], ...] = ()


def merge(base: str, mine: str, theirs: str) -> Merge:
    """``mine`` with the changes that lead from ``base`` to ``theirs``. Changes that touch each other conflict."""
    if theirs in (mine, base):
        return Merge(mine)
    if mine == base:
        return Merge(theirs)
    lines = _lines(base)
    return _joined(lines, _regions(_hunks(lines, _lines(mine)), _hunks(lines, _lines(theirs))))


def _lines(text: str) -> Lines:
    """Lines with their ends; only a line feed ends one."""
    pieces = text.split("\n")
    return [f"{piece}\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def _hunks(base: Lines, changed: Lines) -> list[Hunk]:
    codes = SequenceMatcher(None, base, changed, autojunk=False).get_opcodes()
    return [(start, end, changed[low:high]) for tag, start, end, low, high in codes if tag != "equal"]


def _regions(mine: list[Hunk], theirs: list[Hunk]) -> Iterable[tuple[int, int, list[Hunk], list[Hunk]]]:
    """Hunks grouped so that no two groups touch: first and last base line, the hunks of each side."""
    sided = sorted([(*hunk, 0) for hunk in mine] + [(*hunk, 1) for hunk in theirs], key=lambda h: (h[0], h[1], h[3]))
    start, end, sides = -1, -1, ([], [])  # type: tuple[int, int, tuple[list[Hunk], list[Hunk]]]
    for low, high, lines, side in sided:
        if low > end and start >= 0:
            yield start, end, *sides
            start, sides = -1, ([], [])
        start, end = (low, high) if start < 0 else (start, max(end, high))
        sides[side].append((low, high, lines))
    if start >= 0:
        yield start, end, *sides


def _joined(base: Lines, regions: Iterable[tuple[int, int, list[Hunk], list[Hunk]]]) -> Merge:
    out: Lines = []
    conflicts: list[tuple[int, int]] = []
    position = 0
    for start, end, mine, theirs in regions:
        out += base[position:start]
        position = end
        yours, generated = _applied(base, start, end, mine), _applied(base, start, end, theirs)
        if not theirs or yours == generated:
            out += yours
        elif not mine:
            out += generated
        else:
            first = len(out) + 1
            out += _marked(yours, generated)
            conflicts.append((first, len(out)))
    return Merge("".join([*out, *base[position:]]), tuple(conflicts))


def _applied(base: Lines, start: int, end: int, hunks: list[Hunk]) -> Lines:
    """Base lines ``[start, end)`` as one side has them."""
    out: Lines = []
    for low, high, lines in hunks:
        out += [*base[start:low], *lines]
        start = high
    return [*out, *base[start:end]]


def _marked(yours: Lines, generated: Lines) -> Lines:
    return ["<<<<<<< yours\n", *_ended(yours), "=======\n", *_ended(generated), ">>>>>>> generated\n"]


def _ended(lines: Lines) -> Lines:
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]
