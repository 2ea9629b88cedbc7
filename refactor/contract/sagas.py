"""Calls that leave their caller's transaction because a person ordered it: what must hold, and which transactions are whole.

Comes in: a program, operations, what they reach. Goes out: hindrances, and the tables that a transaction writes no more.
Must not: order a saga.
"""

from collections.abc import Iterator

from refactor.contract.ordered import said
from refactor.contract.reach import Reach, Reaches
from refactor.model.contracts import Contracts, Hindrance, Operation
from refactor.model.plan import Constraint, Cut
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


def crossed(reaches: Reaches, contracts: Contracts, sagas: Sagas, cut: Cut) -> str:
    """The order by which a transaction no longer writes a table of another service; "" where it still does."""
    if cut.kind != "transaction":
        return ""
    called = contracts.called_by(cut.consumer)
    local = reaches.of([cut.source], frozenset(operation.symbol for operation in called))
    orders = [
        sagas[cut.consumer, operation.symbol]
        for operation in called
        if cut.consumer in operation.sagas and operation.provider == cut.provider and operation.symbol in local.met
    ]
    return said(min(orders, key=lambda one: one.line)) if orders and cut.target not in local.writes else ""
