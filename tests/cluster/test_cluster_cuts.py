"""Cuts, waves, conditions, scores and measures."""

import pytest
from drafts import Draft, shop

from refactor.cluster import cluster
from refactor.cluster.ensemble import ensemble, louvain
from refactor.cluster.measures import adjusted_rand
from refactor.model.names import digest
from refactor.model.plan import Constraint

OWNERS = (("stocks", "catalogue"), ("labels", "shipping"), ("orders", "checkout"), ("payments", "checkout"))
SAVE_ORDER = "shop.checkout.services:save_order"


def test_what_crosses_is_cut_once_per_source_target_and_kind():
    draft = shop().call(SAVE_ORDER, "shop.catalogue.services:load_stock")
    cuts = {(cut.kind, cut.target): cut for cut in cluster(*draft.both()).cuts if cut.source == SAVE_ORDER}
    assert set(cuts) == {
        ("call", "shop.catalogue.services:load_stock"),
        ("write", "table:stocks"),
        ("transaction", "table:stocks"),
    }
    call = cuts["call", "shop.catalogue.services:load_stock"]
    assert (call.consumer, call.provider, call.chatty, len(call.sites)) == ("checkout", "catalogue", True, 2)
    assert call.id == digest(SAVE_ORDER, "shop.catalogue.services:load_stock", "call")
    assert cuts["write", "table:stocks"].chatty is False


def test_calls_into_the_kernel_are_no_cuts():
    plan = cluster(*shop().both())
    assert not [cut for cut in plan.cuts if "shared" in (cut.consumer, cut.provider)]
    assert not [cut for cut in plan.cuts if cut.target.startswith("shop.core")]


def test_publishing_is_cut_per_foreign_subscriber():
    draft = shop().file("shop.core.signals", "order_placed")
    draft.event("shop.core.signals:order_placed", "shop.shipping.services:save_rate", "shop.checkout.views:show_cart")
    draft.edge("publish", SAVE_ORDER, "event:shop.core.signals:order_placed")
    cuts = [cut for cut in cluster(*draft.both()).cuts if cut.kind == "publish"]
    assert [(cut.consumer, cut.provider, cut.target) for cut in cuts] == [
        ("checkout", "shipping", "shop.shipping.services:save_rate")
    ]


def test_a_transaction_is_cut_per_foreign_owner():
    draft = shop().transaction("shop.core.db:session", "orders", "payments", "stocks", "labels")
    owners = [Constraint("owner", (f"table:{name}",), home) for name, home in OWNERS]
    cuts = [cut for cut in cluster(*draft.both(), owners).cuts if cut.source == "shop.core.db:session"]
    assert [(cut.consumer, cut.provider) for cut in sorted(cuts, key=lambda cut: cut.provider)] == [
        ("checkout", "catalogue"),
        ("checkout", "shipping"),
    ]


def test_providers_leave_before_their_callers():
    plan = cluster(*shop().both())
    assert {service.name: service.wave for service in plan.services} == {"catalogue": 1, "checkout": 2, "shipping": 3}
    assert plan.by_name["catalogue"].condition == (
        "Let the monolith write stocks through it alone; callers in checkout stay on the monolith until they follow."
    )


def test_state_in_memory_is_moved_first():
    draft = (
        shop()
        .file("shop.shipping.cache", "rates")
        .state("shop.shipping.cache:rates", ["shop.shipping.services:save_rate"], ["shop.shipping.services:load_rate"])
    )
    assert cluster(*draft.both()).by_name["shipping"].condition == (
        "Move shop.shipping.cache:rates out of the process's memory first."
    )


def test_scores_follow_their_formulas():
    scores = dict(cluster(*shop().both()).scores)
    # 18 own accesses (9 reads, 9 writes) and one foreign write: 5 / (9 + 9 * 5 + 5)
    assert scores["data ownership"] == round(100 * (1 - 5 / 59), 1)
    assert scores["transactions"] == 0.0
    assert scores["evidence"] == 90.0
    parts = (scores["modularity"], scores["data ownership"], scores["transactions"], scores["evidence"])
    expected = sum(part * share for part, share in zip(parts, (0.3, 0.3, 0.2, 0.2), strict=True))
    assert scores["total"] == pytest.approx(expected, abs=0.06)


def test_louvain_takes_over_where_leiden_is_missing():
    weights = {("a", "b"): 1.0, ("b", "c"): 1.0, ("a", "c"): 1.0, ("d", "e"): 1.0, ("c", "d"): 0.05}
    runs = ensemble(["a", "b", "c", "d", "e", "f"], weights, 3, (1.0,), louvain)
    assert len(runs) == 3
    for run in runs:
        assert run["a"] == run["b"] == run["c"] != run["d"] == run["e"]
        assert run["f"] not in {run[node] for node in "abcde"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a": "1", "b": "1", "c": "2"}, {"a": "x", "b": "x", "c": "y"}, 1.0),
        ({"a": "1", "b": "1", "c": "2", "d": "2"}, {"a": "x", "b": "y", "c": "x", "d": "y"}, -0.5),
        ({"a": "1", "b": "2"}, {"a": "1", "b": "2"}, 1.0),
        ({"a": "1", "z": "9"}, {"a": "1"}, 1.0),
        # two groups of three against the textbook's 2+1 / 1+2 shift
        (
            dict.fromkeys("abc", "1") | dict.fromkeys("def", "2"),
            dict.fromkeys("ab", "1") | dict.fromkeys("cdef", "2"),
            12 / 37,
        ),
    ],
)
def test_adjusted_rand(one, other, expected):
    assert adjusted_rand(one, other) == pytest.approx(expected)


def test_an_unresolved_program_has_full_marks_for_what_it_does_not_have():
    program, graph = Draft().file("a.b", "f").route("/f", "a.b:f").both()
    assert dict(cluster(program, graph).scores) == {
        "modularity": 100.0,
        "data ownership": 100.0,
        "transactions": 100.0,
        "evidence": 100.0,
        "total": 100.0,
    }


def test_tables_that_only_edges_name_belong_to_nobody():
    draft = shop().writes(SAVE_ORDER, "auth_group", confidence=0.9).reads(SAVE_ORDER, "auth_group")
    assert "auth_group" not in str([service.tables for service in cluster(*draft.both()).services])
