"""The cost of a placement, what a move changes of it, and the refinement by it."""

import pytest
from drafts import Draft, shop

from refactor.cluster import cluster
from refactor.cluster.objective import TERMS, Objective
from refactor.cluster.touches import touches_of
from refactor.cluster.traffic import traffic_of
from refactor.cluster.units import units_of
from refactor.model.measures import Cost
from refactor.model.plan import Constraint


def objective_of(draft, label):
    program = draft.program()
    units = units_of(program)
    home = {unit: label.get(unit, label.get(units.module[unit], "shared")) for unit in units.names}
    return Objective(traffic_of(program, units, touches_of(program)), home)


def two():
    """A route of ``a`` that calls ``b`` in a loop, reads its table and writes it in one transaction with its own."""
    draft = Draft().file("a", "show", "pay").file("b", "load", "rest").table("ours").table("theirs")
    draft.route("/a", "a:show").route("/pay", "a:pay")
    draft.call("a:show", "b:load", loop=True).reads("a:show", "theirs")
    draft.writes("a:pay", "ours", "theirs").transaction("a:pay", "ours", "theirs")
    return draft


HOME = {"a": "one", "b": "other", "table:ours": "one", "table:theirs": "other"}


def test_every_term_of_a_cost():
    cost = objective_of(two(), HOME).cost()
    assert cost == Cost(
        hops=1.0,  # one of two use cases calls once, in a loop: 2 / 2
        foreign_writes=1.0,
        foreign_reads=1.0,
        transactions=1.0,
        entries=2.0,  # both use cases need both services
        balance=0.0,  # four units each
        total=9.0,  # 1 + 2 / 2 + (5 + 1 + 8) / 2 tables
    )


def test_one_service_costs_nothing():
    assert objective_of(two(), dict.fromkeys(HOME, "one")).cost() == Cost()


def test_the_kernel_is_no_boundary():
    cost = objective_of(two(), HOME | {"b": "shared"}).cost()
    assert (cost.hops, cost.foreign_writes) == (0.0, 1.0)


def test_calls_of_a_base_class_are_no_hops():
    draft = Draft().file("a", "View").file("b", "Base").route("/a", "a:View.get")
    draft.call("a:View.get", "b:Base.render").edge("inherit", "a:View", "b:Base")
    assert objective_of(draft, {"a": "one", "b": "other"}).cost().hops == 0.0


def test_a_site_that_may_call_many_calls_none_of_them_surely():
    draft = Draft().file("a", "show").file("b", *(f"f{place}" for place in range(4))).route("/a", "a:show")
    draft.line = 40
    for place in range(4):
        draft.line = 40
        draft.call("a:show", f"b:f{place}")
    assert objective_of(draft, {"a": "one", "b": "other"}).cost().hops == 0.0


def test_a_change_is_the_difference_of_two_costs():
    plan = cluster(*shop().both())
    objective = objective_of(shop(), plan.assignment)
    for unit in sorted(objective.label):
        for target in ("catalogue", "checkout", "shipping", "shared"):
            own, before = objective.label[unit], objective.cost()
            change = objective.change(unit, target)
            objective.move(unit, target)
            after = objective.cost()
            assert {term: getattr(after, term) - getattr(before, term) for term in TERMS} == pytest.approx(
                change, abs=1e-5
            )
            assert before.total - after.total == pytest.approx(objective.gain(change), abs=1e-5)
            objective.move(unit, own)


def test_the_plan_says_what_it_costs():
    plan = cluster(*shop().both())
    assert plan.cost == objective_of(shop(), plan.assignment).cost()
    assert (plan.cost.foreign_writes, plan.cost.transactions) == (1.0, 1.0)


def test_the_exception_is_listed_with_both_writers():
    plan = cluster(*shop().both())
    assert [(name, table.table, table.writers) for name, table in plan.exceptions] == [
        ("catalogue", "stocks", ("catalogue", "checkout"))
    ]


def stray():
    """The shop with a small writer of the catalogue's table that stands in the shipping's file."""
    draft = shop()
    draft.file("shop.shipping.sync", "sync_stock")
    draft.writes("shop.shipping.sync:sync_stock", "stocks", "products", "categorys")
    draft.call("shop.shipping.views:show_label", "shop.shipping.sync:sync_stock")
    draft.call("shop.shipping.views:show_rate", "shop.shipping.sync:sync_stock")
    return draft


def test_a_stray_writer_goes_to_the_owner():
    assert cluster(*stray().both()).assignment["shop.shipping.sync:sync_stock"] == "catalogue"


def test_a_stray_writer_that_is_pinned_stays():
    pin = Constraint("pin", ("shop.shipping.sync",), "shipping", "we say so", 1)
    plan = cluster(*stray().both(), [pin])
    assert plan.assignment["shop.shipping.sync:sync_stock"] == "shipping"
    assert "shop.shipping.sync:sync_stock" not in {move.symbol for move in plan.moves}


def test_moves_that_are_left_say_what_they_save():
    owner = Constraint("owner", ("table:stocks",), "shipping", "", 1)
    first, second = cluster(*shop().both(), [owner]).moves
    assert (first.symbol, first.source, first.target) == ("shop.catalogue.services:save_stock", "catalogue", "shipping")
    assert first.terms == (("foreign_writes", -1.0), ("balance", 0.023863))
    assert first.gain == 0.554362  # 5 / 9 tables - .05 * .023863
    assert second.symbol == "shop.catalogue.services:load_stock"
