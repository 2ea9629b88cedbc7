"""Moments that differ by a time zone, where their exact values were declared or learned to be volatile.

Comes in: moments as texts, paired by their place. Goes out: those that are whole quarters of an hour apart, as only
another zone makes them. Must not: compare moments any closer: two systems are never asked at the same instant.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from refactor.model.replay import Answer, Divergence
from refactor.model.serving import Rows
from refactor.verify.normalise import times_in

QUARTER = 900
"""Seconds; every zone is a multiple of it away from UTC."""

NEAR = 120
"""Seconds by which two systems may name the same moment apart."""

_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$")


def zones_apart(old: str, new: str) -> bool:
    """Whether two moments differ as the same moment does in two time zones, or name their zone differently."""
    if bool(_ZONE.search(old)) != bool(_ZONE.search(new)):
        return True
    seconds = seconds_apart(old, new)
    quarters = round(seconds / QUARTER)
    return quarters != 0 and abs(seconds - quarters * QUARTER) < NEAR and abs(seconds) <= 26 * 3600


def seconds_apart(old: str, new: str) -> float:
    """Between what two clocks on the wall show, whatever their zones; 0 when one shows nothing that exists."""
    try:
        first, second = (datetime.fromisoformat(_ZONE.sub("", text)) for text in (old, new))
    except ValueError:
        return 0.0
    return (second - first).total_seconds()


def answers_clocks(number: int, expected: Answer, actual: Answer) -> Iterator[Divergence]:
    """The first moment of a body that another zone made, when nothing else in the body differs."""
    if expected.body != actual.body or len(expected.times) != len(actual.times):
        return
    for old, new in zip(expected.times, actual.times, strict=True):
        if zones_apart(old, new):
            yield Divergence(number, "clock", old, new)
            return


def clock_is_volatile(first: Answer, again: Answer, told: str) -> bool:
    """Whether a moment moved by more than an hour between the monolith's own runs: no clock of its own made it."""
    if len(first.times) != len(again.times):
        return True
    return any(
        old == told and abs(seconds_apart(old, new)) > QUARTER * 4
        for old, new in zip(first.times, again.times, strict=True)
    )


def tables_clocks(expected: Sequence[Rows], actual: Sequence[Rows]) -> Iterator[Divergence]:
    """One divergence for each column that holds moments of another zone, in rows paired by key."""
    later = {rows.table: rows for rows in actual}
    for rows in sorted(expected):
        other = later.get(rows.table)
        if other is None or not rows.key or other.columns != rows.columns:
            continue
        pairs = _paired(rows, other)
        for place, column in enumerate(rows.columns):
            if found := _first_apart(pairs, place):
                yield Divergence(0, f"table {rows.table}", f"{column}={found[0]}", f"{column}={found[1]}")


def _paired(rows: Rows, other: Rows) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    places = [rows.columns.index(column) for column in rows.key]
    later = {tuple(row[place] for place in places): row for row in other.rows}
    keys = ((tuple(row[place] for place in places), row) for row in rows.rows)
    return [(row, later[key]) for key, row in keys if key in later]


def _first_apart(pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]], place: int) -> tuple[str, str] | None:
    for row, other in pairs:
        if row[place] != other[place]:
            old, new = times_in(row[place]), times_in(other[place])
            if len(old) == len(new) == 1 and zones_apart(old[0], new[0]):
                return old[0], new[0]
    return None
