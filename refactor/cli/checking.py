"""``refactor check``: code against the accepted plan."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from refactor.model.errors import RefactorError
from refactor.model.findings import Finding

if TYPE_CHECKING:
    from refactor.pipeline import Gated


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
    """Fail on code that the plan does not place, and on cuts, writers and errors newer than the baseline.

    Writes nothing. Without a baseline, every error counts that nobody accepted.
    """
    from refactor import pipeline

    if format is Format.markdown:
        raise RefactorError("check can't be written as markdown", hint="-f text, json, sarif or github")
    speech = voice(quiet, verbose)
    project = pipeline.open_project(path, own=output)
    with speech.progress() as advance:
        gated = pipeline.gate(project, baseline, advance)
    write_files(gated.analysis, None, sarif_output)
    _write(gated, format)
    if not project.plan_file.is_file():
        speech.tell("Note", f"there is no {project.settings.plan}: run refactor analyze, and agree on it")
    if not gated.compared:
        speech.tell("Note", "there is no baseline: cuts and writers can't be new; analyze --json-output FILE makes one")
    if any(finding.severity == "error" and not finding.ignored for finding in gated.analysis.findings):
        speech.tell("Next", "mend the code, or accept it: # refactor: ignore[RULE] reason, or in refactor.plan.toml")
        return 1
    return 0


def _write(gated: "Gated", chosen: Format) -> None:
    from refactor.report import sarif

    analysis, findings = gated.analysis, gated.analysis.findings
    if chosen is Format.json:
        document = {"version": analysis.version, "findings": findings, "cuts": gated.cuts}
        terminal.result(msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=1).decode())
    elif chosen is Format.sarif:
        terminal.result(sarif(analysis))
    elif chosen is Format.github:
        terminal.result(annotations(findings))
    else:
        terminal.result("".join(_lines(findings)))


def _lines(findings: tuple[Finding, ...]) -> Iterator[str]:
    from refactor.report.visible import visible

    for finding in findings:
        level = "accepted" if finding.ignored else finding.severity
        yield f"{level} {finding.rule} {visible(finding.message)}\n"
        yield f"  --> {visible(finding.path)}:{finding.line}:{finding.column}\n"
        told = f"because: {finding.ignored}" if finding.ignored else f"help: {finding.help}" if finding.help else ""
        yield f"{visible(told)}\n" if told else ""
    counting = [finding for finding in findings if not finding.ignored]
    errors = sum(finding.severity == "error" for finding in counting)
    yield f"{errors} to mend, {len(counting) - errors} to look at, {len(findings) - len(counting)} accepted\n"
