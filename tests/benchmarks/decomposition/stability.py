"""Does the same program get the same services with another seed, and nearly the same when edges are missing?

Comes in: a system. Goes out: ``Stable``. Must not: compare with any truth.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from msgspec.structs import replace

from refactor.cluster import cluster
from refactor.link import graph_of
from refactor.model.plan import SHARED
from refactor.model.program import Program

from .figures import figures
from .systems import program, systems

SYSTEMS = ("oscar", "lnbits", "flaskbb")
DELETIONS = 20
MISSING = 0.05
ALIKE = 0.9
HEAD = (
    f"{'system':<14} {'reruns':>6} {'identical':>9} {'same services':>13} {'matched':>8} {'ARI':>6}"
    f"   {'5% of edges missing: ARI':<24} {'least':>6}"
)


@dataclass(frozen=True)
class Stable:
    """Shares of reruns with an identical partition, and with every service matched; the mean share of services that are
    matched (Jaccard >= .9) and the mean ARI; mean and least ARI after edges went missing."""

    reruns: int
    identical: float
    same: float
    matched: float
    ari: float
    missing: float
    least: float


def measure(name: str, *, reruns: int = 50, deletions: int = DELETIONS) -> Stable:
    """Rerun with other seeds, then with edges missing, folders visible as a user runs it."""
    linked = program(systems()[name])
    first = _partition(linked, 0)
    others = [_partition(linked, seed) for seed in range(1, reruns + 1)]
    shares = [_matched(first, other) for other in others]
    thinned = [figures(first, _partition(_thinned(linked, seed), 0)).ari for seed in range(deletions)]
    return Stable(
        reruns,
        _average([float(first == other) for other in others]),
        _average([float(share == 1.0) for share in shares]),
        _average(shares),
        _average([figures(first, other).ari for other in others]),
        _average(thinned),
        min(thinned),
    )


def shown(name: str, found: Stable) -> str:
    """One line."""
    return (
        f"{name:<14} {found.reruns:>6} {found.identical:>9.2f} {found.same:>13.2f} {found.matched:>8.3f} {found.ari:>6.3f}"
        f"   {found.missing:<24.3f} {found.least:>6.3f}"
    )


def _partition(linked: Program, seed: int) -> dict[str, str]:
    """Unit -> a label that does not depend on what services are called."""
    plan = cluster(linked, graph_of(linked), seed=seed)
    first: dict[str, str] = {}
    result = {}
    for member, service in sorted(plan.assignment.items()):
        label = SHARED if service == SHARED else first.setdefault(service, member)
        result[member] = label
    return result


def _thinned(linked: Program, seed: int) -> Program:
    """The program without a random 5 % of its edges."""
    chance = Random(seed)
    return replace(linked, edges=tuple(edge for edge in linked.edges if chance.random() >= MISSING))


def _matched(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """The share of services, of both sides, whose best counterpart has a Jaccard index of at least .9."""
    left, right = _groups(one), _groups(other)
    found = [_best(group, right) for group in left] + [_best(group, left) for group in right]
    return _average([float(best >= ALIKE) for best in found])


def _groups(labels: Mapping[str, str]) -> list[set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for member, label in labels.items():
        if label != SHARED:
            groups[label].add(member)
    return [groups[label] for label in sorted(groups)]


def _best(group: set[str], others: list[set[str]]) -> float:
    return max((len(group & other) / len(group | other) for other in others), default=0.0)


def _average(values: list[float]) -> float:
    return sum(values) / len(values)
