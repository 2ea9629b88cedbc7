"""Disk -> ForeignGraph: somebody else's graph, one format a file.

Comes in: a file that nobody vouches for. Goes out: its vertices and links, or an error with the position. Must not:
follow a reference out of the file, expand an entity, or give a meaning to an id.
"""

from collections.abc import Callable
from pathlib import Path

from refactor.adapters.graphs.edge_list import edge_list
from refactor.adapters.graphs.gathering import Gathering
from refactor.adapters.graphs.graphml import graphml
from refactor.adapters.graphs.json_graph import json_graph
from refactor.model.errors import RefactorError
from refactor.model.foreign import ForeignGraph

FORMATS = "GraphML, JSON (ours, node-link, adjacency, a list of edges), or lines of source,target,weight,kind"
_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_graph(place: Path, *, hidden: str = "") -> ForeignGraph:
    """The graph in a file; its format is told by how it begins. ``hidden``: an attribute that must say nothing.

    RefactorError with line and column, or the place inside the file.
    """
    try:
        content = place.read_bytes()
    except OSError as error:
        raise RefactorError(
            f"the graph can't be read: {error.strerror}", where=str(place), hint=f"give a file: {FORMATS}"
        ) from error
    try:
        return _format(content)(content, Gathering(place.stem, hidden))
    except RefactorError as error:
        where = f"{place}:{error.where}" if error.where else str(place)
        raise RefactorError(error.message, where=where, hint=error.hint or f"what is read: {FORMATS}") from error


def _format(content: bytes) -> Callable[[bytes, Gathering], ForeignGraph]:
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<", *_MARKS)):
        return graphml
    return json_graph if start.startswith((b"{", b"[")) else edge_list
