"""All calls between services -> Contracts.

Comes in: program, plan, facts. Goes out: operations and stays. A call is sent only when four things hold: the function can
be told by its signature, every use of its result can be answered by what travels, nothing of the caller's request or
transaction is needed behind it, and nothing it touches is touched by its caller as well. The last depends on which other
calls are sent: all that might be are taken to be, and those in whose way something stands fall out until nothing does.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from refactor.contract.callee import Callee
from refactor.contract.caller import Callers, Site
from refactor.contract.computed import Computed
from refactor.contract.names import Names
from refactor.contract.ordered import kept_by, orders_of
from refactor.contract.reach import Reach, Reaches, at_start
from refactor.contract.scopes import Scopes
from refactor.contract.shapes import Shapes, rows_in
from refactor.model.contracts import LEVELS, Contracts, Hindrance, Operation, Shape, Stay
from refactor.model.facts import ModuleFacts
from refactor.model.plan import SHARED, Plan
from refactor.model.program import Evidence, Program


class _Wish(Struct):
    """A function that a service's processes call, what it would be as an operation, and what is in the way."""

    consumer: str
    symbol: str
    reached: Reach
    operation: Operation | None
    hindrances: list[Hindrance]


def contracts(program: Program, plan: Plan, facts: Iterable[ModuleFacts]) -> Contracts:
    """The contracts of a plan."""
    modules = {module.path: module.name for module in program.modules}
    names = Names(facts, modules, frozenset(module.name for module in program.modules if module.is_package))
    scopes, shapes = Scopes(names, program), Shapes(names, program)
    reaches = Reaches(program)
    callee = Callee(program, scopes, shapes)
    wishes = _wishes(program, plan, callee, reaches)
    callers = Callers(program, scopes, shapes, Computed(program, scopes, shapes, callee, reaches))
    _settle(program, plan, wishes, callers, reaches)
    return _told(wishes)


def _wishes(program: Program, plan: Plan, callee: Callee, reaches: Reaches) -> list[_Wish]:
    """A wish for each service and each definition of another that it calls."""
    wanted = {
        (cut.consumer, cut.target)
        for cut in plan.cuts
        if cut.kind == "call" and cut.target in program.by_symbol and SHARED not in (cut.consumer, cut.provider)
    }
    reached = {symbol: reaches.of([symbol]) for symbol in sorted({symbol for _, symbol in wanted})}
    orders = orders_of(program, plan, wanted)
    kept = {call: [kept_by(order)] for call, order in orders.items() if order.level == LEVELS[0]}
    judged = {
        symbol: callee.judged(program.by_symbol[symbol], plan.service_of(symbol), reached[symbol]) for symbol in reached
    }
    early = at_start(program)
    return [
        _Wish(
            consumer,
            symbol,
            reached[symbol],
            judged[symbol][0],
            [*kept.get((consumer, symbol), ()), *judged[symbol][1], *_early(symbol, early)],
        )
        for consumer, symbol in sorted(wanted)
    ]


def _early(symbol: str, early: dict[str, Evidence]) -> Iterator[Hindrance]:
    """What runs while the application is built runs in each process: there is nobody to ask yet."""
    if symbol in early:
        yield Hindrance("at-start", f"{symbol} runs in each process, while the application is built.", early[symbol])


def _is_called(program: Program, local: Reach, symbol: str) -> bool:
    return any(edge.kind == "call" and edge.source in local.symbols for edge in program.incoming.get(symbol, ()))


def _sites(program: Program, local: Reach, symbol: str) -> tuple[Site, ...]:
    """Where the processes of a service call a function."""
    edges = program.incoming.get(symbol, ())
    return tuple(
        Site(edge.source, edge.evidence) for edge in edges if edge.kind == "call" and edge.source in local.symbols
    )


def _sent(wishes: list[_Wish], consumer: str) -> dict[str, _Wish]:
    """What a service would send, as far as nothing is in the way yet."""
    return {w.symbol: w for w in wishes if w.consumer == consumer and w.operation is not None and not w.hindrances}


def _settle(program: Program, plan: Plan, wishes: list[_Wish], callers: Callers, reaches: Reaches) -> None:
    """Let fall what its callers cannot do without at home, until nothing more does."""
    plain = {wish.symbol: wish.operation for wish in wishes}
    while True:
        before = sum(not wish.hindrances for wish in wishes)
        at_home: dict[str, Reach] = {}
        for service in plan.services:
            sent = _sent(wishes, service.name)
            at_home[service.name] = local = reaches.of(service.entry_points, sent.keys())
            for symbol, wish in sent.items():
                sites, operation = _sites(program, local, symbol), plain[symbol]
                if sites and operation is not None:
                    wish.operation, found = callers.judged(operation, wish.reached, sites, sent.keys())
                    wish.hindrances += found
            for entry in service.entry_points if sent else ():
                _meet(program, entry, sent, reaches)
        for wish in wishes:
            wish.hindrances += () if wish.hindrances else _scattered(program, plan, wish, at_home)
        if before == sum(not wish.hindrances for wish in wishes):
            return


def _meet(program: Program, entry: str, sent: dict[str, _Wish], reaches: Reaches) -> None:
    """Hinder the calls that an entry point would send although it touches the same things itself."""
    local = reaches.of([entry], sent.keys())
    for symbol in sorted(local.met):
        wish = sent[symbol]
        if wish.hindrances or not _is_called(program, local, symbol):
            continue
        later = _later(program, wish.operation, reaches)
        reads = wish.reached.reads | _rows(program, wish.operation) | later
        both = (wish.reached.writes & (local.reads | local.writes)) | (reads & local.writes)
        if both:
            text = f"{entry} touches {min(both)} itself before or after it calls {symbol}."
            wish.hindrances.append(Hindrance("shared-data", text, _place(program, entry)))
            continue
        changing = sorted(other for other in local.met if later & sent[other].reached.writes)
        if changing:
            text = f"{entry} may read rows of it after {changing[0]} has changed them."
            wish.hindrances.append(Hindrance("shared-data", text, _place(program, entry)))


def _later(program: Program, operation: Operation | None, reaches: Reaches) -> frozenset[str]:
    """What attributes of rows are worked out of: the caller would have read it when it reads them."""
    worked_out = operation.computed if operation else ()
    own = [
        table for table in program.tables if table.model and any(s.startswith(f"{table.model}.") for s in worked_out)
    ]
    return frozenset(f"table:{each.name}" for each in own).union(*(reaches.of([s]).reads for s in worked_out))


def _rows(program: Program, operation: Operation | None) -> frozenset[str]:
    """The tables whose rows are arguments: they are read again behind the call."""
    models = {table.model: table.name for table in program.tables}
    rows = rows_in(field.shape for field in operation.parameters) if operation else []
    return frozenset(f"table:{models[row.symbol]}" for row in rows)


def _scattered(program: Program, plan: Plan, wish: _Wish, at_home: dict[str, Reach]) -> Iterator[Hindrance]:
    """States behind a function that other services' processes have as well, each its own."""
    touched = wish.reached.reads | wish.reached.writes
    for state in program.states:
        node = f"state:{state.symbol}"
        if node in touched:
            others = [
                name
                for name, local in at_home.items()
                if name != plan.service_of(wish.symbol) and node in local.reads | local.writes
            ]
            if others:
                text = f"it works with {state.symbol} in memory, and {others[0]} has its own."
                yield Hindrance("process-state", text, state.evidence)


def _place(program: Program, entry: str) -> Evidence:
    return next((each.evidence for each in program.entry_points if each.id == entry), Evidence("", 0))


def _told(wishes: list[_Wish]) -> Contracts:
    operations: dict[str, Operation] = {}
    stays = []
    for wish in wishes:
        if wish.operation is None or wish.hindrances:
            stays.append(Stay(wish.consumer, wish.symbol, tuple(wish.hindrances)))
            continue
        known = operations.get(wish.symbol, wish.operation)
        consumers = tuple(sorted({*known.consumers, wish.consumer}))
        operations[wish.symbol] = replace(_merged(known, wish.operation), consumers=consumers)
    return Contracts(tuple(operations[symbol] for symbol in sorted(operations)), tuple(sorted(stays)))


def _merged(one: Operation, other: Operation) -> Operation:
    """An operation with what each of two consumers reads of its result."""
    return replace(
        one,
        result=_both(one.result, other.result),
        computed=tuple(sorted({*one.computed, *other.computed})),
        tables=tuple(sorted({*one.tables, *other.tables})),
        effect=max(one.effect, other.effect),
    )


def _both(one: Shape, other: Shape) -> Shape:
    if one.kind == "entity":
        return replace(one, fields=tuple(sorted({*one.fields, *other.fields})))
    return replace(one, of=tuple(_both(a, b) for a, b in zip(one.of, other.of, strict=True)))
