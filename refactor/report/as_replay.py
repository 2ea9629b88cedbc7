"""Replay -> the table that ``verify`` shows.

Comes in: a replay. Goes out: renderables for rich, one a line. Must not: judge; a divergence counts whether predicted
or not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING

from refactor.model.replay import Answer, Coverage, Divergence, Replay
from refactor.report.lines import Column, Line, line, rendered, said, step, table
from refactor.report.overview import plural
from refactor.report.visible import shortened

if TYPE_CHECKING:
    from rich.text import Text

_LONGEST = 60
_MOST, _FEW = 20, 5
"""Names listed of one kind; the JSON holds all."""


def replay_text(replay: Replay, *, width: int = 0, plain: bool = False, encoding: str = "utf-8") -> "list[Text]":
    """One renderable a line: answers by status, every divergence with its explanation, coverage, the closing count."""
    limit = 0 if plain else width
    content = [*_statuses(replay), line()]
    if replay.divergences:
        content += [*_divergences(replay, limit), line()]
    content += [*_latency(replay), *_coverage(replay.coverage), _closing(replay)]
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


def _latency(replay: Replay) -> Iterator[Line]:
    """The time that both systems took, the first call of a function with its start included."""
    if replay.rows:
        yield step("Latency", f"monolith {_times([row[1] for row in replay.rows])}")
        yield line((f"{' ' * 11}split    {_times([row[2] for row in replay.rows])}", "dim"))


def _times(answers: list[Answer]) -> str:
    slowest = max(range(len(answers)), key=lambda place: answers[place].seconds)
    middle, most = median(each.seconds for each in answers), answers[slowest].seconds
    return f"median {middle * 1000:,.0f} ms, slowest {most * 1000:,.0f} ms (#{slowest + 1})"


def _coverage(coverage: Coverage) -> Iterator[Line]:
    total = len(coverage.covered) + len(coverage.uncovered)
    if total:
        only = f", {len(coverage.refused)} of them only with refusals" if coverage.refused else ""
        yield step("Covered", f"{len(coverage.covered)} of {plural(total, 'entry point')}{only}")
    yield from _named("not reached", coverage.uncovered)
    yield from _named("only refused", coverage.refused)
    yield from _contracts(coverage)
    if cuts := len(coverage.cuts) + len(coverage.uncut):
        yield step("Cuts", f"{len(coverage.cuts)} of {cuts} within reach of what was asked")
        yield from _named("out of reach", coverage.uncut, _FEW)


def _contracts(coverage: Coverage) -> Iterator[Line]:
    """How much of each service's contract was touched; operations by name are in the JSON."""
    if coverage.contracts:
        whole = sum(not each.untouched and not each.refused for each in coverage.contracts)
        beside = f"; {plural(coverage.elsewhere, 'request')} for the fallback" if coverage.elsewhere else ""
        yield step("Contracts", f"{whole} of {plural(len(coverage.contracts), 'service')} touched in all{beside}")
    for each in coverage.contracts:
        total = len(each.touched) + len(each.refused) + len(each.untouched)
        if each.refused or each.untouched:
            only = f", {len(each.refused)} refused only" if each.refused else ""
            told = f"{len(each.touched)} of {plural(total, 'operation')} answered{only}"
            yield line((f"{' ' * 11}{said(each.service)}: ", "dim"), told)


def _named(title: str, names: tuple[str, ...], most: int = _MOST) -> Iterator[Line]:
    for name in names[:most]:
        yield line((f"{' ' * 11}{title}: ", "dim"), said(name))
    if len(names) > most:
        yield line((f"{' ' * 11}and {len(names) - most} more {title}", "dim"))


def _closing(replay: Replay) -> Line:
    odd = sum(unexplained(item) for item in replay.divergences)
    predicted = sum(bool(item.predicted_by) for item in replay.divergences)
    following = len(replay.divergences) - odd - predicted
    counted = f"{predicted} predicted, {f'{following} following, ' if following else ''}{odd} unexplained"
    style = "bold red" if odd else "bold yellow" if replay.divergences else "bold green"
    text = f"{plural(len(replay.rows), 'request')}, {plural(len(replay.divergences), 'divergence')} ({counted})"
    return line((text, style))
