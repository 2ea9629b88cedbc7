"""The sentence: the only place where the verbs meet.

Comes in: folders and settings. Goes out: values of the model, for the mouth to show and the hands to write. Must not:
print, parse arguments, or hold knowledge of its own. Every verb is imported where it is used, so that nobody waits
for another.
"""

import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from refactor import __version__
from refactor.adapters.settings import Settings
from refactor.model.analysis import Analysis
from refactor.model.errors import RefactorError
from refactor.model.facts import ModuleFacts, TemplateFacts
from refactor.model.findings import Rule
from refactor.model.foreign import ForeignGraph, Partition
from refactor.model.graph import Graph
from refactor.model.measures import Agreement, Move
from refactor.model.observed import NO_HISTORY, NOT_TRACED, History, Traced, TraceEffect, Traces
from refactor.model.plan import Constraint, Cut, Plan
from refactor.model.program import Program
from refactor.model.replay import Corpus, Replay
from refactor.model.review import Placed
from refactor.model.slices import Slice
from refactor.model.sources import SourceTree, tree_of

if TYPE_CHECKING:
    from refactor.adapters.monolith import Monolith, Side
    from refactor.adapters.recording import Recorder
    from refactor.adapters.serving import Served
    from refactor.model.serving import HttpRequest, HttpResponse
    from refactor.report import Comparison
    from refactor.split import Regeneration
    from refactor.split.closed import Dangling
    from refactor.verify import WayIn

OWN = ".refactor"
"""The folder of the tool's own, in the analysed project and in a split."""

Advance: TypeAlias = Callable[[str, int, int], None]
"""Told (what is done, how far, of how many)."""


_SYMBOL = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*(\(\))?")
"""How servers are told what to serve: ``shop.main:app``."""


def quiet(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


class Project(Struct, frozen=True):
    """A monolith on disk: its folder, its settings, and where the tool keeps its own files."""

    folder: Path
    settings: Settings
    own: Path

    @property
    def name(self) -> str:
        """The name in reports and templates."""
        return self.settings.project or self.folder.name or "project"

    @property
    def plan_file(self) -> Path:
        """Where the plan is, or will be."""
        return self.folder / self.settings.plan

    @property
    def applications(self) -> tuple[str, ...]:
        """Symbols that may be the application: what the settings name, then what the command that boots it does."""
        words = shlex.split(self.settings.verify.boot)
        booted = [word.removesuffix("()") for word in words if _SYMBOL.fullmatch(word)]
        return tuple(filter(None, (self.settings.application, *booted)))

    def over(self, **options: object) -> "Project":
        """The project with options of the command line on top of its settings; None means not given."""
        return Project(self.folder, self.settings.over(**options), self.own)


class Linked(Struct, frozen=True):
    """A monolith read and linked: sources (with what could not be read), facts, program and graph."""

    sources: SourceTree
    facts: tuple[ModuleFacts, ...]
    program: Program
    graph: Graph


class Analyzed(Struct, frozen=True):
    """An analysis with what it was made from, and notes for the person who ran it."""

    linked: Linked
    analysis: Analysis
    notes: tuple[str, ...] = ()
    history: History = NO_HISTORY


class Gated(Struct, frozen=True):
    """What ``check`` found: an analysis whose findings are those that are new, the new cuts, whether there was a baseline."""

    analysis: Analysis
    cuts: tuple[Cut, ...]
    compared: bool


class Verified(Struct, frozen=True):
    """The proof: what each slice lacks (by path, nothing when closed), and the replay."""

    dangling: tuple["Dangling", ...]
    slices: int
    replay: Replay


def open_project(folder: Path, *, own: Path | None = None, environment: Mapping[str, str] | None = None) -> Project:
    """The project in a folder, with its settings."""
    from refactor.adapters.settings import load_settings

    if not folder.is_dir():
        raise RefactorError("no such folder", where=str(folder), hint="give the folder that holds the monolith's code")
    place = folder.resolve()
    settings = load_settings(place, os.environ if environment is None else environment)
    return Project(place, settings, own or place / OWN)


# -- analyze -------------------------------------------------------------------------------------------------------


def link(project: Project, *, assets: bool = False, tests: bool = False, advance: Advance = quiet) -> Linked:
    """Disk -> sources -> facts -> program -> graph; ``tests``: test code is code as any other."""
    from refactor.adapters.rulepacks import load_frameworks, load_permissions, rules_folder
    from refactor.link import graph_of, needs_of
    from refactor.link import link as linked

    sources, facts = read_sources(project, assets=assets, advance=advance)
    pages = read_pages(project, sources)
    advance("linking", 0, 1)
    program = linked(project.name, facts, load_frameworks(rules_folder() / "frameworks"), pages, tests=tests)
    program = replace(program, needs=needs_of(program, load_permissions(rules_folder() / "permissions")))
    advance("linking", 1, 1)
    return Linked(sources, facts, program, graph_of(program))


def read_sources(
    project: Project, *, assets: bool = False, advance: Advance = quiet
) -> tuple[SourceTree, tuple[ModuleFacts, ...]]:
    """The sources, with everything that could not be read, and the facts of the rest."""
    from refactor.adapters.cache import Cache
    from refactor.adapters.disk import read_tree
    from refactor.adapters.workers import read_all
    from refactor.read import VERSION, read

    settings = project.settings
    sources = read_tree(project.folder / settings.source, settings.exclude, assets=assets)
    with Cache(_cache_file(project), VERSION) as cache:
        facts, unreadable = read_all(
            sources,
            read,
            cache,
            jobs=settings.jobs or None,
            advance=lambda done, total: advance("reading", done, total),
        )
    return SourceTree(sources.files, unreadable), facts


def read_pages(project: Project, sources: SourceTree) -> tuple[TemplateFacts, ...]:
    """The facts of the templates among the sources."""
    from refactor.adapters.cache import Cache
    from refactor.adapters.workers import read_templates
    from refactor.read import TEMPLATE_VERSION, read_template

    with Cache(_cache_file(project), TEMPLATE_VERSION) as cache:
        return read_templates(sources, read_template, cache)


def _cache_file(project: Project) -> Path:
    from refactor.adapters.disk import claim

    return claim(project.own) / "cache.sqlite"


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
    from refactor.check import accept, check, judge
    from refactor.contract import contracts as contracts_of
    from refactor.contract import with_levels

    marks = load_reviews(reviews)
    source = link(project, assets=assets, advance=advance)
    traced = traced_of(project, source.program)
    linked = shown(source, traced)
    program, graph, history = linked.program, linked.graph, history_of(project)
    advance("proposing services", 0, 1)
    orders = _orders(project, replan=replan)
    said, notes = _reviewed(project, marks, linked, orders) if marks else ((), ())
    plan = accept(propose(project, linked, [*orders, *said], history, traced))
    effect = None
    if linked is not source:
        effect = traces_told(propose(project, source, [*orders, *said], history), plan, source, traced)
    advance("proposing services", 1, 1)
    rules = rules_of(project)
    pragmas = {facts.path: facts.pragmas for facts in linked.facts}
    advance("checking rules", 0, 1)
    findings = check(rules, program, graph, plan, linked.sources, pragmas)
    verdicts = judge(program, graph, plan, findings)
    contracts = contracts_of(program, plan, linked.facts)
    plan = with_levels(program, plan, contracts)
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


def _reviewed(
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


def _orders(project: Project, *, replan: bool) -> tuple[Constraint, ...]:
    """What the plan file says; only a person's orders when the listing is to be made anew."""
    from refactor.adapters.planfile import LISTED, load_plan

    found = load_plan(project.plan_file)
    return tuple(order for order in found if order.kind != LISTED) if replan else found


def gate(project: Project, baseline: Path | None, advance: Advance = quiet) -> Gated:
    """The code against the accepted plan: what is new since the plan file, and since the baseline if there is one."""
    from refactor.check import gate as checked
    from refactor.check import new_cuts

    place = baseline or project.own / "analysis.json"
    if baseline is not None and not place.is_file():
        raise RefactorError("there is no such baseline", where=str(place), hint="analyze --json-output writes one")
    before = load_analysis_file(place) if place.is_file() else None
    now = analyze(project, advance=advance).analysis
    findings = checked(now, _orders(project, replan=False), before)
    return Gated(msgspec.structs.replace(now, findings=findings), new_cuts(now, before), before is not None)


def compare(old: Path, new: Path) -> "Comparison":
    """Two analyses side by side; a folder is read and analyzed as it is now, and nothing of that is written into it."""
    from refactor.cluster import difference
    from refactor.report import compared

    one, two = _analysis_at(old), _analysis_at(new)
    return compared(one, two, difference(one.plan, two.plan))


def _analysis_at(place: Path) -> Analysis:
    if place.is_dir() and place.name != OWN:
        return analyze(open_project(place)).analysis
    return load_analysis_file(place / "analysis.json" if place.is_dir() else place)


def agreement(analysis: Analysis, truth: Path) -> Agreement:
    """How near the plan comes to the domains or groups that a file names."""
    return _agreement(analysis.plan.assignment, truth)


def _agreement(found: Mapping[str, str], truth: Path) -> Agreement:
    from refactor.adapters.truths import read_truth
    from refactor.cluster import compared

    meant = read_truth(truth)
    return compared(found, domains=meant.domains, groups=meant.groups)


def partition(
    file: Path,
    *,
    services: tuple[int, int] | None = None,
    seed: int = 0,
    truth: Path | None = None,
    attribute: str = "",
    kernel: bool | None = None,
) -> Partition:
    """Cluster a graph that others made. ``attribute`` of its nodes is a truth, which the clustering doesn't see.

    ``kernel``: whether library code may be shared; None: only in a graph of our own, which knows the code.
    """
    from refactor.adapters.graphs import read_graph
    from refactor.cluster import assigned, cluster, compared
    from refactor.link import adopt

    foreign = read_graph(file, hidden=attribute)
    adopted = adopt(foreign)
    own = foreign.program is not None
    plan = cluster(adopted.program, services=services, seed=seed, kernel=own if kernel is None else kernel)
    links = ((edge.source, edge.target, 1.0) for edge in adopted.program.edges) if own else (
        (link.source, link.target, link.weight) for link in foreign.links
    )  # fmt: skip
    found = assigned(plan, dict(adopted.units), links)
    meant = _agreement(found, truth) if truth else None
    if attribute:
        meant = compared(found, groups=_attributed(foreign, attribute))
    return Partition(plan, tuple(sorted(found.items())), meant)


def _attributed(graph: ForeignGraph, attribute: str) -> dict[str, str]:
    groups = graph.groups(attribute)
    if not groups:
        names = sorted({name for vertex in graph.vertices for name, _ in vertex.attributes})
        raise RefactorError(f"no node has an attribute {attribute!r}", hint=f"there are: {', '.join(names) or 'none'}")
    return groups


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


def plan_text(project: Project, analysis: Analysis, *, update: bool = False) -> str | None:
    """The plan file's text: the first one, or its next one with every human line as it was when it is to be updated.

    None when there is a file and nobody asked to change it.
    """
    from refactor.adapters.planfile import read_plan, render_plan

    previous = read_plan(project.plan_file)
    return render_plan(analysis.plan, previous) if update or previous is None else None


def artefacts(analyzed: Analyzed) -> SourceTree:
    """What ``analyze`` leaves in the tool's own folder."""
    from refactor.report import html, json_text, markdown, sarif

    analysis, sources = analyzed.analysis, analyzed.linked.sources
    return tree_of(
        {
            "analysis.json": json_text(analysis),
            "report.html": html(analysis, sources, templates("")),
            "summary.md": markdown(analysis),
            "findings.sarif": sarif(analysis),
        }
    )


def templates(below: str) -> dict[str, str]:
    """The texts of the templates below a folder of ``templates/``, by path."""
    from refactor.adapters.disk import read_folder
    from refactor.adapters.rulepacks import templates_folder

    return {file.path: file.text for file in read_folder(templates_folder() / below).files}


def load_analysis(project: Project) -> Analysis:
    """The last analysis of a project."""
    place = project.own / "analysis.json"
    if not place.is_file():
        raise RefactorError("there is no analysis yet", where=str(place), hint="run: refactor analyze")
    return load_analysis_file(place)


def load_analysis_file(place: Path) -> Analysis:
    """The analysis in a file."""
    from refactor.report import load_json

    found = next((path for path in (place, place / OWN / "analysis.json") if path.is_file()), None)
    if found is None:
        raise RefactorError(
            "there is no such analysis", where=str(place), hint="give an analysis.json: refactor analyze"
        )
    try:
        return load_json(found.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as broken:
        raise RefactorError(f"the analysis can't be read: {broken}", where=str(found)) from broken


def earlier_plan(project: Project) -> Plan | None:
    """The plan of the last analysis, when a person may have edited it since; None when there is none to compare with."""
    if not project.plan_file.exists():
        return None
    try:
        return load_analysis(project).plan
    except RefactorError:
        return None


def since(project: Project, analyzed: Analyzed, before: Plan | None) -> Analyzed:
    """The analysis with what its plan does differently from an earlier one; the same when that is nothing."""
    from refactor.adapters.planfile import load_plan
    from refactor.cluster import difference

    analysis = analyzed.analysis
    found = difference(before, analysis.plan, load_plan(project.plan_file)) if before is not None else None
    if found is None or found.is_none:
        return analyzed
    return Analyzed(analyzed.linked, replace(analysis, difference=found), analyzed.notes)


def changes(project: Project, before: Plan, after: Plan) -> list[str]:
    """What a plan does differently from an earlier one and what that costs, in lines for people; none for nothing."""
    from refactor.adapters.planfile import load_plan
    from refactor.cluster import difference
    from refactor.report import difference_lines

    return difference_lines(difference(before, after, load_plan(project.plan_file)))


def supposed(analysis: Analysis, wishes: Sequence[tuple[str, str]]) -> str:
    """What would change if (subject, service) held: cost by term, and the edges responsible."""
    from refactor.cluster import difference, suppose
    from refactor.report import supposed_text

    before, after = suppose(analysis.program, analysis.plan, wishes)
    return supposed_text(before, after, difference(before, after))


def prospects(analysis: Analysis, node: str) -> tuple[Move, ...]:
    """What moving a node's unit to each service that it has to do with would save or cost."""
    from refactor.cluster import prospects as found

    return found(analysis.program, analysis.plan, node)


# -- split ---------------------------------------------------------------------------------------------------------


def split(analyzed: Analyzed, applications: Sequence[str] = ()) -> SourceTree:
    """Cut the monolith along the plan: the whole tree of a split. ``applications``: see ``Project.applications``."""
    from refactor.contract import contracts as contracts_of
    from refactor.scaffold import database_of, scaffold, settled, stacks_of
    from refactor.split import served
    from refactor.split import split as slices_of

    linked, analysis = analyzed.linked, analyzed.analysis
    program, verdicts = analysis.program, analysis.verdicts
    plan = settled(program, served(program, analysis.plan, applications))
    contracts = contracts_of(program, plan, linked.facts)
    slices = slices_of(program, linked.graph, plan, linked.sources, contracts, applications)
    stacks = stacks_of(program, linked.graph, plan, verdicts, slices)
    database = database_of(program, linked.graph, plan, slices)
    return scaffold(program, plan, verdicts, analysis.findings, slices, stacks, templates("scaffold"), database)


def regenerate(out: Path, generated: SourceTree, services: Sequence[str] = ()) -> "tuple[Regeneration, SourceTree]":
    """The next state of a split's folder, with hand edits kept, and the generation it will be based on.

    With ``services`` only these change; all else stays as it was last generated.
    """
    from refactor.adapters.disk import read_exact, read_folder
    from refactor.split import regenerate as next_state

    base = read_folder(out / OWN / "base")
    if not base.files and out.is_dir() and any(out.iterdir()) and not (out / "split.json").is_file():
        raise RefactorError(
            "the folder is not empty and was not written by refactor; nothing was changed",
            where=str(out),
            hint="give a new folder: -o OUT",
        )
    theirs = _only(services, base, generated)
    mine = read_exact(out, sorted({*base.by_path, *theirs.by_path}))
    return next_state(base if base.files else None, mine, theirs), theirs


def _only(services: Sequence[str], base: SourceTree, generated: SourceTree) -> SourceTree:
    """The generation, or the last one with the files of some services replaced."""
    if not services:
        return generated
    known = {path.split("/")[1] for path in generated.by_path if path.startswith("services/")}
    for name in services:
        if name not in known:
            raise RefactorError(f"no service is named {name}", hint=f"there are: {', '.join(sorted(known))}")
    others = tuple(f"services/{name}/" for name in known - set(services))
    kept = {file.path: file.content for file in base.files if file.path.startswith(others)}
    new = {file.path: file.content for file in generated.files if not file.path.startswith(others)}
    return tree_of({**kept, **new})


def write_split(out: Path, state: "Regeneration", generated: SourceTree, origin: Path, sources: SourceTree) -> None:
    """Write a split's next state, then remember the generation for the next merge.

    Files that are the same in ``sources``, a tree read below ``origin``, have the same time of change.
    """
    from refactor.adapters.disk import remove_files, replace_folder, write_tree
    from refactor.adapters.times import keep_times
    from refactor.split import origins

    write_tree(out, state.tree, ours=state.tree.by_path.keys())
    keep_times(out, origin, origins(state.tree, sources))
    remove_files(out, [path for path in state.removed if path not in state.tree.by_path])
    replace_folder(out / OWN / "base", generated)


# -- serve and verify ----------------------------------------------------------------------------------------------


def serve(
    out: Path,
    *,
    environment: Mapping[str, str],
    python: str = "",
    port: int = 0,
    work: Path | None = None,
    cold: bool = False,
    parallel: int = 8,
    own: Mapping[str, Mapping[str, str]] | None = None,
) -> "Served":
    """The split on loopback: a context manager with ``url``.

    ``work``: the folder that its processes work in. ``cold``: each process ends after each request. ``parallel``: so many
    processes of one function at most answer at once. ``own``: variables of single services.
    """
    from refactor.adapters.children import interpreter
    from refactor.adapters.instances import Habits
    from refactor.adapters.serving import Served
    from refactor.adapters.templates_file import load_templates
    from refactor.verify import calls, deployment_of, front

    habits = Habits(python or interpreter(), environment, own or {}, cold=cold, work=work, parallel=parallel)
    return Served(deployment_of(load_templates(out)), out, front, habits, port=port, calls=calls)


def verify(
    out: Path,
    project: Project,
    *,
    profile: str = "",
    requests: Path | None = None,
    cold: bool = False,
    advance: Advance = quiet,
) -> Verified:
    """Prove a split: nothing dangles in its slices, and both systems answer the same requests alike.

    ``cold``: every process of a function ends after each request, so that no memory outlives one.
    """
    from refactor.adapters.granted import grants_on
    from refactor.proving import run_both
    from refactor.scaffold import settled
    from refactor.verify import coverage, explain

    analyzed = analyze(project, advance=advance)
    program, graph, findings = analyzed.analysis.program, analyzed.linked.graph, analyzed.analysis.findings
    open_ends, slices = closure(out, program, analyzed.linked.sources)
    monolith, corpus = _monolith(project, profile), _corpus(project, requests)

    def served(side: "Side") -> "Served":
        variables, work = monolith.environment_in(side), monolith.work_in(side)
        own = grants_on(out, monolith, side)
        return serve(out, environment=variables, python=project.settings.verify.python, work=work, cold=cold, own=own)

    rows, divergences = run_both(monolith, corpus, served, advance)
    told = explain(rows, divergences, program, graph, findings, cold=cold)
    plan = settled(program, analyzed.analysis.plan)
    return Verified(open_ends, slices, Replay(rows, told, coverage(rows, program, graph, plan)))


@contextmanager
def record(folder: Path, *, target: str = "", profile: str = "", port: int = 0) -> "Iterator[Recorder]":
    """A proxy before a monolith that runs, or before a seeded copy that is booted as the settings say."""
    from refactor.adapters.monolith import Booted, Sides
    from refactor.adapters.recording import Recorder

    with ExitStack() as opened:
        if not target:
            monolith = _monolith(open_project(folder), profile)
            target = opened.enter_context(Booted(monolith, opened.enter_context(Sides(monolith)))).url
        recorder = Recorder(target, port)
        opened.callback(recorder.close)
        yield recorder


def corpus_of_recording(
    exchanges: "Iterable[tuple[HttpRequest, HttpResponse]]", base: str, *, har: bool = False
) -> str:
    """What went by, as a corpus in our form or as a HAR file."""
    from refactor.verify import Exchange, corpus_of, corpus_text, har_text

    kept = [Exchange(*pair) for pair in exchanges]
    return har_text(kept, base) if har else corpus_text(*corpus_of(kept, base))


def corpus_of_har(text: str, name: str) -> str:
    """A HAR file as a corpus in our form, with captures: the answers are in the file."""
    from refactor.verify import corpus_of, corpus_text, exchanges_of

    return corpus_text(*corpus_of(*exchanges_of(text, name)))


def corpus_of_openapi(text: str, name: str, *, taking: bool = False, way: "WayIn | None" = None, user: str = "") -> str:
    """An OpenAPI document (JSON) as a corpus in our form; ``taking``: requests that may take something away too.

    ``way``: how to log in; ``user``: name and password (``name:password``) for the way in that the document declares.
    """
    from refactor.verify import WayIn, corpus_text, generated, logged_in, way_in_of

    try:
        document = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise RefactorError(f"the document is no JSON: {error}", where=name) from error
    declared = way_in_of(document, user) if user else WayIn()
    return corpus_text(logged_in(generated(document, name, taking=taking), declared | (way or WayIn())))


def closure(out: Path, program: Program, sources: SourceTree) -> "tuple[tuple[Dangling, ...], int]":
    """What the slices of a split ask for and only the monolith holds, and how many slices there are."""
    from refactor.adapters.disk import read_folder
    from refactor.split.closed import dangling, lacking, place_of

    found: list[Dangling] = []
    known: dict[tuple[tuple[str, str], ...], tuple[Dangling, ...]] = {}
    count = 0
    paths = {place_of(module) for module in program.modules}
    for folder in sorted(out.glob("services/*/src")):
        tree = read_folder(folder)
        kept = SourceTree(tuple(file for file in tree.files if file.path in paths or not file.path.endswith(".py")))
        digests = tuple((file.path, file.digest) for file in kept.files if file.path.endswith(".py"))
        if digests not in known:  # applications that are not cut have the same slice in each service
            known[digests] = dangling(Slice(folder.parent.name, kept), program)
        found += known[digests]
        count += 1
    never = lacking(sources, program) if found else frozenset()
    return tuple(sorted(need for need in found if (need.path, need.name, need.reason) not in never)), count


def _monolith(project: Project, profile: str) -> "Monolith":
    from refactor.adapters.monolith import Monolith

    given = project.settings.verify
    if not given.boot:
        raise RefactorError(
            "how the monolith is started is not known",
            where=str(project.folder / "refactor.toml"),
            hint='set boot in [verify], such as boot = "python -m uvicorn shop.main:app --port {port}", '
            'or "python -m flask --app APP run --port {port}", or "python manage.py runserver --noreload {port}"',
        )
    return Monolith(
        project.folder / given.directory,
        _command(given.boot, given.python),
        project.settings.environment(profile),
        tuple(_command(seed, given.python) for seed in given.seed),
        given.database.env,
        given.database.url,
        given.work,
    )


def _command(text: str, python: str) -> tuple[str, ...]:
    """The words of a command; ``python`` is the interpreter that was chosen."""
    words = shlex.split(text)
    if not words:
        raise RefactorError("a command in [verify] is empty")
    return (python or "{python}", *words[1:]) if words[0] in ("python", "python3") else tuple(words)


def _corpus(project: Project, requests: Path | None) -> Corpus:
    from refactor.verify import parse_corpus

    place = requests or project.folder / project.settings.verify.requests
    if not place.is_file():
        raise RefactorError(
            "there are no requests to replay", where=str(place), hint="give a corpus or HAR: --requests FILE"
        )
    return parse_corpus(place.read_text("utf-8"), place.name)
