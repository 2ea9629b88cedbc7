"""``refactor check``: code against the accepted plan."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from refactor.cli import terminal
from refactor.cli.options import (
    Format,
    FormatOption,
    OwnOption,
    PathArgument,
    QuietOption,
    SarifOption,
    VerboseOption,
    voice,
)
from refactor.cli.writing import annotations, write_files
from refactor.model.analysis import Analysis
from refactor.model.errors import RefactorError
from refactor.model.findings import Finding
from refactor.model.plan import Cut


def check(
    path: PathArgument = Path(),
    *,
    output: OwnOption = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What was accepted (default: the last analysis.json).")
    ] = None,
    format: FormatOption = Format.text,  # noqa: A002 - the option's own name
    sarif_output: SarifOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Fail on new cuts and errors since the baseline.

    Without a baseline, every error counts that nobody accepted.
    """
    from refactor import pipeline

    speech = voice(quiet, verbose)
    project = pipeline.open_project(path, own=output)
    before = _baseline(baseline or project.own / "analysis.json", wanted=baseline is not None)
    with speech.progress() as advance:
        now = pipeline.analyze(project, advance=advance).analysis
    findings, cuts = _new_errors(now, before), _new_cuts(now, before)
    told = msgspec.structs.replace(now, findings=findings)
    write_files(told, None, sarif_output)
    _write(told, findings, cuts, format)
    if findings or cuts:
        speech.tell("Next", "mend the code, or accept it: # refactor: ignore[RULE] reason, or in refactor.plan.toml")
        return 1
    return 0


def _baseline(place: Path, *, wanted: bool) -> Analysis | None:
    from refactor.report import load_json

    if not place.is_file():
        if wanted:
            raise RefactorError("there is no such baseline", where=str(place))
        return None
    return load_json(place.read_text("utf-8"))


def _new_errors(now: Analysis, before: Analysis | None) -> tuple[Finding, ...]:
    known = {finding.id for finding in before.findings} if before else set()
    return tuple(
        finding
        for finding in now.findings
        if finding.severity == "error" and not finding.ignored and finding.id not in known
    )


def _new_cuts(now: Analysis, before: Analysis | None) -> tuple[Cut, ...]:
    """Without a baseline there is nothing to be newer than."""
    known = {cut.id for cut in before.plan.cuts} if before else {cut.id for cut in now.plan.cuts}
    return tuple(cut for cut in now.plan.cuts if cut.id not in known)


def _write(analysis: Analysis, findings: tuple[Finding, ...], cuts: tuple[Cut, ...], chosen: Format) -> None:
    from refactor.report import sarif

    if chosen is Format.json:
        document = {"version": analysis.version, "findings": findings, "cuts": cuts}
        terminal.result(msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=1).decode())
    elif chosen is Format.sarif:
        terminal.result(sarif(analysis))
    elif chosen is Format.github:
        terminal.result(annotations(findings))
    elif chosen is Format.markdown:
        raise RefactorError("check can't be written as markdown", hint="-f text, json, sarif or github")
    else:
        terminal.result("".join(_lines(findings, cuts)))


def _lines(findings: tuple[Finding, ...], cuts: tuple[Cut, ...]) -> Iterator[str]:
    for finding in findings:
        yield f"error {finding.rule} {finding.message}\n  --> {finding.path}:{finding.line}:{finding.column}\n"
        if finding.help:
            yield f"help: {finding.help}\n"
    for cut in cuts:
        yield f"error new cut {cut.id}: {cut.source} -> {cut.target} ({cut.kind}, {cut.consumer} -> {cut.provider})\n"
        yield from (f"  --> {site.path}:{site.line}:{site.column}\n" for site in cut.sites[:1])
    yield f"{len(findings)} new errors, {len(cuts)} new cuts\n"
