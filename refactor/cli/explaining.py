"""``refactor explain``: a rule, a service, a definition, an entry point, a table or a cut of the last analysis."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from refactor.cli import terminal
from refactor.cli.contracting import calls_between
from refactor.cli.options import OwnOption
from refactor.model.analysis import Analysis
from refactor.model.errors import RefactorError
from refactor.model.findings import Rule
from refactor.model.names import top_level
from refactor.model.plan import SHARED, Cut, Service

_SHOWN = 15


def explain(
    what: Annotated[
        str, typer.Argument(help="STATE001, a service, module:name, http:GET /path, table:NAME, a cut's id.")
    ] = "",
    path: Annotated[Path, typer.Argument(metavar="[PATH]", help="The folder of the monolith.")] = Path(),
    output: OwnOption = None,
    move: Annotated[
        list[str] | None, typer.Option(help="Suppose this moved: module:name, a module, table:NAME, a glob.")
    ] = None,
    to: Annotated[list[str] | None, typer.Option(help="Where --move goes: a service, also a new one.")] = None,
) -> None:
    """Say what WHAT is and why it is there, or with --move and --to instead of WHAT: what if it stood elsewhere.

    For code and tables also what a move to another service would cost. Nothing is read or clustered anew.
    """
    from refactor.pipeline import load_analysis, open_project, rules_of, supposed

    if move or to:
        wishes = _wishes(move or [], to or [])
        terminal.result(supposed(load_analysis(open_project(_only_path(what, path), own=output)), wishes))
        return
    if not what:
        raise typer.BadParameter("nothing is asked for", param_hint="WHAT")
    project = open_project(path, own=output)
    rule = next((rule for rule in rules_of(project) if rule.id == what.upper()), None)
    if rule is not None:
        analysis = load_analysis(project) if (project.own / "analysis.json").is_file() else None
        lines = _rule(rule, analysis)
    else:
        lines = _part(what, load_analysis(project))
    terminal.result("".join(f"{line}\n" for line in lines))


def _wishes(moves: list[str], targets: list[str]) -> list[tuple[str, str]]:
    """Each --move with its --to, in order; a single --to is for all."""
    if not moves or not targets or (len(targets) not in (1, len(moves))):
        given = f"{len(moves)} --move and {len(targets)} --to"
        raise typer.BadParameter(f"{given} were given; give one --to for all or one for each", param_hint="--to")
    return list(zip(moves, targets * (len(moves) if len(targets) == 1 else 1), strict=True))


def _only_path(what: str, path: Path) -> Path:
    """With --move there is nothing to explain: the only argument is the folder."""
    if what and path != Path():
        raise typer.BadParameter(f"{what} can't be explained together with --move", param_hint="WHAT")
    return Path(what) if what else path


def _rule(rule: Rule, analysis: Analysis | None) -> Iterator[str]:
    yield f"{rule.id} {rule.name} ({rule.severity})"
    yield ""
    yield f"why:  {rule.why}"
    yield f"fix:  {rule.fix}"
    if rule.blocks:
        yield f"rules out: {', '.join(rule.blocks)}"
    yield from (f"see:  {link}" for link in rule.docs)
    if analysis is not None:
        found = [finding for finding in analysis.findings if finding.rule == rule.id]
        yield f"\n{len(found)} found in {analysis.program.project}"
        for finding in found[:_SHOWN]:
            said = f" (ignored: {finding.ignored})" if finding.ignored else ""
            yield f"  --> {finding.path}:{finding.line}:{finding.column} {finding.message}{said}"
        yield from _rest(len(found))


def _part(what: str, analysis: Analysis) -> Iterator[str]:
    plan, program = analysis.plan, analysis.program
    if what in plan.by_name:
        return _service(plan.by_name[what], analysis)
    cut = next((cut for cut in plan.cuts if cut.id == what), None)
    if cut is not None:
        return _cut(cut, analysis)
    if plan.service_of(what) or what in program.by_symbol:
        return _node(what, analysis)
    known = [*plan.by_name, *program.by_symbol, *plan.assignment]
    close = get_close_matches(what, known, n=3) or [name for name in known if name.endswith(f":{what}")][:3]
    hint = (
        f"did you mean {', '.join(close)}?"
        if close
        else "name a rule, a service, module:name, table:NAME or a cut's id"
    )
    raise RefactorError(f"nothing here is named {what}", hint=hint)


def _service(service: Service, analysis: Analysis) -> Iterator[str]:
    verdict = next((verdict for verdict in analysis.verdicts if verdict.subject == service.name), None)
    yield f"service {service.name}: {service.description}"
    if verdict is not None:
        yield f"verdict: {verdict.verdict}, fit {verdict.fit} of 100 {' '.join(verdict.rules)}".rstrip()
        yield from (f"  {reason}" for reason in verdict.reasons)
    yield f"wave {service.wave}: {service.condition or 'nothing to wait for'}"
    yield f"stability: {service.stability:.0%} of its pairs stay together when the search is run again"
    for cycle in analysis.plan.cycles:
        if service.name in (cycle.consumer, cycle.provider):
            ring = " -> ".join((*cycle.services, cycle.services[0]))
            yield f"cycle: {cycle.consumer} -> {cycle.provider} would have to give way ({len(cycle.cuts)} cuts) in {ring}"
    yield f"{len(service.entry_points)} entry points, {len(service.members)} definitions, {len(service.tables)} tables"
    for owned in service.tables:
        others = [name for name in owned.writers if name != service.name]
        shared = f"; also written by {', '.join(others)}" if others else ""
        yield f"  table {owned.table}: {owned.reason}{shared}"
    cuts = [cut for cut in analysis.plan.cuts if service.name in (cut.consumer, cut.provider)]
    yield f"{len(cuts)} cuts"
    yield from (f"  {_line(cut)}" for cut in sorted(cuts, key=lambda cut: (-cut.weight, cut.id))[:_SHOWN])
    yield from _rest(len(cuts))


def _node(what: str, analysis: Analysis) -> Iterator[str]:
    plan = analysis.plan
    home = plan.service_of(what)
    definition = analysis.program.by_symbol.get(what)
    kind = f"{definition.kind} " if definition else ""
    yield f"{kind}{what} is in {'the shared kernel' if home == SHARED else home or 'no service'}"
    if definition is not None:
        yield f"  --> {definition.path}:{definition.line}"
    held = [*plan.shared, *(member for service in plan.services for member in service.members)]
    for member in held:
        if member.symbol in (what, top_level(what)):
            yield f"because: {member.reason} (confidence {member.confidence:.2f}, margin {member.margin:.2f})"
            if member.runner_up:
                yield f"next best: {member.runner_up}"
    for service in plan.services:
        yield from (f"because: {owned.reason}" for owned in service.tables if f"table:{owned.table}" == what)
    yield from calls_between(what, analysis.contracts)
    yield from _moves(what, analysis)


def _moves(what: str, analysis: Analysis) -> Iterator[str]:
    """What the cost would be if the unit stood with what it has to do with."""
    from refactor.pipeline import prospects

    for move in prospects(analysis, what):
        terms = ", ".join(f"{name.replace('_', ' ')} {change:+.3g}" for name, change in move.terms)
        verb = "save" if move.gain > 0 else "cost"
        yield f"  a move of {move.symbol} to {move.target} would {verb} {abs(move.gain):.3g}: {terms or 'nothing'}"


def _cut(cut: Cut, analysis: Analysis) -> Iterator[str]:
    yield _line(cut)
    yield f"level: {cut.level}, weight {cut.weight:g}{', in a loop' if cut.chatty else ''}"
    if cut.because:
        yield f"no further, because: {cut.because}"
    yield from calls_between(cut.target, analysis.contracts, cut.consumer)
    yield from (f"  --> {site.path}:{site.line}:{site.column}" for site in cut.sites[:_SHOWN])
    yield from _rest(len(cut.sites))


def _line(cut: Cut) -> str:
    return f"cut {cut.id}: {cut.consumer} -> {cut.provider}: {cut.source} {cut.kind} {cut.target}"


def _rest(count: int) -> Iterator[str]:
    if count > _SHOWN:
        yield f"  and {count - _SHOWN} more"
