"""What was decided, and why: for DECISIONS.md.

Comes in: a journey. Goes out: rows. Must not: judge anew.
"""

from collections import Counter
from typing import Any

from refactor.model.findings import FIX_FIRST, SEVERITIES, Finding, Verdict
from refactor.model.plan import Cut
from refactor.scaffold.delivery.journey import Journey
from refactor.scaffold.stacks import contained_because

MOST_ROWS = 200


def decisions_of(journey: Journey) -> dict[str, Any]:
    """Verdicts, findings accepted and open, cuts by level, exceptions of ownership, what nobody could decide."""
    plan = journey.plan
    accepted = [each for each in journey.findings if each.ignored]
    still_open = sorted((each for each in journey.findings if not each.ignored), key=_weight)
    return {
        "project": journey.program.project,
        "judged": _judged(journey),
        "first": _first(journey),
        "accepted": accepted,
        "open": still_open[:MOST_ROWS],
        "more_open": max(0, len(still_open) - MOST_ROWS),
        "severities": [(name, sum(each.severity == name for each in still_open)) for name in SEVERITIES],
        "levels": sorted(Counter(cut.level for cut in plan.cuts).items()),
        "cuts": _cuts(plan.cuts),
        "exceptions": plan.exceptions,
        "orders": plan.constraints,
        "sagas": journey.sagas,
        "undecided": journey.database.undecided,
        "resting": sorted({job for piece in journey.slices for job, _ in piece.resting}),
    }


def _weight(finding: Finding) -> tuple[int, Finding]:
    return SEVERITIES.index(finding.severity), finding


def _judged(journey: Journey) -> list[tuple[int, Verdict, str, list[str]]]:
    """Wave, verdict, what a service runs as, and its reasons but for what is to fix, in the order in which they leave."""
    waves = {service.name: service.wave for service in journey.plan.services}
    stacks = {stack.service: stack for stack in journey.stacks}
    found = []
    for verdict in journey.verdicts:
        if verdict.subject in waves:
            stack = stacks.get(verdict.subject)
            because = contained_because(stack, verdict.verdict) if stack else ""
            reasons = [each for each in verdict.reasons if not each.startswith(FIX_FIRST)]
            runs_as = stack.verdict if stack else verdict.verdict
            found.append((waves[verdict.subject], verdict, runs_as, [*([because] if because else ()), *reasons]))
    return sorted(found, key=lambda each: (each[0], each[1].subject))


def _first(journey: Journey) -> list[tuple[str, list[str]]]:
    """What to fix first, each once, with the services that it concerns."""
    found: dict[str, list[str]] = {}
    for _, verdict, _, _ in _judged(journey):
        for reason in verdict.reasons:
            if reason.startswith(FIX_FIRST):
                found.setdefault(reason.removeprefix(FIX_FIRST), []).append(verdict.subject)
    return sorted(found.items())


def _cuts(cuts: tuple[Cut, ...]) -> list[tuple[tuple[str, str, str, str], list[Cut]]]:
    """Cuts of one pair of services, level and reason together, the largest group of a pair first."""
    groups: dict[tuple[str, str, str, str], list[Cut]] = {}
    for cut in sorted(cuts):
        groups.setdefault((cut.consumer, cut.provider, cut.level, cut.accepted or cut.because), []).append(cut)
    return sorted(groups.items(), key=lambda each: (each[0][:2], -len(each[1]), each[0]))
