"""What speaks for and against the plan in a few sentences, for outputs without room for tables.

Comes in: an overview. Goes out: (label, sentence) pairs, in the order in which a reviewer asks. Must not: escape; each
format does that in its own way.
"""

from collections import Counter
from collections.abc import Iterator

from refactor.model.contracts import LEVELS
from refactor.model.measures import Cost, Difference, Move
from refactor.model.plan import Plan
from refactor.report.choices import TERMS, Choice, movements
from refactor.report.overview import Overview, figure, plural, points

_MOVES = 3


def advice(overview: Overview) -> Iterator[tuple[str, str]]:
    """Only what there is something to say about."""
    plan = overview.analysis.plan
    if not overview.analysis.difference.is_none:
        yield "Changed", changes(overview.analysis.difference)
    if plan.cost != Cost():
        yield "Cost", costs(plan.cost)
    if plan.cuts:
        yield "Cuts", levels(plan)
    for choice in overview.choices.columns[1:]:
        yield "Instead", _instead(choice)
    for move in plan.moves[:_MOVES]:
        yield "Move", _move(move)
    yield from _doubts(overview)
    yield from _rings(overview)
    yield from _groups(plan)
    if overview.exceptions:
        yield "Accepted", f"{plural(len(overview.exceptions), 'exception')} by lines of the plan file"
    yield "Placed", _placed(overview)


def changes(change: Difference) -> str:
    """What is different from the last run."""
    parts = [
        f"{plural(len(change.moved), 'unit')} moved",
        f"{len(change.appeared)} new",
        f"{len(change.vanished)} gone",
        plural(len(change.new_cuts), "new cut"),
        f"{plural(len(change.gone_cuts), 'cut')} less",
    ]
    parts += [f"{name} is a new service" for name in change.gained]
    parts += [f"{name} is no service any more" for name in change.lost]
    parts += [f"{old} is now {new}" for old, new in change.renamed]
    if change.before != change.after:
        parts.append(f"cost {figure(change.before.total)} → {figure(change.after.total)}")
    return ", ".join(parts)


def levels(plan: Plan) -> str:
    """How far the cuts go."""
    counts = Counter(cut.level for cut in plan.cuts)
    return ", ".join(f"{counts[level]:,} {level}" for level in LEVELS)


def costs(cost: Cost) -> str:
    """The total with its terms."""
    terms = (f"{label.lower()} {figure(getattr(cost, name))}" for name, (label, _) in TERMS.items() if name != "total")
    return f"{figure(cost.total)}: {', '.join(terms)}"


def _instead(choice: Choice) -> str:
    said = f"{choice.name}: {plural(choice.services, 'service')}, {plural(choice.cuts, 'cut')}"
    cost = f", cost {figure(choice.cost.total)}" if choice.cost != Cost() else ""
    differs = "; ".join(choice.differences) or f"{plural(choice.moved, 'unit')} elsewhere"
    return f"{said}{cost}; {differs}"


def _move(move: Move) -> str:
    worth = f"saves {figure(move.gain)}" if move.gain >= 0 else f"costs {figure(-move.gain)}"
    terms = movements(move)
    return f"{move.symbol} from {move.source} to {move.target} {worth}" + (f" ({terms})" if terms else "")


def _doubts(overview: Overview) -> Iterator[tuple[str, str]]:
    if doubts := overview.doubts:
        count = sum(len(doubt.members) for doubt in doubts)
        first = doubts[0]
        yield (
            "Look first",
            f"{plural(count, 'definition')} in {plural(len(doubts), 'place')} near a toss-up; most at stake: "
            f"{first.module} in {first.service}, or {first.runner_up}?",
        )


def _rings(overview: Overview) -> Iterator[tuple[str, str]]:
    if rings := overview.rings.all:
        first = rings[0]
        yield (
            "Cycles",
            f"{plural(len(overview.rings.services), 'service')} in rings; {plural(len(rings), 'link')} to break, "
            f"{overview.rings.share:.0%} of what all cuts weigh; the cheapest: {first.link} "
            f"({plural(first.sites, 'site')}, {points(first.cycle.weight)} pt)",
        )


def _groups(plan: Plan) -> Iterator[tuple[str, str]]:
    if plan.groups:
        sizes = (f"{group.name} ({len(group.services)})" for group in plan.groups)
        yield "Groups", f"{len(plan.services)} services in {len(plan.groups)} groups: {', '.join(sizes)}"


def _placed(overview: Overview) -> str:
    rows = (row for row in overview.accounts.rows if row.modules or row.definitions or row.tables)
    said = [
        f"{'of these ' if row.part else ''}{row.place} {plural(row.modules, 'module')}"
        + (f", {plural(row.definitions, 'definition')}" if row.definitions else "")
        + (f", {plural(row.tables, 'table')}" if row.tables else "")
        for row in rows
    ]
    return "; ".join(said) + ("" if overview.accounts.complete else " (NOT COMPLETE)")
