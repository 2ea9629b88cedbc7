"""``refactor graph``: the program's graph, straight from source."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from refactor.cli import terminal
from refactor.cli.options import OwnOption, PathArgument, QuietOption, VerboseOption, voice


class GraphFormat(StrEnum):
    """A format that other tools read."""

    callgraph = "callgraph"
    json = "json"
    dot = "dot"
    graphml = "graphml"
    mermaid = "mermaid"


def graph(
    path: PathArgument = Path(),
    *,
    format: Annotated[  # noqa: A002 - the option's own name
        GraphFormat, typer.Option("--format", "-f", help="callgraph is JSON: caller -> callees.")
    ] = GraphFormat.callgraph,
    output: OwnOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Print the graph of the program in PATH.

    Who calls, reads, writes, imports, publishes what, straight from source.
    """
    from refactor import pipeline
    from refactor.report import graph_text
    from refactor.report.visible import visible

    speech = voice(quiet, verbose)
    with speech.progress() as advance:
        project = pipeline.open_project(path, own=output)
        linked = pipeline.link(project, tests=format is GraphFormat.callgraph, advance=advance)
    for lost in linked.sources.unreadable:
        speech.tell("Left out", f"{visible(lost.path)}: {visible(lost.message)}")
    terminal.result(graph_text(linked.graph, linked.program, format.value))
