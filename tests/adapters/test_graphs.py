"""Foreign graphs: every format gives the same vertices and links; what can't be read is told with its place."""

import json

import networkx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refactor.adapters.graphs import read_graph
from refactor.model.errors import RefactorError
from refactor.model.foreign import Link, Vertex

LINKS = (Link("a", "b", "", 2.0), Link("b", "c", "call", 1.0))
GRAPHML = """<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="edge" attr.name="weight" attr.type="double"><default>1</default></key>
  <key id="d1" for="edge" attr.name="kind" attr.type="string"/>
  <graph edgedefault="directed">
    <node id="a"/><node id="b"/><node id="c"/><node id="lone"/>
    <edge source="a" target="b"><data key="d0">2</data></edge>
    <edge source="b" target="c"><data key="d1">call</data></edge>
  </graph>
</graphml>
"""
SAME = {
    "graph.graphml": GRAPHML,
    "graph.xml": GRAPHML.replace("graphml xmlns", "graphml  xmlns"),
    "node_link.json": {
        "directed": True,
        "nodes": [{"id": "a"}, {"id": "b"}, {"id": "c"}, {"id": "lone"}],
        "links": [{"source": "a", "target": "b", "weight": 2}, {"source": "b", "target": "c", "kind": "call"}],
    },
    "cytoscape.json": {
        "elements": {
            "nodes": [{"data": {"id": name}} for name in ("a", "b", "c", "lone")],
            "edges": [
                {"data": {"source": "a", "target": "b", "calls": 2}},
                {"data": {"source": "b", "target": "c", "interaction": "call"}},
            ],
        }
    },
    "json_graph.json": {
        "graph": {
            "nodes": {"a": {}, "b": {}, "c": {}, "lone": {}},
            "edges": [{"from": "a", "to": "b", "count": 2}, {"from": "b", "to": "c", "relation": "call"}],
        }
    },
    "places.json": {
        "nodes": [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "lone"}],
        "links": [{"source": 0, "target": 1, "value": 2}, {"source": 1, "target": 2, "type": "call"}],
    },
    "adjacency.json": {"a": {"b": 2}, "b": {"c": {"kind": "call"}}, "lone": []},
    "nodes_is_a_name.json": {"a": {"b": 2}, "b": {"c": {"kind": "call"}}, "lone": []},
    "edges.csv": "source,target,weight,kind\na,b,2,\nb,c,1,call\nlone\n",
    "edges.tsv": "# made by hand\na\tb\t2\nb\tc\tcall\nlone\n",
    "semicolons.csv": "Callee;Caller;Calls;Type\nb;a;2;\nc;b;;call\nlone\n",
    "blanks.txt": "% konect\na b 2\nb c call\nlone\n",
}


def read(tmp_path, name, content, **more):
    place = tmp_path / name
    place.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return read_graph(place, **more)


@pytest.mark.parametrize("name", SAME)
def test_every_format_gives_the_same_graph(tmp_path, name):
    graph = read(tmp_path, name, SAME[name])
    assert [vertex.id for vertex in graph.vertices] == ["a", "b", "c", "lone"]
    assert graph.links == LINKS
    assert graph.directed is True


def test_a_list_of_edges_needs_no_nodes(tmp_path):
    graph = read(tmp_path, "edges.json", [{"source": "a", "target": "b", "weight": 2}, ["b", "c", {"kind": "call"}]])
    assert graph.links == LINKS
    assert [vertex.id for vertex in graph.vertices] == ["a", "b", "c"]


def test_what_networkx_writes_is_read_back(tmp_path):
    made = networkx.MultiDiGraph()
    made.add_node(1, kind="class", service="orders", file="a/b.py")
    made.add_node("x/y", module="m")
    made.add_edge(1, "x/y", kind="call", weight=3)
    made.add_edge(1, "x/y", kind="import")
    networkx.write_graphml(made, tmp_path / "n.graphml")
    graph = read_graph(tmp_path / "n.graphml")
    assert graph.vertices == (
        Vertex("1", "class", "", "a/b.py", (("file", "a/b.py"), ("kind", "class"), ("service", "orders"))),
        Vertex("x/y", "", "", "m", (("module", "m"),)),
    )
    assert graph.links == (Link("1", "x/y", "call", 3.0), Link("1", "x/y", "import", 1.0))
    assert graph.groups("service") == {"1": "orders"}
    for number, form in enumerate((networkx.node_link_data(made), networkx.adjacency_data(made))):
        assert read(tmp_path, f"{number}.json", form).links == graph.links


@pytest.mark.parametrize("form", [networkx.node_link_data, networkx.adjacency_data])
def test_an_undirected_graph_has_each_edge_once(tmp_path, form):
    graph = read(tmp_path, "u.json", form(networkx.path_graph(3)))
    assert graph.directed is False
    assert graph.links == (Link("0", "1"), Link("1", "2"))


def test_single_edges_of_graphml_may_have_no_direction(tmp_path):
    text = GRAPHML.replace('<edge source="a" target="b">', '<edge source="a" target="b" directed="false">')
    assert read(tmp_path, "g.graphml", text).links == (LINKS[0], Link("b", "a", "", 2.0), LINKS[1])


def test_a_nested_graph_holds_its_nodes(tmp_path):
    text = (
        '<graphml><graph edgedefault="undirected"><node id="C"><graph><node id="f"/></graph></node></graph></graphml>'
    )
    graph = read(tmp_path, "nested.graphml", text)
    assert [(vertex.id, vertex.within) for vertex in graph.vertices] == [("C", ""), ("f", "C")]


def test_a_hidden_attribute_says_nothing(tmp_path):
    nodes = {"nodes": [{"id": "a", "module": "orders", "type": "class"}], "links": []}
    graph = read(tmp_path, "h.json", nodes, hidden="module")
    assert (graph.vertices[0].file, graph.vertices[0].kind) == ("", "class")
    assert graph.groups("module") == {"a": "orders"}


def test_a_link_of_weight_0_is_none_and_its_nodes_stay(tmp_path):
    graph = read(tmp_path, "z.csv", "a,b,0\nb,c,0.5\n")
    assert graph.links == (Link("b", "c", "", 0.5),)
    assert [vertex.id for vertex in graph.vertices] == ["a", "b", "c"]


LAUGHS = '<?xml version="1.0"?>\n<!DOCTYPE g [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n<graphml><graph/></graphml>'
BROKEN = {
    "laughs.graphml": (LAUGHS, "2:", "document types and entities are not read"),
    "outside.graphml": (
        LAUGHS.replace('[<!ENTITY a "ha"><!ENTITY b "&a;&a;">]', 'SYSTEM "file:///x"'),
        "2:",
        "are not",
    ),
    "cut.graphml": ("<graphml>\n <graph>", "2:9", "no XML: no element found"),
    "coded.graphml": ('<?xml version="1.0" encoding="shift_jis"?><graphml/>', "1:", "an encoding that is not read"),
    "empty.graphml": ("<html/>", "", "the file holds no graph"),
    "dangling.graphml": (GRAPHML.replace('<node id="b"/>', ""), "7:5", "an edge ends in 'b'"),
    "twice.graphml": (GRAPHML.replace('<node id="b"/>', '<node id="a"/>'), "6:19", "the node 'a' is declared twice"),
    "endless.graphml": (GRAPHML.replace(">2<", ">inf<"), "7:5", "'inf' is no weight"),
    "hyper.graphml": ("<graphml><graph><hyperedge/></graph></graphml>", "1:17", "hyperedges are not read"),
    "cut.json": ('{"nodes": [}', "1:12", "no JSON: Expecting value"),
    "twice.json": ('{"a": [], "a": ["b"]}', "", "the key 'a' stands twice in one object"),
    "nan.json": ('{"a": {"b": NaN}}', "", "NaN is no number that a graph can hold"),
    "deep.json": ("[" * 100_000, "", "the JSON is nested too deeply"),
    "ends.json": ('{"nodes": [{"id": "a"}], "links": [{"source": "a", "target": "b"}]}', "links[0]", "ends in 'b'"),
    "lists.json": ('{"nodes": ["a"], "links": [{"source": ["a"], "target": "a"}]}', "links[0]", "names no node"),
    "scalar.json": ('{"a": 7}', "$.a", "'a' has no list or object of neighbours"),
    "minus.json": ('{"a": {"b": -1}}', "$.a", "'-1' is no weight"),
    "none.json": ("[]", "", "the graph has no node"),
    "minus.csv": ("a,b,1\na,c,-3", "2", "'-3' is no weight"),
    "half.csv": ("a,b\na,", "2", "an edge needs a source and a target"),
    "old.json": ('{"program": {}, "edges": [], "nodes": []}', "", "not a graph of this tool's version"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path, name):
    text, where, message = BROKEN[name]
    with pytest.raises(RefactorError) as caught:
        read(tmp_path, name, text)
    assert message in caught.value.message
    assert caught.value.where.startswith(f"{tmp_path / name}:{where}" if where else str(tmp_path / name))
    assert caught.value.hint


def test_bytes_that_are_no_text_and_files_that_are_not_there_are_told(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"a,\xff\n")
    with pytest.raises(RefactorError) as caught:
        read_graph(tmp_path / "x.csv")
    assert (caught.value.message, caught.value.where) == (
        "no UTF-8: invalid start byte",
        f"{tmp_path / 'x.csv'}:byte 2",
    )
    with pytest.raises(RefactorError, match="can't be read"):
        read_graph(tmp_path / "gone.json")


WORDS = st.sampled_from(
    ["nodes", "edges", "links", "source", "target", "id", "name", "data", "graph", "elements", "adjacency", "program",
     "directed", "weight", "kind", "a", "b"]
)  # fmt: skip
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=False), WORDS)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=5)),
    max_leaves=25,
)


def either(tmp_path, content):
    """A graph whose links end in its vertices, or an error that is told; nothing else."""
    place = tmp_path / "any"
    place.write_bytes(content)
    try:
        graph = read_graph(place)
    except RefactorError as told:
        assert told.message
        return
    names = {vertex.id for vertex in graph.vertices}
    assert names
    assert {end for link in graph.links for end in (link.source, link.target)} <= names


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.lists(DOCUMENTS, max_size=4), st.dictionaries(WORDS, DOCUMENTS, max_size=5)))
def test_any_json_is_a_graph_or_an_error(tmp_path, document):
    either(tmp_path, json.dumps(document).encode())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(GRAPHML) - 1), st.integers(0, 60), st.text("<>/\"'& =dgraphnode\x00\u00e9", max_size=8))
def test_any_damage_to_graphml_is_a_graph_or_an_error(tmp_path, place, lost, put):
    either(tmp_path, (GRAPHML[:place] + put + GRAPHML[place + lost :]).encode())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_any_bytes_are_a_graph_or_an_error(tmp_path, content):
    either(tmp_path, content)
