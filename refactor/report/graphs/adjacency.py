"""Graph -> JSON: nodes, edges with their evidence, and the program's other nouns.

Comes in: the graph. Goes out: versioned JSON. Must not: shorten; this is the format that loses nothing that ``analyze
--graph`` needs.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from refactor.model.analysis import SCHEMA_VERSION
from refactor.model.graph import Graph
from refactor.model.program import Program
from refactor.report.visible import visible


def adjacency(graph: Graph, program: Program) -> str:
    """``{version, project, nodes: [{id, kind, path, line}], edges: [{source, target, kind, count, evidence}], program}``.

    ``program`` holds modules, definitions, entry points, tables, states, channels, transactions and the like: all of the
    program but its edges, and what is known of calls that leave it.
    """
    nodes = [_node(node, graph.nodes[node]) for node in sorted(graph)]
    edges = [_edge(edge, graph.edges[edge]) for edge in sorted(graph.edges(keys=True))]
    document = {
        "version": SCHEMA_VERSION,
        "project": visible(program.project),
        "nodes": nodes,
        "edges": edges,
        "program": _visible(msgspec.to_builtins(_without_edges(program))),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode("utf-8") + "\n"


def _without_edges(program: Program) -> Program:
    return msgspec.structs.replace(program, edges=(), external_calls=(), unresolved=(), externals=())


def _visible(value: object) -> object:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {key: _visible(item) for key, item in value.items()}
    return [_visible(item) for item in value] if isinstance(value, list | tuple) else value


def _node(node: str, found: Mapping[str, Any]) -> dict[str, object]:
    return {"id": visible(node), "kind": found["kind"], "path": visible(found["path"]), "line": found["line"]}


def _edge(edge: tuple[str, str, str], found: Mapping[str, Any]) -> dict[str, object]:
    source, target, kind = edge
    evidence = [{**msgspec.to_builtins(item), "path": visible(item.path)} for item in found["evidence"]]
    ends = {"source": visible(source), "target": visible(target)}
    return {**ends, "kind": kind, "count": found["count"], "evidence": evidence}
