"""Plan and verdicts -> functions and tasks."""

import msgspec
import pytest
from scaffold_shop import ON_ORDER, ORDER_ROUTES, PURGE, SWEEP, http, plan, program, stacks, verdicts

from refactor.model.errors import RefactorError
from refactor.model.plan import Plan, Service
from refactor.model.program import Edge
from refactor.model.resources import Route
from refactor.scaffold import settled

INDEX, CREATE, SHOW = ORDER_ROUTES[:3]


def by_service(*judged, **given):
    return {stack.service: stack for stack in stacks(*judged, **given)}


def test_a_stack_per_service_with_entry_points_and_the_fallback():
    assert list(by_service()) == ["fallback", "orders", "parcel-desk"]


def test_a_function_per_entry_point():
    made = {function.id: function for function in by_service()["orders"].functions}
    assert sorted(made) == [
        "GetBroken", "GetFilesByName", "GetOld", "GetOrders", "GetOrdersById", "PostOrders", "PutUpload",
    ]  # fmt: skip
    show = made["GetOrdersById"]
    assert show.handler == "service_orders.handlers.get_orders_by_id.handler"
    assert show.entry_point == "http:GET /orders/{id}"
    assert show.routes == (Route("/orders/{id}", "GET"), Route("/orders/{id}", "HEAD"))
    assert show.description == "GET /orders/{id}: One order."
    assert made["PostOrders"].routes == (Route("/orders", "POST"),)


def test_tables_follow_calls_and_published_events():
    made = {function.id: function.tables for function in by_service()["orders"].functions}
    assert made["PostOrders"] == (("orders", "write"), ("parcels", "readwrite"))
    assert made["GetOrdersById"] == (("orders", "read"),)
    assert made["GetOrders"] == ()


def test_other_triggers():
    made = {function.id: function for function in by_service()["parcel-desk"].functions}
    assert {name: function.trigger for name, function in made.items()} == {
        "CommandPurge": "command",
        "GetParcelsByCode": "http",
        "OnOrder": "queue",
        "PostParcelsNew": "http",
        "RunSweep": "schedule",
    }
    assert made["RunSweep"].schedule == "rate(5 minutes)"
    assert made["RunSweep"].timeout == 900


def test_the_fallback_answers_what_nobody_claims():
    (unmatched,) = by_service()["fallback"].functions
    assert (unmatched.trigger, unmatched.routes) == ("fallback", (Route("$default", "ANY"),))


def test_static_files_are_left_to_the_fallback():
    claimed = {
        route.path
        for stack in stacks()
        if stack.service != "fallback"
        for each in stack.functions
        for route in each.routes
    }
    assert "/static/{filename+}" not in claimed


def test_a_lasting_service_answers_http_from_one_container():
    stack = by_service(verdicts(orders="fargate"))["orders"]
    assert stack.functions == ()
    (task,) = stack.tasks
    assert task.command[-1] == "service_orders.app:application"
    assert len(task.routes) == 12
    assert (stack.verdict, stack.requirements) == ("fargate", ("flask", "gunicorn"))


def test_what_is_kept_is_generated_as_functions():
    plain = by_service()["orders"]
    for kept in (verdicts(**{SHOW.id: "keep"}), verdicts(orders="keep")):
        stack = by_service(kept)["orders"]
        assert (stack.functions, stack.tasks, stack.requirements) == (plain.functions, (), plain.requirements)


def test_a_blocked_entry_point_gets_the_service_a_container_beside_its_functions():
    stack = by_service(verdicts(**{SHOW.id: "fargate"}))["orders"]
    assert [task.routes for task in stack.tasks] == [(Route("/orders/{id}", "GET"), Route("/orders/{id}", "HEAD"))]
    assert "GetOrdersById" not in {function.id for function in stack.functions}
    assert stack.requirements == ("flask", "gunicorn")


def test_blocked_jobs_become_workers_but_receivers_stay_functions():
    stack = by_service(verdicts(**{SWEEP.id: "fargate", PURGE.id: "fargate", ON_ORDER.id: "fargate"}))["parcel-desk"]
    assert [(task.id, task.command) for task in stack.tasks] == [
        ("WorkerCommandPurge", ("python", "-m", "service_parcel_desk.handlers.command_purge")),
        ("WorkerRunSweep", ("python", "-m", "service_parcel_desk.handlers.run_sweep")),
    ]
    assert "OnOrder" in {function.id for function in stack.functions}


def test_environment_leaves_out_what_lambda_sets():
    assert by_service()["orders"].environment == ("DATABASE_URL", "MODE")


def _with(*entries):
    base = program()
    every = tuple(sorted((*base.entry_points, *entries)))
    edges = tuple(sorted([*base.edges, *(Edge(entry.id, entry.handler, "enter", entry.evidence) for entry in entries)]))
    return msgspec.structs.replace(base, entry_points=every, edges=edges)


def test_routes_that_the_api_cannot_tell_apart_share_a_function():
    twin = http("GET", "/orders/<name>", "/orders/{name}", "mono.orders:index")
    orders, *rest = plan().services
    joined = msgspec.structs.replace(orders, entry_points=(*orders.entry_points, twin.id))
    made = stacks(of=_with(twin), planned=Plan("mono", (joined, *rest)))
    ids = [function.id for stack in made if stack.service == "orders" for function in stack.functions]
    assert ids.count("GetOrdersById") == 1
    assert "GetOrdersByName" not in ids


def test_what_is_one_route_goes_to_one_service():
    twin = http("GET", "/orders/<name>", "/orders/{name}", "mono.orders:index")
    planned = Plan("mono", (*plan().services, Service("thief", "", entry_points=(twin.id,))))
    made = settled(_with(twin), planned)
    assert made.by_name["thief"].entry_points == ()
    assert twin.id in made.by_name["orders"].entry_points
    assert settled(program(), plan()) == plan()


def test_a_service_without_a_slice_is_told():
    planned = Plan("mono", (Service("elsewhere", "", entry_points=(INDEX.id,)),))
    with pytest.raises(RefactorError, match="service elsewhere has no slice"):
        stacks(planned=planned)


def test_descriptions_hold_no_dynamic_reference():
    base = program()
    spoiled = tuple(
        msgspec.structs.replace(each, doc="{{resolve:ssm:secret}}\n") if each.symbol == CREATE.handler else each
        for each in base.definitions
    )
    made = by_service(of=msgspec.structs.replace(base, definitions=spoiled))["orders"].functions
    assert "POST /orders: { {resolve:ssm:secret}}" in {function.description for function in made}
