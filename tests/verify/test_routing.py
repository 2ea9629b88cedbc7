import pytest

from refactor.model.program import EntryPoint, Evidence
from refactor.model.resources import Function, Route, Stack, Task
from refactor.verify.routing import entries_of, match, parse_key, table_of

KEYS = [
    "$default",
    "ANY /{proxy+}",
    "GET /pets/{proxy+}",
    "GET /pets/{kind}/{number}",
    "GET /pets/dog/{number}",
    "ANY /pets/dog/{number}",
    "GET /pets/dog/1",
    "POST /pets",
    "GET /",
]


def _table(*keys: str):
    functions = tuple(
        Function(id=f"F{index}", name="f", handler="m.h", entry_point="", trigger="http", routes=(parse_key(key),))
        for index, key in enumerate(keys)
    )
    return table_of([Stack("shop", "", "lambda", functions=functions)])


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1", {}),
        ("GET", "/pets/dog/2", "GET /pets/dog/{number}", {"number": "2"}),
        ("PUT", "/pets/dog/2", "ANY /pets/dog/{number}", {"number": "2"}),
        ("PUT", "/pets/dog/1", "ANY /pets/dog/{number}", {"number": "1"}),
        ("GET", "/pets/cat/7", "GET /pets/{kind}/{number}", {"kind": "cat", "number": "7"}),
        ("GET", "/pets/cat", "GET /pets/{proxy+}", {"proxy": "cat"}),
        ("GET", "/pets/cat/7/toys", "GET /pets/{proxy+}", {"proxy": "cat/7/toys"}),
        ("POST", "/pets/cat", "ANY /{proxy+}", {"proxy": "pets/cat"}),
        ("POST", "/pets", "POST /pets", {}),
        ("POST", "/pets/", "ANY /{proxy+}", {"proxy": "pets/"}),
        ("GET", "/", "GET /", {}),
        ("POST", "/", "$default", {}),
        ("GET", "/pets/a%20b/%C3%A9", "GET /pets/{kind}/{number}", {"kind": "a b", "number": "é"}),
        ("GET", "/pets/a%2Fb/1", "GET /pets/{kind}/{number}", {"kind": "a/b", "number": "1"}),
        ("GET", "/pets/d%6Fg/1", "GET /pets/dog/1", {}),
        ("GET", "/pets//1", "GET /pets/{proxy+}", {"proxy": "/1"}),
    ],
)
def test_most_specific_route_wins(method, path, key, parameters):
    found = match(_table(*KEYS), method, path)
    assert found is not None
    assert (found.routed.key, found.parameters) == (key, parameters)


def test_no_route_is_none():
    assert match(_table("GET /a"), "POST", "/a") is None
    assert match(_table("GET /a"), "GET", "/a/") is None
    assert match((), "GET", "/") is None


def test_order_of_routes_does_not_matter():
    paths = ["/pets/dog/1", "/pets/dog/9", "/pets/cat", "/"]
    forward, backward = _table(*KEYS), _table(*reversed(KEYS))
    assert [match(forward, "GET", path).routed.key for path in paths] == [
        match(backward, "GET", path).routed.key for path in paths
    ]


def test_tasks_stand_in_the_table_with_functions():
    task = Task("Container", "web", ("gunicorn",), routes=(Route("/live", "GET"),))
    found = match(table_of([Stack("shop", "", "fargate", tasks=(task,))]), "GET", "/live")
    assert (found.routed.target, found.routed.kind) == ("shop/Container", "task")


def test_entry_points_are_found_like_routes():
    seen = Evidence("a.py", 1)
    entries = (
        EntryPoint("http:GET /a/{id}", "http", "a:f", seen, method="GET", path="/a/{id}"),
        EntryPoint("command:seed", "command", "a:seed", seen),
    )
    assert match(entries_of(entries), "GET", "/a/3").routed.target == "http:GET /a/{id}"
    assert len(entries_of(entries)) == 1


def test_one_name_for_several_parameters_of_a_segment_is_told_once():
    found = match(_table("GET /widget/v{part}.{part}.js"), "GET", "/widget/v2.de.js")
    assert found is not None
    assert found.parameters == {"part": "2"}
