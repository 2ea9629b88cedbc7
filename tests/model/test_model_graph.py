"""Reachability: shortest paths along some kinds of edges, the same on every run."""

import networkx

from refactor.model.graph import path_to, reachable

CALL = frozenset(("call",))


def graph_with(*edges: tuple[str, str, str]) -> "networkx.MultiDiGraph[str]":
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for source, target, kind in edges:
        graph.add_edge(source, target, key=kind, kind=kind)
    return graph


def test_shortest_paths_ties_by_name() -> None:
    graph = graph_with(
        ("a", "c", "call"), ("a", "b", "call"), ("c", "d", "call"), ("b", "d", "call"), ("d", "a", "call")
    )
    found = reachable(graph, ["a"], CALL)
    assert found == {"a": "", "b": "a", "c": "a", "d": "b"}
    assert path_to(found, "d") == ["a", "b", "d"]


def test_other_kinds_and_unknown_starts_are_left_out() -> None:
    graph = graph_with(("a", "b", "call"), ("a", "c", "import"))
    assert reachable(graph, ("a", "lost"), CALL) == {"a": "", "b": "a"}


def test_several_starts() -> None:
    graph = graph_with(("a", "b", "call"), ("c", "b", "call"))
    assert reachable(graph, ["a", "c"], CALL) == {"a": "", "c": "", "b": "a"}
