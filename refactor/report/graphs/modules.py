"""Graph -> a smaller graph for drawing: definitions rolled up into modules, modules into packages.

Comes in: the graph. Goes out: nodes with kinds and counted links. Must not: choose a syntax.
"""

from collections import Counter, defaultdict

from msgspec import Struct

from refactor.model.graph import Graph
from refactor.model.names import module_of
from refactor.model.program import Program

_DRAWN = frozenset({"call", "reference", "inherit", "read", "write", "publish", "subscribe", "enter"})


class Drawing(Struct, frozen=True):
    """Nodes (id -> kind), links with their counts, strongest first, and a remark on what was rolled up or left out."""

    nodes: dict[str, str]
    links: tuple[tuple[str, str, int], ...]
    remark: str


def drawing(graph: Graph, program: Program, *, most_nodes: int, most_links: int) -> Drawing:
    """A drawing of at most so many nodes and links: modules if they fit, else packages, as deep as fits."""
    deepest = max((module.name.count(".") + 1 for module in program.modules), default=1)
    kept = sorted(node for node in graph.nodes if _kept(node, program))
    for depth in range(deepest, 0, -1):
        kinds = {_rolled(node, depth, program): "module" if program.is_own(node) else "table" for node in kept}
        if len(kinds) <= most_nodes:
            break
    links = _links(graph, depth, program)
    touched = Counter[str]()
    for source, target, count in links:
        touched[source] += count
        touched[target] += count
    nodes = sorted(kinds, key=lambda node: (-touched[node], node))[:most_nodes]
    inside = [link for link in links if link[0] in nodes and link[1] in nodes]
    shown = tuple(inside[:most_links])
    remark = f"{len(nodes)} of {len(kinds)} nodes, {len(shown)} of {len(links)} links; " + (
        "modules and tables" if depth == deepest else f"packages {depth} deep and tables"
    )
    return Drawing({node: kinds[node] for node in sorted(nodes)}, tuple(sorted(shown)), remark)


def _kept(node: str, program: Program) -> bool:
    return program.is_own(node) or node.startswith("table:")


def _rolled(node: str, depth: int, program: Program) -> str:
    return ".".join(module_of(node).split(".")[:depth]) if program.is_own(node) else node


def _links(graph: Graph, depth: int, program: Program) -> list[tuple[str, str, int]]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for source, target, kind in graph.edges(keys=True):
        ends = _rolled(source, depth, program), _rolled(target, depth, program)
        if kind in _DRAWN and _kept(source, program) and _kept(target, program) and ends[0] != ends[1]:
            counts[ends] += int(graph.edges[source, target, kind]["count"])
    return sorted(((*ends, count) for ends, count in counts.items()), key=lambda link: (-link[2], link))
