"""What a corpus touched: entry points, how they were answered, and the cuts within their reach.

Comes in: rows of a replay, the program, its graph and the plan. Goes out: a ``Coverage``. Must not: claim that a cut was
crossed: a request reaches what its entry point may call, and only a trace would tell what it did call.
"""

from collections.abc import Iterable, Sequence

from refactor.model.graph import Graph, reachable
from refactor.model.plan import Cut, Plan
from refactor.model.program import Program
from refactor.model.replay import Contract, Coverage
from refactor.verify.dialogue import Row
from refactor.verify.routing import Routed, entries_of, match

FOLLOWED = frozenset({"call", "enter", "publish", "reference", "inherit"})
REFUSED = 400
"""Statuses from here on are refusals: what lies behind the entry point has hardly run."""


def coverage(rows: Sequence[Row], program: Program, graph: Graph, plan: Plan) -> Coverage:
    """HTTP entry points and cuts that the requests reached, and those they did not."""
    table = entries_of(program.entry_points)
    known = sorted({routed.target for routed in table})
    asked = [(entry_of(table, expected.sent), expected.status) for _, expected, _ in rows]
    reached = {entry for entry, _ in asked}
    answered = {entry for entry, status in asked if status < REFUSED}
    near = {cut.id for cut in within_reach(plan.cuts, sorted(answered), program, graph)}
    return Coverage(
        covered=tuple(each for each in known if each in reached),
        uncovered=tuple(each for each in known if each not in reached),
        refused=tuple(each for each in known if each in reached - answered),
        cuts=tuple(told(cut) for cut in plan.cuts if cut.id in near),
        uncut=tuple(told(cut) for cut in plan.cuts if cut.id not in near),
        contracts=_contracts(program, plan, reached, answered),
        elsewhere=sum(not entry or not plan.service_of(entry) for entry, _ in asked),
    )


def _contracts(program: Program, plan: Plan, reached: set[str], answered: set[str]) -> tuple[Contract, ...]:
    """The operations of every service that answers HTTP, by what came of them."""
    operations: dict[str, dict[str, set[str]]] = {}
    for entry in program.entry_points:
        service = plan.service_of(entry.id) if entry.kind == "http" and entry.path else ""
        if service:
            told = f"{entry.method or 'ANY'} {entry.path}"
            operations.setdefault(service, {}).setdefault(told, set()).add(entry.id)
    return tuple(
        Contract(
            service,
            touched=tuple(sorted(name for name, ids in named.items() if ids & answered)),
            refused=tuple(sorted(name for name, ids in named.items() if ids & reached and not ids & answered)),
            untouched=tuple(sorted(name for name, ids in named.items() if not ids & reached)),
        )
        for service, named in sorted(operations.items())
    )


def entry_of(table: Sequence[Routed], sent: str) -> str:
    """The entry point that a sent request belongs to, "" for none; HEAD belongs to GET where it has none of its own."""
    method, _, target = sent.partition(" ")
    path = target.partition("?")[0]
    found = match(table, method, path) or (match(table, "GET", path) if method == "HEAD" else None)
    return found.routed.target if found else ""


def within_reach(cuts: Iterable[Cut], entries: Sequence[str], program: Program, graph: Graph) -> list[Cut]:
    """The cuts whose consumer's side the entry points may come to; an event leads on to its subscribers."""
    subscribers = {channel.id: channel.subscribers for channel in program.channels}
    reached: set[str] = set()
    waiting = [entry for entry in entries if entry]
    while waiting:
        found = set(reachable(graph, waiting, FOLLOWED)) - reached
        reached |= found
        waiting = sorted({symbol for node in found for symbol in subscribers.get(node, ())} - reached)
    return [cut for cut in cuts if cut.source in reached]


def told(cut: Cut) -> str:
    """A cut for people: who asks whom for what."""
    return f"{cut.consumer} -> {cut.provider}: {cut.source} {cut.kind} {cut.target}"
