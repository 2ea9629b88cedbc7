"""``[[level]]``, ``[[saga]]`` and ``[[event]]`` orders of the plan file upon calls between services.

Comes in: a program, a plan with a person's orders. Goes out: for each call the order that it has, and an error where an
order wants more than is proven. Must not: send a call because someone says so; a person can only want less.
"""

import difflib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from refactor.model.contracts import LEVELS, Contracts, Hindrance
from refactor.model.errors import RefactorError
from refactor.model.names import module_of
from refactor.model.plan import PLAN_FILE, Constraint, Cut, Plan
from refactor.model.program import Evidence, Program

Call = tuple[str, str]
"""A consumer and a symbol that it calls."""
_WANTED = {"saga": "leave their transaction", "event": "be sent as events"}


def orders_of(program: Program, plan: Plan, calls: Iterable[Call]) -> dict[Call, Constraint]:
    """The level of each call that has one. RefactorError: a name that nothing has, or two levels for one call."""
    chosen: dict[Call, Constraint] = {}
    wanted = sorted(calls)
    for order in _in_turn("level", program, plan):
        for call in (each for each in wanted if _is_meant(order, each)):
            before = chosen.setdefault(call, order)
            if before.level != order.level:
                raise _error(
                    order,
                    f"line {before.line} [[level]] and line {order.line} [[level]] contradict each other: calls from "
                    f"{call[0]} to {call[1]} can't be both {before.level} and {order.level}",
                    "Remove or narrow one of the two lines.",
                )
    return chosen


def sagas_of(program: Program, plan: Plan, calls: Iterable[Call]) -> dict[Call, Constraint]:
    """The saga of each call that has one. RefactorError: a name that nothing has, or a call that has to stay."""
    levels = {call: order for call, order in orders_of(program, plan, calls).items() if order.level == LEVELS[0]}
    return _sent("saga", program, plan, calls, levels, "stay shared and be sent")


def events_of(program: Program, plan: Plan, calls: Iterable[Call]) -> dict[Call, Constraint]:
    """The order of each call that nobody waits for any more. RefactorError: as for a saga, or it is to be a saga."""
    wanted = sorted(calls)
    levels = {call: order for call, order in orders_of(program, plan, wanted).items() if order.level == LEVELS[0]}
    found = _sent("event", program, plan, wanted, levels, "stay shared and be sent")
    return _sent("event", program, plan, found, sagas_of(program, plan, wanted), "be a step of a saga and an event")


def _sent(
    kind: str, program: Program, plan: Plan, calls: Iterable[Call], against: Mapping[Call, Constraint], both: str
) -> dict[Call, Constraint]:
    """The order of a kind for each call that has one; ``against`` are orders that can't hold as well."""
    wanted = sorted(calls)
    chosen: dict[Call, Constraint] = {}
    for order in _in_turn(kind, program, plan):
        for call in (each for each in wanted if _is_meant(order, each)):
            other = against.get(call)
            if other is not None:
                raise _error(
                    order,
                    f"line {other.line} [[{other.kind}]] and line {order.line} [[{kind}]] contradict each other: calls "
                    f"from {call[0]} to {call[1]} can't {both}",
                    "Remove or narrow one of the two lines.",
                )
            chosen.setdefault(call, order)
    return chosen


def _in_turn(kind: str, program: Program, plan: Plan) -> list[Constraint]:
    """The orders of a kind by line, their names checked."""
    found = sorted((order for order in plan.constraints if order.kind == kind), key=lambda order: order.line)
    for order in found:
        _check_names(order, program, plan)
    return found


def kept_by(order: Constraint) -> Hindrance:
    """What an order for ``shared`` says."""
    return Hindrance("ordered", f"{said(order)}.", Evidence(PLAN_FILE, order.line))


def said(order: Constraint) -> str:
    """An order in words, with its reason."""
    reason = f": {order.reason}" if order.reason else ""
    if order.kind in _WANTED:
        return f"{order.kind} ordered in line {order.line} of the plan file{reason}"
    return f"[[level]] in line {order.line} of the plan file wants {order.level}{reason}"


def check_proven(orders: Mapping[Call, Constraint], contracts: Contracts, cuts: Iterable[Cut]) -> None:
    """RefactorError with what stands in the way, when an order wants more than is proven."""
    reached = {(cut.consumer, cut.target): cut for cut in cuts if cut.kind == "call"}
    stays = {(stay.consumer, stay.symbol): stay.hindrances[0].text for stay in contracts.stays if stay.hindrances}
    for call, order in sorted(orders.items()):
        cut = reached.get(call)
        if cut is not None and LEVELS.index(order.level) > LEVELS.index(cut.level):
            why = stays.get(call, cut.because)
            raise _error(
                order,
                f"[[level]] calls from {call[0]} to {call[1]} can't be {order.level}, they are {cut.level}: {why}",
                f"Change the code so that this no longer holds, or ask for {cut.level}.",
            )


def check_sent(orders: Mapping[Call, Constraint], contracts: Contracts, cuts: Iterable[Cut]) -> None:
    """RefactorError with all that stands in the way of a saga or an event, when a call that has one stays."""
    crossing = {(cut.consumer, cut.target) for cut in cuts if cut.kind in ("call", "publish")}
    stays = {(stay.consumer, stay.symbol): stay.hindrances for stay in contracts.stays}
    for call, order in sorted(orders.items()):
        if call in crossing and (found := stays.get(call)):
            why = " ".join(f"{each.kind}: {each.text}" for each in found)
            raise _error(
                order,
                f"[[{order.kind}]] calls from {call[0]} to {call[1]} can't {_WANTED[order.kind]}: {why}",
                "Change the code so that this no longer holds, or take the function out of the order.",
            )


def _check_names(order: Constraint, program: Program, plan: Plan) -> None:
    if order.service not in plan.by_name:
        raise _unknown(order, "service", order.service, list(plan.by_name))
    known = [*program.by_symbol, *(module.name for module in program.modules)]
    for subject in order.subjects:
        if not any(name == subject or fnmatchcase(name, subject) for name in known):
            raise _unknown(order, "code", subject, known)


def _is_meant(order: Constraint, call: Call) -> bool:
    names = (call[1], module_of(call[1]))
    return call[0] == order.service and any(
        name == subject or fnmatchcase(name, subject) for subject in order.subjects for name in names
    )


def _unknown(order: Constraint, what: str, name: str, known: list[str]) -> RefactorError:
    close = difflib.get_close_matches(name, known, 1)
    hint = f"Did you mean {close[0]}?" if close else "It takes a service in from, and a function, module or glob in to."
    return _error(order, f"[[{order.kind}]] no {what} is called {name}", hint)


def _error(order: Constraint, text: str, hint: str) -> RefactorError:
    return RefactorError(text, where=f"{PLAN_FILE}:{order.line}", hint=hint)
