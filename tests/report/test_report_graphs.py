import io
import json

import networkx
import pytest
from analyses import HOSTILE
from msgspec.structs import replace

from refactor.link.graph import graph_of
from refactor.model.errors import RefactorError
from refactor.model.graph import Graph
from refactor.model.program import Definition, Edge, EntryPoint, Evidence, ExternalCall, Module, Program, Table
from refactor.report import graph_text
from refactor.report.graphs.callgraph import external

AT = Evidence("m.py", 3)


def definition(symbol: str, kind: str = "function", bases: tuple[str, ...] = ()) -> Definition:
    return Definition(symbol, kind, "m.py", 1, 1, 2, bases=bases)


def program(*edges: tuple[str, str, str], evil: str = "") -> tuple[Graph, Program]:
    made = Program(
        "p" + evil,
        modules=(Module("m", "m.py", 9), Module("n", "n.py", 9)),
        definitions=(
            definition("m:A", "class", ("ext.Base",)),
            definition("m:B", "class", ("m:C",)),
            definition("m:C", "class"),
            definition("m:C.__init__", "method"),
            definition("m:D", "class"),
            definition("m:f"),
            definition("m:f.<lambda1>", "lambda"),
            definition("m:limit", "variable"),
            definition("n:g" + evil),
        ),
        tables=(Table("orders" + evil, "m:A", AT),),
        edges=tuple(sorted(Edge(source, target, kind, AT) for source, target, kind in edges)),
        external_calls=(
            ExternalCall("m", "threading.Thread().start", AT),
            ExternalCall("m:C", "builtins.property", AT),
            ExternalCall("m:f", "builtins.len", AT),
        ),
    )
    return graph_of(made), made


def test_callgraph_has_dotted_names_and_every_callable_as_a_key():
    calls = ("m:f", "n:g", "call"), ("m:f", "m:f.<lambda1>", "call"), ("http:GET /", "m:f", "enter")
    assert json.loads(graph_text(*program(*calls), "callgraph")) == {
        "<builtin>.len": [],
        "m": ["threading.Thread.start"],
        "m.C.__init__": [],
        "m.f": ["<builtin>.len", "m.f.<lambda1>", "n.g"],
        "m.f.<lambda1>": [],
        "n": [],
        "n.g": [],
        "threading.Thread.start": [],
    }


def test_handing_work_to_a_task_counts_as_calling_it():
    edges = ("m:f", "task:mail", "publish"), ("m:f", "event:n:g", "publish"), ("task:mail", "n:g", "enter")
    _, made = program(*edges)
    made = replace(made, entry_points=(EntryPoint("task:mail", "task", "n:g", AT),))
    calls = json.loads(graph_text(graph_of(made), made, "callgraph"))
    assert calls["m.f"] == ["<builtin>.len", "n.g"]


@pytest.mark.parametrize(
    ("called", "callees"),
    [
        ("m:C", ["m.C.__init__"]),
        ("m:B", ["m.C.__init__"]),
        ("m:A", ["ext.Base.__init__"]),
        ("m:D", []),
        ("m:limit", []),
    ],
)
def test_calling_a_class_is_calling_the_init_its_bases_give(called, callees):
    found = json.loads(graph_text(*program(("n:g", called, "call")), "callgraph"))
    assert found["n.g"] == callees


@pytest.mark.parametrize(
    ("callee", "name"),
    [
        ("len", "<builtin>.len"),
        ("builtins.StopIteration", "<builtin>.StopIteration"),
        ("str.join", "<**PyStr**>.join"),
        ("str.strip().lower", "<**PyStr**>.lower"),
        ("dict().items", "<**PyDict**>.items"),
        ("numpy.linalg.norm", "numpy.linalg.norm"),
        ("ext.C().m", "ext.C.m"),
    ],
)
def test_external_callees_have_the_shared_names(callee, name):
    assert external(callee) == name


def test_json_holds_nodes_and_edges_with_evidence():
    found = json.loads(graph_text(*program(("m:f", "n:g", "call")), "json"))
    assert (found["version"], found["project"], len(found["nodes"])) == (1, "p", 12)
    assert found["edges"] == [
        {
            "source": "m:f", "target": "n:g", "kind": "call", "count": 1,
            "evidence": [{"path": "m.py", "line": 3, "column": 1, "how": "direct", "confidence": 1.0, "loop": False,
                          "transaction": False}],
        }
    ]  # fmt: skip


def test_mermaid_rolls_up_to_modules_and_tables():
    calls = ("m:f", "n:g", "call"), ("m:C.__init__", "n:g", "call"), ("n:g", "table:orders", "write")
    assert graph_text(*program(*calls), "mermaid") == (
        "flowchart LR\n"
        "  %% 3 of 3 nodes, 2 of 2 links; modules and tables\n"
        '  n0["m"]\n'
        '  n1["n"]\n'
        '  n2[("table:orders")]\n'
        "  n0 -- 2 --> n1\n"
        "  n1 -- 1 --> n2\n"
    )


def test_dot_rolls_up_to_modules_and_tables():
    assert graph_text(*program(("m:f", "n:g", "call"), ("n:g", "table:orders", "write")), "dot") == (
        "// 3 of 3 nodes, 2 of 2 links; modules and tables\n"
        'digraph "p" {\n'
        "  rankdir=LR;\n"
        "  node [shape=box];\n"
        '  "m";\n'
        '  "n";\n'
        '  "table:orders" [shape=cylinder];\n'
        '  "m" -> "n" [label=1];\n'
        '  "n" -> "table:orders" [label=1];\n'
        "}\n"
    )


def test_graphml_is_read_back_by_networkx():
    graph, made = program(("m:f", "n:g", "call"), ("m:f", "n:g", "reference"))
    found = networkx.read_graphml(io.BytesIO(graph_text(graph, made, "graphml").encode()), force_multigraph=True)
    assert set(found) == set(graph)
    assert [(kind, count) for _, _, kind, count in sorted(
        (source, target, held["kind"], held["count"]) for source, target, held in found.edges(data=True)
    )] == [("call", 1), ("reference", 1)]  # fmt: skip


@pytest.mark.parametrize("form", ["dot", "mermaid", "graphml", "json", "callgraph"])
def test_hostile_names_end_no_string(form):
    text = graph_text(
        *program(("m:f", "n:g" + HOSTILE, "call"), ("m:f", "table:orders" + HOSTILE, "write"), evil=HOSTILE), form
    )
    assert "\x1b" not in text
    if form == "dot":
        assert all(line.replace('\\"', "").count('"') in (0, 2, 4) for line in text.splitlines())
    elif form == "mermaid":
        assert all(line.count('"') in (0, 2) and "<" not in line for line in text.splitlines())
    elif form == "graphml":
        networkx.read_graphml(io.BytesIO(text.encode()))
    else:
        json.loads(text)


def test_modules_named_as_kinds_of_nodes_keep_their_functions():
    made = Program(
        "p",
        modules=(Module("m", "m.py", 9), Module("state", "state.py", 9), Module("table", "table.py", 9)),
        definitions=tuple(map(definition, ("m:f", "state:run", "table:orders"))),
        edges=(Edge("m:f", "state:run", "call", AT), Edge("state:run", "table:orders", "call", AT)),
    )
    lines = graph_text(graph_of(made), made, "mermaid").splitlines()
    assert lines[2:5] == ['  n0["m"]', '  n1["state"]', '  n2["table"]']
    assert len(lines) == 7
    assert [made.is_own(node) for node in ("state:run", "table:orders", "state:walk", "state", "x:y")] == [
        True, True, False, True, True,
    ]  # fmt: skip


def test_large_programs_are_rolled_up_to_packages():
    modules = tuple(Module(f"a.p{number % 7}.m{number}", f"{number}.py", 1) for number in range(500))
    edges = tuple(sorted(Edge(modules[n].name, modules[(n * 7 + 1) % 500].name, "call", AT) for n in range(500)))
    made = Program("big", modules=modules, edges=edges)
    lines = graph_text(graph_of(made), made, "mermaid").splitlines()
    assert lines[1].endswith("packages 2 deep and tables")
    assert len([line for line in lines if "[" in line]) == 7


def test_an_unknown_format_lists_the_known_ones():
    with pytest.raises(RefactorError) as caught:
        graph_text(*program(), "svg")
    assert caught.value.hint == "there are: callgraph, dot, graphml, json, mermaid"
