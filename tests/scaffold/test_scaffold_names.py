"""Logical ids, gateway paths and schedule expressions."""

import pytest
from scaffold_shop import ON_ORDER, PURGE, SWEEP, http

from refactor.scaffold.naming import gateway_path, logical_id, module_name, name_of, package_of, shape_of, unique_names
from refactor.scaffold.schedules import expression_of


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/orders/{id}", "GetOrdersById"),
        ("GET", "/", "GetRoot"),
        ("", "/", "AnyRoot"),
        ("DELETE", "/orders/{id}/lines/{line_no}", "DeleteOrdersByIdLinesByLineNo"),
        ("GET", "/files/{name+}", "GetFilesByName"),
        ("POST", "/api/v2/password-reset", "PostApiV2PasswordReset"),
        ("GET", "/größe/{{ x }}/${y}'\"\n", "GetGrEByXByY"),
    ],
)
def test_http_names(method, path, name):
    assert name_of(http(method, "", path, "m:f")) == name


def test_names_of_other_entry_points():
    assert [name_of(entry) for entry in (SWEEP, PURGE, ON_ORDER)] == ["RunSweep", "CommandPurge", "OnOrder"]


def test_long_names_are_cut_and_stay_different():
    first, second = logical_id("x" * 200), logical_id("x" * 201)
    assert (len(first), len(second), first == second) == (100, 100, False)


@pytest.mark.parametrize(
    ("name", "module"),
    [("GetOrdersById", "get_orders_by_id"), ("GetV2", "get_v2"), ("GetHTTPStatus", "get_http_status")],
)
def test_module_names(name, module):
    assert module_name(name) == module


def test_package_is_an_identifier():
    assert package_of("parcel-desk") == "service_parcel_desk"


@pytest.mark.parametrize(
    ("path", "gateway"),
    [
        ("/orders/{id}", "/orders/{id}"),
        ("/", "/"),
        ("/orders/", "/orders/"),
        ("/report-{id}.csv", "/{id}"),
        ("/a/{rest+}/edit", "/a/{rest+}"),
        ("/a/{b-c}", "/a/{b_c}"),
    ],
)
def test_gateway_paths(path, gateway):
    assert gateway_path(path) == gateway


def test_shape_forgets_names_but_not_greed():
    assert [shape_of("/a/{b}/{c+}"), shape_of("/a/{x}/{y+}")] == ["/a/{}/{+}", "/a/{}/{+}"]


def test_rivals_get_digests_whatever_their_order():
    wishes = [("http:GET /a-b", "GetAB"), ("http:GET /a/b", "GetAB"), ("http:GET /c", "GetC")]
    names = unique_names(wishes)
    assert names == unique_names(reversed(wishes))
    assert names["http:GET /c"] == "GetC"
    assert len(set(names.values())) == 3
    assert all(name.isalnum() for name in names.values())


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("every 300 seconds", "rate(5 minutes)"),
        ("300", "rate(5 minutes)"),
        ("300.0", "rate(5 minutes)"),
        ("every 60s", "rate(1 minute)"),
        ("1 hour", "rate(1 hour)"),
        ("every day", "rate(1 day)"),
        ("rate(90 minutes)", "rate(90 minutes)"),
        ("every 2 weeks", "rate(14 days)"),
        ("@daily", "cron(0 0 * * ? *)"),
        ("0 3 * * *", "cron(0 3 * * ? *)"),
        ("*/15 * * * *", "cron(0/15 * * * ? *)"),
        ("0 8 * * 1-5", "cron(0 8 ? * MON-FRI *)"),
        ("0 8 * * 0,6", "cron(0 8 ? * SUN,SAT *)"),
        ("cron(0 3 1 * *)", "cron(0 3 1 * ? *)"),
        ("cron(0 3 * * ? *)", "cron(0 3 * * ? *)"),
    ],
)
def test_schedules_that_eventbridge_can_say(text, expression):
    assert expression_of(text) == expression


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sometimes",
        "every 30 seconds",
        "every 90 seconds",
        "0 3 1 * 1",
        "every fortnight",
        "0 3 * *",
        "rate(x)",
        "?",
    ],
)
def test_schedules_that_it_cannot_say(text):
    assert expression_of(text) == ""
