"""All calls between services -> Contracts.

Comes in: program, plan, facts. Goes out: operations and stays. A call is sent only when four things hold: the function can
be told by its signature, every use of its result can be answered by what travels, nothing of the caller's request or
transaction is needed behind it, and nothing it touches is touched by its caller as well. The last depends on which other
calls are sent: all that might be are taken to be, and those in whose way something stands fall out until nothing does.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from refactor.contract.callbacks import callbacks
from refactor.contract.callee import Callee
from refactor.contract.caller import Callers
from refactor.contract.computed import Computed
from refactor.contract.eventing import Events
from refactor.contract.meeting import Meeting
from refactor.contract.names import Names
from refactor.contract.ordered import events_of, kept_by, orders_of, sagas_of
from refactor.contract.reach import Reach, Reaches, at_start
from refactor.contract.scopes import Scopes
from refactor.contract.shapes import Shapes
from refactor.contract.wishes import Wish
from refactor.model.contracts import LEVELS, Contracts, Hindrance, Operation, Shape, Stay
from refactor.model.facts import ModuleFacts
from refactor.model.plan import SHARED, Plan
from refactor.model.program import Evidence, Program

_DECIDED = frozenset({"commits", "exception", "local-file", "process-state", "shared-data", "unresolved"})
"""Hindrances that say: it may make a difference that it runs later, in another process, and that nobody hears of it."""


def contracts(program: Program, plan: Plan, facts: Iterable[ModuleFacts]) -> Contracts:
    """The contracts of a plan."""
    modules = {module.path: module.name for module in program.modules}
    names = Names(facts, modules, frozenset(module.name for module in program.modules if module.is_package))
    scopes, shapes = Scopes(names, program), Shapes(names, program)
    reaches, callee = Reaches(program, callbacks(scopes)), Callee(program, scopes, shapes)
    events = Events(program, scopes, shapes, callee)
    callers = Callers(program, scopes, shapes, Computed(program, scopes, shapes, callee, reaches))
    meeting = Meeting(program, scopes, reaches, events)
    judges = _Judges(program, plan, reaches, callee, callers, events, meeting)
    wishes = _wishes(judges)
    met = _settle(judges, wishes)
    crossing = {(cut.consumer, cut.target) for cut in plan.cuts}
    return _told([wish for wish in wishes if (wish.consumer, wish.symbol) in crossing | met])


class _Judges(Struct, frozen=True):
    """What all questions are answered from."""

    program: Program
    plan: Plan
    reaches: Reaches
    callee: Callee
    callers: Callers
    events: Events
    meeting: Meeting


def _wishes(judges: _Judges) -> list[Wish]:
    """A wish for each service and each definition of another that it calls or sends signals to."""
    program, plan = judges.program, judges.plan
    wanted = {
        (cut.consumer, cut.target)
        for cut in plan.cuts
        if cut.kind in ("call", "publish")
        and cut.target in program.by_symbol
        and SHARED not in (cut.consumer, cut.provider)
    }
    wanted |= _brought_along(judges, wanted)
    reached = {symbol: judges.reaches.of([symbol]) for symbol in sorted({symbol for _, symbol in wanted})}
    orders, sagas = orders_of(program, plan, wanted), sagas_of(program, plan, wanted)
    steps = {symbol for _, symbol in sagas}
    late = {*events_of(program, plan, wanted)}
    kept = {call: [kept_by(order)] for call, order in orders.items() if order.level == LEVELS[0]}
    decided = {symbol for _, symbol in late}
    judged = {
        symbol: _judged(judges, symbol, reached[symbol], is_step=symbol in steps, is_late=symbol in decided)
        for symbol in reached
    }
    early = at_start(program)
    return [
        Wish(
            consumer,
            symbol,
            reached[symbol],
            judged[symbol][0],
            [
                *kept.get((consumer, symbol), ()),
                *_standing(judged[symbol][1], is_late=(consumer, symbol) in late),
                *_early(symbol, early),
            ],
            judged[symbol][2],
            (consumer, symbol) in sagas,
            (consumer, symbol) in late,
        )
        for consumer, symbol in sorted(wanted)
    ]


def _brought_along(judges: _Judges, wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """What services call, or send signals to, with code of others that is packaged with them."""
    called: dict[str, set[str]] = {}
    for cut in judges.plan.cuts:
        if (cut.consumer, cut.target) in wanted and cut.kind in ("call", "publish"):
            called.setdefault(cut.source, set()).add(cut.target)
    found = set()
    for service in judges.plan.services:
        local = judges.reaches.of(service.entry_points)
        targets = {target for source in called.keys() & local.symbols for target in called[source]}
        found |= {(service.name, each) for each in targets if judges.plan.service_of(each) != service.name}
    return found


def _judged(
    judges: _Judges, symbol: str, reached: Reach, *, is_step: bool, is_late: bool
) -> tuple[Operation | None, list[Hindrance], bool]:
    """A function as an event, where it can be nothing else or nothing hinders that; otherwise as a call."""
    definition, provider = judges.program.by_symbol[symbol], judges.plan.service_of(symbol)
    if is_late or (not is_step and judges.events.is_one(definition, reached)):
        operation, hindrances = judges.events.judged(definition, provider, reached)
        if not hindrances or is_late or judges.events.is_receiver(symbol):
            return operation, hindrances, True
    return *judges.callee.judged(definition, provider, reached), False


def _standing(hindrances: Iterable[Hindrance], *, is_late: bool) -> Iterator[Hindrance]:
    """What a person's decision that it may run later does not settle."""
    return (each for each in hindrances if not is_late or each.kind not in _DECIDED)


def _early(symbol: str, early: dict[str, Evidence]) -> Iterator[Hindrance]:
    """What runs while the application is built runs in each process: there is nobody to ask yet."""
    if symbol in early:
        yield Hindrance("at-start", f"{symbol} runs in each process, while the application is built.", early[symbol])


def _sent(wishes: list[Wish], consumer: str) -> dict[str, Wish]:
    """What a service would send, as far as nothing is in the way yet."""
    return {w.symbol: w for w in wishes if w.consumer == consumer and w.operation is not None and not w.hindrances}


def _answered(wishes: list[Wish], service: str) -> list[str]:
    """What a service would answer: its processes run that as well."""
    open_ones = (wish.operation for wish in wishes if wish.operation is not None and not wish.hindrances)
    return sorted({operation.symbol for operation in open_ones if operation.provider == service})


def _settle(judges: _Judges, wishes: list[Wish]) -> set[tuple[str, str]]:
    """Let fall what its callers cannot do without at home, until nothing more does. Returns what is really called then."""
    plain = {wish.symbol: wish.operation for wish in wishes}
    while True:
        before = sum(not wish.hindrances for wish in wishes)
        at_home: dict[str, Reach] = {}
        for service in judges.plan.services:
            sent = _sent(wishes, service.name)
            entries = (*service.entry_points, *_answered(wishes, service.name))
            at_home[service.name] = local = judges.reaches.of(entries, sent.keys())
            for symbol, wish in sent.items():
                sites, operation = judges.meeting.sites(local, symbol), plain[symbol]
                if sites and operation is not None and not wish.is_event:
                    wish.operation, found = judges.callers.judged(
                        operation, wish.reached, sites, sent.keys(), saga=service.name if wish.is_saga else ""
                    )
                    wish.hindrances += found
            for entry in entries if sent else ():
                for wish, hindrance in judges.meeting.hindered(entry, sent):
                    wish.hindrances += _standing([hindrance], is_late=wish.is_late)
        for wish in wishes:
            scattered = () if wish.hindrances else _scattered(judges.program, judges.plan, wish, at_home)
            wish.hindrances += _standing(scattered, is_late=wish.is_late)
        if before == sum(not wish.hindrances for wish in wishes):
            return {(service, symbol) for service, local in at_home.items() for symbol in local.met}


def _scattered(program: Program, plan: Plan, wish: Wish, at_home: dict[str, Reach]) -> Iterator[Hindrance]:
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


def _told(wishes: list[Wish]) -> Contracts:
    operations: dict[str, Operation] = {}
    stays = []
    for wish in wishes:
        if wish.operation is None or wish.hindrances:
            stays.append(Stay(wish.consumer, wish.symbol, tuple(wish.hindrances)))
            continue
        known = operations.get(wish.symbol, wish.operation)
        consumers = tuple(sorted({*known.consumers, wish.consumer}))
        sent = consumers if wish.is_event else ()
        operations[wish.symbol] = replace(_merged(known, wish.operation), consumers=consumers, events=sent)
    return Contracts(tuple(operations[symbol] for symbol in sorted(operations)), tuple(sorted(stays)))


def _merged(one: Operation, other: Operation) -> Operation:
    """An operation with what each of two consumers reads of its result."""
    return replace(
        one,
        sagas=tuple(sorted({*one.sagas, *other.sagas})),
        result=_both(one.result, other.result),
        computed=tuple(sorted({*one.computed, *other.computed})),
        tables=tuple(sorted({*one.tables, *other.tables})),
        effect=max(one.effect, other.effect),
    )


def _both(one: Shape, other: Shape) -> Shape:
    if one.kind == "entity":
        named = {field.name: field for field in one.fields}
        for field in other.fields:
            known = named.get(field.name, field)
            named[field.name] = replace(known, shape=_both(known.shape, field.shape))
        return replace(one, fields=tuple(sorted(named.values())))
    return replace(one, of=tuple(_both(a, b) for a, b in zip(one.of, other.of, strict=True)))
