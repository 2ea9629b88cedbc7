"""The accepted plan against the code: what is new since somebody agreed.

Comes in: an analysis, the orders and the listing of the plan file, the analysis that was accepted. Goes out: findings
of the rules in ``rules/plan``, accepted ones with their reasons. Must not: write or change a plan.

Code is new when no line of the plan file places it. A cut, a writer or an error is new when the accepted analysis has
none of that id; without one nothing is new but what the plan does not place.
"""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from msgspec.structs import replace

from refactor.check.hits import Hit
from refactor.check.ignores import accepted, stale
from refactor.check.wording import worded
from refactor.model.analysis import Analysis
from refactor.model.findings import Finding, Rule
from refactor.model.names import digest, module_of, qualname_of, top_level
from refactor.model.plan import PLAN_FILE, SHARED, Constraint, Cut, Member, Plan
from refactor.model.program import Evidence

AFTER = "plan."
"""The analyses that look at findings and plans instead of code; ``check`` leaves them to this room."""

_PLACING = frozenset({"pin", "owner", "shared", "listed"})


def stale_accepts(rules: Sequence[Rule], plan: Plan, findings: Sequence[Finding]) -> Iterator[Finding]:
    """A finding for each ``accept`` that covers nothing any more."""
    rule = next((rule for rule in rules if rule.analysis == "plan.stale_accepts"), None)
    if rule is None:
        return
    for order in stale(plan, findings):
        what = ", ".join(order.subjects)
        at = Evidence(order.file or PLAN_FILE, max(1, order.line))
        yield finding_of(rule, Hit(what, at, what=what), digest("accept", *order.subjects))


def gate(now: Analysis, orders: Sequence[Constraint], before: Analysis | None) -> tuple[Finding, ...]:
    """Everything that the accepted plan does not hold, sorted by place; accepted exceptions carry their reason."""
    rules = {rule.analysis.removeprefix(AFTER): rule for rule in now.rules if rule.analysis.startswith(AFTER)}
    found = [*_unplaced(now, orders, rules.get("unplaced")), *_errors(now, before)]
    if before is not None:
        found += _crossings(now, before, rules)
    useless = rules.get("stale_accepts")
    told = [finding for finding in now.findings if useless and finding.rule == useless.id]
    return tuple(sorted([*(accepted(finding, now.plan) for finding in found), *told]))


def new_cuts(now: Analysis, before: Analysis | None) -> tuple[Cut, ...]:
    """The cuts that the accepted analysis does not have."""
    known = {cut.id for cut in before.plan.cuts} if before else {cut.id for cut in now.plan.cuts}
    return tuple(cut for cut in now.plan.cuts if cut.id not in known)


def _errors(now: Analysis, before: Analysis | None) -> Iterator[Finding]:
    known = {finding.id for finding in before.findings if not finding.ignored} if before else set()
    return (item for item in now.findings if item.severity == "error" and item.id not in known and not item.ignored)


def finding_of(rule: Rule, hit: Hit, identity: str, services: tuple[str, ...] = ()) -> Finding:
    """What a rule says about a hit."""
    return Finding(
        path=hit.at.path,
        line=hit.at.line,
        column=hit.at.column,
        rule=rule.id,
        severity=rule.severity,
        message=worded(rule, rule.message, hit),
        help=worded(rule, rule.fix, hit),
        symbol=hit.symbol,
        node=hit.node,
        id=identity,
        services=services,
        related=hit.related,
        effort=rule.effort,
    )


# -- code that no line of the plan places -------------------------------------------------------------------------


def _unplaced(now: Analysis, orders: Sequence[Constraint], rule: Rule | None) -> Iterator[Finding]:
    subjects = {subject for order in orders if order.kind in _PLACING for subject in order.subjects}
    if rule is None or not subjects:
        return
    models = {f"table:{table.name}": top_level(table.model) for table in now.program.tables if table.model}
    named = {models.get(subject, top_level(subject) if qualname_of(subject) else subject) for subject in subjects}
    globs = sorted(subject for subject in named if any(mark in subject for mark in "*?["))
    homes = [(service.name, member) for service in now.plan.services for member in service.members]
    homes += [(SHARED, member) for member in now.plan.shared]
    loose = [(name, member) for name, member in homes if not _placed(member.symbol, named, globs)]
    whole = {(name, member.symbol) for name, member in loose if ":" not in member.symbol}
    for name, member in sorted(loose):
        if ":" not in member.symbol or (name, module_of(member.symbol)) not in whole:
            yield finding_of(rule, _loose(now, name, member), digest("place", member.symbol), (name,))


def _placed(symbol: str, named: set[str], globs: Sequence[str]) -> bool:
    names = (symbol, module_of(symbol), f"{symbol}:")
    return not named.isdisjoint(names) or any(fnmatchcase(name, glob) for glob in globs for name in names)


def _loose(now: Analysis, name: str, member: Member) -> Hit:
    definition = now.program.by_symbol.get(member.symbol)
    module = now.program.by_module.get(module_of(member.symbol))
    path, line = (definition.path, definition.line) if definition else (module.path if module else "", 1)
    place = "[kernel]" if name == SHARED else f"[services.{name}]"
    return Hit(
        member.symbol, Evidence(path, line), what=member.symbol, words=(("place", place), ("because", member.reason))
    )


# -- what crosses a boundary and did not --------------------------------------------------------------------------


def _crossings(now: Analysis, before: Analysis, rules: dict[str, Rule]) -> Iterator[Finding]:
    written = {
        (table.table, writer)
        for service in before.plan.services
        for table in service.tables
        for writer in table.writers
    }
    grouped: dict[tuple[str, str], list[Cut]] = {}
    for cut in new_cuts(now, before):
        grouped.setdefault((cut.source, cut.target), []).append(cut)
    for same in grouped.values():
        # Who calls something also names it: one dependency, told once, by what it costs most.
        cut = max(same, key=lambda item: (item.weight, item.kind))
        rule = rules.get(_sort(cut, written))
        if rule is not None:
            reason = next((item.accepted for item in same if item.accepted), "")
            yield replace(finding_of(rule, _crossing(cut), cut.id, (cut.consumer, cut.provider)), ignored=reason)


def _sort(cut: Cut, written: set[tuple[str, str]]) -> str:
    """Which rule a new cut breaks."""
    table = cut.target.removeprefix("table:")
    if cut.kind == "transaction":
        return "cut_transactions"
    if cut.kind == "write" and table != cut.target and (table, cut.consumer) not in written:
        return "second_writers"
    return "private_parts" if _private(cut.target) else "new_cuts"


def _private(symbol: str) -> bool:
    """Whether a part of the name begins with one underscore and is no dunder."""
    parts: Iterable[str] = symbol.removeprefix("state:").replace(":", ".").split(".")
    return any(part.startswith("_") and not part.endswith("__") for part in parts)


def _crossing(cut: Cut) -> Hit:
    first, *others = cut.sites or (Evidence("", 1),)
    words = {
        "consumer": cut.consumer,
        "provider": cut.provider,
        "source": cut.source,
        "target": cut.target,
        "kind": f"{cut.kind}s" if cut.kind in ("call", "read", "write", "reference", "inherit") else cut.kind,
        "table": cut.target.removeprefix("table:"),
        "id": cut.id,
    }
    return Hit(cut.source, first, cut.target, cut.target, tuple(words.items()), tuple(others))
