"""Graph -> Graphviz DOT at module level.

Comes in: the graph. Goes out: a digraph; a comment says what was rolled up. Must not: draw a node per function.
"""

from refactor.model.graph import Graph
from refactor.model.program import Program
from refactor.report.graphs.modules import drawing
from refactor.report.visible import dot_label


def dot(graph: Graph, program: Program) -> str:
    """Modules as boxes, tables as cylinders, links labelled with the number of places."""
    found = drawing(graph, program, most_nodes=400, most_links=2000)
    lines = [f"// {found.remark}", f"digraph {dot_label(program.project)} {{", "  rankdir=LR;", "  node [shape=box];"]
    for node, kind in found.nodes.items():
        lines.append(f"  {dot_label(node)}{' [shape=cylinder]' if kind == 'table' else ''};")
    lines += [f"  {dot_label(source)} -> {dot_label(target)} [label={count}];" for source, target, count in found.links]
    return "\n".join([*lines, "}"]) + "\n"
