"""What runs in a service: one walk for grants, tables and roles; what is sent over the wire runs elsewhere."""

import json

from msgspec import structs
from scaffold_shop import ORDER_ROUTES, plan, program, seen, slices, templates

from refactor.model.contracts import Operation
from refactor.model.names import module_of
from refactor.model.permissions import Need
from refactor.model.program import Edge, Module
from refactor.model.slices import Origin
from refactor.scaffold import scaffold, stacks_of
from refactor.scaffold.reach import around, everywhere, ground_of, reach, running_in

INDEX, CREATE, SHOW = ORDER_ROUTES[:3]
WEIGH = "mono.parcels:label"
"""What the parcel desk answers, and orders call."""


def need(symbol):
    return Need(
        symbol, "boto3.client().call", ("s3:PutObject",), f"arn:{{partition}}:s3:::{symbol[-5:]}/*", "mono/a.py", 9
    )


def whole(*edges):
    known = program()
    return structs.replace(
        known,
        edges=tuple(sorted([*known.edges, *edges])),
        needs=(need(WEIGH), need(CREATE.handler)),
    )


def pieces():
    """Orders call what the parcel desk answers."""
    operation = Operation(WEIGH, "parcel-desk", consumers=("orders",))
    fallback, orders, parcels = slices()
    kept = tuple(origin for origin in orders.origins if origin.symbol != WEIGH)
    return (
        fallback,
        structs.replace(orders, called=(operation,), origins=kept),
        structs.replace(parcels, answered=(operation,)),
    )


def roles(linked, service):
    given = pieces()
    tree = scaffold(linked, plan(), (), (), given, stacks_of(linked, plan(), (), given), templates())
    page = json.loads(tree.by_path[f"services/{service}/iam/plan.json"].text)
    return {
        role["role"]: [(one["resource"].rpartition(":")[0], one["evidence"]) for one in role["allowed"]]
        for role in page["roles"]
    }


CALLS = Edge(CREATE.handler, WEIGH, "call", seen("mono/orders.py", 33))
OPERATIONS = "arn:{partition}:lambda:{region}:{account}:function:{OperationsPrefix}parcel-desk-operations"


def test_only_who_calls_an_operation_may_invoke_it():
    found = roles(whole(CALLS), "orders")
    assert [name for name, allowed in found.items() if (OPERATIONS, ["mono/orders.py:33"]) in allowed] == ["PostOrders"]
    assert found["GetOrders"] == []


def test_what_runs_elsewhere_needs_nothing_here_and_all_of_it_there():
    assert "arn:{partition}:s3::" not in str(roles(whole(CALLS), "orders")["GetOrders"])
    assert [name for name, _ in roles(whole(CALLS), "orders")["PostOrders"]] == [OPERATIONS, "arn:{partition}:s3::"]
    answering = roles(whole(CALLS), "parcel-desk")
    assert answering["Operations"] == [("arn:{partition}:s3::", ["mono/a.py:9"])]


def test_a_call_that_the_start_makes_is_every_functions():
    found = roles(whole(Edge("mono:create_app", WEIGH, "call", seen("mono/__init__.py", 4))), "orders")
    assert {name for name, allowed in found.items() if any(at == OPERATIONS for at, _ in allowed)} == set(found)


def test_a_view_is_followed_from_its_own_entry_point_only():
    registered = Edge("mono:create_app", CREATE.handler, "reference", seen())
    ground = ground_of(pieces()[1], whole(registered, CALLS), plan())
    assert CREATE.handler not in around(ground).nodes
    assert CREATE.handler not in reach([INDEX.id], ground).nodes
    assert reach([CREATE.id], ground).sent == {WEIGH: (CALLS.evidence,)}
    assert CREATE.handler in running_in(ground)
    assert WEIGH not in running_in(ground)


def test_the_monolith_runs_everything():
    assert WEIGH in reach([CREATE.id], everywhere(whole(CALLS))).nodes


def test_a_slice_that_tells_of_modules_has_what_they_define():
    given = pieces()[1]
    by_module = structs.replace(
        given,
        origins=tuple(
            Origin(name, "orders", "", "own") for name in sorted({module_of(CREATE.handler), module_of(WEIGH)})
        ),
    )
    known = whole(CALLS)
    known = structs.replace(
        known, modules=tuple(Module(one.symbol, f"{one.symbol}.py", 1) for one in by_module.origins)
    )
    found = reach([CREATE.id], ground_of(by_module, known, plan()))
    assert CREATE.handler in found.nodes
    assert WEIGH not in found.nodes
    assert [(at.path, at.line) for at in found.sent[WEIGH]] == [("mono/orders.py", 33)]
    elsewhere = structs.replace(by_module, origins=by_module.origins[1:])
    assert CREATE.handler not in reach([CREATE.id], ground_of(elsewhere, known, plan())).nodes
