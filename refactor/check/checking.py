"""check(): rules x scene -> findings.

Comes in: rules, program, graph, plan, sources, pragmas. Goes out: findings, sorted. Must not: decide verdicts.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from msgspec.structs import replace

from refactor.check.analyses import ANALYSES, Analysis
from refactor.check.gate import AFTER, stale_accepts
from refactor.check.hits import Hit
from refactor.check.ignores import accepted, pragma_reason
from refactor.check.matching import candidates
from refactor.check.scene import Scene
from refactor.check.wording import nearest, worded
from refactor.model.errors import ConfigError
from refactor.model.facts import Pragma
from refactor.model.findings import Finding, Rule
from refactor.model.graph import Graph
from refactor.model.names import digest
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.sources import SourceTree


def check(
    rules: Sequence[Rule],
    program: Program,
    graph: Graph,
    plan: Plan,
    sources: SourceTree,
    facts_pragmas: Mapping[str, tuple[Pragma, ...]],
) -> tuple[Finding, ...]:
    """All findings, ignored ones included, sorted by place; one per rule, symbol and node, further sites as related.

    Raises ``ConfigError`` for a rule that names an unknown analysis or a placeholder nobody fills.
    """
    scene = Scene(program, graph, plan, sources, facts_pragmas, frozenset(rule.id for rule in rules))
    offered = candidates(rules, scene)
    now = [rule for rule in rules if not rule.analysis.startswith(AFTER)]
    found = [finding for rule in now for finding in _findings(rule, offered.get(rule.id, ()), scene)]
    judged = [accepted(finding, plan) for finding in found]
    return tuple(sorted([*judged, *stale_accepts(rules, plan, judged)]))


def _findings(rule: Rule, matched: tuple[Hit, ...], scene: Scene) -> Iterable[Finding]:
    hits = _analysis(rule)(scene, matched) if rule.analysis else matched
    ordered = sorted(hits, key=lambda hit: (hit.symbol, hit.node, hit.at))
    for _, same in groupby(ordered, key=lambda hit: (hit.symbol, hit.node)):
        yield _merged(rule, tuple(same), scene)


def _analysis(rule: Rule) -> Analysis:
    found = ANALYSES.get(rule.analysis)
    if found is None:
        raise ConfigError(
            f"rule {rule.id} names an unknown analysis: {rule.analysis}", hint=nearest(rule.analysis, sorted(ANALYSES))
        )
    return found


def _merged(rule: Rule, hits: tuple[Hit, ...], scene: Scene) -> Finding:
    """One finding for all sites of a symbol and node. Sites ignored by a comment drop out while another one counts."""
    counting = [hit for hit in hits if not pragma_reason(rule.id, hit.at, scene.pragmas)]
    first, *others = counting or hits
    related = {*first.related, *(hit.at for hit in others)} - {first.at}
    finding = _finding(rule, first, scene)
    return replace(finding, related=tuple(sorted(related)), ignored=pragma_reason(rule.id, first.at, scene.pragmas))


def _finding(rule: Rule, hit: Hit, scene: Scene) -> Finding:
    return Finding(
        path=hit.at.path,
        line=hit.at.line,
        column=hit.at.column,
        rule=rule.id,
        severity=hit.severity or rule.severity,
        message=worded(rule, rule.message, hit),
        help=worded(rule, rule.fix, hit),
        symbol=hit.symbol,
        node=hit.node,
        id=digest(rule.id, hit.symbol, hit.node),
        entry_points=_entry_points(rule, hit, scene),
        services=hit.services if hit.services is not None else scene.services(hit.symbol),
        blocks=rule.blocks if hit.blocks is None else hit.blocks,
        effort=rule.effort,
    )


def _entry_points(rule: Rule, hit: Hit, scene: Scene) -> tuple[str, ...]:
    if hit.entry_points is not None:
        return hit.entry_points
    among = scene.http_mask if rule.reachable_from == "http" else -1
    if rule.blocks and not scene.at_import(hit.symbol):
        # What blocks a target must be run by the entry point itself, not by a thread beside it.
        return scene.waits.of(hit.symbol, among=among)
    return scene.entry_points(hit.symbol, among)
