"""What is known beside the source: history, traces, rules, reviews, orders.

Comes in: folders and settings. Goes out: values of the model. Must not: print, or hold knowledge of its own.
"""

from collections.abc import Sequence
from pathlib import Path

from refactor.model.errors import RefactorError
from refactor.model.findings import Rule
from refactor.model.observed import NOT_TRACED, History, Traced, Traces
from refactor.model.plan import Constraint
from refactor.model.program import Program
from refactor.model.review import Placed
from refactor.pipeline.keeping import load_analysis
from refactor.pipeline.linking import Linked
from refactor.pipeline.project import Project


def traced_of(project: Project, program: Program) -> Traced:
    """What ran, as the settings' file of traces says, in terms of the program."""
    from refactor.adapters.tracefile import load_traces
    from refactor.link import find

    if not project.settings.traces:
        return NOT_TRACED
    return find(program, load_traces(project.folder / project.settings.traces))


def shown(linked: Linked, traced: Traced) -> Linked:
    """A monolith with the calls that only traces show; the same when nothing was traced."""
    from refactor.link import graph_of, unseen, with_edges

    if traced == NOT_TRACED:
        return linked
    program = with_edges(linked.program, unseen(linked.program, traced))
    return Linked(linked.sources, linked.facts, program, graph_of(program))


def trace(project: Project, command: Sequence[str], place: Path) -> tuple[int, Traces]:
    """Run a person's own command, write down what its Python processes call; its exit code and the traces."""
    from refactor.adapters.disk import claim, write_file
    from refactor.adapters.tracefile import record, render_traces

    code, traces = record(command, project.folder / project.settings.source)
    if traces.functions:
        if place.parent == project.own:
            claim(project.own)
        write_file(place, render_traces(traces))
    return code, traces


def history_of(project: Project) -> History:
    """What people changed together, if the settings want to know."""
    from refactor.adapters.gitlog import read_history

    settings = project.settings
    if not settings.history or not settings.weights.history:
        return History(note="switched off")
    return read_history(project.folder / settings.source)


def reviewed(
    project: Project, marks: Sequence[Placed], linked: Linked, orders: Sequence[Constraint]
) -> tuple[tuple[Constraint, ...], tuple[str, ...]]:
    """What the marks order. They speak of the last analysis; without one, of what is proposed without them."""
    from refactor.cluster import cluster, orders_of_review

    settings = project.settings
    seen = (
        load_analysis(project).plan
        if (project.own / "analysis.json").is_file()
        else cluster(linked.program, linked.graph, orders, services=settings.services, seed=settings.seed)
    )
    return orders_of_review(marks, seen, linked.program)


def orders_of(project: Project, *, replan: bool) -> tuple[Constraint, ...]:
    """What the plan file says; only a person's orders when the listing is to be made anew."""
    from refactor.adapters.planfile import LISTED, load_plan

    found = load_plan(project.plan_file)
    return tuple(order for order in found if order.kind != LISTED) if replan else found


def rules_of(project: Project | None = None) -> tuple[Rule, ...]:
    """The rules that count for a project (all that ship with the tool when there is none), sorted by id."""
    from refactor.adapters.rulepacks import load_rules, rules_folder

    if project is None:
        return load_rules(rules_folder())
    chosen = project.settings.rules
    rules = load_rules(rules_folder(), *(project.folder / pack for pack in chosen.packs))
    _all_meet(rules, (*chosen.select, *chosen.ignore))
    return tuple(
        rule
        for rule in rules
        if (not chosen.select or rule.id.startswith(chosen.select)) and not rule.id.startswith(chosen.ignore or ("\0",))
    )


def _all_meet(rules: Sequence[Rule], prefixes: Sequence[str]) -> None:
    for prefix in prefixes:
        if not any(rule.id.startswith(prefix) for rule in rules):
            raise RefactorError(f"no rule begins with {prefix!r}", hint="see them: refactor rules")
