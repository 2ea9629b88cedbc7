"""An analysis in the format that was asked for, on stdout and in files."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from refactor.cli import terminal
from refactor.cli.options import Format
from refactor.model.analysis import Analysis
from refactor.model.sources import SourceTree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refactor.model.findings import Finding


def write_analysis(analysis: Analysis, sources: SourceTree, chosen: Format, *, verbose: bool = False) -> None:
    """The analysis on stdout; ``verbose``: as text, every finding and the published metrics too."""
    from refactor.report import json_text, markdown, metrics_text, sarif, text

    if chosen is Format.json:
        terminal.result(json_text(analysis))
    elif chosen is Format.markdown:
        terminal.result(markdown(analysis))
    elif chosen is Format.sarif:
        terminal.result(sarif(analysis))
    elif chosen is Format.github:
        terminal.result(annotations(analysis.findings))
    else:
        shape: dict[str, Any] = terminal.shape()
        terminal.results(text(analysis, sources, verbose=verbose, **shape))
        terminal.results(metrics_text(analysis.plan.metrics if verbose else (), **shape))


def write_files(analysis: Analysis, json_file: Path | None, sarif_file: Path | None) -> None:
    """Further files, next to what is written on stdout."""
    from refactor.adapters.disk import write_file
    from refactor.report import json_text, sarif

    if json_file is not None:
        write_file(json_file, json_text(analysis))
    if sarif_file is not None:
        write_file(sarif_file, sarif(analysis))


_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def annotations(findings: "Iterable[Finding]") -> str:
    """Findings as workflow commands of GitHub Actions; ignored ones are left out."""
    return "".join(
        f"::{_LEVELS[finding.severity]} file={_property(finding.path)},line={finding.line},col={finding.column},"
        f"title={_property(finding.rule)}::{_message(finding.message)}\n"
        for finding in findings
        if not finding.ignored
    )


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
