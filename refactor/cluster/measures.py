"""How far two groupings agree.

Comes in: two mappings of a name to its group. Goes out: a number. Must not: know what is grouped.
"""

from collections import Counter
from collections.abc import Iterable, Mapping


def adjusted_rand(a: Mapping[str, str], b: Mapping[str, str]) -> float:
    """The adjusted Rand index over the names both hold (Hubert and Arabie, 1985): 1 = the same, about 0 = chance."""
    names = sorted(a.keys() & b.keys())
    both = _pairs(Counter((a[name], b[name]) for name in names).values())
    mine, theirs = (
        _pairs(Counter(a[name] for name in names).values()),
        _pairs(Counter(b[name] for name in names).values()),
    )
    every = _pairs([len(names)])
    expected = mine * theirs / every if every else 0.0
    most = (mine + theirs) / 2
    return (both - expected) / (most - expected) if most != expected else 1.0


def _pairs(sizes: Iterable[int]) -> float:
    return sum(size * (size - 1) / 2 for size in sizes)
