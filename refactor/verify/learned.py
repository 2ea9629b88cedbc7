"""What differs between the monolith's own two runs is volatile: nobody can ask a split to be more equal than that.

Comes in: divergences, and the monolith's answers and rows of two runs. Goes out: the divergences that are left. Must
not: forgive more than what differed: the text around a volatile piece, the other columns of a row stay compared.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

from refactor.model.replay import Answer, Divergence
from refactor.model.serving import Rows
from refactor.verify.clocks import clock_is_volatile

_PIECES: Final = re.compile(r"[\w-]+|\W")
LONGEST: Final = 400
"""Characters that a volatile piece may have in the split's answer."""
_ANYTHING: Final = f".{{0,{LONGEST}}}?"
_BASE64: Final = frozenset("+/")
"""What may stand in the middle of a random value in two runs by chance, and not in the third."""


def without_volatile(
    divergences: Iterable[Divergence], first: Sequence[Answer], again: Sequence[Answer], actual: Sequence[Answer]
) -> tuple[Divergence, ...]:
    """The divergences of answers that two runs of the monolith do not explain; those of tables stay as they are."""
    return tuple(
        one
        for one in divergences
        if one.request == 0
        or not _is_volatile(one, first[one.request - 1], again[one.request - 1], actual[one.request - 1])
    )


def _is_volatile(one: Divergence, first: Answer, again: Answer, actual: Answer) -> bool:
    if one.what == "status":
        return False  # an answer of another kind is never noise
    if one.what == "clock":
        return clock_is_volatile(first, again, one.expected)
    if one.what == "body":
        return fits(first.body, again.body, actual.body)
    name = one.what.removeprefix("header ")
    texts = ["\n".join(value for key, value in answer.headers if key == name) for answer in (first, again, actual)]
    return fits(*texts)


def fits(first: str, again: str, actual: str) -> bool:
    """Whether a third text differs from the first only where the second does."""
    if first == again:
        return first == actual
    pattern = _pattern(_PIECES.findall(first), _PIECES.findall(again))
    return re.fullmatch(pattern, actual, re.DOTALL) is not None


def _pattern(first: list[str], again: list[str]) -> str:
    runs = SequenceMatcher(None, first, again, autojunk=False).get_opcodes()
    texts = ["".join(first[low:high]) if tag == "equal" else "" for tag, low, high, _, _ in runs]
    inner = {at for at in range(1, len(texts) - 1) if set(texts[at]) <= _BASE64}
    return "".join(re.escape(text) if text and at not in inner else _ANYTHING for at, text in enumerate(texts))


def volatile_columns(first: Iterable[Rows], again: Iterable[Rows]) -> tuple[str, ...]:
    """``table.column`` whose cells differ between two runs.

    Rows are paired by key; where the keys themselves differ (random ids), a column's values are compared as a bag.
    """
    later: Mapping[str, Rows] = {rows.table: rows for rows in again}
    found: set[str] = set()
    for rows in first:
        other = later.get(rows.table)
        if other is not None and other.columns == rows.columns and len(other.rows) == len(rows.rows):
            paired = bool(rows.key) and _keys(rows) == _keys(other)
            changed = (
                c for place, c in enumerate(rows.columns) if _cells(rows, place, paired) != _cells(other, place, paired)
            )
            found.update(f"{rows.table}.{column}" for column in changed)
    return tuple(sorted(found))


def _keys(rows: Rows) -> list[tuple[str, ...]]:
    places = [rows.columns.index(column) for column in rows.key]
    return sorted(tuple(row[place] for place in places) for row in rows.rows)


def _cells(rows: Rows, place: int, paired: bool) -> list[tuple[tuple[str, ...], str]]:
    keys = [rows.columns.index(column) for column in rows.key] if paired else []
    return sorted((tuple(row[key] for key in keys), row[place]) for row in rows.rows)
