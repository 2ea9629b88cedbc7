"""Many community searches that differ in resolution, seed and noise.

Comes in: weights between atoms. Goes out: one labelling a run. Must not: choose among them (``consensus`` does).
Leiden comes from graspologic-native (MIT); where that wheel is missing, networkx' Louvain takes its place.
"""

from collections.abc import Callable
from math import exp
from random import Random
from typing import TypeAlias

from refactor.cluster.views.weights import Weights

Labels: TypeAlias = dict[str, int]
Search: TypeAlias = Callable[[Weights, float, int], Labels]

RESOLUTIONS = (0.8, 1.0, 1.3)
SEEDS_EACH = 6
NOISE = 0.2


def ensemble(
    nodes: list[str],
    weights: Weights,
    seed: int,
    resolutions: tuple[float, ...] = RESOLUTIONS,
    search: Search | None = None,
) -> list[Labels]:
    """One labelling per resolution and seed, each on weights times exp(normal(0, 0.2)).

    A node without weights is a community of its own.
    """
    search = search or _backend()
    runs: list[Labels] = []
    ordered = sorted(weights.items())
    for number, resolution in enumerate(sorted(resolutions * SEEDS_EACH)):
        chance = Random(seed * 1009 + number)
        noisy = {pair: weight * exp(chance.gauss(0, NOISE)) for pair, weight in ordered}
        found = search(noisy, resolution, seed * 1009 + number) if noisy else {}
        free = max(found.values(), default=-1) + 1
        lone = [node for node in nodes if node not in found]
        runs.append(found | {node: free + place for place, node in enumerate(lone)})
    return runs


def _backend() -> Search:
    try:
        import graspologic_native  # noqa: F401
    except ImportError:
        return louvain
    return leiden


def leiden(weights: Weights, resolution: float, seed: int) -> Labels:
    """Leiden by modularity."""
    from graspologic_native import leiden as search

    edges = [(one, other, weight) for (one, other), weight in weights.items()]
    _, found = search(edges, resolution=resolution, seed=seed, iterations=2)
    return {str(node): int(label) for node, label in sorted(found.items())}


def louvain(weights: Weights, resolution: float, seed: int) -> Labels:
    """Louvain by modularity."""
    import networkx

    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_weighted_edges_from((one, other, weight) for (one, other), weight in weights.items())
    found = networkx.community.louvain_communities(graph, weight="weight", resolution=resolution, seed=seed)
    return {node: label for label, nodes in enumerate(sorted(sorted(group) for group in found)) for node in nodes}
