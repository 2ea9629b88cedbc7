"""Fewer routes for an HTTP API, and no request to another service than before."""

import itertools
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scaffold_shop import http, plan, program, slices, stacks, templates, verdicts

from refactor.model.resources import Function, Route, Stack, Task
from refactor.scaffold import scaffold
from refactor.scaffold.prefixes import covering, fitting, overlap, shape
from refactor.verify.routing import match, table_of


def stack(service, *keys):
    routes = tuple(sorted(Route(path, method) for method, path in (key.split(" ") for key in keys)))
    return Stack(service, "", "lambda", functions=(Function("Web", service, "m.h", "", "http", routes=routes),))


def keys(*given_stacks, beside=(), most=0):
    entries = tuple(http("GET", path, path, "mono.orders:index") for path in beside)
    made = fitting(given_stacks, msgspec.structs.replace(program(), entry_points=entries), most)
    return {
        each.service: [f"{route.method} {route.path}" for function in each.functions for route in function.routes]
        for each in made
    }


SHOP = stack("shop", "GET /shop/a", "HEAD /shop/a", "POST /shop/a", "GET /shop/a/{id}", "GET /shop/b/")


def test_what_fits_stays_as_it_is():
    assert fitting((SHOP,), program(), 5) == (SHOP,)


def test_methods_of_a_path_come_first():
    assert keys(SHOP, most=3) == {"shop": ["ANY /shop/a", "GET /shop/a/{id}", "GET /shop/b/"]}


def test_then_all_below_a_prefix():
    assert keys(SHOP, most=2) == {"shop": ["ANY /shop/{proxy+}"]}


def test_the_prefix_itself_is_not_below_it():
    assert keys(stack("shop", "GET /shop", "GET /shop/", "GET /shop/a", "GET /shop/b")) == {
        "shop": ["GET /shop", "GET /shop/", "ANY /shop/{proxy+}"]
    }


def test_parameters_before_a_prefix_keep_their_names():
    assert keys(stack("shop", "GET /{lang}/shop/a", "GET /{lang}/shop/b")) == {"shop": ["ANY /{lang}/{proxy+}"]}


@pytest.mark.parametrize(
    "other",
    ["GET /shop/x", "GET /{any}/a", "GET /{rest+}", "POST /shop/{id}", "GET /shop/{rest+}", "PUT /{any}/a"],
)
def test_a_prefix_that_another_service_answers_below_is_left_alone(other):
    both = (stack("shop", "GET /shop/a", "GET /shop/b"), stack("other", other))
    assert keys(*both) == {"shop": ["GET /shop/a", "GET /shop/b"], "other": [other]}


def test_the_same_of_what_the_fallback_answers():
    whole = stack("shop", "GET /shop/a", "POST /shop/a", "GET /shop/b")
    assert keys(whole, beside=["/shop/{file+}"])["shop"] == ["GET /shop/a", "POST /shop/a", "GET /shop/b"]
    assert keys(whole, beside=["/shops/a"])["shop"] == ["ANY /shop/{proxy+}"]


def test_what_the_fallback_answers_below_a_prefix_gets_a_route_of_its_own():
    whole = stack("shop", "GET /shop/a", "POST /shop/a", "GET /shop/b", "GET /shop/{id}")
    made = keys(whole, FALLBACK, beside=["/shop/help"])
    assert made["fallback"] == ["ANY $default", "ANY /shop/help"]
    assert made["shop"] == ["GET /shop/{id}", "ANY /shop/{proxy+}"]  # the fallback's would hide it from now on
    assert keys(whole, FALLBACK, beside=["/shop/{rest+}"])["fallback"] == ["ANY $default"]


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        ("en/shop/a", "/{language}/{proxy+}"),
        ("<language>/shop/a", "/{language}/shop/a"),
        ("media/x", "/{language}/shop/a"),
    ],
)
def test_what_no_language_can_be_is_not_met_below_one(rule, taken):
    entries = tuple(
        msgspec.structs.replace(http("GET", each, path, "mono.orders:index"), rule=each)
        for each, path in ((rule, "/{language}/shop/a"), ("media/x", "/media/{path+}"))
    )
    (made,) = fitting(
        (stack("shop", "GET /{language}/shop/a", "GET /{language}/shop/b"),),
        msgspec.structs.replace(program(), entry_points=entries),
        0,
    )
    assert made.functions[0].routes[0].path == taken


def test_another_method_of_a_path_below_stays_with_its_service():
    both = (stack("shop", "GET /shop/{id}/end", "GET /shop/b"), stack("other", "PUT /shop/{id}/end"))
    assert keys(*both) == {"shop": ["ANY /shop/{proxy+}"], "other": ["PUT /shop/{id}/end"]}


def test_what_that_method_would_hide_stays_beside_the_prefix():
    shop = stack("shop", "GET /shop/{id}/end", "PUT /shop/all/end", "GET /shop/b")
    both = (shop, stack("other", "PUT /shop/{id}/end"))
    assert keys(*both)["shop"] == ["PUT /shop/all/end", "ANY /shop/{proxy+}"]


def test_containers_and_functions_are_two_owners():
    task = Task("Container", "live", ("x",), routes=(Route("/shop/live", "GET"),))
    mixed = msgspec.structs.replace(SHOP, tasks=(task,))
    (made,) = fitting((mixed,), program(), 0)
    assert made.tasks == (task,)
    assert [route.path for route in made.functions[0].routes] == ["/shop/a", "/shop/a/{id}", "/shop/b/"]


SEGMENT = st.sampled_from(["a", "b", "{x}", "{y}"])
PATH = st.builds(
    lambda segments, end: "/" + "/".join(segments) + end,
    st.lists(SEGMENT, min_size=1, max_size=4),
    st.sampled_from(["", "", "/", "/{rest+}"]),
)
KEYS = st.dictionaries(
    st.tuples(st.sampled_from(["GET", "PUT", "ANY"]), PATH), st.sampled_from(["one", "two"]), min_size=2, max_size=12
)
ASKED = sorted(
    "/" + "/".join(parts) + end
    for length in (1, 2, 3)
    for parts in itertools.product("abc", repeat=length)
    for end in ("", "/")
)


FALLBACK = Stack(
    "fallback", "", "lambda", (Function("Unmatched", "f", "m.h", "", "x", routes=(Route("$default", "ANY"),)),)
)


@settings(deadline=None, max_examples=150)
@given(KEYS, st.lists(PATH, max_size=2))
def test_no_request_changes_its_service(owned, beside):
    shapes = {}
    for (method, path), owner in sorted(owned.items()):
        shapes.setdefault((method, shape(path)), (path, owner))  # one owner of one route
    before = tuple(
        stack(name, *(f"{method} {path}" for (method, _), (path, owner) in shapes.items() if owner == name))
        for name in ("one", "two")
    )
    left = [path for path in beside if shape(path) not in {form for _, form in shapes}]
    entries = tuple(http("GET", path, path, "mono.orders:index") for path in left)
    after = fitting((*before, FALLBACK), msgspec.structs.replace(program(), entry_points=entries), 0)
    answered = table_of([stack("fallback", *(f"ANY {path}" for path in left))])
    for path in ASKED:
        for method in ("GET", "PUT", "DELETE"):
            for choose in (_by_segments, _full_match_first):
                was = choose(table_of(before), method, path)
                now = choose(table_of(after), method, path)
                if was is None and choose(answered, method, path):
                    was = "fallback/Unmatched"
                assert was in (None, now), (method, path)


def _by_segments(table, method, path):
    found = match(table, method, path)
    return found.routed.target if found else None


def _full_match_first(table, method, path):
    """As AWS words it: a full match, then a greedy one."""
    full = [each for each in table if "+}" not in each.route.path and each.route.path != "$default"]
    return _by_segments(full, method, path) or _by_segments(table, method, path)


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("/a/{x}", "/a/b", True),
        ("/a/{x}", "/a/", False),
        ("/a/{x+}", "/a/", False),
        ("/a/{x+}", "/a/b/", True),
        ("/a/{x+}", "/{y}/b", True),
        ("/a", "/a/b", False),
        ("/a/b", "/{x+}", True),
    ],
)
def test_paths_that_fit_both(one, other, answer):
    assert overlap(shape(one), shape(other)) is overlap(shape(other), shape(one)) is answer


def test_the_route_that_takes_a_request():
    routes = (Route("/{proxy+}", "ANY"), Route("/a/{proxy+}", "ANY"), Route("/a/{id}", "GET"))
    assert covering(routes, "/a/{number}", "GET") == routes[2]
    assert covering(routes, "/a/{number}", "PUT") == routes[1]
    assert covering(routes, "/b", "GET") == routes[0]


def test_templates_events_and_tests_know_the_prefix():
    many = tuple(
        msgspec.structs.replace(
            http("GET", f"/bulk/{{id}}/{number:03}", f"/bulk/{{id}}/{number:03}", "mono.orders:create"),
            framework="django",
        )
        for number in range(301)
    )
    orders, *rest = plan().services
    planned = msgspec.structs.replace(
        plan(), services=(msgspec.structs.replace(orders, entry_points=tuple(each.id for each in many)), *rest)
    )
    whole = msgspec.structs.replace(program(), frameworks=("django",), entry_points=(*program().entry_points, *many))
    made = stacks(verdicts(), whole, planned)
    tree = scaffold(whole, planned, verdicts(), (), slices(), made, templates())
    folder = "services/orders"
    template = tree.by_path[f"{folder}/template.yaml"].text
    assert [line.split(": ")[1] for line in template.splitlines() if "RouteKey" in line] == ['"ANY /bulk/{proxy+}"']
    event = json.loads(tree.by_path[f"{folder}/events/web.json"].text)
    assert (event["routeKey"], event["rawPath"]) == ("ANY /bulk/{proxy+}", "/bulk/sample/000")
    assert event["pathParameters"] == {"proxy": "sample/000"}
    handler = tree.by_path[f"{folder}/src/service_orders/handlers/web.py"].text
    assert 'handler_for("ANY /bulk/{proxy+}")' in handler.replace("'", '"')
    assert "Warning" not in tree.by_path["README.md"].text
