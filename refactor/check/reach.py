"""Entry points x edges -> which entry points reach a node.

Comes in: entry point ids and directed edges. Goes out: ``Reach``, one bit set per node. Must not: search once per
finding; everything is computed in one pass over the strongly connected components.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec import Struct


class Reach(Struct, frozen=True, dict=True):
    """``bits[node]`` has bit ``i`` set when ``entries[i]`` reaches the node."""

    entries: tuple[str, ...]
    bits: dict[str, int]

    @cached_property
    def _named(self) -> dict[int, tuple[str, ...]]:
        """Entry points by bit set; the same set is the same tuple, however many findings bear it."""
        return {}

    def mask(self, entries: Iterable[str]) -> int:
        """The bits of some entry points."""
        wanted = frozenset(entries)
        return sum(1 << position for position, entry in enumerate(self.entries) if entry in wanted)

    def of(self, *nodes: str, among: int = -1) -> tuple[str, ...]:
        """The entry points (of ``among``) that reach any of the nodes, sorted as ``entries``."""
        union = 0
        for node in nodes:
            union |= self.bits.get(node, 0)
        union &= among
        if union not in self._named:
            found = (entry for position, entry in enumerate(self.entries) if union >> position & 1)
            self._named[union] = tuple(found)
        return self._named[union]

    def hits(self, node: str, among: int = -1) -> bool:
        """Whether any entry point (of ``among``) reaches the node."""
        return bool(self.bits.get(node, 0) & among)


def reach_of(entries: Sequence[str], edges: Iterable[tuple[str, str]]) -> Reach:
    """Reachability of every node from every entry point, in time linear in the edges."""
    import networkx

    flow: networkx.DiGraph[str] = networkx.DiGraph()
    flow.add_nodes_from(entries)
    flow.add_edges_from(edges)
    knots = networkx.condensation(flow)
    home: dict[str, int] = knots.graph["mapping"]
    bits = dict.fromkeys(knots, 0)
    for position, entry in enumerate(entries):
        bits[home[entry]] |= 1 << position
    for knot in networkx.topological_sort(knots):
        for following in knots.successors(knot):
            bits[following] |= bits[knot]
    return Reach(tuple(entries), {node: bits[knot] for node, knot in home.items() if bits[knot]})
