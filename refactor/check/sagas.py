"""Sagas that a person ordered: what a rollback leaves behind until their compensations are written.

Comes in: rules, a plan with its contracts. Goes out: a finding for each call that has left its transaction. Must not: know
whether a compensation is written; that is a file of the split.
"""

from collections.abc import Sequence

from refactor.check.gate import finding_of
from refactor.check.hits import Hit
from refactor.check.ignores import accepted
from refactor.check.wording import listed
from refactor.model.contracts import Contracts, Operation
from refactor.model.findings import Finding, Rule
from refactor.model.names import digest, package_of, qualname_of
from refactor.model.plan import Cut, Plan


def open_sagas(rules: Sequence[Rule], plan: Plan, contracts: Contracts) -> tuple[Finding, ...]:
    """A finding for each operation that writes and is called as a step of a saga, at its first call."""
    rule = next((rule for rule in rules if rule.analysis == "plan.open_sagas"), None)
    cuts: dict[tuple[str, str], list[Cut]] = {}
    for cut in plan.cuts if rule is not None else ():
        if cut.kind == "call":
            cuts.setdefault((cut.consumer, cut.target), []).append(cut)
    found = []
    for (consumer, symbol), same in sorted(cuts.items()):
        operation = contracts.by_symbol.get(symbol)
        if rule is not None and operation and consumer in operation.sagas and operation.effect == "writes":
            hit, identity = _hit(consumer, operation, min(same)), digest("saga", consumer, symbol)
            found.append(accepted(finding_of(rule, hit, identity, (consumer, operation.provider)), plan))
    return tuple(sorted(found))


def _hit(consumer: str, operation: Operation, cut: Cut) -> Hit:
    words = {
        "consumer": consumer,
        "provider": operation.provider,
        "name": qualname_of(operation.symbol),
        "tables": listed(operation.written) or "what it touches",
        "file": f"{package_of(consumer)}/compensations.py",
    }
    return Hit(cut.source, cut.sites[0], operation.symbol, operation.symbol, tuple(words.items()), cut.sites[1:])
