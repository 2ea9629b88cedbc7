"""How alike two ways to group the same names are: the field's measures.

Comes in: two mappings from name to group; only names that both hold count. Goes out: numbers. Must not: know what is
grouped. ``a`` is what was found, ``b`` the truth.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import log

from refactor.model.measures import Agreement


def adjusted_rand(a: Mapping[str, str], b: Mapping[str, str]) -> float:
    """The adjusted Rand index over the names both hold (Hubert and Arabie, 1985): 1 = the same, about 0 = chance."""
    both, mine, theirs, every = _pair_counts(a, b)
    expected = mine * theirs / every if every else 0.0
    most = (mine + theirs) / 2
    return (both - expected) / (most - expected) if most != expected else 1.0


def mutual_information(a: Mapping[str, str], b: Mapping[str, str]) -> float:
    """Mutual information / mean of both entropies (Danon et al., 2005, arithmetic mean): 0..1.

    1 when neither side tells anything apart. It grows with the number of groups, so it is never quoted alone.
    """
    names = sorted(a.keys() & b.keys())
    mine, theirs = Counter(a[name] for name in names), Counter(b[name] for name in names)
    mean = (_entropy(mine.values()) + _entropy(theirs.values())) / 2
    if not mean:
        return 1.0
    both = Counter((a[name], b[name]) for name in names)
    count = len(names)
    shared = sum(
        together / count * log(together * count / (mine[one] * theirs[other]))
        for (one, other), together in sorted(both.items())
    )
    return min(1.0, max(0.0, shared / mean))


def pair_scores(a: Mapping[str, str], b: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs of names that stand together in ``a``, against those in ``b``.

    A side without any pair is right about all of them.
    """
    both, mine, theirs, _ = _pair_counts(a, b)
    precision = both / mine if mine else 1.0
    recall = both / theirs if theirs else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def mojofm(a: Mapping[str, str], b: Mapping[str, str]) -> float:
    """100 * (1 - mno(a, b) / max mno(any, b)): Wen and Tzerpos, "An effectiveness measure", 2004.

    mno: fewest moves and joins that turn ``a`` into ``b`` ("An optimal algorithm for MoJo distance", 2003). Asymmetric,
    and mild to many small groups: joining is one step whatever the size.
    """
    names = sorted(a.keys() & b.keys())
    farthest = len(names) - _most_groups(Counter(b[name] for name in names).values())
    return 100 * (1 - moves_and_joins(a, b) / farthest) if farthest else 100.0


def moves_and_joins(a: Mapping[str, str], b: Mapping[str, str]) -> int:
    """MoJo: n - the sum of each group's greatest overlap, + groups of ``a`` - truths that win a group.

    Where several truths overlap a group alike, a bipartite matching lets as many truths as possible win one.
    """
    overlaps: dict[str, Counter[str]] = defaultdict(Counter)
    names = sorted(a.keys() & b.keys())
    for name in names:
        overlaps[a[name]][b[name]] += 1
    most = {group: max(counts.values()) for group, counts in sorted(overlaps.items())}
    tags = {
        group: sorted(truth for truth, count in overlaps[group].items() if count == best)
        for group, best in most.items()
    }
    return len(names) - sum(most.values()) + len(most) - _matched(tags)


def agreement_of(a: Mapping[str, str], b: Mapping[str, str], unknown: int = 0) -> Agreement:
    """Every measure at once."""
    names = a.keys() & b.keys()
    precision, recall, both = pair_scores(a, b)
    return Agreement(
        ari=adjusted_rand(a, b),
        nmi=mutual_information(a, b),
        mojofm=mojofm(a, b),
        precision=precision,
        recall=recall,
        f1=both,
        nodes=len(names),
        found=len({a[name] for name in names}),
        meant=len({b[name] for name in names}),
        unknown=unknown,
    )


def _most_groups(sizes: Iterable[int]) -> int:
    """How many groups the worst partition still hits, by the authors' rule: sizes ascending, one more while it fits."""
    groups = 0
    for size in sorted(sizes):
        groups += groups < size
    return groups


def _matched(tags: Mapping[str, list[str]]) -> int:
    """The size of a maximum matching between groups and the truths they may win (augmenting paths)."""
    winner: dict[str, str] = {}
    held: dict[str, str] = {}
    for group in tags:
        _augment(group, tags, winner, held)
    return len(winner)


def _augment(start: str, tags: Mapping[str, list[str]], winner: dict[str, str], held: dict[str, str]) -> None:
    """Give ``start`` a truth, and those that lose theirs another, if that can be done for all; breadth first."""
    came: dict[str, str] = {}
    queue = [start]
    for group in queue:
        for truth in tags[group]:
            if truth in came:
                continue
            came[truth] = group
            if truth not in winner:
                _hand_over(truth, came, winner, held)
                return
            queue.append(winner[truth])


def _hand_over(free: str, came: Mapping[str, str], winner: dict[str, str], held: dict[str, str]) -> None:
    """Walk back to the start: each group on the way wins the truth it came by, and leaves the one it held."""
    truth: str | None = free
    while truth is not None:
        group = came[truth]
        left = held.get(group)
        winner[truth], held[group] = group, truth
        truth = left


def _pair_counts(a: Mapping[str, str], b: Mapping[str, str]) -> tuple[float, float, float, float]:
    """Pairs that stand together in both, in ``a``, in ``b``, and all."""
    names = sorted(a.keys() & b.keys())
    return (
        _pairs(Counter((a[name], b[name]) for name in names).values()),
        _pairs(Counter(a[name] for name in names).values()),
        _pairs(Counter(b[name] for name in names).values()),
        _pairs([len(names)]),
    )


def _entropy(sizes: Iterable[int]) -> float:
    known = sorted(sizes)
    whole = sum(known)
    return -sum(size / whole * log(size / whole) for size in known)


def _pairs(sizes: Iterable[int]) -> float:
    return sum(size * (size - 1) / 2 for size in sizes)
