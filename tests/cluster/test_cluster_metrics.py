"""The published measures on a graph small enough to work out by hand.

Services A = {place_order, bill, ship} and B = {load_order, save_order}; calls, with sites: place_order -> bill 3,
bill -> ship 1, load_order -> save_order 1, ship -> load_order 2 (the only ones that cross).
"""

import inspect
from math import log
from pathlib import Path
from random import Random

import networkx
import pytest

from refactor.cluster.metrics import MEASURES, metrics_of, sections
from refactor.cluster.metrics.reference import page
from refactor.cluster.metrics.scene import scene_of
from refactor.cluster.metrics.structure import modularity
from refactor.model.names import table
from refactor.model.plan import Member, Ownership, Plan, Service
from refactor.model.program import Definition, Edge, EntryPoint, Evidence, Module, Program, Table

A, B = ("m:bill", "m:place_order", "m:ship"), ("n:load_order", "n:save_order")
SIGNATURES = {"n:load_order": "self, number: int, shop='x, y'", "n:save_order": "item: int"}
CALLS = {
    ("m:place_order", "m:bill"): 3,
    ("m:bill", "m:ship"): 1,
    ("n:load_order", "n:save_order"): 1,
    ("m:ship", "n:load_order"): 2,
}
ACCESSES = (
    ("m:place_order", "bills", "read"),
    ("m:place_order", "bills", "write"),
    ("m:place_order", "orders", "read"),
    ("m:bill", "orders", "write"),
    ("n:save_order", "orders", "write"),
)


def drawn(calls=CALLS, accesses=ACCESSES, handlers=("m:place_order", "n:load_order", "n:save_order")):
    edges = [Edge(*ends, "call", Evidence("m.py", site + 1)) for ends, sites in calls.items() for site in range(sites)]
    edges += [Edge(source, table(name), kind, Evidence("m.py", 1)) for source, name, kind in accesses]
    at = Evidence("m.py", 1)
    return Program(
        "p",
        modules=(Module("m", "m.py", 9), Module("n", "n.py", 9)),
        definitions=tuple(Definition(name, "function", "m.py", 1, 1, 1, SIGNATURES.get(name, "")) for name in A + B),
        edges=tuple(sorted(edges)),
        entry_points=tuple(EntryPoint(f"http:GET /{name}", "http", name, at) for name in handlers),
        tables=(Table("bills", "", at), Table("orders", "", at)),
    )


def service(name, members, owned, writers):
    return Service(
        name, "", tuple(Member(member, "") for member in members), (Ownership(owned, "", writers, ()),) if owned else ()
    )


PLAN = Plan(
    "p",
    (service("A", ("m", *A), "bills", ("A",)), service("B", ("n", *B), "orders", ("A", "B"))),
    shared=(Member("lib:f", ""),),
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SM", (2 / 9 + 1 / 4) / 2 - 1 / 12),
        ("ICP", (1 + log(2)) / (4 + log(3) + log(2))),
        ("IFN", 1 / 2),
        ("NED", 1.0),
        # B: two units for each of the first two use cases, one for the third
        ("BCP", -(2 * 0.4 * log(0.4) + 0.2 * log(0.2)) / 2),
        ("TurboMQ", 4 / 5 + 2 / 3),
        ("modularity", 3 / 4 - (5 / 8) ** 2 - (3 / 8) ** 2),
        # B's operations take {int, shop} and {int}; A's take nothing
        ("CHM", 1 / 2),
        ("CHD", (1 + 1 / 3) / 2),
        ("DTP", (1 + 1 + 2 / 3 * log(2 / 3) + 1 / 3 * log(1 / 3)) / 2),
        ("single-writer share", 1 / 2),
        ("foreign access share", 6 / 17),
        ("distributed transactions", 1 / 3),
        ("hops per use case", 1 / 3),
    ],
)
def test_by_hand(name, value):
    assert {metric.name: metric.value for metric in metrics_of(drawn(), PLAN)}[name] == pytest.approx(value, abs=5e-5)


def test_what_cannot_be_measured_is_left_out():
    told = [
        metric.name for metric in metrics_of(drawn(accesses=(), handlers=()), Plan("p", (service("A", A, "", ()),)))
    ]
    assert told == ["SM", "ICP", "IFN", "NED", "TurboMQ", "modularity"]
    assert metrics_of(Program("p"), Plan("p")) == ()


def test_one_giant_service_games_what_it_is_said_to_game():
    giant = Plan("p", (service("A", (*A, *B), "orders", ("A",)),))
    found = {metric.name: metric.value for metric in metrics_of(drawn(), giant)}
    assert [found[name] for name in ("ICP", "IFN", "DTP", "single-writer share", "hops per use case")] == [
        0,
        0,
        1,
        1,
        0,
    ]
    assert found["modularity"] == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_modularity_is_networkx_own(seed):
    chance = Random(seed)
    calls = {(chance.choice(A + B), chance.choice(A + B)): chance.randint(1, 3) for _ in range(12)}
    graph = networkx.Graph(ends for ends in calls if ends[0] != ends[1])
    expected = networkx.community.modularity(graph, [set(A) & set(graph), set(B) & set(graph)])
    assert modularity(scene_of(drawn(calls), PLAN)) == pytest.approx(expected)


def test_a_rest_of_a_module_counts_when_it_takes_part():
    assert sorted(scene_of(drawn(), PLAN).home) == [*A, *B]
    linked = scene_of(drawn({**CALLS, ("m", "m:bill"): 1}), PLAN)
    assert sorted(linked.home) == ["m", *A, *B]


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_says_its_direction_its_source_and_how_it_is_gamed(name):
    told = sections(inspect.getdoc(MEASURES[name]))
    assert told["Better"] in ("higher", "lower")
    assert sorted(told) == ["Better", "Gamed", "Source"]
    assert all(told.values())


def test_the_page_of_metrics_says_what_the_docstrings_say():
    assert (Path(__file__).parents[2] / "docs/reference/metrics.md").read_text("utf-8") == page()
