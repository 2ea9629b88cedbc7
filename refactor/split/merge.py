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

FIRST, LAST = "<<<<<<< yours\n", ">>>>>>> generated\n"


class Merge(Struct, frozen=True):
    """The merged text; ``conflicts`` are the first and last line (from 1) of each marked region."""

    text: str
    conflicts: tuple[tuple[int, int], ...] = ()


def merge(base: str, mine: str, theirs: str) -> Merge:
    """``mine`` with the changes that lead from ``base`` to ``theirs``. Changes that touch each other conflict.

    Where a side only ends all lines in another way, what it says is compared, and the text ends its lines that way.
    """
    if theirs in (mine, base):
        return Merge(mine)
    if mine == base:
        return Merge(theirs)
    ends = [_ends(text) for text in (base, mine, theirs)]
    if len(set(ends)) > 1 and all(ends):
        end = ends[1] if ends[1] != ends[0] else ends[2]
        merged = merge(*(text.replace("\r\n", "\n") for text in (base, mine, theirs)))
        return Merge(merged.text.replace("\n", end), merged.conflicts)
    lines = _lines(base)
    found = _joined(lines, _regions(_hunks(lines, _lines(mine)), _hunks(lines, _lines(theirs))))
    if set(ends) == {"\r\n"}:  # so do the marks
        return Merge(found.text.replace("\r\n", "\n").replace("\n", "\r\n"), found.conflicts)
    return found


def both(mine: str, theirs: str) -> Merge:
    """Two texts whose base nobody knows: what they share once, and each difference with both versions."""
    lines = _lines(mine)
    return _joined(lines, ((low, high, None, [(low, high, new)]) for low, high, new in _hunks(lines, _lines(theirs))))


def marked(text: str) -> tuple[tuple[int, int], ...]:
    """The regions of a text that a merge has marked and nobody has settled since."""
    found: list[tuple[int, int]] = []
    first = 0
    for number, line in enumerate(_lines(text.replace("\r\n", "\n")), 1):
        if line == FIRST:
            first = number
        elif line == LAST and first:
            found.append((first, number))
            first = 0
    return tuple(found)


def _ends(text: str) -> str:
    """How all lines of a text end; "" where they don't end alike."""
    feeds, pairs = text.count("\n"), text.count("\r\n")
    return "\n" if not pairs else "\r\n" if pairs == feeds else ""


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


def _joined(base: Lines, regions: Iterable[tuple[int, int, list[Hunk] | None, list[Hunk]]]) -> Merge:
    """``None`` for a side: it holds the base's lines, and holds to them."""
    out: Lines = []
    conflicts: list[tuple[int, int]] = []
    position = 0
    for start, end, mine, theirs in regions:
        out += base[position:start]
        position = end
        yours, generated = _applied(base, start, end, mine or []), _applied(base, start, end, theirs)
        if not theirs or yours == generated:
            out += yours
        elif mine == []:
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
    return [FIRST, *_ended(yours), "=======\n", *_ended(generated), LAST]


def _ended(lines: Lines) -> Lines:
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]
