"""Two analyses side by side: what a person would want to know before agreeing to the later one.

Comes in: both analyses and the difference between their plans. Goes out: ``Comparison``. Must not: render.
"""

from msgspec import Struct

from refactor.model.analysis import Analysis
from refactor.model.findings import Finding
from refactor.model.measures import Difference
from refactor.model.plan import Cut

VERSION = 1
# Scores and costs are compared as they are shown.
_DIGITS = 3


class Figure(Struct, frozen=True):
    """A figure that both analyses have."""

    name: str
    before: float
    after: float


class Comparison(Struct, frozen=True):
    """What is new and what is gone; ``figures`` are the scores (0..100, higher is better), then the cost's terms."""

    difference: Difference
    entry_points_new: tuple[str, ...]
    entry_points_gone: tuple[str, ...]
    entry_points_moved: tuple[tuple[str, str, str], ...]
    tables_new: tuple[str, ...]
    tables_gone: tuple[str, ...]
    cuts_new: tuple[Cut, ...]
    cuts_gone: tuple[Cut, ...]
    findings_new: tuple[Finding, ...]
    findings_gone: tuple[Finding, ...]
    scores: tuple[Figure, ...]
    costs: tuple[Figure, ...]
    version: int = VERSION

    @property
    def is_none(self) -> bool:
        """Whether nothing differs that would be told."""
        told = (
            self.entry_points_new, self.entry_points_gone, self.entry_points_moved, self.tables_new, self.tables_gone,
            self.findings_new, self.findings_gone, changed(self.scores), changed(self.costs),
        )  # fmt: skip
        return self.difference.is_none and not any(told)


def compared(old: Analysis, new: Analysis, difference: Difference) -> Comparison:
    """The comparison; everything sorted. Ignored findings are no findings."""
    entries = [
        {entry.id: one.plan.assignment.get(entry.id, "") for entry in one.program.entry_points} for one in (old, new)
    ]
    tables = [{table.name for table in one.program.tables} for one in (old, new)]
    findings = [{item.id: item for item in one.findings if not item.ignored} for one in (old, new)]
    renamed = dict(difference.renamed)
    return Comparison(
        difference=difference,
        entry_points_new=tuple(sorted(entries[1].keys() - entries[0].keys())),
        entry_points_gone=tuple(sorted(entries[0].keys() - entries[1].keys())),
        entry_points_moved=tuple(
            (entry, entries[0][entry], entries[1][entry])
            for entry in sorted(entries[0].keys() & entries[1].keys())
            if renamed.get(entries[0][entry], entries[0][entry]) != entries[1][entry]
        ),
        tables_new=tuple(sorted(tables[1] - tables[0])),
        tables_gone=tuple(sorted(tables[0] - tables[1])),
        cuts_new=_cuts(new, difference.new_cuts),
        cuts_gone=_cuts(old, difference.gone_cuts),
        findings_new=tuple(sorted(findings[1][key] for key in findings[1].keys() - findings[0].keys())),
        findings_gone=tuple(sorted(findings[0][key] for key in findings[0].keys() - findings[1].keys())),
        scores=_figures(dict(old.plan.scores), dict(new.plan.scores)),
        costs=_figures(_terms(old), _terms(new)),
    )


def changed(figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The figures that differ."""
    return tuple(figure for figure in figures if figure.before != figure.after)


def _cuts(analysis: Analysis, ids: tuple[str, ...]) -> tuple[Cut, ...]:
    wanted = frozenset(ids)
    return tuple(sorted((cut for cut in analysis.plan.cuts if cut.id in wanted), key=lambda cut: (-cut.weight, cut)))


def _terms(analysis: Analysis) -> dict[str, float]:
    cost = analysis.plan.cost
    return {name: getattr(cost, name) for name in cost.__struct_fields__}


def _figures(before: dict[str, float], after: dict[str, float]) -> tuple[Figure, ...]:
    names = [name for name in after if name in before]
    return tuple(Figure(name, round(before[name], _DIGITS), round(after[name], _DIGITS)) for name in names)
