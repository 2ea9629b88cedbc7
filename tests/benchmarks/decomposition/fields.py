"""The field's methods on the graph that our clustering gets: Louvain, greedy modularity, Leiden, Infomap.

Comes in: a program. Goes out: partitions of its units, one a seed. Must not: give any of them more or less than one node
a unit (or file), one edge a pair, weighted by the number of edges between the two. Infomap is GPL: it lives in this
benchmark's own environment only.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeAlias

from refactor.cluster.units import Units
from refactor.model.program import Program

Weighted: TypeAlias = dict[tuple[str, str], float]
Found: TypeAlias = dict[str, str]
SEEDS = range(5)


def weighted(program: Program, units: Units, *, files: bool = False) -> Weighted:
    """How many edges of the program lie between each two units (or files), whatever their kind and direction."""
    counts: Counter[tuple[str, str]] = Counter()
    for edge in program.edges:
        one, other = units.of(edge.source), units.of(edge.target)
        if files:
            one, other = units.module.get(one) or one, units.module.get(other) or other
        if one and other and one != other:
            counts[min(one, other), max(one, other)] += 1
    return {pair: float(count) for pair, count in sorted(counts.items())}


def louvain(weights: Weighted, seed: int) -> Found:
    """networkx, resolution 1."""
    import networkx

    return _labelled(networkx.community.louvain_communities(_graph(weights), weight="weight", seed=seed))


def greedy(weights: Weighted, seed: int) -> Found:
    """networkx, Clauset-Newman-Moore; the same for every seed."""
    import networkx

    return _labelled(networkx.community.greedy_modularity_communities(_graph(weights), weight="weight"))


def leiden(weights: Weighted, seed: int) -> Found:
    """graspologic-native, modularity, resolution 1, until nothing improves."""
    from graspologic_native import leiden as search

    edges = [(one, other, weight) for (one, other), weight in weights.items()]
    _, found = search(edges, resolution=1.0, randomness=0.001, seed=seed, iterations=10)
    return {node: str(label) for node, label in found.items()}


def infomap(weights: Weighted, seed: int) -> Found:
    """infomap, two levels, undirected."""
    from infomap import Infomap

    search = Infomap(two_level=True, silent=True, seed=seed + 1, num_trials=1)
    numbers: dict[str, int] = {}
    for (one, other), weight in weights.items():
        search.add_link(numbers.setdefault(one, len(numbers)), numbers.setdefault(other, len(numbers)), weight)
    search.run()
    modules = search.get_modules()
    return {node: str(modules[number]) for node, number in numbers.items()}


METHODS: dict[str, Callable[[Weighted, int], Found]] = {
    "louvain": louvain,
    "greedy": greedy,
    "leiden": leiden,
    "infomap": infomap,
}
SLOW = 6_000
"""Pairs beyond which greedy modularity, which needs minutes there, is left out."""


def all_methods(weights: Weighted) -> Iterator[tuple[str, list[Found]]]:
    """Every method with its partitions, one a seed."""
    for name, method in METHODS.items():
        if name == "greedy" and len(weights) > SLOW:
            continue
        yield name, [method(weights, seed) for seed in (SEEDS if name != "greedy" else range(1))]


def _graph(weights: Weighted):  # type: ignore[no-untyped-def]
    import networkx

    graph = networkx.Graph()
    graph.add_weighted_edges_from((one, other, weight) for (one, other), weight in weights.items())
    return graph


def _labelled(groups) -> Found:  # type: ignore[no-untyped-def]
    return {node: str(label) for label, group in enumerate(groups) for node in group}
