"""Confidence, runner-up, margin and stability: figures that a reviewer can work out by hand."""

import pytest
from drafts import shop

from refactor.cluster import cluster
from refactor.cluster.firmness import Firmness, Standing
from refactor.model.plan import Constraint

HOME = {"a": "one", "b": "one", "c": "one", "x": "two", "y": "two", "k": "shared"}
RUNS = [{"a": 0, "b": 0, "c": 0, "x": 1, "y": 1, "k": 1}, {"a": 0, "b": 0, "c": 1, "x": 1, "y": 1, "k": 1}]


def firmness(near=(), runs=RUNS, of=None):
    links = {}
    for one, other, weight in near:
        links.setdefault(one, {})[other] = weight
        links.setdefault(other, {})[one] = weight
    return Firmness(runs, of or {unit: unit for unit in HOME}, links, HOME, dict.fromkeys(HOME, ""))


def test_company_counts_twice_and_links_once():
    # c: beside 2 of 2 in one run, 0 of 2 in the other; both of two in one run. Links: 3 of 4 to its own.
    found = firmness([("c", "a", 3.0), ("c", "x", 1.0)]).unit("c")
    own, other = 2 / 3 * 0.5 + 1 / 3 * 0.75, 2 / 3 * 0.5 + 1 / 3 * 0.25
    assert found == Standing(round((1 + own - other) / 2, 2), "two", round(own - other, 2))


def test_what_all_runs_and_links_keep_together_is_sure():
    assert firmness([("x", "y", 1.0)], RUNS[:1]).unit("x") == Standing(1.0, "", 1.0)


def test_a_unit_that_another_service_attracts_more_has_no_margin():
    found = firmness([("c", "x", 4.0)], [RUNS[1]]).unit("c")
    assert found == Standing(0.0, "two", 0.0)


def test_links_to_the_kernel_speak_for_no_service():
    assert firmness([("c", "k", 9.0), ("c", "a", 1.0)]).unit("c") == firmness([("c", "a", 1.0)]).unit("c")


def test_what_the_runs_did_not_see_stands_by_its_links():
    runs = [{unit: label for unit, label in run.items() if unit != "c"} for run in RUNS]
    assert firmness([("c", "a", 3.0), ("c", "x", 1.0)], runs).unit("c") == Standing(0.75, "two", 0.5)
    assert firmness(runs=runs).unit("c") == Standing(0.5, "", 0.0)


def test_stability_is_the_share_of_pairs_that_stay_together():
    # Of one's three pairs all in the first run, one in the second.
    assert (firmness().stability("one"), firmness().stability("two")) == (round(4 / 6, 2), 1.0)


@pytest.fixture(scope="module")
def plan():
    return cluster(*shop().both())


def test_every_member_says_how_sure_it_is(plan):
    members = [member for service in plan.services for member in service.members]
    assert all(0.5 <= member.confidence <= 1 for member in members)
    assert all(abs(member.margin - max(0.0, 2 * member.confidence - 1)) < 0.011 for member in members)
    assert all(0.8 <= service.stability <= 1 for service in plan.services)


def test_a_plan_that_is_read_back_is_as_sure_as_before(plan):
    lines = [
        Constraint("listed", (member.symbol,), service.name) for service in plan.services for member in service.members
    ]
    assert cluster(*shop().both(), lines).services == plan.services
