"""Linked -> Analyzed: services proposed, rules checked, verdicts, the levels of cuts.

Comes in: folders and settings. Goes out: values of the model. Must not: print, or hold knowledge of its own.
"""

from collections.abc import Sequence
from pathlib import Path

from refactor import __version__
from refactor.model.analysis import Analysis
from refactor.model.observed import NOT_TRACED, History, Traced, TraceEffect
from refactor.model.plan import Constraint, Plan
from refactor.pipeline.evidence import history_of, orders_of, reviewed, rules_of, shown, traced_of
from refactor.pipeline.keeping import Analyzed
from refactor.pipeline.linking import Linked, link
from refactor.pipeline.project import Advance, Project, quiet


def analyze(
    project: Project,
    *,
    assets: bool = False,
    replan: bool = False,
    reviews: Sequence[Path] = (),
    advance: Advance = quiet,
) -> Analyzed:
    """Read, link, propose the plan (or obey the one a person edited), check the rules, rate.

    ``replan`` forgets the plan file's listing and obeys its orders alone. ``reviews`` are marked files to obey too.
    """
    from refactor.adapters.reviews import load_reviews
    from refactor.check import accept, check, judge, open_sagas, settled
    from refactor.contract import contracts as contracts_of
    from refactor.contract import with_levels

    marks = load_reviews(reviews)
    source = link(project, assets=assets, advance=advance)
    traced = traced_of(project, source.program)
    linked = shown(source, traced)
    program, graph, history = linked.program, linked.graph, history_of(project)
    advance("proposing services", 0, 1)
    orders = orders_of(project, replan=replan)
    said, notes = reviewed(project, marks, linked, orders) if marks else ((), ())
    plan = accept(propose(project, linked, [*orders, *said], history, traced))
    effect = None
    if linked is not source:
        effect = traces_told(propose(project, source, [*orders, *said], history), plan, source, traced)
    advance("proposing services", 1, 1)
    rules = rules_of(project)
    pragmas = {facts.path: facts.pragmas for facts in linked.facts}
    advance("checking rules", 0, 1)
    findings = check(rules, program, graph, plan, linked.sources, pragmas)
    contracts = contracts_of(program, plan, linked.facts)
    plan = with_levels(program, plan, contracts)
    findings = tuple(sorted([*settled(findings, rules, plan), *open_sagas(rules, plan, contracts)]))
    verdicts = judge(program, graph, plan, findings)
    advance("checking rules", 1, 1)
    told = tuple(item.mark for item in marks)
    analysis = Analysis(
        program, plan, findings, verdicts, rules, traced=effect, tool=__version__, marks=told, contracts=contracts
    )
    return Analyzed(linked, analysis, notes, history)


def propose(
    project: Project, linked: Linked, orders: Sequence[Constraint], history: History, traced: Traced = NOT_TRACED
) -> Plan:
    """The plan, as the settings and a person's orders want it."""
    from refactor.cluster import cluster

    settings = project.settings
    return cluster(
        linked.program,
        linked.graph,
        orders,
        services=settings.services,
        seed=settings.seed,
        weights=settings.weights,
        history=history,
        traces=traced,
    )


def traces_told(before: Plan, after: Plan, source: Linked, traced: Traced) -> TraceEffect:
    """What traces change in a proposal."""
    from refactor.cluster import effect
    from refactor.link import unseen

    return effect(before, after, traced, len(unseen(source.program, traced)))
