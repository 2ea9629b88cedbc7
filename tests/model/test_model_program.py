"""The program's own indexes, and its graph."""

from refactor.link import graph_of
from refactor.model.program import Definition, Edge, Evidence, Module, Program, Table

AT = Evidence("shop.py", 3)
PROGRAM = Program(
    "shop",
    modules=(Module("shop", "shop.py", 9),),
    definitions=(
        Definition("shop:f", "function", "shop.py", 2, 2, 4),
        Definition("shop:g", "function", "shop.py", 6, 6, 7),
    ),
    tables=(Table("orders", "", AT),),
    edges=(
        Edge("shop:f", "shop:g", "call", AT),
        Edge("shop:f", "shop:g", "call", Evidence("shop.py", 4)),
        Edge("shop:g", "table:orders", "read", AT),
        Edge("shop:g", "nowhere:x", "call", AT),
    ),
)


def test_indexes() -> None:
    assert PROGRAM.by_symbol["shop:g"].line == 6
    assert PROGRAM.by_module["shop"].path == "shop.py"
    assert [edge.target for edge in PROGRAM.outgoing["shop:g"]] == ["table:orders", "nowhere:x"]


def test_the_graph_counts_edges_and_keeps_their_evidence() -> None:
    graph = graph_of(PROGRAM)
    assert graph.graph["project"] == "shop"
    edge = graph.edges["shop:f", "shop:g", "call"]
    assert (edge["count"], [one.line for one in edge["evidence"]]) == (2, [3, 4])
    assert {node: data["kind"] for node, data in graph.nodes(data=True)} == {
        "shop": "module", "shop:f": "function", "shop:g": "function", "table:orders": "table", "nowhere:x": "external",
    }  # fmt: skip
