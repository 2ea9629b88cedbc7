"""Many community searches that differ in resolution and noise.

Comes in: weights between atoms. Goes out: one labelling a run. Must not: choose among them (``consensus`` does).
Leiden comes from graspologic-native (MIT); where that wheel is missing, networkx' Louvain takes its place.

The runs are a fixed design: the noise of a pair follows from its names, so that neither the seed nor a link elsewhere
changes it, and each two runs mirror each other's noise. What a seed changes is the search: in every run the same searches
are made and one more of the seed's own, which counts when it finds clearly more modularity. So a seed can better a run,
and chance alone does not. The larger the graph, the fewer searches;
where there is time for one alone (over some 150,000 links) it is the one that all seeds make, and the seed changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from math import exp
from statistics import NormalDist
from typing import TypeAlias

from refactor.cluster.views.weights import Weights

Labels: TypeAlias = dict[str, int]
Edges: TypeAlias = list[tuple[str, str, float]]
# (edges, resolution, seed, how many searches) -> modularity and labels of the best
Search: TypeAlias = Callable[[Edges, float, int, int], tuple[float, Mapping[str, int]]]

RESOLUTIONS = (0.8, 1.0, 1.3)
SEEDS_EACH = 6
LEAST_EACH = 2
NOISE = 0.2
# Searches a run, the seed's own included, and how many links all of them may look at together.
SEARCHES = 15
MOST_LINKS = 5_000_000
# The seed's own search counts when it finds this share more modularity; less is within the noise.
CLEARLY = 0.001
# Searches of different seeds and runs start at different numbers.
_APART = 1009
# exp(normal(0, NOISE)) at the middle of each 256th of the distribution: one byte draws one.
_FACTORS = tuple(exp(NOISE * NormalDist().inv_cdf((place + 0.5) / 256)) for place in range(256))


@dataclass(frozen=True)
class _Web:
    """The links, sorted, their ends under short names, with ``width`` bytes of noise each."""

    names: dict[str, str]
    ends: list[tuple[str, str]]
    weights: list[float]
    draws: bytes
    width: int

    def noisy(self, number: int) -> Edges:
        """The links of a run; an odd run mirrors the noise of the one before it."""
        factors = _FACTORS[::-1] if number % 2 else _FACTORS
        draws = self.draws[number // 2 :: self.width]
        pairs = zip(self.ends, self.weights, draws, strict=True)
        return [(one, other, weight * factors[draw]) for (one, other), weight, draw in pairs]


def ensemble(
    nodes: list[str],
    weights: Weights,
    seed: int,
    resolutions: tuple[float, ...] = RESOLUTIONS,
    search: Search | None = None,
) -> list[Labels]:
    """Labellings for each resolution, on weights times exp(normal(0, 0.2)).

    A node without weights is a community of its own.
    """
    search = search or _backend()
    each, searches = _effort(len(weights), len(resolutions))
    web = _web(weights, each * len(resolutions))
    runs: list[Labels] = []
    for number, resolution in enumerate(sorted(resolutions * each)):
        found = _found(web, search, number, resolution, seed, searches) if weights else {}
        free = max(found.values(), default=-1) + 1
        lone = [node for node in nodes if node not in found]
        runs.append(found | {node: free + place for place, node in enumerate(lone)})
    return runs


def _effort(links: int, resolutions: int) -> tuple[int, int]:
    """Runs for each resolution, and the searches of a run, the seed's own included."""
    affordable = MOST_LINKS // max(1, links * resolutions)
    each = min(SEEDS_EACH, max(LEAST_EACH, affordable))
    return each, max(1, min(SEARCHES, affordable // each))


def _web(weights: Weights, runs: int) -> _Web:
    ordered = sorted(weights.items())
    numbers = {node: str(place) for place, node in enumerate(sorted({node for pair in weights for node in pair}))}
    width = (runs + 1) // 2
    draws = b"".join(_drawn(*pair, width) for pair, _ in ordered)
    return _Web(
        {number: node for node, number in numbers.items()},
        [(numbers[one], numbers[other]) for (one, other), _ in ordered],
        [weight for _, weight in ordered],
        draws,
        width,
    )


def _drawn(one: str, other: str, width: int) -> bytes:
    return blake2b(f"{one}\0{other}".encode("utf-8", "surrogatepass"), digest_size=width).digest()


def _found(web: _Web, search: Search, number: int, resolution: float, seed: int, searches: int) -> Labels:
    """The communities of a run: the best of the searches that every seed makes, or clearly better ones of its own."""
    edges = web.noisy(number)
    best, labels = search(edges, resolution, number, max(1, searches - 1))
    if searches > 1:
        own, others = search(edges, resolution, (seed + 1) * _APART + number, 1)
        labels = others if own > best + CLEARLY * abs(best) else labels
    return {web.names[node]: label for node, label in labels.items()}


def _backend() -> Search:
    try:
        import graspologic_native  # noqa: F401
    except ImportError:
        return louvain
    return leiden


def leiden(edges: Edges, resolution: float, seed: int, searches: int) -> tuple[float, Labels]:
    """Leiden by modularity."""
    from graspologic_native import leiden as search

    best, found = search(edges, resolution=resolution, seed=seed, iterations=2, trials=searches)
    return float(best), {str(node): int(label) for node, label in found.items()}


def louvain(edges: Edges, resolution: float, seed: int, searches: int) -> tuple[float, Labels]:  # noqa: ARG001
    """Louvain by modularity; it is slow, so one search has to do."""
    import networkx

    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_weighted_edges_from(edges)
    found = networkx.community.louvain_communities(graph, weight="weight", resolution=resolution, seed=seed)
    best = networkx.community.modularity(graph, found, weight="weight", resolution=resolution)
    return best, {node: label for label, nodes in enumerate(sorted(sorted(group) for group in found)) for node in nodes}
