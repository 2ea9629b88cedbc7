"""``refactor report``: render the last analysis again."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from refactor.cli import terminal
from refactor.cli.options import OwnOption, PathArgument


class ReportFormat(StrEnum):
    """A format of the report."""

    html = "html"
    markdown = "markdown"
    json = "json"
    sarif = "sarif"


def report(
    path: PathArgument = Path(),
    *,
    format: Annotated[  # noqa: A002 - the option's own name
        ReportFormat, typer.Option("--format", "-f", help="How the report is written.")
    ] = ReportFormat.html,
    source: Annotated[bool, typer.Option("--source/--no-source", help="Show lines of code in the HTML report.")] = True,
    output: OwnOption = None,
) -> None:
    """Print the last analysis of PATH as a report.

    The code is read again, for excerpts only.
    """
    from refactor import pipeline
    from refactor.report import html, json_text, markdown, sarif

    project = pipeline.open_project(path, own=output)
    analysis = pipeline.load_analysis(project)
    if format is ReportFormat.html:
        sources, _ = pipeline.read_sources(project)
        terminal.result(html(analysis, sources, pipeline.templates(""), with_source=source))
    else:
        render = {ReportFormat.markdown: markdown, ReportFormat.json: json_text, ReportFormat.sarif: sarif}[format]
        terminal.result(render(analysis))
