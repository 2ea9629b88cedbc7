"""A person's weights: each view can be switched off and counted more or less."""

from pathlib import Path

import pytest
from drafts import shop

from refactor.cluster import cluster
from refactor.cluster.touches import touches_of
from refactor.cluster.units import units_of
from refactor.cluster.views import views_of
from refactor.cluster.views.weights import total
from refactor.model.observed import History, Traced
from refactor.model.weighing import AS_PROPOSED, VIEWS, ViewWeights

SHAPED = ("proximity", "vocabulary")
"""Views that are trusted as far as the links agree, so that they change with the others."""


def views(factors=AS_PROPOSED):
    draft = shop().event("shop.signals:paid", "shop.shipping.services:save_shipment")
    draft.edge("publish", "shop.checkout.services:save_order", "event:shop.signals:paid")
    draft.state("shop.core.db:CACHE", writers=("shop.core.db:session",), readers=("shop.catalogue.views:show_stock",))
    draft.edge("hook", "shop.checkout.views:show_order", "shop.shipping.services:load_rate", confidence=0.9)
    draft.edge("import", "shop.checkout.views", "shop.checkout.services")
    draft.file("shop.checkout", is_package=True)
    for number in range(12):
        draft.file(f"shop.attic.room{number}", "sleep")
    program = draft.program()
    units = units_of(program)
    ran = Traced({("shop.checkout.views:show_order", "shop.checkout.services:load_order"): 7})
    seen = History((("shop/checkout/views.py", "shop/checkout/services.py"),) * 30)
    return views_of(program, units, touches_of(program), factors, seen, ran)


@pytest.mark.parametrize("view", sorted(set(views().parts) - {*SHAPED}))
def test_a_view_alone_is_counted_twice_or_not_at_all(view: str) -> None:
    key = view.replace(" ", "_")
    before, twice, never = (views(ViewWeights(**{key: factor})).parts for factor in (1, 2, 0))
    assert total(before[view]) > 0
    assert twice[view] == {pair: 2 * weight for pair, weight in before[view].items()}
    assert never[view] == {}
    assert {name for name in before if twice[name] != before[name]} - {*SHAPED} == {view}


@pytest.mark.parametrize("view", SHAPED)
def test_names_are_counted_twice_or_not_at_all(view: str) -> None:
    before, twice, never = (views(ViewWeights(**{view: factor})).parts for factor in (1, 2, 0))
    assert twice[view] == {pair: 2 * weight for pair, weight in before[view].items()} != {}
    assert never[view] == {}


def test_every_view_has_a_setting() -> None:
    assert {name.replace(" ", "_") for name in views().parts} <= set(VIEWS)


def test_a_proposal_obeys_the_weights() -> None:
    program, graph = shop("shop.{layer}.{domain}").both()
    factors = ViewWeights(**dict.fromkeys(set(VIEWS) - {"proximity"}, 0.0))
    as_proposed, nothing = (cluster(program, graph, weights=given) for given in (AS_PROPOSED, factors))
    assert as_proposed == cluster(program, graph)
    assert as_proposed.assignment != nothing.assignment


def test_every_view_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/evidence.md").read_text("utf-8")
    assert [view for view in views().parts if f"| `{view.replace(' ', '_')}` |" not in page] == []
