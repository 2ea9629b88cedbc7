"""``[[verdict]]`` orders of the plan file upon the verdicts.

Comes in: verdicts and a plan. Goes out: the verdicts, obeying. Must not: change a fit: it is measured, not decided.
"""

import difflib
from collections.abc import Sequence
from fnmatch import fnmatchcase

from msgspec.structs import replace

from refactor.model.errors import RefactorError
from refactor.model.findings import Verdict
from refactor.model.plan import PLAN_FILE, Constraint, Plan


def obeyed(verdicts: Sequence[Verdict], plan: Plan) -> tuple[Verdict, ...]:
    """The verdicts with those that a person gave. RefactorError: a subject that nothing has, or two verdicts for one."""
    orders = sorted((order for order in plan.constraints if order.kind == "verdict"), key=lambda order: order.line)
    chosen: dict[str, Constraint] = {}
    for order in orders:
        for subject in _subjects(order, [verdict.subject for verdict in verdicts]):
            before = chosen.setdefault(subject, order)
            if before.service != order.service:
                raise RefactorError(
                    f"line {before.line} [[verdict]] and line {order.line} [[verdict]] contradict each other: "
                    f"{subject} can't be both {before.service} and {order.service}",
                    where=f"{PLAN_FILE}:{order.line}",
                    hint="Remove or narrow one of the two lines.",
                )
    return tuple(_ordered(verdict, chosen.get(verdict.subject)) for verdict in verdicts)


def _subjects(order: Constraint, known: Sequence[str]) -> list[str]:
    found: list[str] = []
    for subject in order.subjects:
        met = [name for name in known if name == subject or fnmatchcase(name, subject)]
        if not met:
            close = difflib.get_close_matches(subject, known, 1)
            hint = f"Did you mean {close[0]}?" if close else "Subjects are services and entry points."
            where = f"{PLAN_FILE}:{order.line}"
            raise RefactorError(f"[[verdict]] nothing is called {subject}", where=where, hint=hint)
        found += met
    return found


def _ordered(verdict: Verdict, order: Constraint | None) -> Verdict:
    if order is None:
        return verdict
    said = f"[[verdict]] in line {order.line} of the plan file" + (f": {order.reason}" if order.reason else "")
    return replace(verdict, verdict=order.service, reasons=(said, *verdict.reasons))
