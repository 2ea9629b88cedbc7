"""Ignores with a reason: comments in the code, ``accept`` lines in the plan.

Comes in: findings or sites. Goes out: the reason for ignoring them, "" when they count. Must not: accept an ignore that
gives no reason; such a comment has no effect and is a finding itself.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from msgspec.structs import replace

from refactor.model.facts import Pragma
from refactor.model.findings import Finding
from refactor.model.names import qualname_of
from refactor.model.plan import Plan
from refactor.model.program import Evidence

IGNORE = "ignore"


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
    for constraint in plan.constraints:
        if constraint.kind == "accept" and _covers(constraint.subjects, finding):
            return replace(finding, ignored=constraint.reason or "accepted in the plan")
    return finding


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
    return (not rules or finding.rule in rules) and (
        not places or any(fnmatchcase(name, place) for place in places for name in names if name)
    )


def _is_rule(subject: str) -> bool:
    return subject.isalnum() and subject.isupper() and subject[-3:].isdigit() and not qualname_of(subject)
