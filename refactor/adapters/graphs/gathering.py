"""What all formats share: which attribute means what, and vertices and links while they are gathered.

Comes in: ids and attributes as a file writes them. Goes out: a ``ForeignGraph``. Must not: know a syntax.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

from refactor.model.errors import RefactorError
from refactor.model.foreign import ForeignGraph, Link, Vertex

KINDS = ("kind", "type", "node_type", "nodetype", "category", "entity_type", "stereotype", "role")
HOLDERS = ("within", "parent", "parent_id", "container", "class", "owner")
FILES = ("file", "filename", "file_path", "filepath", "source_file", "module", "path")
WEIGHTS = ("weight", "count", "calls", "call_count", "frequency", "volume", "value", "strength", "times", "w")
RELATIONS = ("kind", "type", "relation", "relationship", "edge_type", "dependency_type", "label", "name", "interaction")


@dataclass
class Gathering:
    """A graph while it is read. ``where`` in errors is a place inside the file.

    ``hidden`` is an attribute that holds a truth: it is kept and says nothing.
    """

    name: str
    hidden: str = ""
    directed: bool = True
    vertices: dict[str, Vertex] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    def vertex(self, name: str, attributes: Mapping[str, str], where: str, *, within: str = "") -> None:
        """A node that the file declares; twice is an error."""
        if name in self.vertices:
            raise RefactorError(f"the node {name!r} is declared twice", where=where)
        known = {key.lower(): value for key, value in attributes.items() if key != self.hidden}
        held = within or _first(known, HOLDERS)
        kept = tuple(sorted(attributes.items()))
        self.vertices[name] = Vertex(name, _first(known, KINDS), held, _first(known, FILES), kept)

    def mentioned(self, name: str) -> None:
        """A node that the file only mentions, in formats that declare none."""
        if name not in self.vertices:
            self.vertices[name] = Vertex(name)

    def link(self, source: str, target: str, attributes: Mapping[str, str], where: str) -> None:
        """An edge; one without weight is one use, one of weight 0 is none."""
        known = {key.lower(): value for key, value in attributes.items()}
        weight = weight_of(_first(known, WEIGHTS), where)
        if weight:
            self.links.append(Link(source, target, _first(known, RELATIONS), weight))

    def graph(self) -> ForeignGraph:
        """All of it, sorted; an edge to a node that is nowhere declared is an error, as is a graph without nodes."""
        for link in self.links:
            for end in (link.source, link.target):
                if end not in self.vertices:
                    raise RefactorError(
                        f"the edge {link.source!r} -> {link.target!r} ends in {end!r}, which is no node of the graph"
                    )
        if not self.vertices:
            raise RefactorError("the graph has no node")
        vertices = tuple(self.vertices[name] for name in sorted(self.vertices))
        return ForeignGraph(self.name, vertices, tuple(sorted(self.links)), self.directed)


def weight_of(text: str, where: str) -> float:
    """A weight: finite, not negative; 1 for none."""
    if not text:
        return 1.0
    try:
        weight = float(text)
    except ValueError:
        raise RefactorError(f"{text[:40]!r} is no weight", where=where, hint="weights are numbers") from None
    if not isfinite(weight) or weight < 0:
        raise RefactorError(f"{text[:40]!r} is no weight", where=where, hint="weights are finite and not negative")
    return weight


def _first(known: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((known[name].strip() for name in names if known.get(name, "").strip()), "")
