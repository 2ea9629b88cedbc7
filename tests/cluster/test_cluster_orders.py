"""What a person orders holds exactly; what can't hold is told with both lines."""

import pytest
from drafts import shop

from refactor.cluster import cluster
from refactor.model.errors import RefactorError
from refactor.model.plan import Constraint

RATE = "shop.shipping.services:load_rate"


def plan_with(*constraints, draft=None, **options):
    return cluster(*(draft or shop()).both(), constraints, **options)


def pin(subject, service, line=1, kind="pin"):
    return Constraint(kind, (subject,), service, "we say so", line)


def listed(subject, service, line=1):
    return Constraint("listed", (subject,), service, "", line)


def test_a_pin_moves_one_definition_and_nothing_else():
    before, after = plan_with().assignment, plan_with(pin(RATE, "catalogue")).assignment
    assert {key: after[key] for key in after if after[key] != before[key]} == {RATE: "catalogue"}


def test_a_pin_says_why():
    members = {member.symbol: member for member in plan_with(pin(RATE, "catalogue", 12)).by_name["catalogue"].members}
    assert members[RATE].reason == "[[pin]] in line 12 of the plan file: we say so"
    assert (members[RATE].confidence, members[RATE].runner_up) == (1.0, "shipping")


def test_a_pin_to_a_new_name_makes_a_service():
    plan = plan_with(pin(RATE, "rating"))
    assert [member.symbol for member in plan.by_name["rating"].members] == [RATE]
    assert plan.assignment["shop.shipping.services"] == "shipping"


def test_a_pin_of_a_whole_domain_renames_it():
    plan = plan_with(pin("shop.catalogue.*", "assortment"))
    assert [service.name for service in plan.services] == ["assortment", "checkout", "shipping"]
    assert plan.assignment["table:stocks"] == "assortment"


def test_a_module_is_a_subject():
    assignment = plan_with(pin("shop.shipping.services", "checkout")).assignment
    assert {service for symbol, service in assignment.items() if symbol.startswith("shop.shipping.services")} == {
        "checkout"
    }


def test_an_owner_moves_table_and_class():
    assignment = plan_with(pin("table:stocks", "checkout", kind="owner")).assignment
    assert assignment["table:stocks"] == assignment["shop.catalogue.models:Stock"] == "checkout"
    assert assignment["shop.catalogue.models:Product"] == "catalogue"


def test_shared_is_obeyed_against_the_evidence():
    order = Constraint("shared", (RATE,), line=3)
    assert {member.symbol: member.reason for member in plan_with(order).shared}[RATE] == (
        "[[shared]] in line 3 of the plan file"
    )


def test_together_moves_as_one():
    order = Constraint("together", (RATE, "shop.catalogue.services:load_product"), line=1)
    assignment = plan_with(order).assignment
    assert assignment[RATE] == assignment["shop.catalogue.services:load_product"]


def test_together_follows_a_pin():
    order = Constraint("together", (RATE, "shop.shipping.services:save_rate"), line=1)
    assignment = plan_with(order, pin(RATE, "checkout", 2)).assignment
    assert assignment["shop.shipping.services:save_rate"] == "checkout"


@pytest.mark.parametrize("services", [None, (1, 3)])
def test_apart_holds_however_strong_the_pull(services):
    order = Constraint("apart", ("shop.catalogue.models:Product", "shop.catalogue.models:Stock"), line=1)
    assignment = plan_with(order, services=services).assignment
    assert assignment["table:products"] != assignment["table:stocks"]


def test_a_rename_holds_and_is_quiet_once_done():
    order = Constraint("rename", ("checkout",), "buying", line=4)
    plan = plan_with(order)
    assert [service.name for service in plan.services] == ["buying", "catalogue", "shipping"]
    names = [listed(module, plan.assignment[module]) for module in sorted(plan.assignment) if ":" not in module]
    assert plan_with(order, *names).assignment == plan.assignment


def test_pins_know_the_old_and_the_new_name():
    order = Constraint("rename", ("checkout",), "buying", line=4)
    assert plan_with(order, pin(RATE, "checkout", 5)).assignment[RATE] == "buying"
    assert plan_with(order, pin(RATE, "buying", 5)).assignment[RATE] == "buying"


def test_the_listing_holds_until_an_order_says_otherwise():
    lines = [listed("shop.catalogue.services", "catalogue"), listed("shop.catalogue.services:load_stock", "checkout")]
    assignment = plan_with(*lines).assignment
    assert assignment["shop.catalogue.services:load_stock"] == "checkout"
    assert assignment["shop.catalogue.services:load_product"] == "catalogue"
    assignment = plan_with(*lines, pin("shop.catalogue.services:load_stock", "shipping", 9)).assignment
    assert assignment["shop.catalogue.services:load_stock"] == "shipping"


def test_listed_and_gone_is_forgotten():
    assert plan_with(listed("shop.gone:f", "catalogue")).assignment == plan_with().assignment


def test_constraints_are_kept_in_the_plan_without_the_listing():
    order = pin(RATE, "catalogue")
    assert plan_with(order, listed("shop.catalogue.views", "catalogue")).constraints == (order,)


CONTRADICTIONS = {
    "pinned twice": [pin(RATE, "catalogue", 3), pin("shop.shipping.services", "checkout", 8)],
    "pinned and shared": [pin(RATE, "catalogue", 3), Constraint("shared", (RATE,), line=8)],
    "pinned and owned": [
        pin("shop.catalogue.models:Stock", "catalogue", 3),
        pin("table:stocks", "checkout", 8, "owner"),
    ],
    "together and apart": [
        Constraint("together", (RATE, "shop.core.db"), line=3),
        Constraint("apart", (RATE, "shop.core.db"), line=8),
    ],
    "together, pinned to two": [
        Constraint("together", (RATE, "shop.checkout.views"), line=1),
        pin(RATE, "catalogue", 3),
        pin("shop.checkout.views", "checkout", 8),
    ],
    "apart, pinned to one": [
        pin(RATE, "catalogue", 3),
        pin("shop.checkout.views", "catalogue", 4),
        Constraint("apart", (RATE, "shop.checkout.views"), line=8),
    ],
    "renamed twice": [Constraint("rename", ("checkout",), name, line=line) for name, line in (("a", 3), ("b", 8))],
    "listed twice": [listed("shop.core.db", "catalogue", 3), listed("shop.core.db", "checkout", 8)],
}


@pytest.mark.parametrize("orders", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_contradictions_name_both_lines(orders):
    with pytest.raises(RefactorError) as error:
        plan_with(*orders)
    lines = {order.line for order in orders}
    assert error.value.where == "refactor.plan.toml:8"
    assert sum(f"line {line} " in error.value.message for line in lines) >= 2


@pytest.mark.parametrize(
    ("order", "message", "hint"),
    [
        (pin("shop.shipping.servces:load_rate", "catalogue", 7), "nothing is called", f"Did you mean {RATE}?"),
        (pin(RATE, "Best Sellers", 7), "'Best Sellers' is no name for a service", "best-sellers"),
        (pin(RATE, "fallback", 7), "'fallback' is no name for a service", "reserved"),
        (Constraint("shared", ("table:stocks",), line=7), "table stocks needs an owner", "Pin it"),
        (Constraint("apart", (RATE, "shop.shipping.*"), line=7), "can't be apart from itself", "Narrow"),
        (Constraint("rename", ("chekout",), "buying", line=7), "no service is called chekout", "checkout?"),
        (Constraint("rename", ("checkout",), "shipping", line=7), "shipping is already a service", "another"),
    ],
)
def test_impossible_orders_are_told(order, message, hint):
    with pytest.raises(RefactorError) as error:
        plan_with(order)
    assert error.value.where == "refactor.plan.toml:7"
    assert message in error.value.message
    assert hint in error.value.hint


def test_an_unreachable_number_of_services_is_told():
    with pytest.raises(RefactorError, match="no proposal has 40 to 50 services"):
        plan_with(services=(40, 50))
