"""Analysis -> summary.md for a pull request.

Comes in: an analysis. Goes out: at most 60,000 characters of GitHub Markdown with one Mermaid flowchart. Must not:
let a name close a table cell, a code span or the chart.
"""

from collections.abc import Iterable, Iterator

from refactor.model.analysis import Analysis
from refactor.report.advice import advice, levels
from refactor.report.overview import LABELS, MARKS, Overview, ServiceRow, figure, points
from refactor.report.visible import markdown_code, markdown_text, mermaid_label, shortened

LIMIT = 60_000
LINKS = 20
_SERVICES = 60
_FINDINGS = 10
_CUTS = 12
_TEXT = 200
_SENTENCE = 600
_CLASSES = (
    "  classDef lambda fill:#d3f1dd,stroke:#0b4f25,color:#0b4f25",
    "  classDef fargate fill:#ffe8ba,stroke:#5e3c00,color:#5e3c00",
    "  classDef keep fill:#e8ddfa,stroke:#43207f,color:#43207f",
)


def markdown(analysis: Analysis) -> str:
    """The summary; later blocks are left out when they would not fit, and the text says so."""
    overview = Overview(analysis)
    text = ""
    for block in _blocks(overview):
        if len(text) + len(block) > LIMIT - 200:
            return text + "\nShortened: the whole report is in `report.html` and `analysis.json`.\n"
        text += block + "\n"
    return text


def _blocks(overview: Overview) -> Iterator[str]:
    project = markdown_text(shortened(overview.analysis.program.project, _TEXT))
    yield f"## {project}: {overview.headline}, score {overview.score} of 100\n\n{overview.sentence}\n"
    yield " · ".join(f"{name} **{value}**" for name, value in overview.parts) + "\n"
    yield _table(("", ""), ((f"**{number}**", label) for number, label in overview.tiles))
    if overview.decisions:
        yield "### What needs your decision\n\n" + "".join(_decisions(overview))
    yield "### Are these the right pieces?\n\n" + "".join(_pieces(overview))
    if overview.services:
        yield "### Services\n\n" + _services(overview.services)
    if overview.pairs:
        yield "### Calls between services\n\n" + _flowchart(overview)
    if overview.analysis.plan.cuts:
        yield "### How far the cuts go\n\n" + "".join(_cuts(overview))
    if overview.analysis.plan.metrics:
        yield "### Published measures\n\n" + _measures(overview)
    if overview.counted:
        yield "### Findings\n\n" + _findings(overview)


def _table(head: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _decisions(overview: Overview) -> Iterator[str]:
    for number, decision in enumerate(overview.decisions, start=1):
        yield (
            f"{number}. **{_said(decision.title)}**  \n   {_said(decision.where)}. "
            f"Options: {', '.join(decision.options)}. Suggested: {_said(decision.suggested)}.\n"
        )


def _pieces(overview: Overview) -> Iterator[str]:
    choices = overview.choices
    if len(choices.columns) > 1 and choices.terms:
        head = ("Cost", *(_said(column.name) or "this plan" for column in choices.columns))
        rows = [(term.label, *map(figure, term.values)) for term in choices.terms]
        counted = [("Services", *(str(column.services) for column in choices.columns))]
        yield _table(head, [*counted, *rows]) + "\n"
    for label, sentence in advice(overview):
        yield f"- **{label}**: {markdown_text(shortened(sentence, _SENTENCE))}\n"


def _measures(overview: Overview) -> str:
    """Values and directions; the page has the formulas and how each is gamed."""
    arrows = {"higher": "↑", "lower": "↓"}
    metrics = overview.analysis.plan.metrics
    return (
        " · ".join(f"{_said(item.name)} **{figure(item.value)}** {arrows.get(item.better, '')}" for item in metrics)
        + "\n"
    )


def _services(rows: tuple[ServiceRow, ...]) -> str:
    head = ("Wave", "Service", "Verdict", "Fit", "Functions", "Tables", "Cut cost", "Stable", "Why")
    table = _table(head, (_service(row) for row in rows[:_SERVICES]))
    rest = len(rows) - _SERVICES
    return table + (f"\nand {rest} more services\n" if rest > 0 else "")


def _service(row: ServiceRow) -> tuple[str, ...]:
    verdict, service = row.verdict.verdict, row.service
    return (
        str(service.wave),
        markdown_code(shortened(service.name, _TEXT)),
        f"{MARKS.get(verdict, '?')} {LABELS.get(verdict, markdown_text(verdict))}{', **low fit**' if row.low else ''}",
        str(row.verdict.fit),
        str(len(row.entries)),
        str(len(service.tables)),
        points(row.cost),
        f"{service.stability:.0%}",
        _said(row.why),
    )


def _said(text: str) -> str:
    return markdown_text(shortened(text, _TEXT))


def _flowchart(overview: Overview) -> str:
    strongest = overview.pairs[:LINKS]
    named = {name for pair in strongest for name in (pair.consumer, pair.provider)}
    nodes = {name: f"s{number}" for number, name in enumerate(sorted(named))}
    verdicts = {row.service.name: row.verdict.verdict for row in overview.services}
    lines = ["flowchart LR"]
    for name, node in nodes.items():
        styled = f":::{verdicts[name]}" if verdicts.get(name) in LABELS and verdicts[name] else ""
        lines.append(f'  {node}["{mermaid_label(shortened(name, 60))}"]{styled}')
    for pair in strongest:
        arrow = f"-. {pair.sites} .->" if pair.serious else f"-- {pair.sites} -->"
        lines.append(f"  {nodes[pair.consumer]} {arrow} {nodes[pair.provider]}")
    rest = len(overview.pairs) - len(strongest)
    note = f"\nThe {LINKS} strongest of {len(overview.pairs)} links." if rest else ""
    said = f"Numbers count places in the code; dotted: a shared write or transaction.{note}"
    return "```mermaid\n" + "\n".join([*lines, *_CLASSES]) + f"\n```\n\n{said}\n"


def _cuts(overview: Overview) -> Iterator[str]:
    """How far cuts go, and what keeps most of them from the next level."""
    plan = overview.analysis.plan
    if not plan.cuts:
        return
    yield f"{levels(plan)}. What keeps calls from the next level:\n\n"
    kept = [cut for cut in plan.cuts if cut.kind == "call" and cut.because]
    heaviest = sorted(kept, key=lambda cut: (-cut.weight, cut.id))[:_CUTS]
    rows = [
        (markdown_code(shortened(cut.target, _TEXT)), _said(cut.consumer), cut.level, _said(cut.because))
        for cut in heaviest
    ]
    if rows:
        yield _table(("Called", "By", "Level", "Because"), rows)
    if len(kept) > _CUTS:
        yield f"\nand {len(kept) - _CUTS} more\n"


def _findings(overview: Overview) -> str:
    rows = (
        (
            item.severity,
            _said(item.rule),
            _said(item.message),
            markdown_code(shortened(f"{item.path}:{item.line}", _TEXT)),
        )
        for item in overview.counted[:_FINDINGS]
    )
    table = _table(("Level", "Rule", "What", "Where"), rows)
    rest = len(overview.counted) - _FINDINGS
    beside = ", ".join(markdown_code(shortened(place, _TEXT)) for place in overview.aside[:_FINDINGS])
    said = f"\nLast, because they look like no part of the application: {beside}\n" if beside else ""
    return table + (f"\nand {rest} more\n" if rest > 0 else "") + said
