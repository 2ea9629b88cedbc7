"""``refactor analyze``: read, link, propose the plan, check the rules, explain."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from refactor.cli.options import (
    Format,
    FormatOption,
    HistoryOption,
    JsonOption,
    OwnOption,
    PathArgument,
    QuietOption,
    SarifOption,
    TracesOption,
    VerboseOption,
    WeightOption,
    voice,
    weighed,
)
from refactor.cli.partitioning import Asked, partition
from refactor.cli.terminal import Voice
from refactor.model.observed import TraceEffect

if TYPE_CHECKING:
    from refactor.model.analysis import Analysis
    from refactor.pipeline import Analyzed


def analyze(
    path: PathArgument = Path(),
    *,
    output: OwnOption = None,
    format: FormatOption = Format.text,  # noqa: A002 - the option's own name
    json_output: JsonOption = None,
    sarif_output: SarifOption = None,
    services: Annotated[str, typer.Option(help="How many services to propose: 5 or 3-12.", metavar="RANGE")] = "",
    seed: Annotated[int | None, typer.Option(help="The seed of the proposal.")] = None,
    weight: WeightOption = None,
    history: HistoryOption = None,
    traces: TracesOption = None,
    jobs: Annotated[int | None, typer.Option(min=0, help="Processes that read; 0 is one a CPU.")] = None,
    update_plan: Annotated[
        bool, typer.Option("--update-plan", help="Write the listing of the plan file anew; your own lines stay.")
    ] = False,
    replan: Annotated[
        bool,
        typer.Option("--replan", help="Forget the listing, keep your orders, propose the rest anew, and write it."),
    ] = False,
    review: Annotated[
        list[Path] | None, typer.Option(help="A reviewer's review.json, to obey; may be given again.", metavar="FILE")
    ] = None,
    truth: Annotated[Path | None, typer.Option(help="Intended domains to compare with.", metavar="FILE")] = None,
    graph: Annotated[Path | None, typer.Option(help="Cluster this graph, not PATH.", metavar="FILE")] = None,
    truth_attribute: Annotated[str, typer.Option(help="The attribute of the graph that is the truth.")] = "",
    shared: Annotated[bool | None, typer.Option(help="Whether a graph's libraries may be shared.")] = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Propose services for the monolith in PATH, or communities of a graph that others made.

    Reads its source; runs nothing of it.
    """
    speech = voice(quiet, verbose)
    if graph is not None:
        asked = Asked(_range(services), seed or 0, truth, truth_attribute, shared)
        partition(graph, asked, output, format, speech)
        return
    from refactor import pipeline
    from refactor.adapters.disk import claim, write_file
    from refactor.cli.writing import write_analysis, write_files

    project = pipeline.open_project(path, own=output)
    weights = weighed(project.settings, weight)
    project = project.over(
        services=_range(services), seed=seed, jobs=jobs, weights=weights, history=history, traces=_absolute(traces)
    )
    earlier = pipeline.earlier_plan(project)
    with speech.progress() as advance:
        analyzed = pipeline.analyze(project, replan=replan, reviews=review or (), advance=advance)
        analyzed = pipeline.since(project, analyzed, earlier)
        for file in pipeline.artefacts(analyzed).files:
            write_file(claim(project.own) / file.path, file.content)
    plan = pipeline.plan_text(project, analyzed.analysis, update=update_plan or replan)
    if plan is not None:
        write_file(project.plan_file, plan)
    write_files(analyzed.analysis, json_output, sarif_output)
    write_analysis(analyzed.analysis, analyzed.linked.sources, format, verbose=verbose)
    shown = output or path / pipeline.OWN
    for note in analyzed.notes:
        speech.tell("Note", note)
    speech.finished(f"{shown}/report.html, analysis.json, summary.md, findings.sarif")
    _evidence(analyzed, speech, verbose=verbose)
    if truth is not None:
        _compare(analyzed.analysis, truth, speech)
    changes = pipeline.changes(project, earlier, analyzed.analysis.plan) if earlier is not None else []
    for place, line in enumerate(changes):
        speech.tell("" if place else "Changed", line)
    if plan is not None:
        speech.tell("Plan", f"{path / project.settings.plan} is new; edit it, and analyze obeys")
    speech.tell("Next", f"open {shown}/report.html, then: refactor split {path} -o OUT")


def _compare(analysis: "Analysis", truth: Path, speech: Voice) -> None:
    from refactor import pipeline
    from refactor.report import agreement_lines

    for number, told in enumerate(agreement_lines(pipeline.agreement(analysis, truth))):
        speech.tell("" if number else "Truth", told[-1].text)


def _evidence(analyzed: "Analyzed", speech: Voice, *, verbose: bool) -> None:
    """What was seen besides the source, and what it changed."""
    if verbose:
        speech.tell("History", analyzed.history.note or f"{len(analyzed.history.commits):,} commits")
    effect = analyzed.analysis.traced
    if effect is not None:
        speech.tell("Traces", traced_line(effect))


def _absolute(file: Path | None) -> str | None:
    """An option's path is meant from where we are, a setting's from the project."""
    return None if file is None else str(file.absolute())


def traced_line(effect: TraceEffect) -> str:
    """What traces changed, in a line: how much, the cost, and the first units that moved."""
    from refactor.report.visible import visible

    moved = [f"{one.symbol} to {one.after}" for one in effect.moved[:3]]
    more = f" and {len(effect.moved) - 3:,} more" if len(effect.moved) > 3 else ""
    cost = f"cost {effect.before.total:.1f} -> {effect.after.total:.1f}"
    told = f"{effect.calls:,} calls, {effect.unseen:,} of them not in the source; {cost}; {len(effect.moved):,} units moved"
    return visible(f"{told}{': ' if moved else ''}{', '.join(moved)}{more}")


def _range(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    low, _, high = text.partition("-")
    if not low.isdigit() or not (high or low).isdigit() or not 1 <= int(low) <= int(high or low):
        raise typer.BadParameter(f"{text!r} is no range such as 5 or 3-12", param_hint="--services")
    return int(low), int(high or low)
