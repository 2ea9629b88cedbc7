"""Findings that the plan's levels have settled.

Comes in: findings, rules, a plan whose cuts have their levels. Goes out: the findings, those with a reason that no longer
count. Must not: judge a cut.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from refactor.model.findings import Finding, Rule
from refactor.model.plan import Plan

_REASON = "the plan takes it apart: what other services own is written after the commit, or as a step of a saga"


def settled(findings: Iterable[Finding], rules: Sequence[Rule], plan: Plan) -> tuple[Finding, ...]:
    """A transaction over several services' tables counts no more where every table of others is written elsewhere."""
    torn = {rule.id for rule in rules if rule.analysis == "tables.transaction"}
    left: dict[str, set[bool]] = {}
    for cut in plan.cuts:
        if cut.kind == "transaction":
            left.setdefault(cut.source, set()).add(cut.level == "shared")
    return tuple(
        replace(each, ignored=_REASON)
        if each.rule in torn and not each.ignored and left.get(each.symbol) == {False}
        else each
        for each in findings
    )
