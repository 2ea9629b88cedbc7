"""Replay -> the table that ``verify`` shows.

Comes in: a replay. Goes out: renderables for rich, one a line. Must not: judge; a divergence counts whether predicted
or not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from refactor.model.replay import Divergence, Replay
from refactor.report.lines import Column, Line, line, rendered, said, step, table
from refactor.report.overview import plural
from refactor.report.visible import shortened

if TYPE_CHECKING:
    from rich.text import Text

_LONGEST = 60


def replay_text(replay: Replay, *, width: int = 0, plain: bool = False, encoding: str = "utf-8") -> "list[Text]":
    """One renderable a line: answers by status, every divergence with its explanation, coverage, the closing count."""
    limit = 0 if plain else width
    content = [*_statuses(replay), line()]
    if replay.divergences:
        content += [*_divergences(replay, limit), line()]
    content += [*_coverage(replay), _closing(replay)]
    return rendered(content, plain=plain, encoding=encoding)


def unexplained(divergence: Divergence) -> bool:
    """Whether neither a finding foresaw it nor an earlier divergence caused it."""
    return not divergence.predicted_by and not divergence.follows


def _statuses(replay: Replay) -> list[Line]:
    apart = {divergence.request for divergence in replay.divergences}
    grouped: dict[int, Counter[str]] = defaultdict(Counter)
    for number, (_, expected, _actual) in enumerate(replay.rows, start=1):
        grouped[expected.status]["all"] += 1
        grouped[expected.status]["apart"] += number in apart
    columns = (
        Column("Status"),
        Column("Requests", right=True),
        Column("Equal", right=True),
        Column("Divergent", right=True),
    )
    rows = [
        (
            line(str(status)),
            line(str(counts["all"])),
            line((str(counts["all"] - counts["apart"]), "green")),
            line((str(counts["apart"]), "red" if counts["apart"] else "dim")),
        )
        for status, counts in sorted(grouped.items())
    ]
    return table(columns, rows)


def _divergences(replay: Replay, width: int) -> list[Line]:
    titles = ("Request", "What", "Expected", "Actual", "Because")
    columns = (Column("#", right=True), *(Column(title) for title in titles))
    rows = [
        (
            line(str(item.request) if item.request else "end"),
            line(_request(replay, item)),
            line(said(item.what)),
            line(_value(item.expected)),
            line(_value(item.actual)),
            _because(item),
        )
        for item in sorted(replay.divergences, key=lambda item: (item.request == 0, item))
    ]
    return table(columns, rows, width)


def _request(replay: Replay, divergence: Divergence) -> str:
    if not 1 <= divergence.request <= len(replay.rows):
        return "what is left afterwards"
    request = replay.rows[divergence.request - 1][0]
    return shortened(said(f"{request.method} {request.path}"), _LONGEST)


def _value(value: str) -> str:
    return shortened(said(value), _LONGEST) or "-"


def _because(divergence: Divergence) -> Line:
    if divergence.predicted_by:
        return line(("predicted", "yellow"), f" by {said(divergence.predicted_by)}")
    if divergence.follows:
        return line(("follows", "yellow"), f" #{divergence.follows}")
    return line(("unexplained", "bold red"))


def _coverage(replay: Replay) -> Iterator[Line]:
    total = len(replay.covered) + len(replay.uncovered)
    if total:
        yield step("Covered", f"{len(replay.covered)} of {plural(total, 'entry point')}")
    for entry in replay.uncovered:
        yield line((f"{' ' * 11}not reached: ", "dim"), said(entry))


def _closing(replay: Replay) -> Line:
    odd = sum(unexplained(item) for item in replay.divergences)
    predicted = sum(bool(item.predicted_by) for item in replay.divergences)
    following = len(replay.divergences) - odd - predicted
    counted = f"{predicted} predicted, {f'{following} following, ' if following else ''}{odd} unexplained"
    style = "bold red" if odd else "bold yellow" if replay.divergences else "bold green"
    text = f"{plural(len(replay.rows), 'request')}, {plural(len(replay.divergences), 'divergence')} ({counted})"
    return line((text, style))
