"""How near a partition comes to the truth: ARI, NMI, MoJoFM, pair F1.

Comes in: two labellings of the same things. Goes out: four numbers, 1 = the same. Written apart from the figures of the
product, which must agree with them (``tests/benchmarks/test_decomposition.py``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from math import comb, log


@dataclass(frozen=True, order=True)
class Figures:
    """ARI -1..1 (0 = chance), NMI, MoJoFM, pair F1 0..1."""

    ari: float
    nmi: float
    mojo: float
    f1: float


def figures(truth: Mapping[str, str], found: Mapping[str, str]) -> Figures:
    """The figures over what the truth names; what was not found is alone."""
    pairs = Counter((truth[one], found.get(one, f"alone {one}")) for one in sorted(truth))
    meant, given = _margins(pairs)
    together = sum(comb(count, 2) for count in pairs.values())
    in_truth, in_found = (sum(comb(count, 2) for count in margin.values()) for margin in (meant, given))
    return Figures(
        _ari(together, in_truth, in_found, comb(len(truth), 2)),
        _nmi(pairs, meant, given),
        mojo_fm(truth, {one: pair for one, pair in found.items() if one in truth}),
        2 * together / (in_truth + in_found) if in_truth + in_found else 1.0,
    )


def mean(all_figures: Iterable[Figures]) -> Figures:
    """Each figure's mean."""
    rows = [astuple(one) for one in all_figures]
    return Figures(*(sum(column) / len(rows) for column in zip(*rows, strict=True)))


def _margins(pairs: Mapping[tuple[str, str], int]) -> tuple[Counter[str], Counter[str]]:
    meant: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for (domain, label), count in pairs.items():
        meant[domain] += count
        given[label] += count
    return meant, given


def _ari(together: int, in_truth: int, in_found: int, everything: int) -> float:
    """Hubert and Arabie 1985."""
    if not everything:
        return 1.0
    expected = in_truth * in_found / everything
    most = (in_truth + in_found) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def _nmi(pairs: Mapping[tuple[str, str], int], meant: Mapping[str, int], given: Mapping[str, int]) -> float:
    """Mutual information over the mean of both entropies."""
    whole = sum(pairs.values())
    shared = sum(
        count / whole * log(count * whole / (meant[domain] * given[label]))
        for (domain, label), count in sorted(pairs.items())
    )
    both = sum(-count / whole * log(count / whole) for margin in (meant, given) for count in sorted(margin.values()))
    return 2 * shared / both if both else 1.0


def mojo_fm(truth: Mapping[str, str], found: Mapping[str, str]) -> float:
    """1 - moves and joins from found to truth / the most that any partition needs (Wen and Tzerpos 2004).

    Each found group goes to a domain that it shares most with; joins are saved by spreading groups with a choice over
    as many domains as possible (a maximum bipartite matching).
    """
    inside: dict[str, Counter[str]] = defaultdict(Counter)
    for one in sorted(truth):
        inside[found.get(one, f"alone {one}")][truth[one]] += 1
    kept = {label: max(shared.values()) for label, shared in inside.items()}
    choices = {
        label: sorted(domain for domain, count in shared.items() if count == kept[label])
        for label, shared in sorted(inside.items())
    }
    steps = len(truth) - sum(kept.values()) + len(inside) - _matched(choices)
    most = len(truth) - _spread(Counter(truth.values()))
    return 1 - steps / most if most else 1.0


def _spread(sizes: Mapping[str, int]) -> int:
    groups = 0
    for size in sorted(sizes.values()):
        groups += groups < size
    return groups


def _matched(choices: Mapping[str, list[str]]) -> int:
    """The number of domains that can have a group of their own."""
    taken: dict[str, str] = {}

    def place(label: str, seen: set[str]) -> bool:
        for domain in choices[label]:
            if domain not in seen:
                seen.add(domain)
                if domain not in taken or place(taken[domain], seen):
                    taken[domain] = label
                    return True
        return False

    return sum(place(label, set()) for label in choices)
