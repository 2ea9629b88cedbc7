"""The design of the runs: what a seed changes, and what it doesn't."""

from math import prod

import pytest

from refactor.cluster.ensemble import CLEARLY, MOST_LINKS, SEARCHES, SEEDS_EACH, Edges, Labels, ensemble

WEIGHTS = {("a", "b"): 2.0, ("b", "c"): 1.0, ("c", "d"): 4.0}
NODES = ["a", "b", "c", "d", "e"]


class Recorded:
    """A search that finds one community, worth what is asked for, and remembers what it was given."""

    def __init__(self, own: float = 0.0) -> None:
        self.own = own
        self.given: list[tuple[tuple[float, ...], int, int]] = []

    def __call__(self, edges: Edges, resolution: float, seed: int, searches: int) -> tuple[float, Labels]:
        del resolution
        self.given.append((tuple(weight for _, _, weight in edges), seed, searches))
        labels = {node: 0 if searches > 1 else 1 for one, other, _ in edges for node in (one, other)}
        return (1.0 if searches > 1 else self.own), labels

    @property
    def noisy(self) -> list[tuple[float, ...]]:
        """The weights of each run."""
        return [weights for weights, _, searches in self.given if searches > 1]


def recorded(weights, seed=0, own=0.0):
    search = Recorded(own)
    return ensemble(NODES, weights, seed, (1.0,), search), search


def test_noise_is_the_same_for_every_seed_and_whatever_else_is_linked():
    _, first = recorded(WEIGHTS)
    _, other = recorded(WEIGHTS, seed=7)
    _, fewer = recorded({pair: weight for pair, weight in WEIGHTS.items() if pair != ("a", "b")})
    assert first.noisy == other.noisy
    assert len(set(first.noisy)) == SEEDS_EACH
    assert [weights[1:] for weights in first.noisy] == fewer.noisy


def test_two_runs_mirror_each_others_noise():
    _, search = recorded(WEIGHTS)
    for one, other in zip(search.noisy[::2], search.noisy[1::2], strict=True):
        assert [prod(pair) for pair in zip(one, other, strict=True)] == pytest.approx([4.0, 1.0, 16.0])


def test_a_seed_makes_one_search_of_its_own_in_each_run():
    _, first = recorded(WEIGHTS)
    _, other = recorded(WEIGHTS, seed=7)
    shared = [[(seed, searches) for _, seed, searches in one.given if searches > 1] for one in (first, other)]
    own = [{seed for _, seed, searches in one.given if searches == 1} for one in (first, other)]
    assert shared[0] == shared[1] == [(number, SEARCHES - 1) for number in range(SEEDS_EACH)]
    assert [len(seeds) for seeds in own] == [SEEDS_EACH, SEEDS_EACH]
    assert own[0].isdisjoint(own[1])


def test_the_seeds_search_counts_when_it_is_clearly_better():
    near, _ = recorded(WEIGHTS, own=1 + CLEARLY / 2)
    better, _ = recorded(WEIGHTS, own=1 + 2 * CLEARLY)
    assert [run["a"] for run in near] == [0] * SEEDS_EACH
    assert [run["a"] for run in better] == [1] * SEEDS_EACH
    assert near[0]["e"] == 1
    assert better[0]["e"] == 2


@pytest.mark.parametrize(
    ("links", "runs", "searches"), [(10, 6, 15), (100_000, 6, 8), (MOST_LINKS // 6, 6, 1), (MOST_LINKS, 2, 1)]
)
def test_large_graphs_are_searched_less_often(links, runs, searches):
    from refactor.cluster.ensemble import _effort

    assert _effort(links, 1) == (runs, searches)
