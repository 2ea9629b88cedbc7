"""Graph -> GraphML, for Gephi, yEd and networkx itself.

Comes in: the graph. Goes out: XML with scalar attributes only. Must not: hold a character that XML forbids.
"""

from refactor.model.graph import Graph
from refactor.model.program import Program
from refactor.report.visible import visible


def graphml(graph: Graph, program: Program) -> str:
    """Nodes with kind, path and line, a table also with the class that it lies ``within``; edges with kind and count.

    Ids of edges count from ``e0``.
    """
    import networkx

    plain: Graph = networkx.MultiDiGraph(project=visible(program.project))
    for node in sorted(graph):
        found = graph.nodes[node]
        plain.add_node(visible(node), kind=found["kind"], path=visible(found["path"]), line=found["line"])
    for item in program.tables:
        if item.model:
            plain.nodes[visible(f"table:{item.name}")]["within"] = visible(item.model)
    for number, (source, target, kind) in enumerate(sorted(graph.edges(keys=True))):
        count = graph.edges[source, target, kind]["count"]
        plain.add_edge(visible(source), visible(target), key=f"e{number}", kind=kind, count=count)
    return "\n".join(networkx.generate_graphml(plain, named_key_ids=True)) + "\n"
