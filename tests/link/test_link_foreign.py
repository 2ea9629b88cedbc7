"""Foreign graphs as programs: what kinds and weights become, and that no node is lost or read into."""

import pytest

from refactor.link import adopt
from refactor.link.foreign.sites import sites_of
from refactor.link.foreign.words import edge_kind, node_kind
from refactor.model.foreign import ForeignGraph, Link, Vertex


def graph(vertices, links, **more):
    return ForeignGraph("g", tuple(sorted(vertices)), tuple(sorted(links)), **more)


def edges(adopted):
    return [(edge.source, edge.target, edge.kind) for edge in adopted.program.edges]


def test_a_node_without_a_kind_is_a_module_of_its_own_and_a_weight_is_as_many_sites():
    adopted = adopt(graph([Vertex("n1"), Vertex("n2"), Vertex("lone")], [Link("n1", "n2", "", 3.0)]))
    assert adopted.units == (("lone", "lone"), ("n1", "n1"), ("n2", "n2"))
    assert [module.name for module in adopted.program.modules] == ["lone", "n1", "n2"]
    assert edges(adopted) == [("n1", "n2", "call")] * 3
    assert adopted.program.definitions == ()


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("", "call"), ("Calls", "call"), ("INVOKES", "call"), ("imported", "import"), ("extends", "inherit"),
        ("implements", "inherit"), ("uses", "reference"), ("queries", "read"), ("writes", "write"), ("foreignKey", "relate"),
        ("accesses", "read"), ("belongs to", "within"), ("contains", "contain"), ("tickles", "reference"),
    ],
)  # fmt: skip
def test_words_of_edges(word, kind):
    assert edge_kind(word) == kind


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("", ""), ("Class", "class"), ("interface", "class"), ("FILE", "module"), ("EntryPoint", "http"), ("Tables", "table"),
        ("Entity", "entity"), ("constructor", "method"), ("banana", ""), ("external", "outside"),
    ],
)  # fmt: skip
def test_words_of_nodes(word, kind):
    assert node_kind(word) == kind


@pytest.mark.parametrize(
    ("vertices", "links"),
    [
        ([Vertex("C", "class"), Vertex("m", "method", within="C")], []),
        ([Vertex("C", "class"), Vertex("m", "method")], [Link("C", "m", "contains")]),
        ([Vertex("C", "class"), Vertex("m", "method")], [Link("m", "C", "member_of")]),
    ],
)
def test_a_method_goes_with_its_class(vertices, links):
    adopted = adopt(graph(vertices, links))
    assert dict(adopted.units)["m"] == "C"
    assert adopted.program.edges == ()


@pytest.mark.parametrize("mark", [".", "#", "::", "/", ":"])
def test_the_id_of_a_method_names_its_class_when_both_kinds_are_known(mark):
    name = f"a{mark}C{mark}m"
    adopted = adopt(
        graph([Vertex(f"a{mark}C", "class"), Vertex(name, "method"), Vertex("x")], [Link("x", name, "call")])
    )
    assert dict(adopted.units)[name] == "a.C"
    assert edges(adopted) == [("x", "a.C:m", "call")]


def test_nothing_is_read_into_an_id_without_a_kind():
    adopted = adopt(graph([Vertex("table:orders"), Vertex("table:orders.x"), Vertex("http:GET /x")], []))
    assert adopted.units == (("http:GET /x", "http.GET.x"), ("table:orders", "table.orders"),
                             ("table:orders.x", "table.orders.x"))  # fmt: skip
    assert adopted.program.tables == adopted.program.entry_points == ()


def test_definitions_of_a_file_share_its_module():
    adopted = adopt(
        graph(
            [Vertex("f", "function", file="a/b.py"), Vertex("g", "function", file="a/b.py"), Vertex("C", "class")], []
        )
    )
    assert adopted.units == (("C", "C"), ("f", "a.b:f"), ("g", "a.b:g"))
    assert [(module.name, module.path) for module in adopted.program.modules] == [("C", "C"), ("a.b", "a/b.py")]


def test_ids_that_look_alike_stay_apart():
    adopted = adopt(
        graph([Vertex("a b"), Vertex("a-b"), Vertex("a_b"), Vertex("::"), Vertex("..."), Vertex("\ud800")], [])
    )
    symbols = [unit for _, unit in adopted.units]
    assert sorted(symbols) == ["a_b", "a_b_2", "a_b_3", "node", "node_2", "node_3"]


def test_tables_are_read_and_written_and_entities_are_classes_too():
    links = [Link("f", "T", "writes"), Link("f", "T", "calls"), Link("f", "E", "reads"), Link("f", "E", "calls"),
             Link("T", "E", "fk"), Link("f", "g", "reads")]  # fmt: skip
    adopted = adopt(graph([Vertex("T", "table"), Vertex("E", "entity"), Vertex("f"), Vertex("g")], links))
    assert dict(adopted.units) == {"T": "table:T", "E": "E", "f": "f", "g": "g"}
    assert edges(adopted) == [
        ("f", "E", "call"), ("f", "g", "reference"), ("f", "table:E", "read"), ("f", "table:T", "read"),
        ("f", "table:T", "write"), ("table:T", "E", "relate"),
    ]  # fmt: skip
    assert [(table.name, table.model) for table in adopted.program.tables] == [("E", "E"), ("T", "")]


def test_a_table_within_a_class_is_mapped_by_it():
    adopted = adopt(graph([Vertex("C", "class"), Vertex("table:t", "table", within="C")], []))
    assert [(table.name, table.model) for table in adopted.program.tables] == [("t", "C")]
    assert dict(adopted.units) == {"C": "C", "table:t": "table:t"}


def test_a_table_that_calls_is_a_class_with_a_table():
    vertices = [Vertex("T", "table"), Vertex("U", "table"), Vertex("f")]
    adopted = adopt(graph(vertices, [Link("T", "f", "call"), Link("f", "T", "write"), Link("U", "T", "fk")]))
    assert [(table.name, table.model) for table in adopted.program.tables] == [("T", "T"), ("U", "")]
    assert edges(adopted) == [("T", "f", "call"), ("f", "table:T", "write"), ("table:U", "T", "relate")]


def test_a_link_without_direction_counts_both_ways_but_data_uses_nobody():
    links = [Link("T", "f", "reads"), Link("a", "b")]
    adopted = adopt(graph([Vertex("T", "table"), Vertex("f"), Vertex("a"), Vertex("b")], links, directed=False))
    assert edges(adopted) == [("a", "b", "call"), ("b", "a", "call"), ("f", "table:T", "read")]


def test_an_entry_point_goes_with_its_handler_or_stands_by_itself():
    vertices = [Vertex("GET /x", "route"), Vertex("GET /y", "route"), Vertex("f"), Vertex("g")]
    adopted = adopt(graph(vertices, [Link("GET /x", "f", "enter"), Link("GET /y", "g", "calls")]))
    assert dict(adopted.units) == {"GET /x": "f", "GET /y": "GET.y", "f": "f", "g": "g"}
    assert [(entry.id, entry.handler) for entry in adopted.program.entry_points] == [
        ("GET /x", "f"),
        ("GET /y", "GET.y"),
    ]
    assert edges(adopted) == [("GET.y", "g", "call")]


def test_events_and_states_are_ours():
    vertices = [Vertex("paid", "topic"), Vertex("f"), Vertex("g"), Vertex("seen", "state")]
    links = [Link("f", "paid", "emits"), Link("g", "paid", "subscribes"), Link("g", "seen", "writes"),
             Link("f", "seen", "reads")]  # fmt: skip
    program = adopt(graph(vertices, links)).program
    assert [(channel.id, channel.subscribers) for channel in program.channels] == [("event:paid", ("g",))]
    assert [(state.symbol, state.writers, state.readers) for state in program.states] == [("seen", ("g",), ("f",))]
    assert [edge.kind for edge in program.edges] == ["publish", "read", "write"]


def test_what_lies_outside_is_no_unit_and_a_circle_of_holders_holds_nothing():
    vertices = [Vertex("env:KEY", "env"), Vertex("A", "class", within="B"), Vertex("B", "class", within="A")]
    adopted = adopt(graph(vertices, [Link("A", "env:KEY")]))
    assert adopted.units == (("A", "A"), ("B", "B"), ("env:KEY", ""))
    assert adopted.program.edges == ()


def test_weights_with_fractions_are_counted_in_small_ones():
    links = [Link("a", "b", "", 0.5), Link("a", "c", "", 0.25), Link("a", "b", "", 0.5)]
    assert sites_of(links) == {("a", "b", ""): 4, ("a", "c", ""): 1}


def test_huge_weights_cost_no_memory():
    assert sites_of([Link("a", "b", "", 1e6), Link("a", "c", "", 100.0)]) == {("a", "b", ""): 1021, ("a", "c", ""): 100}
    many = [Link("a", f"b{number}", "", 1e6) for number in range(3000)]
    assert set(sites_of(many).values()) == {7}
