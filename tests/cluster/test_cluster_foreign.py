"""Graphs of others through the same clustering: sensible communities without table or entry point, nothing lost or shared."""

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refactor.cluster import assigned, cluster, compared
from refactor.link import adopt, graph_of
from refactor.model.foreign import ForeignGraph, Link, Vertex


def grouped(vertices, links, *, kernel=False, directed=True, services=None):
    graph = ForeignGraph("g", tuple(sorted(vertices)), tuple(sorted(links)), directed)
    adopted = adopt(graph)
    plan = cluster(adopted.program, graph_of(adopted.program), services=services, kernel=kernel)
    return assigned(plan, dict(adopted.units), ((link.source, link.target, link.weight) for link in links))


def planted(groups, size, inside, between, seed):
    made = networkx.planted_partition_graph(groups, size, inside, between, seed=seed)
    vertices = [Vertex(f"n{node}") for node in made]
    links = [Link(f"n{one}", f"n{two}") for one, two in made.edges]
    return vertices, links, {f"n{node}": str(node // size) for node in made}


@pytest.mark.parametrize("directed", [True, False])
def test_communities_are_found_where_nothing_has_a_table_or_an_entry_point(directed):
    vertices, links, truth = planted(6, 20, 0.35, 0.01, 3)
    found = grouped(vertices, links, directed=directed)
    assert found.keys() == truth.keys()
    assert "shared" not in found.values()
    assert compared(found, groups=truth).ari > 0.9


def test_opaque_ids_do_no_harm_against_any_other_ids():
    vertices, links, truth = planted(5, 15, 0.4, 0.02, 1)
    names = {vertex.id: f"{number * 7919:x}" for number, vertex in enumerate(vertices)}
    renamed = [Link(names[link.source], names[link.target]) for link in links]
    one = compared(grouped(vertices, links), groups=truth).ari
    other = grouped([Vertex(name) for name in names.values()], renamed)
    assert compared({node: other[names[node]] for node in names}, groups=truth).ari == pytest.approx(one, abs=0.1)


def test_weights_decide_where_links_alone_do_not():
    ring = ["a", "b", "c", "d"]
    heavy = {("a", "b"): 60.0, ("c", "d"): 60.0}
    pairs = [(one, ring[(place + 1) % 4]) for place, one in enumerate(ring)]
    found = grouped([Vertex(name) for name in ring], [Link(*pair, "call", heavy.get(pair, 1.0)) for pair in pairs])
    assert found["a"] == found["b"] != found["c"] == found["d"]


def test_a_number_of_services_can_be_asked_for():
    vertices, links, _ = planted(6, 10, 0.5, 0.02, 2)
    assert len(set(grouped(vertices, links, services=(3, 3)).values())) == 3


def test_libraries_are_shared_only_when_asked():
    kinds = {"route": "GET /x", "table": "T"}
    vertices = [Vertex("lib")]
    links = []
    for side in "abcd":
        vertices += [Vertex(f"{side}{name}", kind) for kind, name in kinds.items()] + [Vertex(f"{side}f")]
        links += [
            Link(f"{side}GET /x", f"{side}f"),
            Link(f"{side}f", f"{side}T", "write", 9.0),
            Link(f"{side}f", "lib"),
        ]
    assert "shared" not in grouped(vertices, links).values()
    assert grouped(vertices, links, kernel=True)["lib"] == "shared"


def test_what_lies_outside_goes_where_its_neighbours_are():
    vertices = [
        *(Vertex(name) for name in "abcxyz"),
        Vertex("env:A", "env"),
        Vertex("t", "template"),
        Vertex("u", "template"),
    ]
    links = [Link(one, two) for group in ("abc", "xyz") for one in group for two in group if one != two]
    links += [Link("a", "env:A"), Link("x", "t", "render"), Link("t", "u", "render")]
    found = grouped([*vertices, Vertex("lone", "env")], links)
    assert found["env:A"] == found["a"] != found["x"] == found["t"] == found["u"]
    assert found["lone"] == "shared"


KINDS = st.sampled_from(
    ["", "class", "method", "function", "file", "table", "entity", "route", "command", "event", "state", "odd"]
)
IDS = st.text(st.characters(exclude_categories=[]), max_size=6)
NODES = st.dictionaries(IDS, st.tuples(KINDS, IDS, IDS), min_size=1, max_size=12)
EDGES = st.lists(
    st.tuples(
        st.integers(0, 99), st.integers(0, 99),
        st.sampled_from(["", "call", "reads", "write", "contains", "enter", "emit", "odd"]),
        st.floats(0.01, 1e9),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(NODES, EDGES, st.booleans())
def test_every_node_of_any_graph_is_assigned_once_and_the_same_whatever_the_order(nodes, edges, directed):
    names = sorted(nodes)
    vertices = [
        Vertex(name, kind, within if within in nodes else "", file) for name, (kind, within, file) in nodes.items()
    ]
    links = [Link(names[one % len(names)], names[two % len(names)], *rest) for one, two, *rest in edges]
    found = grouped(vertices, links, directed=directed)
    assert found.keys() == nodes.keys()
    assert all(found.values())
    assert "shared" not in found.values()
    assert grouped(vertices[::-1], links[::-1], directed=directed) == found
