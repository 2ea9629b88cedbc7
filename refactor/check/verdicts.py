"""Findings -> verdicts: where each entry point and each service runs.

Comes in: program, plan and findings; ignored findings don't count. Goes out: one verdict per entry point (by id) and
per service (by name). Must not: know rules; what a finding rules out stands in ``Finding.blocks``.

Entry point: ``lambda`` unless a finding that it reaches blocks Lambda, then ``fargate``; ``keep`` when a finding
blocks both (a transaction over tables of three or more owners: undoing one write can fail after another was undone).
``keep`` says nothing against running as a function; it says that the tables must not get different owners yet, and that
requests stay with the monolith until the writes are redesigned.

Service: ``keep`` when most of its entry points are kept. ``fargate`` when most are blocked, or when a blocker cannot
be set apart: what it is about (a state, a loop) is also used by entry points of the service that it does not block.
Otherwise ``lambda``, with the errors that must be fixed first; blocked entry points become a task beside the
functions, and kept ones are functions that wait for their routes.

A ``[[verdict]]`` of the plan file beats all of it; the fit stays what was measured.

Fit, 0..100: 100, less 50 when Lambda is blocked, less per distinct rule its effort (errors 4 points each, warnings 1).
A service's fit is the mean of its entry points', less the same for findings of the service that no entry point reaches.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from refactor.check.orders import obeyed
from refactor.check.scene import Scene
from refactor.model.findings import FIX_FIRST, VERDICTS, Finding, Verdict
from refactor.model.graph import Graph
from refactor.model.plan import Plan, Service
from refactor.model.program import Program
from refactor.model.sources import SourceTree

LAMBDA, FARGATE, KEEP = VERDICTS
_POINTS = {"error": 4, "warning": 1, "info": 0}
_BLOCKED = 50


class _Judged(Struct, frozen=True):
    """An entry point's verdict; ``groups`` are the positions of the groups of findings that reach it."""

    verdict: Verdict
    groups: tuple[int, ...]


# Findings that reach the same entry points; most programs have far fewer groups than findings.
_Groups: TypeAlias = list[tuple[Finding, ...]]


def judge(program: Program, graph: Graph, plan: Plan, findings: Sequence[Finding]) -> tuple[Verdict, ...]:
    """Verdicts of all entry points and services, sorted by subject."""
    grouped: dict[tuple[str, ...], list[Finding]] = {}
    for finding in sorted(findings):
        if not finding.ignored:
            grouped.setdefault(finding.entry_points, []).append(finding)
    groups = [tuple(found) for found in grouped.values()]
    met: dict[str, list[int]] = {entry.id: [] for entry in program.entry_points}
    for position, entries in enumerate(grouped):
        for entry in entries:
            met.setdefault(entry, []).append(position)
    judged = _entry_points(met, groups)
    scene = Scene(program, graph, plan, SourceTree(), {})
    services = [_service(service, judged, groups, scene) for service in plan.services]
    return obeyed(sorted([*(one.verdict for one in judged.values()), *services]), plan)


def _entry_points(met: dict[str, list[int]], groups: _Groups) -> dict[str, _Judged]:
    """Verdicts by entry point; those with the same findings are judged once."""
    known: dict[tuple[int, ...], Verdict] = {}
    judged = {}
    for entry, positions in met.items():
        key = tuple(positions)
        if key not in known:
            known[key] = _entry_point(_together(key, groups))
        judged[entry] = _Judged(replace(known[key], subject=entry), key)
    return judged


def _together(positions: Iterable[int], groups: _Groups) -> list[Finding]:
    return [finding for position in positions for finding in groups[position]]


def _entry_point(findings: list[Finding]) -> Verdict:
    blocked = {target for finding in findings for target in finding.blocks}
    verdict = next((target for target in (LAMBDA, FARGATE) if target not in blocked), KEEP)
    causes = [finding for finding in findings if _excludes(finding, verdict)]
    return Verdict("", verdict, _ids(causes), _reasons(verdict, causes), _fit(findings))


def _excludes(finding: Finding, verdict: str) -> bool:
    """Whether a finding is a cause of the verdict: it rules out the better target, or (lambda) must be fixed first."""
    if verdict == LAMBDA:
        return finding.severity == "error"
    return (LAMBDA if verdict == FARGATE else FARGATE) in finding.blocks


def _service(service: Service, judged: dict[str, _Judged], groups: _Groups, scene: Scene) -> Verdict:
    own = [judged[entry] for entry in service.entry_points if entry in judged]
    unreached = (finding for group in groups if not group[0].entry_points for finding in group)
    loose = [finding for finding in unreached if service.name in finding.services]
    met = _together(sorted({position for one in own for position in one.groups}), groups) + loose
    verdict, lead = _target(own, groups, scene)
    causes = [finding for finding in met if _excludes(finding, verdict)]
    fit = round(sum(one.verdict.fit for one in own) / len(own)) if own else 100
    reasons = (*lead, *_reasons(verdict, causes))
    return Verdict(service.name, verdict, _ids(causes), reasons, max(0, fit - _points(loose)))


def _target(own: list[_Judged], groups: _Groups, scene: Scene) -> tuple[str, tuple[str, ...]]:
    """The service's target and the sentence that says why."""
    counted = Counter(one.verdict.verdict for one in own)
    total = len(own)
    if counted[KEEP] * 2 > total:
        return KEEP, (f"{counted[KEEP]} of {total} entry points write tables that must not get different owners yet.",)
    if counted[FARGATE] * 2 > total:
        return FARGATE, (f"{counted[FARGATE]} of {total} entry points can't run on Lambda.",)
    shared = _unisolated(own, groups, scene)
    if shared:
        about = shared[0].node or shared[0].symbol
        return FARGATE, (f"{about} is used by blocked and other entry points alike and needs one lasting process.",)
    lead = []
    if counted[FARGATE]:
        lead.append(f"{counted[FARGATE]} of {total} entry points run in a Fargate task beside the functions.")
    if counted[KEEP]:
        lead.append(f"{counted[KEEP]} of {total} entry points leave their routes with the monolith for now.")
    return LAMBDA, tuple(lead)


def _unisolated(own: list[_Judged], groups: _Groups, scene: Scene) -> list[Finding]:
    """Blockers about a state or loop that entry points of the service use without being blocked themselves; sorted."""
    free = {one.verdict.subject for one in own if one.verdict.verdict == LAMBDA}
    blocked = {position for one in own if one.verdict.verdict == FARGATE for position in one.groups}
    blockers = (finding for finding in _together(blocked, groups) if LAMBDA in finding.blocks and finding.node)
    return sorted(finding for finding in blockers if not free.isdisjoint(_users(finding.node, scene)))


def _users(node: str, scene: Scene) -> tuple[str, ...]:
    if scene.program.is_own(node):
        return scene.reaches.of(node)
    touching = (edge.source for edge in scene.incoming.get(node, ()) if edge.kind in {"read", "write"})
    return scene.reaches.of(*touching)


def _ids(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.rule for finding in findings}))


def _reasons(verdict: str, causes: Sequence[Finding]) -> tuple[str, ...]:
    """One short sentence per rule, the first site of each; for lambda they are the list of what to fix."""
    counted = Counter(finding.rule for finding in causes)
    first: dict[str, Finding] = {}
    for finding in causes:
        known = first.setdefault(finding.rule, finding)
        if (finding.path, finding.line) < (known.path, known.line):
            first[finding.rule] = finding
    lead = FIX_FIRST if verdict == LAMBDA else ""
    return tuple(_sentence(lead, first[rule], counted[rule]) for rule in sorted(first))


def _sentence(lead: str, finding: Finding, count: int) -> str:
    more = f" (and {count - 1} more)" if count > 1 else ""
    return f"{lead}{finding.rule} at {finding.path}:{finding.line}{more}: {finding.message}"


def _points(findings: Iterable[Finding]) -> int:
    worst: dict[str, int] = {}
    for finding in findings:
        points = _POINTS.get(finding.severity, 0) * finding.effort
        worst[finding.rule] = max(points, worst.get(finding.rule, 0))
    return sum(worst.values())


def _fit(findings: Sequence[Finding]) -> int:
    blocked = any(LAMBDA in finding.blocks for finding in findings)
    return max(0, 100 - _BLOCKED * blocked - _points(findings))
