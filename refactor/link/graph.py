"""Program -> Graph: the networkx view.

Comes in: a linked program. Goes out: a ``networkx.MultiDiGraph`` keyed by edge kind. Must not: add knowledge.
"""

from refactor.model.graph import Graph
from refactor.model.names import module_of
from refactor.model.program import Edge, Program


def graph_of(program: Program) -> Graph:
    """The program's graph: node and edge attributes as ``refactor.model.graph`` says, in sorted order."""
    import networkx

    graph: Graph = networkx.MultiDiGraph(project=program.project)
    _add_nodes(graph, program)
    grouped: dict[tuple[str, str, str], list[Edge]] = {}
    for edge in program.edges:
        grouped.setdefault((edge.source, edge.target, edge.kind), []).append(edge)
    for (source, target, kind), edges in sorted(grouped.items()):
        for node in (source, target):
            if node not in graph:
                _add_other(graph, node)
        graph.add_edge(
            source, target, key=kind, kind=kind, count=len(edges), evidence=tuple(edge.evidence for edge in edges)
        )
    return graph


def _add_other(graph: Graph, node: str) -> None:
    """A node that only edges name: a template, or something outside."""
    if node.startswith("template:"):
        graph.add_node(node, kind="template", path=node.removeprefix("template:"), line=1)
    else:
        graph.add_node(node, kind="external", path="", line=0)


def _add_nodes(graph: Graph, program: Program) -> None:
    for module in program.modules:
        graph.add_node(module.name, kind="module", path=module.path, line=1)
    for definition in program.definitions:
        graph.add_node(definition.symbol, kind=definition.kind, path=definition.path, line=definition.line)
    for table in program.tables:
        graph.add_node(f"table:{table.name}", kind="table", path=table.evidence.path, line=table.evidence.line)
    for state in program.states:
        graph.add_node(f"state:{state.symbol}", kind="state", path=state.evidence.path, line=state.evidence.line)
    for resource in program.resources:
        graph.add_node(resource.id, kind=resource.kind, path="", line=0)
    for channel in program.channels:
        graph.add_node(channel.id, kind="event", path=channel.evidence.path, line=channel.evidence.line)
    for entry in program.entry_points:
        graph.add_node(entry.id, kind=entry.kind, path=entry.evidence.path, line=entry.evidence.line)
    for definition in program.definitions:
        owner = module_of(definition.symbol)
        if owner not in graph:
            graph.add_node(owner, kind="module", path=definition.path, line=1)
