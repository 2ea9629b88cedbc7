"""Cycles with the links that open them, waves, and groups of many services."""

from itertools import permutations
from random import Random

import networkx
import pytest

from refactor.cluster.cycles import cycles_of
from refactor.cluster.groups import groups_of
from refactor.cluster.waves import conditions_of, waves_of
from refactor.model.measures import Cycle, Group
from refactor.model.plan import Cut


def cut(consumer, provider, weight=1.0, kind="call", target="b"):
    return Cut(f"{consumer}{provider}{kind}", consumer, provider, kind, "a", target, (), weight=weight)


def told(*cuts):
    return [("".join(cycle.services), f"{cycle.consumer}{cycle.provider}", cycle.weight) for cycle in cycles_of(cuts)]


def random_cuts(seed, names="abcdef", links=14):
    chance = Random(seed)
    return [cut(*chance.sample(names, 2), float(chance.randint(1, 9))) for _ in range(links)]


def test_a_chain_has_no_cycle():
    assert told(cut("a", "b"), cut("b", "c"), cut("a", "c")) == []


def test_the_lighter_of_two_directions_gives_way():
    assert cycles_of([cut("a", "b", 5.0), cut("b", "a", 1.0), cut("b", "a", 0.5, "reference")]) == (
        Cycle(("b", "a"), "b", "a", 1.5, ("bacall", "bareference")),
    )


def test_a_ring_is_told_in_the_order_of_its_calls_from_the_weakest_link():
    assert told(cut("a", "b", 3.0), cut("b", "c", 1.0), cut("c", "d", 2.0), cut("d", "a", 4.0)) == [("bcda", "bc", 1.0)]


def test_one_link_opens_two_rings_although_it_is_no_ring_s_lightest():
    # Both rings share a -> b: breaking it costs 3, breaking each ring at its lightest 4.
    cuts = [cut("a", "b", 3.0), cut("b", "c", 2.0), cut("c", "a", 9.0), cut("b", "d", 2.0), cut("d", "a", 9.0)]
    assert told(*cuts) == [("abc", "ab", 3.0)]


def test_circles_apart_are_told_apart_the_cheapest_first():
    cuts = [cut("a", "b", 5.0), cut("b", "a", 4.0), cut("c", "d", 1.0), cut("d", "c", 2.0), cut("b", "c", 0.1)]
    assert told(*cuts) == [("cd", "cd", 1.0), ("ba", "ba", 4.0)]


@pytest.mark.parametrize("seed", range(30))
def test_the_links_open_every_ring_and_none_of_them_for_nothing(seed):
    cuts = random_cuts(seed, "abcdefghij", 40)
    cycles = cycles_of(cuts)
    graph = networkx.DiGraph((item.consumer, item.provider) for item in cuts)
    rings = [list(zip(cycle.services, (*cycle.services[1:], cycle.services[0]), strict=True)) for cycle in cycles]
    assert all(graph.has_edge(*link) for ring in rings for link in ring)
    assert [ring[0] for ring in rings] == [(cycle.consumer, cycle.provider) for cycle in cycles]
    graph.remove_edges_from((cycle.consumer, cycle.provider) for cycle in cycles)
    assert networkx.is_directed_acyclic_graph(graph)
    assert all(networkx.has_path(graph, cycle.provider, cycle.consumer) for cycle in cycles)


@pytest.mark.parametrize("seed", range(12))
def test_few_services_are_opened_at_the_least_weight_there_is(seed):
    cuts = random_cuts(seed)
    risk = [(item.consumer, item.provider, item.weight) for item in cuts]
    least = min(
        sum(weight for consumer, provider, weight in risk if order.index(consumer) > order.index(provider))
        for order in permutations("abcdef")
    )
    assert sum(cycle.weight for cycle in cycles_of(cuts)) == pytest.approx(least)


def test_the_order_of_cuts_changes_nothing():
    cuts = random_cuts(1, "abcdefghij", 40)
    assert cycles_of(cuts) == cycles_of(reversed(cuts))


def test_waves_follow_what_is_depended_on_and_ignore_broken_links():
    cuts = [cut("a", "b", 5.0), cut("b", "a", 1.0), cut("c", "a")]
    assert waves_of(["a", "b", "c", "d"], cuts, cycles_of(cuts)) == {"a": 2, "b": 1, "c": 3, "d": 1}


def test_conditions_name_the_tables_that_the_monolith_still_shares():
    cuts = [
        cut("a", "b", 1.0, "write", "table:orders"),
        cut("a", "b", 1.0, "read", "table:prices"),
        cut("c", "b", 1.0, "call"),
        cut("b", "d", 0.5, "write", "table:stock"),
    ]
    assert conditions_of({"b": 1, "a": 2, "c": 2, "d": 3}, cuts, {}) == {
        "a": "Nothing has to be moved first: its entry points can be routed to it at once.",
        "b": "Let the monolith write orders through it alone; let the monolith read prices through it or from a copy; "
        "keep its calls to d, its writes to stock too, answered by the monolith until they follow; "
        "callers in c stay on the monolith until they follow.",
        "c": "Nothing has to be moved first: its entry points can be routed to it at once.",
        "d": "Nothing has to be moved first: its entry points can be routed to it at once.",
    }


def test_few_services_need_no_groups():
    assert groups_of("abcde", [cut("a", "b")], most=5) == ()


def test_groups_hold_what_is_linked_and_are_named_after_their_strongest():
    cuts = [cut("a", "b", 5.0), cut("b", "c", 4.0), cut("d", "e", 5.0), cut("e", "f", 1.0), cut("c", "d", 0.5)]
    assert groups_of("abcdef", cuts, most=2) == (Group("b", ("a", "b", "c")), Group("e", ("d", "e", "f")))


@pytest.mark.parametrize("links", [0, 30, 400])
def test_every_service_is_in_one_of_at_most_so_many_groups(links):
    names = [f"s{number:02}" for number in range(70)]
    cuts = random_cuts(5, names, links)
    groups = groups_of(names, cuts)
    assert len(groups) == 25
    assert sorted(name for group in groups for name in group.services) == names
    assert all(group.name in group.services for group in groups)
    assert groups_of(reversed(names), reversed(cuts)) == groups
