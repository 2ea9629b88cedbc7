"""Somebody else's graph, as its file says it, and what becomes of it: nodes, links, and the group of each node.

Made by ``adapters`` from GraphML, JSON or lists of edges; ``link`` turns it into a program. Ids are the file's own words
and may be anything.
"""

from msgspec import Struct

from refactor.model.measures import Agreement
from refactor.model.plan import Plan
from refactor.model.program import Program


class Vertex(Struct, frozen=True, order=True):
    """A node. ``kind`` is the file's own word ("" when it says none); ``within`` the node that holds it.

    ``file`` is the file or module that it says it stands in. ``attributes`` are all scalar attributes as text, sorted by
    name; no other of them takes part in clustering.
    """

    id: str
    kind: str = ""
    within: str = ""
    file: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


class Link(Struct, frozen=True, order=True):
    """An edge. ``weight`` is finite and not negative: so many uses of ``target`` by ``source``."""

    source: str
    target: str
    kind: str = ""
    weight: float = 1.0


class ForeignGraph(Struct, frozen=True):
    """A graph: vertices and links, sorted; ids are unique and every end of a link is a vertex.

    ``directed`` False: each link counts both ways. ``program`` is set when the file is our own and holds all of it.
    """

    name: str
    vertices: tuple[Vertex, ...] = ()
    links: tuple[Link, ...] = ()
    directed: bool = True
    program: Program | None = None

    def groups(self, attribute: str) -> dict[str, str]:
        """The nodes that have an attribute, each with its value."""
        return {vertex.id: value for vertex in self.vertices for name, value in vertex.attributes if name == attribute}


class Adopted(Struct, frozen=True):
    """A graph as a program. ``units``: (node id, the unit that it became or belongs to, "" when it lies outside)."""

    program: Program
    units: tuple[tuple[str, str], ...]


class Partition(Struct, frozen=True):
    """A clustered graph. ``assignment``: (node id, service), every node once, sorted.

    ``agreement`` with a truth, if there is one.
    """

    plan: Plan
    assignment: tuple[tuple[str, str], ...]
    agreement: Agreement | None = None
