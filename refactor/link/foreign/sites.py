"""Weights of links -> numbers of sites, which is what evidence is counted in.

Comes in: links. Goes out: how many sites each stands for. Must not: let one huge weight, or many, cost memory without end.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import log
from typing import TypeAlias

from refactor.model.foreign import Link

Ends: TypeAlias = tuple[str, str, str]

# Up to here a weight is as many sites; beyond, it counts by its logarithm.
EXACT = 100
# What all links together may be; beyond, each counts by its logarithm only.
MOST_SITES = 2_000_000


def sites_of(links: Sequence[Link]) -> dict[Ends, int]:
    """Sites by (source, target, the file's own kind); parallel links add up; sorted.

    Whole weights count as they are. In a graph with fractions, the tenth percentile of all weights is one site.
    """
    weights: dict[Ends, float] = defaultdict(float)
    for link in links:
        weights[link.source, link.target, link.kind] += link.weight
    unit = _unit(sorted(weights.values()))
    counts = {ends: _count(weight / unit) for ends, weight in sorted(weights.items())}
    if sum(counts.values()) > MOST_SITES:
        return {ends: 1 + int(log(count)) for ends, count in counts.items()}
    return counts


def _unit(weights: list[float]) -> float:
    return 1.0 if all(weight.is_integer() for weight in weights) else weights[len(weights) // 10]


def _count(uses: float) -> int:
    return max(1, round(uses if uses <= EXACT else EXACT * (1 + log(uses / EXACT))))
