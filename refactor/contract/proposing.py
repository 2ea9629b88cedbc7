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
from refactor.contract.names import Names
from refactor.contract.ordered import kept_by, orders_of, sagas_of
from refactor.contract.reach import Reach, at_start, reach
from refactor.contract.sagas import committed_along
from refactor.contract.scopes import Scopes
from refactor.contract.shapes import Shapes, parts_of
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
    is_saga: bool = False


def contracts(program: Program, plan: Plan, facts: Iterable[ModuleFacts]) -> Contracts:
    """The contracts of a plan."""
    modules = {module.path: module.name for module in program.modules}
    names = Names(facts, modules, frozenset(module.name for module in program.modules if module.is_package))
    scopes, shapes = Scopes(names, program), Shapes(names, program)
    wishes = _wishes(program, plan, Callee(program, scopes, shapes))
    _settle(program, plan, wishes, Callers(program, scopes, shapes))
    return _told(wishes)


def _wishes(program: Program, plan: Plan, callee: Callee) -> list[_Wish]:
    """A wish for each service and each definition of another that it calls."""
    wanted = {
        (cut.consumer, cut.target)
        for cut in plan.cuts
        if cut.kind == "call" and cut.target in program.by_symbol and SHARED not in (cut.consumer, cut.provider)
    }
    reached = {symbol: reach(program, [symbol]) for symbol in sorted({symbol for _, symbol in wanted})}
    orders, sagas = orders_of(program, plan, wanted), sagas_of(program, plan, wanted)
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
            (consumer, symbol) in sagas,
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


def _settle(program: Program, plan: Plan, wishes: list[_Wish], callers: Callers) -> None:
    """Let fall what its callers cannot do without at home, until nothing more does."""
    plain = {wish.symbol: wish.operation for wish in wishes}
    while True:
        before = sum(not wish.hindrances for wish in wishes)
        at_home: dict[str, Reach] = {}
        for service in plan.services:
            sent = _sent(wishes, service.name)
            at_home[service.name] = local = reach(program, service.entry_points, sent.keys())
            for symbol, wish in sent.items():
                sites, operation = _sites(program, local, symbol), plain[symbol]
                if sites and operation is not None:
                    wish.operation, found = callers.judged(
                        operation, wish.reached, sites, sent.keys(), saga=service.name if wish.is_saga else ""
                    )
                    wish.hindrances += found
            for entry in service.entry_points if sent else ():
                _meet(program, entry, sent)
        for wish in wishes:
            wish.hindrances += () if wish.hindrances else _scattered(program, plan, wish, at_home)
        if before == sum(not wish.hindrances for wish in wishes):
            return


def _meet(program: Program, entry: str, sent: dict[str, _Wish]) -> None:
    """Hinder the calls that an entry point would send although it touches the same things itself."""
    local = reach(program, [entry], sent.keys())
    for symbol, wish in sorted(sent.items()):
        if wish.hindrances or not _is_called(program, local, symbol):
            continue
        reads = wish.reached.reads | _rows(program, wish.operation)
        both = (wish.reached.writes & (local.reads | local.writes)) | (reads & local.writes)
        if both:
            text = f"{entry} touches {min(both)} itself before or after it calls {symbol}."
            wish.hindrances.append(Hindrance("shared-data", text, _place(program, entry)))
        elif own := committed_along(program, wish.reached, local):
            text = f"{entry} writes {own} itself, and {symbol} commits that along with its own work."
            wish.hindrances.append(Hindrance("transaction", text, _place(program, entry)))


def _rows(program: Program, operation: Operation | None) -> frozenset[str]:
    """The tables whose rows are arguments: they are read again behind the call."""
    models = {table.model: table.name for table in program.tables}
    parts = [part for field in operation.parameters for part in parts_of(field.shape)] if operation else []
    return frozenset(f"table:{models[part.symbol]}" for part in parts if part.kind == "entity")


def _scattered(program: Program, plan: Plan, wish: _Wish, at_home: dict[str, Reach]) -> Iterator[Hindrance]:
    """States behind a function that other services' processes have as well, each its own."""
    for state in program.states:
        node = f"state:{state.symbol}"
        if node in wish.reached.reads | wish.reached.writes:
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
    sagas = tuple(sorted({*one.sagas, *other.sagas}))
    return replace(one, result=_both(one.result, other.result), sagas=sagas)


def _both(one: Shape, other: Shape) -> Shape:
    if one.kind == "entity":
        return replace(one, fields=tuple(sorted({*one.fields, *other.fields})))
    return replace(one, of=tuple(_both(a, b) for a, b in zip(one.of, other.of, strict=True)))
