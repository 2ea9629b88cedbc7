"""What the runs of the ensemble agree on: average-linkage merging by co-association.

Comes in: labellings, links, and pairs that must not meet. Goes out: the merges, surest first. Must not: know services.
Two groups merge by the mean share of runs in which a member of one and a member of the other share a community; label
counts per group give that mean exactly without listing pairs, and only linked groups are compared, so the work is near
linear in the links. The merges form a tree: more of them give fewer, larger groups.
"""

import heapq
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field

from refactor.cluster.ensemble import Labels

# Groups that share a community in fewer of the runs stay apart unless a number of services is asked for.
AGREEMENT = 0.6


@dataclass
class _Group:
    """``first``: its first atom, which names it. ``counts``: per run, label -> atoms."""

    first: str
    size: int
    counts: list[dict[int, int]]
    near: set[int] = field(default_factory=set)
    apart: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Merges:
    """The merges in order: (agreement, kept member, merged member), members being each group's first atom."""

    nodes: tuple[str, ...]
    steps: tuple[tuple[float, str, str], ...]

    @property
    def default(self) -> int:
        """How many merges the runs agree on."""
        below = (place for place, step in enumerate(self.steps) if step[0] < AGREEMENT)
        return next(below, len(self.steps))

    def after(self, count: int) -> dict[str, str]:
        """Each atom's group, named by a member, after so many merges."""
        parent = {node: node for node in self.nodes}
        for _, kept, merged in self.steps[:count]:
            parent[_root(parent, merged)] = _root(parent, kept)
        return {node: _root(parent, node) for node in self.nodes}

    def scales(self, marked: Set[str], factor: float) -> tuple[int, int]:
        """How many merges leave ``factor`` times fewer, and more, groups with a marked node than the default does.

        As near to that as the merges allow.
        """
        counts = self._counts(marked)
        wanted = counts[self.default]
        coarser = next(
            (place for place in range(self.default, len(counts)) if counts[place] * factor <= wanted), len(counts) - 1
        )
        finer = next((place for place in range(self.default, -1, -1) if counts[place] >= factor * wanted), 0)
        return coarser, finer

    def _counts(self, marked: Set[str]) -> list[int]:
        """The number of groups with a marked node, after 0, 1, 2 ... merges."""
        parent = {node: node for node in self.nodes}
        has = {node: node in marked for node in self.nodes}
        counts = [sum(has.values())]
        for _, kept, merged in self.steps:
            one, other = _root(parent, kept), _root(parent, merged)
            counts.append(counts[-1] - (has[one] and has[other]))
            has[one] = has[one] or has[other]
            parent[other] = one
        return counts


def merges(nodes: list[str], links: list[tuple[str, str]], runs: list[Labels], apart: list[tuple[str, str]]) -> Merges:
    """Merge linked groups by agreement down to nothing, then unlinked ones; never a pair that must stay apart."""
    where, steps = _same(nodes, links, runs, {node for pair in apart for node in pair})
    roots = {node: _root(where, node) for node in nodes}
    number = {node: place for place, node in enumerate(nodes)}
    sizes = Counter(roots.values())
    groups = {number[root]: _Group(root, size, [{run[root]: size} for run in runs]) for root, size in sizes.items()}
    for one, other in links:
        if roots[one] != roots[other]:
            _connect(groups, number[roots[one]], number[roots[other]], "near")
    for one, other in apart:
        _connect(groups, number[one], number[other], "apart")
    steps += _merge_linked(groups)
    steps += _merge_rest(groups)
    return Merges(tuple(nodes), tuple(steps))


def _connect(groups: dict[int, _Group], one: int, other: int, side: str) -> None:
    getattr(groups[one], side).add(other)
    getattr(groups[other], side).add(one)


def _same(
    nodes: list[str], links: list[tuple[str, str]], runs: list[Labels], apart: set[str]
) -> tuple[dict[str, str], list[tuple[float, str, str]]]:
    """Linked atoms that share every run's community: agreement 1, found without comparing; each atom's parent, merges."""
    seen = {node: tuple(run[node] for run in runs) for node in nodes if node not in apart}
    where = {node: node for node in nodes}
    steps = []
    for one, other in sorted(links):
        first, second = sorted((_root(where, one), _root(where, other)))
        if first != second and one in seen and seen[one] == seen.get(other):
            where[second] = first
            steps.append((1.0, first, second))
    return where, steps


def _merge_linked(groups: dict[int, _Group]) -> list[tuple[float, str, str]]:
    queue = [_candidate(groups, one, other) for one in groups for other in groups[one].near if one < other]
    heapq.heapify(queue)
    steps, free = [], max(groups, default=-1) + 1
    while queue:
        worth, _, _, one, other = heapq.heappop(queue)
        if one not in groups or other not in groups or other in groups[one].apart:
            continue
        steps.append((-worth, groups[one].first, groups[other].first))
        _join(groups, one, other, free)
        for near in sorted(groups[free].near):
            heapq.heappush(queue, _candidate(groups, near, free))
        free += 1
    return steps


def _merge_rest(groups: dict[int, _Group]) -> list[tuple[float, str, str]]:
    """Unlinked groups, smallest first: only reached when a person wants very few services."""
    steps, free = [], max(groups, default=-1) + 1
    order = sorted(groups, key=lambda place: (groups[place].size, groups[place].first))
    for place in order:
        if place not in groups:
            continue
        apart = groups[place].apart
        fitting = (item for item in reversed(order) if item in groups and item != place and item not in apart)
        other = next(fitting, None)
        if other is None:
            continue
        steps.append((0.0, groups[other].first, groups[place].first))
        _join(groups, other, place, free)
        order.append(free)
        free += 1
    return steps


def _candidate(groups: dict[int, _Group], one: int, other: int) -> tuple[float, str, str, int, int]:
    """A queue entry: surest first, names break ties so that numbering never matters."""
    first, second = groups[one], groups[other]
    if second.first < first.first:
        first, second, one, other = second, first, other, one
    shared = 0
    for mine, theirs in zip(first.counts, second.counts, strict=True):
        few, many = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
        for label, count in few.items():
            if label in many:
                shared += count * many[label]
    pairs = first.size * second.size * max(1, len(first.counts))
    return -shared / pairs, first.first, second.first, one, other


def _join(groups: dict[int, _Group], one: int, other: int, new: int) -> None:
    first, second = groups.pop(one), groups.pop(other)
    counts = [_added(mine, theirs) for mine, theirs in zip(first.counts, second.counts, strict=True)]
    joined = _Group(min(first.first, second.first), first.size + second.size, counts)
    for side in ("near", "apart"):
        around = (getattr(first, side) | getattr(second, side)) - {one, other}
        setattr(joined, side, around)
        for place in around:
            neighbour = getattr(groups[place], side)
            neighbour -= {one, other}
            neighbour.add(new)
    groups[new] = joined


def _added(mine: dict[int, int], theirs: dict[int, int]) -> dict[int, int]:
    """The counts of both, in the larger of the two: each atom is so counted anew only a few times."""
    few, many = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
    for label, count in few.items():
        many[label] = many.get(label, 0) + count
    return many


def _root(parent: dict[str, str], node: str) -> str:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node
