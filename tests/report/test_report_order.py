import re

import pytest
from analyses import giant, shop

from refactor.model.plan import Cut, Member, Plan, Service
from refactor.model.program import Evidence
from refactor.report.flow import flow
from refactor.report.overview import Overview
from refactor.report.pairs import layers, ordered, pairs_of


def cut(consumer: str, provider: str, sites: int = 1, kind: str = "call") -> Cut:
    places = tuple(Evidence("a.py", line) for line in range(1, sites + 1))
    return Cut(f"{consumer}{provider}{kind}", consumer, provider, kind, "a:f", "b:g", places)


@pytest.mark.parametrize(
    ("cuts", "order"),
    [
        ([("a", "b"), ("b", "c")], ("a", "b", "c")),
        ([("c", "b"), ("b", "a")], ("c", "b", "a")),
        ([("a", "b", 5), ("b", "a", 1)], ("a", "b", "c")),
        ([("a", "b", 1), ("b", "a", 5)], ("b", "a", "c")),
        ([("a", "b", 9), ("b", "c", 9), ("c", "a", 1)], ("a", "b", "c")),
        ([], ("a", "b", "c")),
    ],
)
def test_callers_come_first_and_few_sites_run_backward(cuts, order):
    assert ordered("abc", pairs_of(cut(*found) for found in cuts)) == order


def test_layers_stand_below_all_forward_callers():
    pairs = pairs_of([cut("a", "b"), cut("b", "c"), cut("a", "c"), cut("c", "a")])
    assert layers(("a", "b", "c", "d"), pairs) == (("a", "d"), ("b",), ("c",))


def test_pairs_add_up_and_the_most_expensive_is_first():
    first, second = pairs_of([cut("a", "b", 2), cut("c", "a", 1), cut("a", "b", 3, "write")])
    assert (first.label, first.sites, first.points, first.kinds, first.serious) == (
        "a → b",
        5,
        2,
        ("call", "write"),
        True,
    )
    assert (second.label, second.serious) == ("c → a", False)


def test_decisions_take_turns_between_the_sorts():
    titles = [decision.title for decision in Overview(shop()[0]).decisions]
    assert titles == [
        "catalog, orders and payments share a transaction in place_order",
        "Table stock is written by catalog and orders",
        "reporting reaches orders inside a loop",
        "reporting reaches catalog inside a loop",
        "orders reaches catalog inside a loop",
        "orders and catalog depend on each other",
        "shipping and orders depend on each other",
    ]


def test_score_is_the_mean_of_the_parts():
    overview = Overview(shop()[0])
    assert overview.parts == (
        ("modularity", 71), ("data ownership", 88), ("transactions", 60), ("serverless fit", 68), ("evidence", 95),
    )  # fmt: skip
    assert overview.score == round((71 + 88 + 60 + 68 + 95) / 5)


def test_flow_colours_code_that_leaves_its_service_s_package():
    def service(name: str, *symbols: str) -> Service:
        return Service(name, "", tuple(Member(symbol, "") for symbol in symbols))

    plan = Plan("p", (service("a", "x.one:f", "x.one:g", "y.two:h"), service("b", "y.two:k")), (Member("x.one:s", ""),))
    drawn = str(flow(plan))
    assert re.findall(r'class="(flow[^"]*)"', drawn) == ["flow", "flow", "flow stray", "flow"]
    assert re.findall(r">([^<>]+)</text>", drawn) == ["x.one 3", "y.two 2", "shared 1", "a 3", "b 1"]


def test_flow_gives_up_when_names_would_not_fit():
    assert flow(giant(40, 160)[0].plan) == ""
    assert flow(Plan("empty")) == ""
