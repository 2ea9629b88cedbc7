"""Where two systems answered differently, and where their databases differ afterwards.

Comes in: rows of a replay, row sets of tables. Goes out: divergences, unexplained as yet. Must not: forgive anything
that was not declared volatile.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from refactor.model.replay import Answer, Divergence
from refactor.model.serving import Rows
from refactor.verify.clocks import answers_clocks, tables_clocks
from refactor.verify.dialogue import Replayed, Row
from refactor.verify.normalise import VOLATILE, Cleaner

SHOWN = 5
"""Differences told per body or table; the rest is counted."""

AROUND = 40
ABSENT = "(absent)"


def divergences_of(
    replayed: Replayed, expected: Sequence[Rows] = (), actual: Sequence[Rows] = (), volatile_columns: Sequence[str] = ()
) -> tuple[Divergence, ...]:
    """Everything that differs: the answers in order of requests, then the tables by name."""
    found = list(answers_differ(replayed.rows))
    left = _clean(expected, replayed.expected, volatile_columns)
    right = _clean(actual, replayed.actual, volatile_columns)
    tables = list(tables_differ(left, right))
    known = {one.what for one in tables}
    return (*found, *tables, *(one for one in tables_clocks(expected, actual) if one.what not in known))


def answers_differ(rows: Iterable[Row]) -> Iterator[Divergence]:
    """Divergences of answers: status, headers, body; requests count from 1."""
    for number, (_, expected, actual) in enumerate(rows, 1):
        if expected.status != actual.status:
            yield Divergence(number, "status", str(expected.status), str(actual.status))
        for name, old, new in _headers_differ(expected, actual):
            yield Divergence(number, f"header {name}", old, new)
        if expected.body != actual.body:
            yield Divergence(number, "body", *body_difference(expected.body, actual.body))
        yield from answers_clocks(number, expected, actual)


def _headers_differ(expected: Answer, actual: Answer) -> Iterator[tuple[str, str, str]]:
    for name in sorted({name for name, _ in (*expected.headers, *actual.headers)}):
        old = Counter(value for key, value in expected.headers if key == name)
        new = Counter(value for key, value in actual.headers if key == name)
        if old != new:
            yield name, _listed(old - new), _listed(new - old)


def _listed(values: Counter[str]) -> str:
    return "\n".join(sorted(values.elements())) or ABSENT


def body_difference(expected: str, actual: str) -> tuple[str, str]:
    """What differs, told for both sides: JSON by path, text by its first difference with what stands around it."""
    try:
        pairs = list(json_differences(json.loads(expected), json.loads(actual)))
    except ValueError:
        pairs = []
    if not pairs:
        return _text_difference(expected, actual)
    return _told([f"{path}: {old}" for path, old, _ in pairs]), _told([f"{path}: {new}" for path, _, new in pairs])


def json_differences(old: Any, new: Any, path: str = "$") -> Iterator[tuple[str, str, str]]:
    """Paths at which two JSON values differ, with both values; a missing member is (absent)."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            here = f"{path}.{key}"
            if key in old and key in new:
                yield from json_differences(old[key], new[key], here)
            else:
                yield here, _short(old[key]) if key in old else ABSENT, _short(new[key]) if key in new else ABSENT
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            here = f"{path}[{index}]"
            if index < min(len(old), len(new)):
                yield from json_differences(old[index], new[index], here)
            else:
                yield (
                    here,
                    _short(old[index]) if index < len(old) else ABSENT,
                    (_short(new[index]) if index < len(new) else ABSENT),
                )
    elif type(old) is not type(new) or old != new:
        yield path, _short(old), _short(new)


def _short(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return text if len(text) <= 2 * AROUND else text[: 2 * AROUND] + "..."


def _text_difference(expected: str, actual: str) -> tuple[str, str]:
    start = next((i for i, (a, b) in enumerate(zip(expected, actual, strict=False)) if a != b), None)
    at = min(len(expected), len(actual)) if start is None else start
    return _window(expected, at), _window(actual, at)


def _window(text: str, at: int) -> str:
    before, after = max(0, at - AROUND), at + AROUND
    return f"{'...' if before else ''}{text[before:after]}{'...' if after < len(text) else ''}" or "(empty)"


def _told(lines: list[str]) -> str:
    shown = lines[:SHOWN] + ([f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else [])
    return "\n".join(shown)


# -- tables ----------------------------------------------------------------------------------------------------------


def tables_differ(expected: Sequence[Rows], actual: Sequence[Rows]) -> Iterator[Divergence]:
    """One divergence for each table whose rows differ; rows are paired by key, else compared as a bag."""
    left, right = {rows.table: rows for rows in expected}, {rows.table: rows for rows in actual}
    for table in sorted(left.keys() | right.keys()):
        old, new = left.get(table), right.get(table)
        if old is None or new is None:
            yield Divergence(0, f"table {table}", "exists" if old else ABSENT, "exists" if new else ABSENT)
        elif old.columns != new.columns:
            yield Divergence(0, f"table {table}", ", ".join(old.columns), ", ".join(new.columns))
        elif pairs := list(_rows_differ(old, new)):
            yield Divergence(0, f"table {table}", _told([a for a, _ in pairs]), _told([b for _, b in pairs]))


def _rows_differ(old: Rows, new: Rows) -> Iterator[tuple[str, str]]:
    left, right = _keyed(old), _keyed(new)
    if left is None or right is None:
        before, after = Counter(old.rows), Counter(new.rows)
        for row in sorted((before - after).elements()):
            yield _row(old.columns, row), ABSENT
        for row in sorted((after - before).elements()):
            yield ABSENT, _row(new.columns, row)
        return
    for key in sorted(left.keys() | right.keys(), key=_by_size):
        if left.get(key) != right.get(key):
            yield _row(old.columns, left.get(key), right.get(key)), _row(new.columns, right.get(key), left.get(key))


def _keyed(rows: Rows) -> dict[tuple[str, ...], tuple[str, ...]] | None:
    """Rows by primary key; None without a key, or when masking made keys equal."""
    places = [rows.columns.index(column) for column in rows.key]
    keyed = {tuple(row[place] for place in places): row for row in rows.rows}
    return keyed if places and len(keyed) == len(rows.rows) else None


def _by_size(key: tuple[str, ...]) -> list[tuple[int, str]]:
    """Numbers in their order, without reading them as numbers."""
    return [(len(part), part) for part in key]


def _row(columns: Sequence[str], row: tuple[str, ...] | None, other: tuple[str, ...] | None = None) -> str:
    """A row by its columns; beside another one, the first column and the differing ones."""
    if row is None:
        return ABSENT
    shown = [
        f"{column}={value}"
        for index, (column, value) in enumerate(zip(columns, row, strict=True))
        if other is None or index == 0 or value != other[index]
    ]
    return ", ".join(shown)


def cleaned(tables: Sequence[Rows], cleaner: Cleaner, volatile: Sequence[str] = ()) -> list[Rows]:
    """Rows as they are compared: cells cleaned as texts of that system are, volatile columns masked."""
    return _clean(tables, cleaner, volatile)


def _clean(tables: Sequence[Rows], cleaner: Cleaner, volatile: Sequence[str]) -> list[Rows]:
    """Cells cleaned as texts of that system are; volatile columns (``table.column``, ``*.column``) masked."""
    cleaned = []
    for rows in tables:
        masked = [
            any(fnmatchcase(f"{rows.table}.{column}", pattern) for pattern in volatile) for column in rows.columns
        ]
        lines = (
            tuple(VOLATILE if hide else cleaner.text(cell) for hide, cell in zip(masked, row, strict=True))
            for row in rows.rows
        )
        cleaned.append(Rows(rows.table, rows.columns, rows.key, tuple(sorted(lines))))
    return cleaned
