"""Graph -> text in the formats that other tools read: one format a file.

Comes in: the graph and its program. Goes out: text. Must not: add knowledge, or name a node differently in two
formats.
"""

from collections.abc import Callable

from refactor.model.errors import RefactorError
from refactor.model.graph import Graph
from refactor.model.program import Program
from refactor.report.graphs.adjacency import adjacency
from refactor.report.graphs.callgraph import callgraph
from refactor.report.graphs.dot import dot
from refactor.report.graphs.graphml import graphml
from refactor.report.graphs.mermaid import mermaid

GRAPH_FORMATS: dict[str, Callable[[Graph, Program], str]] = {
    "callgraph": callgraph,
    "dot": dot,
    "graphml": graphml,
    "json": adjacency,
    "mermaid": mermaid,
}


def graph_text(graph: Graph, program: Program, format: str) -> str:  # noqa: A002 - the option's own name
    """The graph as text in one of ``GRAPH_FORMATS``."""
    if format not in GRAPH_FORMATS:
        raise RefactorError(f"no graph format is named {format!r}", hint=f"there are: {', '.join(GRAPH_FORMATS)}")
    return GRAPH_FORMATS[format](graph, program)


__all__ = ["GRAPH_FORMATS", "graph_text"]
