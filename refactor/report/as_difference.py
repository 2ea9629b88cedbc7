"""Comparison -> text, JSON or Markdown.

Comes in: a comparison. Goes out: text. Must not: shorten JSON, or let a name act in a terminal or a page.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from refactor.model.findings import Finding
from refactor.model.plan import Cut
from refactor.report.comparison import Comparison, Figure, changed
from refactor.report.visible import markdown_code, markdown_text, one_line

_SHOWN = 40
# (heading, lines); a line is (words, names): names come from the analysed code.
_Section = tuple[str, list[str]]


def difference_json(comparison: Comparison) -> str:
    """Everything, with sorted keys."""
    return msgspec.json.format(msgspec.json.encode(comparison, order="sorted"), indent=1).decode() + "\n"


def difference_text(comparison: Comparison) -> str:
    """Headings and indented lines."""
    parts = [
        f"{title}\n" + "".join(f"  {line}\n" for line in lines) for title, lines in _sections(comparison, one_line)
    ]
    return "\n".join(parts) or "No difference.\n"


def difference_markdown(comparison: Comparison) -> str:
    """Headings and lists for a pull request."""
    parts = [
        f"### {markdown_text(title)}\n\n" + "".join(f"- {line}\n" for line in lines)
        for title, lines in _sections(comparison, markdown_code)
    ]
    return "\n".join(parts) or "No difference.\n"


def _sections(comparison: Comparison, name: Callable[[str], str]) -> Iterator[_Section]:
    for title, lines in _all(comparison, name):
        if lines:
            more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
            yield f"{title} ({len(lines)})", [*lines[:_SHOWN], *more]


def _all(comparison: Comparison, name: Callable[[str], str]) -> Iterator[_Section]:
    found = comparison.difference
    yield "Services renamed", [f"{name(old)} is now {name(new)}" for old, new in found.renamed]
    yield "Services gained", [name(service) for service in found.gained]
    yield "Services lost", [name(service) for service in found.lost]
    yield (
        "Moved",
        [
            f"{name(shift.symbol)}: {name(shift.source)} -> {name(shift.target)}"
            + (f", {name(shift.why)}" if shift.why else "")
            for shift in found.moved
        ],
    )
    moved = comparison.entry_points_moved
    yield "Entry points moved", [f"{name(entry)}: {name(old)} -> {name(new)}" for entry, old, new in moved]
    yield "Entry points new", [name(entry) for entry in comparison.entry_points_new]
    yield "Entry points gone", [name(entry) for entry in comparison.entry_points_gone]
    yield "Tables new", [name(table) for table in comparison.tables_new]
    yield "Tables gone", [name(table) for table in comparison.tables_gone]
    yield "Code new", [name(unit) for unit in found.appeared if not unit.startswith("table:")]
    yield "Code gone", [name(unit) for unit in found.vanished if not unit.startswith("table:")]
    yield "Cuts new", _cuts(comparison.cuts_new, name)
    yield "Cuts gone", _cuts(comparison.cuts_gone, name)
    yield "Findings new", _findings(comparison.findings_new, name)
    yield "Findings gone", _findings(comparison.findings_gone, name)
    yield "Scores, of 100", _figures(comparison.scores)
    yield "Cost, lower is better", _figures(comparison.costs)


def _cuts(cuts: Sequence[Cut], name: Callable[[str], str]) -> list[str]:
    return [
        f"{name(cut.consumer)} -> {name(cut.provider)}: {name(cut.source)} {cut.kind} {name(cut.target)}"
        + (f" at {name(f'{cut.sites[0].path}:{cut.sites[0].line}')}" if cut.sites else "")
        for cut in cuts
    ]


def _findings(findings: Sequence[Finding], name: Callable[[str], str]) -> list[str]:
    return [
        f"{item.severity} {item.rule} at {name(f'{item.path}:{item.line}')}: {name(item.message)}" for item in findings
    ]


def _figures(figures: tuple[Figure, ...]) -> list[str]:
    return [
        f"{item.name.replace('_', ' ')}: {item.before:g} -> {item.after:g} ({item.after - item.before:+g})"
        for item in changed(figures)
    ]
