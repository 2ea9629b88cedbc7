"""Graph -> a Mermaid flowchart at module or package level.

Comes in: the graph. Goes out: a flowchart within Mermaid's own limits (500 links, 50,000 characters). Must not: let a
name end a label.
"""

from refactor.model.graph import Graph
from refactor.model.program import Program
from refactor.report.graphs.modules import drawing
from refactor.report.visible import mermaid_label, shortened


def mermaid(graph: Graph, program: Program) -> str:
    """Modules as boxes, tables as cylinders; a comment says what was rolled up or left out."""
    found = drawing(graph, program, most_nodes=150, most_links=300)
    ids = {node: f"n{number}" for number, node in enumerate(found.nodes)}
    lines = ["flowchart LR", f"  %% {found.remark}"]
    for node, kind in found.nodes.items():
        label = mermaid_label(shortened(node, 60))
        lines.append(f'  {ids[node]}[("{label}")]' if kind == "table" else f'  {ids[node]}["{label}"]')
    lines += [f"  {ids[source]} -- {count} --> {ids[target]}" for source, target, count in found.links]
    return "\n".join(lines) + "\n"
