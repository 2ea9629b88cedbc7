"""What only a person can decide: at most seven questions, the most expensive of each sort first.

Comes in: an analysis and its pairs. Goes out: decisions with options, a suggestion and an anchor in the page. Must
not: decide.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain, zip_longest

from msgspec import Struct

from refactor.model.analysis import Analysis
from refactor.model.contracts import LEVELS
from refactor.model.names import module_of, qualname_of, slug
from refactor.model.plan import SHARED
from refactor.model.program import Evidence, Transaction
from refactor.report.pairs import Pair

MOST = 7
_ENOUGH_RESOLVED = 0.8


class Decision(Struct, frozen=True):
    """A question: what, where, the ways out, which one the tool would take, and the anchor with the details.

    ``id`` names it for a review, and survives edits of the code.
    """

    id: str
    title: str
    where: str
    options: tuple[str, ...]
    suggested: str
    anchor: str


def decisions(analysis: Analysis, pairs: tuple[Pair, ...]) -> tuple[Decision, ...]:
    """What a reviewer wants to discuss, then at most seven: the first of each sort, the second of each, and so on.

    In the order of the sorts; what a reviewer accepted is decided and left out.
    """
    sorts = [
        list(_transactions(analysis, pairs)),
        list(_tables(analysis)),
        list(_loops(analysis)),
        list(_circles(pairs)),
        list(_evidence(analysis)),
    ]
    marks = {mark.subject: mark.mark for mark in analysis.marks if mark.kind == "decision"}
    open_ones = [[item for item in found if marks.get(item.id) not in ("accept", "discuss")] for found in sorts]
    turns = chain.from_iterable(
        zip_longest(*([(kind, item) for item in found] for kind, found in enumerate(open_ones)))
    )
    chosen = [turn for turn in turns if turn is not None][:MOST]
    asked = [item for found in sorts for item in found if marks.get(item.id) == "discuss"]
    return (*asked, *_discussed(analysis), *(item for _, item in sorted(chosen, key=lambda turn: turn[0])))


def _discussed(analysis: Analysis) -> Iterator[Decision]:
    """Parts of the plan that a reviewer wants to talk about."""
    cuts = {cut.id: cut for cut in analysis.plan.cuts}
    for mark in analysis.marks:
        if mark.mark != "discuss" or mark.kind == "decision":
            continue
        cut = cuts.get(mark.subject) if mark.kind == "cut" else None
        name = f"{_short(cut.source)} → {_short(cut.target)}" if cut else mark.subject
        anchor = {"service": f"service-{slug(mark.subject)}", "member": "services"}.get(
            mark.kind, f"{mark.kind}-{mark.subject}"
        )
        yield Decision(
            f"{mark.kind}:{mark.subject}",
            f"To discuss: {mark.kind} {name}",
            mark.comment or "marked in review",
            ("accept", "reject"),
            "talk about it",
            anchor,
        )


def spanning(analysis: Analysis) -> list[tuple[Transaction, tuple[str, ...]]]:
    """The transactions that write tables of several services, with those services; the widest first.

    The plan cuts each of them, but for those of operations (a seed), which nobody has to decide about, and for those that
    events or sagas take apart.
    """
    found = []
    settled = {cut.source for cut in analysis.plan.cuts if cut.kind == "transaction" and cut.accepted}
    whole = (cut for cut in analysis.plan.cuts if cut.kind == "transaction" and cut.level == LEVELS[0])
    torn = {(cut.source, site) for cut in whole for site in cut.sites}
    for transaction in analysis.program.transactions:
        if (transaction.symbol, transaction.evidence) not in torn or (transaction.symbol in settled):
            continue
        owners = {analysis.plan.service_of(f"table:{table}") for table in transaction.writes} - {"", SHARED}
        if len(owners) > 1:
            found.append((transaction, tuple(sorted(owners))))
    return sorted(found, key=lambda item: (-len(item[1]), -len(item[0].writes), item[0]))


def _transactions(analysis: Analysis, pairs: tuple[Pair, ...]) -> Iterator[Decision]:
    linked = {(pair.consumer, pair.provider) for pair in pairs}
    for transaction, owners in spanning(analysis):
        both_ways = len(owners) == 2 and {owners, owners[::-1]} <= linked
        yield Decision(
            f"transaction:{transaction.symbol}",
            f"{_listed(owners)} share a transaction in {_short(transaction.symbol)}",
            f"{_place(transaction.evidence)} writes {_listed(transaction.writes)} as one",
            ("keep together", "saga", "outbox"),
            "keep both together: they call each other" if both_ways else "saga with compensation",
            _finding_anchor(analysis, transaction.symbol),
        )


def _tables(analysis: Analysis) -> Iterator[Decision]:
    contested = [
        (table, service.name)
        for service in analysis.plan.services
        for table in service.tables
        if len(table.writers) > 1 and not table.accepted
    ]
    for table, owner in sorted(contested, key=lambda item: (-len(item[0].writers), item[0].table)):
        others = tuple(writer for writer in table.writers if writer != owner)
        yield Decision(
            f"table:{table.table}",
            f"Table {table.table} is written by {_listed(table.writers)}",
            f"proposed owner {owner}: {table.reason}",
            ("write through the owner", "split the table", "move the writers"),
            f"{_listed(others)} should write through {owner}",
            f"table-{slug(table.table)}",
        )


def _loops(analysis: Analysis) -> Iterator[Decision]:
    for cut in sorted(
        (cut for cut in analysis.plan.cuts if cut.chatty and not cut.accepted), key=lambda cut: (-cut.weight, cut.id)
    ):
        site = next((site for site in cut.sites if site.loop), cut.sites[0] if cut.sites else None)
        yield Decision(
            f"loop:{cut.id}",
            f"{cut.consumer} reaches {cut.provider} inside a loop",
            f"{_place(site)}, {_short(cut.source)} → {_short(cut.target)}: each turn would cross the network",
            ("ask for all at once", "keep a read copy", "move the code"),
            "keep a read copy fed by events" if cut.kind == "read" else "ask for all at once",
            f"cut-{cut.id}",
        )


def _circles(pairs: tuple[Pair, ...]) -> Iterator[Decision]:
    by_names = {(pair.consumer, pair.provider): pair for pair in pairs}
    for pair in pairs:
        back = by_names.get((pair.provider, pair.consumer))
        if back is not None and (back.points, back.consumer) < (pair.points, pair.consumer):
            yield Decision(
                f"circle:{min(pair.consumer, pair.provider)}:{max(pair.consumer, pair.provider)}",
                f"{pair.consumer} and {pair.provider} depend on each other",
                f"{pair.sites} sites one way, {back.sites} back",
                ("publish an event", "move the code", "merge both"),
                f"turn the {back.sites} sites from {back.consumer} into events",
                f"service-{slug(back.consumer)}",
            )


def _evidence(analysis: Analysis) -> Iterator[Decision]:
    program, assigned = analysis.program, analysis.plan.assignment
    homeless = [entry.id for entry in program.entry_points if entry.handler and entry.id not in assigned]
    if homeless:
        yield Decision(
            "entries:homeless",
            f"{_counted(len(homeless), 'entry point')} in no service",
            _listed(tuple(homeless[:3])) + (" ..." if len(homeless) > 3 else ""),
            ("pin to a service", "drop", "leave in the monolith"),
            "pin each in the plan file",
            "evidence",
        )
    if program.calls_total and program.calls_resolved < _ENOUGH_RESOLVED * program.calls_total:
        module, count = Counter(module_of(call.symbol) for call in program.unresolved).most_common(1)[0]
        yield Decision(
            "calls:unresolved",
            f"{program.calls_total - program.calls_resolved} calls stay unresolved",
            f"most in {module}: {count}",
            ("annotate types", "record traces", "accept"),
            "annotate the receivers in the worst modules first",
            "evidence",
        )


def _finding_anchor(analysis: Analysis, symbol: str) -> str:
    found = [item.id for item in analysis.findings if item.symbol == symbol and len(item.services) > 1]
    return f"finding-{found[0]}" if found else "cuts"


def _place(evidence: Evidence | None) -> str:
    return f"{evidence.path}:{evidence.line}" if evidence else "unknown place"


def _short(symbol: str) -> str:
    return qualname_of(symbol) or symbol


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun} is" if number == 1 else f"{number} {noun}s are"


def _listed(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
