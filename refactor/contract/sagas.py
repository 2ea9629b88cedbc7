"""Calls that leave their caller's transaction because a person ordered it: what must hold, and which transactions are whole.

Comes in: a program, operations, what they reach. Goes out: hindrances, and the tables that a transaction writes no more.
Must not: order a saga.
"""

from collections.abc import Iterator

from refactor.contract.ordered import said
from refactor.contract.reach import Reach, reach
from refactor.model.contracts import Contracts, Hindrance, Operation
from refactor.model.plan import Constraint, Cut, Plan
from refactor.model.program import Evidence, Program

Sagas = dict[tuple[str, str], Constraint]
"""(consumer, symbol) -> the order."""


def unfit(program: Program, operation: Operation, reached: Reach, at: Evidence) -> Iterator[Hindrance]:
    """What keeps a call in its transaction although a person wants it out."""
    if operation.effect != "writes":
        return
    if operation.is_async:
        yield Hindrance("saga", f"{operation.symbol} is asynchronous, and its caller's session is not known.", at)
    if not operation.session:
        yield Hindrance("saga", "nobody can tell by which session its caller's transaction is rolled back.", at)
    ending = sorted(one.symbol for one in program.transactions if one.symbol in reached.symbols)
    ending += sorted(
        call.symbol
        for call in program.external_calls
        if call.symbol in reached.symbols and call.callee.endswith(".rollback")
    )
    if ending:
        yield Hindrance("saga", f"{ending[0]} ends the transaction itself, and with it what its caller began.", at)


def committed_along(program: Program, reached: Reach, local: Reach) -> str:
    """A table that a caller writes and that the commit of what it calls commits too, "" if none.

    Django commits each statement outside of a transaction, and inside of one the inner commits nothing.
    """
    if "django" in program.frameworks or not any(one.symbol in reached.symbols for one in program.transactions):
        return ""
    return min(local.written("table:"), default="")


def crossed(program: Program, plan: Plan, contracts: Contracts, sagas: Sagas, cut: Cut) -> str:
    """The order by which a transaction no longer writes what another service owns; "" where it still does."""
    if cut.kind != "transaction":
        return ""
    sent = {operation.symbol for operation in contracts.called_by(cut.consumer)}
    left = {node for node in reach(program, [cut.source], sent).writes if plan.service_of(node) == cut.provider}
    whole = reach(program, [cut.source]).symbols
    orders = [
        sagas[cut.consumer, operation.symbol]
        for operation in contracts.called_by(cut.consumer)
        if cut.consumer in operation.sagas and operation.provider == cut.provider and operation.symbol in whole
    ]
    if not orders or any(node.startswith("table:") for node in left):
        return ""
    return said(min(orders, key=lambda one: one.line))
