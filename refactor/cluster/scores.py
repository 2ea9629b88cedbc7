"""How good the proposal is, 0..100, by formulas that a reviewer can check.

Comes in: program, plan (with cuts) and code links. Goes out: named scores. Must not: be optimised by anything: each of
these can be gamed by a giant service, so they are told and never searched for.
"""

from collections import defaultdict

from refactor.model.plan import SHARED, Plan
from refactor.model.program import Program

SHARES = {"modularity": 0.3, "data ownership": 0.3, "transactions": 0.2, "evidence": 0.2}


def scores_of(program: Program, plan: Plan) -> tuple[tuple[str, float], ...]:
    """The parts, and ``total``: .3 modularity + .3 data ownership + .2 transactions + .2 evidence."""
    parts = {
        "modularity": modularity(program, plan),
        "data ownership": data_ownership(program, plan),
        "transactions": transactions(program, plan),
        "evidence": evidence(program),
    }
    total = sum(SHARES[name] * score for name, score in parts.items())
    return (*((name, round(score, 1)) for name, score in parts.items()), ("total", round(total, 1)))


def modularity(program: Program, plan: Plan) -> float:
    """100 * max(0, Q / Qmax), Newman's Q over calls, references and inheritance between definitions in services.

    Q = inside - expected, Qmax = 1 - expected, with expected = sum of squared degree shares. One service scores 100.
    """
    degree: dict[str, int] = defaultdict(int)
    inside = whole = 0
    for edge in program.edges:
        if edge.kind in ("call", "reference", "inherit"):
            mine, theirs = plan.service_of(edge.source), plan.service_of(edge.target)
            if mine and theirs and SHARED not in (mine, theirs):
                degree[mine] += 1
                degree[theirs] += 1
                inside += mine == theirs
                whole += 1
    expected = sum((count / (2 * whole)) ** 2 for count in degree.values()) if whole else 1.0
    return 100 * max(0.0, (inside / whole - expected) / (1 - expected)) if expected < 1 else 100.0


def data_ownership(program: Program, plan: Plan) -> float:
    """100 * (1 - foreign / all) table accesses from services, a write counting five times."""
    foreign = whole = 0
    for edge in program.edges:
        if edge.kind in ("read", "write") and (owner := plan.assignment.get(edge.target, "")):
            mine = plan.service_of(edge.source)
            weight = 5 if edge.kind == "write" else 1
            if edge.target.startswith("table:") and mine and mine != SHARED:
                whole += weight
                foreign += weight if mine != owner else 0
    return 100 * (1 - foreign / whole) if whole else 100.0


def transactions(program: Program, plan: Plan) -> float:
    """100 * share of the writing transactions whose tables all have one owner."""
    writing = [item for item in program.transactions if item.writes]
    torn = {(cut.source, cut.sites) for cut in plan.cuts if cut.kind == "transaction"}
    whole = sum((item.symbol, (item.evidence,)) not in torn for item in writing)
    return 100 * whole / len(writing) if writing else 100.0


def evidence(program: Program) -> float:
    """100 * resolved call sites / call sites: how much of the code the proposal rests on."""
    return 100 * program.calls_resolved / program.calls_total if program.calls_total else 100.0
