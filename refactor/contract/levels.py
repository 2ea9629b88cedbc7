"""Contracts -> the level of every cut, and what keeps it from the next.

Comes in: a plan and its contracts. Goes out: the plan, each cut with its level and a sentence. Must not: know how a level
is carried out.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from refactor.contract.ordered import check_proven, check_sent, events_of, orders_of, sagas_of, said
from refactor.contract.parts import rows_within
from refactor.contract.reach import Reaches
from refactor.contract.sagas import crossed
from refactor.model.contracts import LEVELS, Contracts, Operation
from refactor.model.plan import Constraint, Cut, Plan
from refactor.model.program import Program

_WHOLE = {
    "read": "the consumer's own code reads the table; it would have to ask {provider} for what it reads",
    "write": "the consumer's own code writes the table; it would have to ask {provider} to do it",
    "transaction": "both services' tables are committed as one; that takes a saga with compensations",
    "publish": "the receiver runs inside the publisher's process and transaction",
    "inherit": "a class and its base are one object at run time",
    "reference": "the consumer's code needs the definition itself, not only calls of it",
}


_SENT = ("call", "publish")
_TOUCHING = ("read", "write")


def with_levels(program: Program, plan: Plan, contracts: Contracts) -> Plan:
    """The plan whose cuts say how far they go. RefactorError: a person wants more of one than is proven."""
    reaches = Reaches(program)
    types = set(_of_types(program, contracts, reaches))
    travelling = set(_travelling(program, contracts))
    mapped = {table.name: table.model for table in program.tables}
    used = {(cut.source, mapped.get(cut.target.partition(":")[2], "")) for cut in plan.cuts if cut.kind in _TOUCHING}
    stays = {(stay.consumer, stay.symbol): stay.hindrances[0].text for stay in contracts.stays if stay.hindrances}
    cuts = [
        _committed(cut, contracts, reaches)
        if cut.kind == "transaction"
        else _levelled(cut, plan, contracts, types if (cut.source, cut.target) not in used else set(), stays)
        for cut in plan.cuts
    ]
    calls = {(cut.consumer, cut.target) for cut in cuts if cut.kind in _SENT}
    orders, sagas = orders_of(program, plan, calls), sagas_of(program, plan, calls)
    check_proven(orders, contracts, cuts)
    cuts = [_travelled(cut) if (cut.kind, cut.source, cut.target) in travelling else cut for cut in cuts]
    late = events_of(program, plan, calls)
    check_sent(sagas | late, contracts, cuts)
    cuts = [_decided(cut, late) for cut in cuts]
    if sagas:
        cuts = [_sent_away(cut, contracts, sagas, crossed(reaches, contracts, sagas, cut)) for cut in cuts]
    return replace(plan, cuts=tuple(_lowered(cut, orders.get((cut.consumer, cut.target))) for cut in cuts))


def _travelling(program: Program, contracts: Contracts) -> Iterator[tuple[str, str, str]]:
    """Kind, source and target of the cuts that read only what a receiver is sent: rows that its arguments lead on to."""
    tables = {table.model: table.name for table in program.tables if table.model}
    for operation in contracts.operations:
        if not set(operation.events) >= set(operation.consumers):
            continue
        named = {edge.target for edge in program.outgoing.get(operation.symbol, ()) if edge.kind == "reference"}
        for row in (inner for each in operation.parameters for inner in rows_within(each.shape)):
            if row.symbol not in named:  # else it may ask for other rows by itself
                yield "read", operation.symbol, f"table:{tables[row.symbol]}"


def _travelled(cut: Cut) -> Cut:
    return replace(cut, level="remote", because="what it reads is in the message that it is sent")


def _decided(cut: Cut, late: dict[tuple[str, str], Constraint]) -> Cut:
    """A call that is an event because a person decided so, not because it is proven to make no difference."""
    order = late.get((cut.consumer, cut.target))
    return replace(cut, level="remote", because=said(order)) if order and cut.kind in (*_SENT, "reference") else cut


def _sent_away(cut: Cut, contracts: Contracts, sagas: dict[tuple[str, str], Constraint], whole: str) -> Cut:
    """A cut that goes as far as it does because of a saga. ``whole``: why a transaction's cut is none any more."""
    operation = contracts.by_symbol.get(cut.target)
    if operation is not None and cut.level != "shared" and cut.consumer in operation.sagas:
        return replace(cut, level="remote", because=said(sagas[cut.consumer, cut.target]))
    return replace(cut, level="remote", because=whole) if whole else cut


def _committed(cut: Cut, contracts: Contracts, reaches: Reaches) -> Cut:
    """A table that a transaction of another service writes."""
    sent = frozenset(operation.symbol for operation in contracts.called_by(cut.consumer))
    if cut.target in reaches.of([cut.source], sent).writes:
        return replace(cut, level="shared", because=_WHOLE["transaction"])
    return replace(cut, level="remote", because="it is written after the commit, by who is sent an event")


def _lowered(cut: Cut, order: Constraint | None) -> Cut:
    """A cut that could go further than a person wants."""
    if order is None or cut.kind not in (*_SENT, "reference") or LEVELS.index(order.level) >= LEVELS.index(cut.level):
        return cut
    return replace(cut, level=order.level, because=said(order))


def _levelled(
    cut: Cut, plan: Plan, contracts: Contracts, types: set[tuple[str, str, str]], stays: dict[tuple[str, str], str]
) -> Cut:
    if cut.kind in (*_SENT, "reference") and contracts.is_remote(cut):
        operation = contracts.by_symbol[cut.target]
        others = _others(operation, plan)
        return replace(cut, level="remote", because=others) if others else replace(cut, level="owned", because="")
    if (cut.kind, cut.consumer, cut.target) in types:
        return replace(cut, level="remote", because="it is a type of the contract")
    reason = stays.get((cut.consumer, cut.target), "") if cut.kind in (*_SENT, "reference") else ""
    return replace(cut, level="shared", because=reason or _WHOLE.get(cut.kind, "").format(provider=cut.provider))


def _of_types(program: Program, contracts: Contracts, reaches: Reaches) -> Iterator[tuple[str, str, str]]:
    """Kind, consumer and target of the cuts to classes that contracts name, and to methods of records among them."""
    methods: dict[str, list[str]] = {}
    for each in program.definitions:
        if each.kind == "method":
            methods.setdefault(each.symbol.rpartition(".")[0], []).append(each.symbol)
    for operation in contracts.operations:
        sides = (operation.provider, *operation.consumers)
        yield from (("reference", side, symbol) for side in sides for symbol in _types(operation))
        for method in (method for symbol in sorted(_records(operation)) for method in methods.get(symbol, ())):
            reached = reaches.of([method])
            if not (reached.reads or reached.writes):  # a value's own code runs where the value is
                yield from (("call", consumer, method) for consumer in operation.consumers)


def _records(operation: Operation) -> set[str]:
    """Classes whose instances a consumer makes anew of what travels."""
    shapes = [operation.result, *(each.shape for each in operation.parameters)]
    return {part.symbol for shape in shapes for part in shape.parts() if part.kind in ("record", "enum")}


def _types(operation: Operation) -> set[str]:
    """Classes that a contract names: a consumer has them because of it."""
    shapes = [operation.result, *(each.shape for each in operation.parameters)]
    found = {part.symbol for shape in shapes for part in shape.parts() if part.symbol}
    return found | {failure.symbol for failure in operation.failures} | {b for f in operation.failures for b in f.bases}


def _others(operation: Operation, plan: Plan) -> str:
    """Who besides the provider touches the data behind an operation, or may."""
    if operation.effect == "writes" and not operation.tables:
        return "nobody knows what a library behind it works with"
    for table in operation.tables:
        owner = plan.service_of(f"table:{table}")
        owned = plan.by_name[owner].tables if owner in plan.by_name else ()
        touching = {name for each in owned if each.table == table for name in (*each.writers, *each.readers)}
        others = sorted((touching | {owner}) - {operation.provider, ""})
        if others:
            return f"{others[0]} touches {table} as well"
    return ""
