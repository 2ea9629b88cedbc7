"""Traces: a view of what was called how often, use cases that were seen, and what both change."""

from math import log

from drafts import Draft, shop

from refactor.cluster import cluster, effect
from refactor.cluster.touches import touches_of
from refactor.cluster.units import units_of
from refactor.cluster.views.tables import use_cases
from refactor.cluster.views.traces import traces
from refactor.model.observed import NOT_TRACED, Resettled, Traced

LOOSE = "shop.loose:helper"
LOAD = "shop.catalogue.services:load_product"
SHIP = "shop.shipping.services:load_label"


def between():
    """A module that calls two domains alike."""
    return shop().file("shop.loose", "helper").call(LOOSE, LOAD, SHIP)


def test_calls_count_by_their_logarithm_and_are_discounted():
    units = units_of(between().program())
    once = Traced({(LOOSE, LOAD): 1})
    assert traces(units, once) == {(LOAD, LOOSE): log(2)}
    both = Traced({(LOOSE, LOAD): 9, ("shop.checkout.views:show_cart", LOAD): 1, (LOAD, LOAD): 5, ("x:y", LOAD): 5})
    assert traces(units, both)[LOAD, LOOSE] == log(10) / 2**0.5
    assert len(traces(units, both)) == 2


def test_a_use_case_that_was_seen_joins_its_tables():
    made = Draft().file("shop.views", "Orders", "page").file("shop.models", "Order", "Line")
    made.table("orders", "shop.models:Order").table("lines", "shop.models:Line").route("/orders", "shop.views:Orders")
    made.route("/page", "shop.views:page").reads("shop.models:Order.all", "orders").writes(
        "shop.models:Line.add", "lines"
    )
    program = made.program()
    units, touches = units_of(program), touches_of(program)
    assert use_cases(program, units, touches) == {}
    seen = Traced(below={"shop.views:Orders.get": ("shop.models:Line.add", "shop.models:Order.all")})
    assert list(use_cases(program, units, touches, seen)) == [("shop.models:Line", "shop.models:Order")]


def test_what_traces_change_is_told():
    program, graph = between().both()
    before = cluster(program, graph)
    here = before.service_of(LOOSE)
    there, call = next((name, call) for name, call in (("catalogue", LOAD), ("shipping", SHIP)) if name != here)
    seen = Traced({(LOOSE, call): 10_000}, {LOOSE: (call,)}, lost=2)
    after = cluster(program, graph, traces=seen)
    told = effect(before, after, seen, 1)
    assert Resettled(LOOSE, here, there) in told.moved
    assert (told.functions, told.calls, told.unseen, told.use_cases, told.lost) == (2, 1, 1, 1, 2)
    assert (told.before, told.after) == (before.cost, after.cost)


def test_nothing_traced_changes_nothing():
    program, graph = between().both()
    plan = cluster(program, graph)
    assert cluster(program, graph, traces=NOT_TRACED) == plan
    assert effect(plan, plan, NOT_TRACED, 0).moved == ()
