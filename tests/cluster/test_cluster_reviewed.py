"""A reviewer's marks upon the next proposal."""

import pytest
from drafts import shop

from refactor.cluster import cluster, orders_of_review
from refactor.model.errors import RefactorError
from refactor.model.plan import Constraint
from refactor.model.review import Mark, Placed

RATE = "shop.shipping.services:load_rate"
STOCK = "shop.catalogue.services:load_stock"


def planned(*marks, orders=(), seed=0):
    """The plan that follows a review of the first proposal, and the notes."""
    program, graph = shop().both()
    seen = cluster(program, graph, orders)
    placed = [Placed(mark, "review.json", line) for line, mark in enumerate(marks, 7)]
    said, notes = orders_of_review(placed, seen, program)
    return seen, cluster(program, graph, [*orders, *said], seed=seed), notes


@pytest.mark.parametrize("seed", range(3))
def test_an_accepted_service_keeps_its_members(seed):
    seen, plan, notes = planned(Mark("service", "catalogue", "accept"), seed=seed)
    assert {member.symbol for member in plan.by_name["catalogue"].members} == {
        member.symbol for member in seen.by_name["catalogue"].members
    }
    assert notes == ()


def test_a_member_that_is_rejected_goes_elsewhere():
    seen, plan, _ = planned(Mark("member", STOCK, "reject", service="catalogue"))
    assert (seen.assignment[STOCK], plan.assignment[STOCK]) == ("catalogue", "checkout")
    assert {name for name in plan.assignment if plan.assignment[name] != seen.assignment[name]} == {STOCK}


def test_a_rejected_member_of_an_accepted_service():
    _, plan, _ = planned(Mark("member", STOCK, "reject", service="catalogue"), Mark("service", "catalogue", "accept"))
    assert plan.assignment[STOCK] == "checkout"


def test_a_rejected_service_is_given_up():
    seen, plan, _ = planned(Mark("service", "shipping", "reject"))
    assert "shipping" in seen.by_name
    assert "shipping" not in plan.by_name
    assert plan.assignment["table:rates"] in ("catalogue", "checkout")


def test_an_accepted_cut_is_an_exception():
    seen, plan, _ = planned()
    cut = seen.cuts[0]
    _, plan, _ = planned(Mark("cut", cut.id, "accept", "we know"))
    assert plan.constraints == (Constraint("accept", (cut.id,), "", "we know", 7, "review.json"),)


def test_a_rejected_cut_is_gone():
    seen, _, _ = planned()
    cut = next(cut for cut in seen.cuts if cut.kind == "call" and cut.target == STOCK)
    _, plan, _ = planned(Mark("cut", cut.id, "reject"))
    assert plan.service_of(cut.source) == plan.service_of(cut.target)
    assert cut.id not in {other.id for other in plan.cuts}


def test_discuss_and_decisions_place_nothing():
    marks = [Mark("service", "catalogue", "discuss"), Mark("decision", "table:stocks", "reject")]
    seen, plan, notes = planned(*marks)
    assert (plan, notes) == (seen, ())


def test_what_is_gone_is_told():
    marks = [
        Mark("service", "gone", "accept"),
        Mark("member", "shop.gone:f", "reject"),
        Mark("cut", "c0ffee", "accept"),
    ]
    seen, plan, notes = planned(*marks)
    assert plan == seen
    assert notes == (
        "review.json:7: service gone is no longer there; its mark has no use",
        "review.json:8: member shop.gone:f is no longer there; its mark has no use",
        "review.json:9: cut c0ffee is no longer there; its mark has no use",
    )


def test_a_review_against_the_plan_file_names_both():
    pin = Constraint("pin", (STOCK,), "catalogue", "", 3)
    with pytest.raises(RefactorError) as error:
        planned(Mark("member", STOCK, "reject", service="catalogue"), orders=[pin])
    assert error.value.message.startswith("line 3 [[pin]] and line 7 of review.json contradict each other: ")
    assert error.value.where == "review.json:7"


def test_a_review_again_changes_nothing():
    program, graph = shop().both()
    marks = [Mark("member", STOCK, "reject", service="catalogue"), Mark("service", "shipping", "accept")]
    placed = [Placed(mark, "review.json", line) for line, mark in enumerate(marks, 7)]
    first = cluster(program, graph, orders_of_review(placed, cluster(program, graph), program)[0])
    assert cluster(program, graph, orders_of_review(placed, first, program)[0]).assignment == first.assignment
