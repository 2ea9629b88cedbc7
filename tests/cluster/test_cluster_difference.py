"""What one plan does differently from another."""

from drafts import shop

from refactor.cluster import cluster, difference
from refactor.model.measures import Shift
from refactor.model.plan import Constraint
from refactor.report import difference_lines

RATE = "shop.shipping.services:load_rate"


def plan_with(*constraints, draft=None):
    return cluster(*(draft or shop()).both(), constraints)


def test_the_same_plan_twice_is_no_difference():
    assert difference(plan_with(), plan_with()).is_none
    assert difference_lines(difference(plan_with(), plan_with())) == []


def test_a_pin_moves_and_is_named():
    pin = Constraint("pin", (RATE,), "catalogue", "we say so", 12)
    before, after = plan_with(), plan_with(pin)
    found = difference(before, after)
    assert found.moved == (Shift(RATE, "shipping", "catalogue", "[[pin]] in line 12 of the plan file: we say so"),)
    assert (found.gained, found.lost, found.renamed) == ((), (), ())
    assert (found.before, found.after) == (before.cost, after.cost)
    assert found.before.total < found.after.total
    assert {cut.id for cut in after.cuts} - {cut.id for cut in before.cuts} == set(found.new_cuts)
    assert difference_lines(found)[:2] == [
        "1 unit moved",
        f"  {RATE}  shipping -> catalogue: [[pin]] in line 12 of the plan file: we say so",
    ]


def test_a_listing_that_was_edited_is_named_by_its_line():
    orders = [Constraint("listed", ("shop.shipping.services",), "catalogue", "", 7)]
    moved = {shift.symbol: shift for shift in difference(plan_with(), plan_with(*orders), orders).moved}
    assert moved[RATE].why == "listed in line 7 of the plan file"


def test_a_new_name_moves_nothing():
    found = difference(plan_with(), plan_with(Constraint("rename", ("checkout",), "buying", "", 3)))
    assert (found.moved, found.gained, found.lost) == ((), (), ())
    assert found.renamed == (("checkout", "buying"),)
    assert "service checkout is now buying" in difference_lines(found)


def test_a_service_of_its_own_is_gained_and_lost():
    before, after = plan_with(), plan_with(Constraint("pin", (RATE,), "rating", "", 3))
    assert difference(before, after).gained == difference(after, before).lost == ("rating",)


def test_new_and_gone_code_is_not_moved():
    found = difference(plan_with(), plan_with(draft=shop().file("shop.shipping.extra", "extra")))
    assert (found.appeared, found.vanished) == (("shop.shipping.extra", "shop.shipping.extra:extra"), ())
    back = difference(plan_with(draft=shop().file("shop.shipping.extra", "extra")), plan_with())
    assert (back.appeared, back.vanished) == ((), ("shop.shipping.extra", "shop.shipping.extra:extra"))
