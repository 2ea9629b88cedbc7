"""What if: cost, cuts and writers of a plan in which a few things stand elsewhere."""

import pytest
from drafts import shop

from refactor.cluster import cluster, difference, prospects, suppose
from refactor.model.errors import RefactorError
from refactor.report import supposed_text

SAVE = "shop.catalogue.services:save_stock"
PROGRAM, GRAPH = shop().both()
PLAN = cluster(PROGRAM, GRAPH)


def supposed(*wishes):
    return suppose(PROGRAM, PLAN, wishes)


def test_the_plan_as_it_is_is_the_plan():
    before, after = supposed()
    assert (before.assignment, before.cuts, before.cost) == (PLAN.assignment, PLAN.cuts, PLAN.cost)
    assert difference(before, after).is_none


def test_a_table_moves_with_its_class_and_brings_its_writers_along():
    before, after = supposed(("table:stocks", "checkout"))
    found = difference(before, after)
    assert [(shift.symbol, shift.source, shift.target) for shift in found.moved] == [
        ("shop.catalogue.models:Stock", "catalogue", "checkout"),
        ("table:stocks", "catalogue", "checkout"),
    ]
    cuts = {cut.id: cut for cut in (*before.cuts, *after.cuts)}
    gone = {(cuts[name].kind, cuts[name].source, cuts[name].target) for name in found.gone_cuts}
    assert gone == {
        ("write", "shop.checkout.services:save_order", "table:stocks"),
        ("transaction", "shop.checkout.services:save_order", "table:stocks"),
    }
    assert ("write", SAVE, "table:stocks") in {
        (cuts[name].kind, cuts[name].source, cuts[name].target) for name in found.new_cuts
    }
    assert [(name, table.writers) for name, table in after.exceptions] == [("checkout", ("catalogue", "checkout"))]
    assert (found.before.transactions, found.after.transactions) == (1.0, 0.0)


def test_a_supposed_cost_is_the_cost_of_such_a_plan():
    load = "shop.catalogue.services:load_stock"
    (move,) = prospects(PROGRAM, PLAN, load)
    before, after = supposed((load, "checkout"))
    assert (move.source, move.target) == ("catalogue", "checkout")
    assert round(before.cost.total - after.cost.total, 5) == round(move.gain, 5)
    assert move.gain < 0


def test_globs_several_wishes_and_new_services():
    before, after = supposed(("shop.shipping.*:*rate", "rating"), ("table:rates", "rating"), (SAVE, "shipping"))
    found = difference(before, after)
    assert found.gained == ("rating",)
    assert {shift.symbol: shift.target for shift in found.moved} == {
        "shop.shipping.services:load_rate": "rating",
        "shop.shipping.services:save_rate": "rating",
        "shop.shipping.views:show_rate": "rating",
        "shop.shipping.models:Rate": "rating",
        "table:rates": "rating",
        SAVE: "shipping",
    }
    assert after.by_name["rating"].entry_points == ("http:GET /shipments/rate/<int:id>",)


@pytest.mark.parametrize(
    ("subject", "service", "message", "hint"),
    [
        ("table:stock", "checkout", "nothing here is named table:stock", "did you mean table:stocks"),
        ("save_stock", "checkout", "nothing here is named save_stock", f"did you mean {SAVE}?"),
        (SAVE, "Check Out", "'Check Out' is no name for a service", "did you mean checkout?"),
        ("table:stocks", "shared", "shop.catalogue.models:Stock can't be shared", "table stocks needs an owner"),
    ],
)
def test_what_is_unknown_is_told(subject, service, message, hint):
    with pytest.raises(RefactorError) as told:
        supposed((subject, service))
    assert str(told.value).startswith(message)
    assert told.value.hint.startswith(hint)


def test_the_text_names_the_edges():
    before, after = supposed(("table:stocks", "checkout"))
    lines = supposed_text(before, after, difference(before, after)).splitlines()
    assert lines[:3] == [
        "2 units moved",
        "  shop.catalogue.models:Stock  catalogue -> checkout",
        "  table:stocks  catalogue -> checkout",
    ]
    assert "owners beyond the first, per transaction            1          0         -1" in lines
    place = lines.index("2 cuts vanish")
    assert lines[place + 1] == ("  checkout -> catalogue: shop.checkout.services:save_order transaction table:stocks")
    assert lines[place + 2].startswith("    --> shop/checkout/services.py:")
    assert "  table stocks is also written by catalogue" in lines
    assert "  table stocks is no longer written by checkout besides its owner" in lines
    assert "1 transaction whole again" in lines
