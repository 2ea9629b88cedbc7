"""Graph -> JSON: nodes, and edges with their evidence.

Comes in: the graph. Goes out: versioned JSON. Must not: shorten; this is the format that loses nothing.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from refactor.model.analysis import SCHEMA_VERSION
from refactor.model.graph import Graph
from refactor.model.program import Program
from refactor.report.visible import visible


def adjacency(graph: Graph, program: Program) -> str:
    """``{version, project, nodes: [{id, kind, path, line}], edges: [{source, target, kind, count, evidence}]}``."""
    nodes = [_node(node, graph.nodes[node]) for node in sorted(graph)]
    edges = [_edge(edge, graph.edges[edge]) for edge in sorted(graph.edges(keys=True))]
    document = {"version": SCHEMA_VERSION, "project": visible(program.project), "nodes": nodes, "edges": edges}
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode("utf-8") + "\n"


def _node(node: str, found: Mapping[str, Any]) -> dict[str, object]:
    return {"id": visible(node), "kind": found["kind"], "path": visible(found["path"]), "line": found["line"]}


def _edge(edge: tuple[str, str, str], found: Mapping[str, Any]) -> dict[str, object]:
    source, target, kind = edge
    evidence = [{**msgspec.to_builtins(item), "path": visible(item.path)} for item in found["evidence"]]
    ends = {"source": visible(source), "target": visible(target)}
    return {**ends, "kind": kind, "count": found["count"], "evidence": evidence}
