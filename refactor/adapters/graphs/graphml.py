"""GraphML -> ForeignGraph, as networkx, igraph, yEd and Gephi write it.

Comes in: bytes of XML. Goes out: vertices and links; a node inside another node's graph lies within it. Must not: read a
document type or an entity (both are refused, so that nothing expands or is fetched), or recurse.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from refactor.adapters.graphs.gathering import Gathering
from refactor.model.errors import RefactorError
from refactor.model.foreign import ForeignGraph

_HINT = "GraphML begins with <graphml>; networkx.write_graphml writes it"


def graphml(content: bytes, into: Gathering) -> ForeignGraph:
    """The graph of a GraphML file. Direction is the graph's ``edgedefault``, which single edges may contradict."""
    reading = _Reading(into)
    parser = expat.ParserCreate(namespace_separator=" ")
    reading.position = lambda: f"{parser.CurrentLineNumber}:{parser.CurrentColumnNumber + 1}"
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.EntityDeclHandler = reading.refuse
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except expat.ExpatError as broken:
        where = f"{broken.lineno}:{broken.offset + 1}"
        raise RefactorError(f"no XML: {expat.ErrorString(broken.code)}", where=where, hint=_HINT) from None
    except (LookupError, ValueError) as broken:
        raise RefactorError(f"an encoding that is not read: {broken}", where=reading.position(), hint=_HINT) from None
    if not reading.graphs:
        raise RefactorError("the file holds no graph", hint=_HINT)
    return reading.finished()


@dataclass
class _Item:
    """A node or edge that is open: its attributes, and where it began."""

    attributes: dict[str, str]
    where: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class _Reading:
    """One pass. ``keys``: id of a key -> name of its attribute, for what (node, edge, all), and its default."""

    into: Gathering
    position: Callable[[], str] = str
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    defaults: dict[str, tuple[str, str]] = field(default_factory=dict)
    graphs: int = 0
    open: list[_Item] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    edges: list[tuple[str, str, dict[str, str], str, bool]] = field(default_factory=list)
    key: str = ""
    words: list[str] = field(default_factory=list)
    declared: bool = True

    def refuse(self, *_declaration: object) -> None:
        raise RefactorError(
            "document types and entities are not read",
            where=self.position(),
            hint="remove <!DOCTYPE ...> from the file",
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = _plain(tag)
        if kind == "graph":
            self.graphs += 1
            if self.graphs == 1:
                self.declared = attributes.get("edgedefault", "directed") != "undirected"
        elif kind == "key":
            self.key = self._needed(attributes, "id", kind)
            named = attributes.get("attr.name") or self.key
            self.keys[self.key] = (named, attributes.get("for", "all"))
        elif kind in ("node", "edge"):
            self.open.append(_Item(attributes, self.position()))
            if kind == "node":
                self.nodes.append(self._needed(attributes, "id", kind))
        elif kind == "hyperedge":
            raise RefactorError("hyperedges are not read", where=self.position(), hint="write an edge for each pair")
        elif kind == "data":
            self.key = attributes.get("key", "")
        if kind in ("data", "default", "key"):
            self.words.clear()

    def text(self, words: str) -> None:
        self.words.append(words)

    def end(self, tag: str) -> None:
        kind = _plain(tag)
        if kind == "default" and self.key in self.keys:
            self.defaults[self.key] = (self.keys[self.key][1], "".join(self.words).strip())
        elif kind == "data" and self.open:
            name = self.keys.get(self.key, (self.key, ""))[0]
            self.open[-1].values[name] = "".join(self.words).strip()
        elif kind == "node":
            item = self.open.pop()
            self.nodes.pop()
            values = self._values(item, "node")
            self.into.vertex(item.attributes["id"], values, item.where, within=self.nodes[-1] if self.nodes else "")
        elif kind == "edge":
            self._edge(self.open.pop())

    def _edge(self, item: _Item) -> None:
        ends = (self._needed(item.attributes, "source", "edge"), self._needed(item.attributes, "target", "edge"))
        directed = {"true": True, "false": False}.get(item.attributes.get("directed", ""), self.declared)
        self.edges.append((*ends, self._values(item, "edge"), item.where, directed))

    def _values(self, item: _Item, kind: str) -> dict[str, str]:
        preset = {self.keys[key][0]: text for key, (what, text) in self.defaults.items() if what in (kind, "all")}
        return preset | item.values

    def _needed(self, attributes: dict[str, str], name: str, kind: str) -> str:
        if name not in attributes:
            raise RefactorError(f"a <{kind}> without {name}", where=self.position())
        return attributes[name]

    def finished(self) -> ForeignGraph:
        """A graph with both sorts of edges is a directed one whose undirected edges go both ways."""
        self.into.directed = any(edge[4] for edge in self.edges) if self.edges else self.declared
        for source, target, values, where, directed in self.edges:
            for end in (source, target):
                if end not in self.into.vertices:
                    raise RefactorError(f"an edge ends in {end!r}, which is no node of the graph", where=where)
            self.into.link(source, target, values, where)
            if self.into.directed and not directed:
                self.into.link(target, source, values, where)
        return self.into.graph()


def _plain(tag: str) -> str:
    return tag.rpartition(" ")[2]
