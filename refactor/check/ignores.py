"""Ignores with a reason: comments in the code, ``accept`` lines in the plan.

Comes in: findings, sites, a plan. Goes out: the reason for ignoring them, "" when they count; orders that have no use
any more. Must not: accept an ignore that gives no reason; such a comment has no effect and is a finding itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from msgspec.structs import replace

from refactor.model.facts import Pragma
from refactor.model.findings import Finding
from refactor.model.names import qualname_of
from refactor.model.plan import Constraint, Cut, Ownership, Plan
from refactor.model.program import Evidence

IGNORE = "ignore"
GATE = "PLAN"


def rules_of(pragma: Pragma) -> tuple[str, ...]:
    """The rule ids in ``ignore[A, B]``."""
    return tuple(name.strip() for name in pragma.argument.split(",") if name.strip())


def pragma_reason(rule: str, at: Evidence, pragmas: Mapping[str, tuple[Pragma, ...]]) -> str:
    """The reason of an ignore for the rule on the line or the line above."""
    for pragma in pragmas.get(at.path, ()):
        if pragma.word == IGNORE and pragma.line in {at.line, at.line - 1} and rule in rules_of(pragma):
            return pragma.reason
    return ""


def accepted(finding: Finding, plan: Plan) -> Finding:
    """The finding, ignored when an ``accept`` of the plan covers it.

    Subjects that are rule ids say which rules, the others which places (symbol, module, node id, finding id; globs);
    both must fit where both are given.
    """
    if finding.ignored:
        return finding
    for constraint in _accepts(plan):
        if _covers(constraint.subjects, finding):
            return replace(finding, ignored=constraint.reason or "accepted in the plan")
    return finding


def accept(plan: Plan) -> Plan:
    """The plan with the accepted cuts and second writers marked."""
    accepts = _accepts(plan)
    if not accepts:
        return plan
    cuts = tuple(
        replace(cut, accepted=_reason([item for item in accepts if _crossing(item, cut)])) for cut in plan.cuts
    )
    services = tuple(
        replace(
            service,
            tables=tuple(
                replace(owned, accepted=_reason([item for item in accepts if _shared_table(item, owned)]))
                for owned in service.tables
            ),
        )
        for service in plan.services
    )
    return replace(plan, cuts=cuts, services=services)


def stale(plan: Plan, findings: Sequence[Finding]) -> tuple[Constraint, ...]:
    """The ``accept`` orders that cover nothing; those of ``refactor check``'s own rules are left to it."""
    owned = [table for service in plan.services for table in service.tables]
    return tuple(
        order
        for order in _accepts(plan)
        if not any(_is_rule(subject) and subject.startswith(GATE) for subject in order.subjects)
        and not any(_crossing(order, cut) for cut in plan.cuts)
        and not any(_shared_table(order, table) for table in owned)
        and not any(_covers(order.subjects, finding) for finding in findings)
    )


def _accepts(plan: Plan) -> list[Constraint]:
    found = (constraint for constraint in plan.constraints if constraint.kind == "accept")
    return sorted(found, key=lambda order: (order.file, order.line, order))


def _reason(orders: Sequence[Constraint]) -> str:
    return orders[0].reason or "accepted in the plan" if orders else ""


def _crossing(order: Constraint, cut: Cut) -> bool:
    """A cut is accepted by its id; one of data also by its table, its code or its module."""
    names = {cut.id}
    if cut.kind in ("write", "transaction"):
        names |= {cut.source, cut.target, cut.source.partition(":")[0]}
    return not any(map(_is_rule, order.subjects)) and _met(order.subjects, names)


def _shared_table(order: Constraint, owned: Ownership) -> bool:
    only_places = not any(map(_is_rule, order.subjects))
    return only_places and len(owned.writers) > 1 and _met(order.subjects, {f"table:{owned.table}"})


def _met(patterns: Iterable[str], names: set[str]) -> bool:
    return any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns for name in names if name)


def _covers(subjects: Iterable[str], finding: Finding) -> bool:
    places = [subject for subject in subjects if not _is_rule(subject)]
    rules = [subject for subject in subjects if _is_rule(subject)]
    names = {
        finding.symbol,
        finding.symbol.replace(":", "."),
        finding.node,
        finding.id,
        finding.symbol.partition(":")[0],
    }
    return (not rules or finding.rule in rules) and (not places or _met(places, names))


def _is_rule(subject: str) -> bool:
    return subject.isalnum() and subject.isupper() and subject[-3:].isdigit() and not qualname_of(subject)
