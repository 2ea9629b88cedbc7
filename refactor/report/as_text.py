"""Analysis -> the summary that ``analyze`` shows in a terminal.

Comes in: the analysis, the sources for code frames, the stream's width and encoding. Goes out: renderables for rich,
one a line. Must not: print, colour what has a meaning without a word beside it, or shorten anything when piped.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from refactor.model.analysis import Analysis
from refactor.model.findings import SEVERITIES, Finding
from refactor.model.sources import SourceTree
from refactor.report.advice import advice
from refactor.report.excerpts import Excerpts
from refactor.report.lines import Column, Line, line, rendered, said, step, table
from refactor.report.overview import LABELS, MARKS, Overview, ServiceRow, plural, points, severity_count

if TYPE_CHECKING:
    from rich.text import Text

_SERVICES = 25
_ERRORS = 3
_RULES = 10
_ASIDE = 6
_STYLES = {"lambda": "green", "fargate": "yellow", "keep": "magenta", "": "dim"}
_LEVELS = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}
_INDENT = " " * 11


def text(
    analysis: Analysis,
    sources: SourceTree,
    *,
    width: int = 0,
    plain: bool = False,
    encoding: str = "utf-8",
    verbose: bool = False,
) -> "list[Text]":
    """One renderable a line. ``width`` 0 or ``plain`` (piped): nothing is shortened, nothing wraps.

    Findings are grouped by rule, at most ten groups; ``verbose``: each finding with its code. The services and the answer
    stand last, where a terminal still shows them. Print each with ``console.print(text, soft_wrap=True)``.
    """
    overview = Overview(analysis)
    limit = 0 if plain else width
    content = [*_seen(overview, sources), line(), *_findings(overview, sources, verbose=verbose), line()]
    content += [*_advice(overview), line(), *_services(overview, limit), line(), *_score(overview)]
    return rendered(content, plain=plain, encoding=encoding)


def _seen(overview: Overview, sources: SourceTree) -> Iterator[Line]:
    program = overview.analysis.program
    lines = sum(module.lines for module in program.modules)
    yield step(
        "Reading", said(program.project), (f"  {plural(len(program.modules), 'file')}, {plural(lines, 'line')}", "dim")
    )
    yield step(
        "Resolving",
        "calls",
        (f"  {program.calls_resolved:,} of {program.calls_total:,} ({overview.resolved:.1%})", "dim"),
    )
    kinds = Counter(entry.kind for entry in overview.entries)
    counted = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    yield step("Entries", f"{plural(len(overview.entries), 'entry point')} found", (f"  {counted}", "dim"))
    yield step("Tables", f"{len(program.tables):,} found")
    for file in sources.unreadable[:_ERRORS]:
        place = f"{said(file.path)}:{file.line}:{file.column}"
        yield step("warning", f"{place} was not read: {said(file.message)}", style=_LEVELS["warning"])
    if len(sources.unreadable) > _ERRORS:
        yield line((f"{_INDENT}and {plural(len(sources.unreadable) - _ERRORS, 'more unread file')}", "dim"))


def _services(overview: Overview, width: int) -> list[Line]:
    if not overview.services:
        return [line("No service is proposed: nothing was found that could be called from outside.")]
    rows = overview.services[:_SERVICES] if width else overview.services
    columns = (
        Column("Wave", right=True),
        *(Column(title) for title in ("Service", "Verdict", "Fit")),
        *(Column(title, right=True) for title in ("Functions", "Tables", "Cuts", "Cost", "Stable")),
        Column("Why"),
    )
    cuts = Counter(cut.consumer for cut in overview.analysis.plan.cuts)
    shown = table(columns, [_service(row, cuts[row.service.name]) for row in rows], width)
    rest = len(overview.services) - len(rows)
    return [*shown, line((f"and {plural(rest, 'more service')} (analysis.json has all)", "dim"))] if rest else shown


def _service(row: ServiceRow, cuts: int) -> tuple[Line, ...]:
    verdict, service = row.verdict.verdict, row.service
    style = _STYLES.get(verdict, "")
    return (
        line(str(service.wave)),
        line(said(service.name)),
        line(
            (f"{MARKS.get(verdict, '?')} {LABELS.get(verdict, said(verdict))}", style),
            (", low fit", "bold yellow") if row.low else "",
        ),
        line(*_bar(row.verdict.fit)),
        line(str(len(row.entries))),
        line(str(len(service.tables))),
        line(str(cuts)),
        line(points(row.cost)),
        line(f"{service.stability:.0%}"),
        line(said(row.why)),
    )


def _bar(fit: int) -> tuple[tuple[str, str], ...]:
    style = "green" if fit >= 70 else "yellow" if fit >= 50 else "red"
    full = max(0, min(10, round(fit / 10)))
    return (("█" * full, style), ("░" * (10 - full), "dim"), (f" {fit:>3}", style))


def _score(overview: Overview) -> Iterator[Line]:
    if overview.services:
        parts = " · ".join(f"{name} {value}" for name, value in overview.parts)
        yield line(("Score ", "bold"), (str(overview.score), "bold cyan"), (" of 100", "bold"), (f"  {parts}", "dim"))
    yield line((overview.headline, "bold"), f": {overview.sentence}")
    sites, share = overview.crossing
    yield line(f"{plural(sites, 'call site')} cross services ({share:.1%})")


def _advice(overview: Overview) -> Iterator[Line]:
    for label, sentence in advice(overview):
        yield step(label, said(sentence))


def _findings(overview: Overview, sources: SourceTree, *, verbose: bool) -> Iterator[Line]:
    if verbose:
        excerpts = Excerpts(sources)
        for finding in overview.counted:
            yield from _diagnostic(finding, excerpts)
    else:
        yield from _by_rule(overview)
    counts = ", ".join(severity_count(count, severity) for severity, count in overview.severities.items())
    yield step("Findings", counts, style="bold")
    if overview.aside:
        places = ", ".join(said(place) for place in overview.aside[:_ASIDE])
        yield line((f"{_INDENT}last, as no part of the application: {places}", "dim"))


def _by_rule(overview: Overview) -> Iterator[Line]:
    """The first of each rule with how many more there are; the most severe rules, then those with most findings."""
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in overview.counted:
        found[finding.severity, finding.rule].append(finding)
    rank = {severity: position for position, severity in enumerate(SEVERITIES)}
    groups = sorted(
        found.items(),
        key=lambda item: (overview.is_aside(item[1][0]), rank.get(item[0][0], len(rank)), -len(item[1]), item[0]),
    )
    for (severity, rule), findings in groups[:_RULES]:
        first = findings[0]
        more = (f" and {len(findings) - 1} more", "dim") if len(findings) > 1 else ""
        yield step(severity, (said(rule), "bold"), f" {said(first.message)}", style=_LEVELS.get(severity, ""))
        yield line((f"{_INDENT}--> ", "dim"), f"{said(first.path)}:{first.line}:{first.column}", more)
    if rest := groups[_RULES:]:
        count = sum(len(findings) for _, findings in rest)
        yield line((f"{_INDENT}and {plural(count, 'finding')} of {plural(len(rest), 'more rule')}", "dim"))
    if found:
        yield line((f"{_INDENT}all of them: report.html, or -v", "dim"))


def _diagnostic(finding: Finding, excerpts: Excerpts) -> Iterator[Line]:
    yield step(
        finding.severity,
        (said(finding.rule), "bold"),
        f" {said(finding.message)}",
        style=_LEVELS.get(finding.severity, ""),
    )
    yield line((f"{_INDENT}--> ", "dim"), f"{said(finding.path)}:{finding.line}:{finding.column}")
    for code in excerpts.around(finding.path, finding.line, before=2, after=1):
        mark = ("❱", "red") if code.hit else (" ", "")
        yield line(_INDENT, mark, (f" {code.number:>4} ", "" if code.hit else "dim"), code.text)
    if finding.help:
        yield line((f"{_INDENT}help: ", "cyan"), said(finding.help))
    yield line()
