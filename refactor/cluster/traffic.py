"""What a program does between its units, wherever they stand: the part of a cost that no placement changes.

Comes in: program, units, touches, and what is counted as one (units, or the atoms that hold them). Goes out: ``Traffic``.
Must not: know services. Each use case is walked once and for ``FARTHEST_WALK`` functions at most, so that the work is
linear in the program.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from refactor.cluster.touches import SURE, Touches, surely
from refactor.cluster.units import FOLLOWING, Units
from refactor.cluster.views.tables import FARTHEST_WALK
from refactor.model.names import table
from refactor.model.program import Evidence, Program, Transaction

# group -> group -> how much passes between them, both ways together
Links: TypeAlias = dict[str, dict[str, float]]
# function -> function -> how often the one calls the other, once run
Shares: TypeAlias = dict[str, dict[str, float]]

# A call in a loop is more than one; how many more, the text doesn't say.
LOOPED = 2.0
# A hook that only a name speaks for is no step of a use case.
SURE_HOOK = 0.5


@dataclass(frozen=True)
class Traffic:
    """``calls``: expected calls per use case; ``writes``/``reads``: functions that surely touch a table, by its group.

    ``transactions``: the groups of the tables that each writes; ``entries``: the groups that each use case runs or touches.
    ``sizes``: units per group. ``tables``: how many there are.
    """

    calls: Links
    writes: Links
    reads: Links
    transactions: tuple[tuple[str, ...], ...]
    entries: tuple[tuple[str, ...], ...]
    sizes: dict[str, int]
    tables: int

    @cached_property
    def parts(self) -> dict[str, list[int]]:
        """By group, the places in ``transactions`` followed by ``entries`` where it takes part, in order."""
        parts: dict[str, list[int]] = {group: [] for group in self.sizes}
        for place, groups in enumerate((*self.transactions, *self.entries)):
            for group in groups:
                parts[group].append(place)
        return parts


@dataclass(frozen=True)
class Walks:
    """All use cases, walked. ``calls``: expected calls per use case between units; ``entries``: the units of each use case."""

    calls: dict[tuple[str, str], float]
    entries: tuple[tuple[str, ...], ...]


def walks_of(program: Program, units: Units, touches: Touches) -> Walks:
    """Walk every use case once. What only commands run is in none, so that leaving it out of the program changes nothing."""
    shares = _shares(program)
    steps = {source: sorted(targets) for source, targets in shares.items()}
    hits: dict[str, list[str]] = defaultdict(list)
    for (source, node, _), share in touches.items():
        if share >= SURE:
            hits[source].append(node)
    runs: Counter[str] = Counter()
    entries: list[tuple[str, ...]] = []
    cases = _use_cases(units)
    for handler, count in cases.items():
        walk = _walk(handler, steps)
        for symbol in walk:
            runs[symbol] += count
        nodes = (*walk, *(node for symbol in walk for node in hits.get(symbol, ())))
        entries += [_grouped(units, nodes, None)] * count
    whole = sum(cases.values()) or 1
    return Walks(_calls(_remote(program, shares, units), runs, whole, units), tuple(entries))


def traffic_of(
    program: Program, units: Units, touches: Touches, group: Mapping[str, str] | None = None, walks: Walks | None = None
) -> Traffic:
    """The traffic between groups of units, or units themselves; ``walks`` spares walking again."""
    walks = walks or walks_of(program, units, touches)
    of = group or units.itself
    calls: Links = defaultdict(dict)
    for (one, other), weight in walks.calls.items():
        _link(calls, of[one], of[other], weight)
    return Traffic(
        calls=dict(calls),
        writes=_touching(touches, "write", units, of),
        reads=_touching(touches, "read", units, of),
        transactions=_transactions(program, units, touches, of),
        entries=tuple(tuple(sorted({of[unit] for unit in found})) for found in walks.entries),
        sizes=dict(sorted(Counter(of[unit] for unit in units.names).items())),
        tables=len(units.alias),
    )


def _use_cases(units: Units) -> dict[str, int]:
    """The handlers of the doors, and how many entry points each answers: what somebody outside waits for."""
    held = [entry for unit in sorted(units.doors) for entry in units.entries[unit]]
    waited = [entry for entry in held if entry.kind not in FOLLOWING] or held
    return dict(sorted(Counter(entry.handler for entry in waited).items()))


def _shares(program: Program) -> Shares:
    """Who calls whom, and how surely: one of n functions that a site may call gets 1 / n; below a third it is left out."""
    sites: dict[tuple[str, Evidence], list[str]] = defaultdict(list)
    for edge in program.edges:
        if edge.kind == "call" or (edge.kind == "hook" and edge.evidence.confidence > SURE_HOOK):
            sites[edge.source, edge.evidence].append(edge.target)
    shares: Shares = defaultdict(dict)
    for (source, at), targets in sorted(sites.items()):
        share = 1 / len(targets)
        for target in sorted(targets) if share >= SURE else ():
            often = LOOPED * share if at.loop else share
            shares[source][target] = max(often, shares[source].get(target, 0.0))
    return dict(shares)


def _walk(start: str, steps: Mapping[str, Collection[str]]) -> list[str]:
    """What follows a start, nearest first."""
    seen, queue = {start}, [start]
    for symbol in queue:
        if len(queue) >= FARTHEST_WALK:
            break
        for ahead in steps.get(symbol, ()):
            if ahead not in seen and len(queue) < FARTHEST_WALK:
                seen.add(ahead)
                queue.append(ahead)
    return queue


def _calls(remote: Shares, runs: Mapping[str, int], whole: int, units: Units) -> dict[tuple[str, str], float]:
    calls: dict[tuple[str, str], float] = defaultdict(float)
    for source in sorted(runs):
        for target, often in sorted(remote.get(source, {}).items()):
            calls[units.of(source), units.of(target)] += often * runs[source] / whole
    return dict(sorted(calls.items()))


def _remote(program: Program, shares: Shares, units: Units) -> Shares:
    """The calls that a boundary would make remote: no class's of its own bases, and none that makes a plain object."""
    kin = _kin(program, units)
    plain = {item.symbol for item in program.definitions if item.kind == "class"} - units.tables.keys()
    found: Shares = {}
    for source, targets in shares.items():
        if mine := units.of(source):
            own = kin.get(mine, set())
            found[source] = {
                target: often
                for target, often in targets.items()
                if target not in plain and (unit := units.of(target)) and unit not in own
            }
    return found


def _kin(program: Program, units: Units) -> dict[str, set[str]]:
    """By class, all that it inherits from and all that inherit from it."""
    bases: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind == "inherit" and (child := units.of(edge.source)) and (base := units.of(edge.target)):
            bases[child].add(base)
    ahead = {child: sorted(found) for child, found in bases.items()}
    kin: dict[str, set[str]] = defaultdict(set)
    for child in sorted(bases):
        for base in _walk(child, ahead):
            kin[child].add(base)
            kin[base].add(child)
    return dict(kin)


def _touching(touches: Touches, kind: str, units: Units, group: Mapping[str, str]) -> Links:
    links: Links = defaultdict(dict)
    for symbol, nodes in sorted(surely(touches, kind).items()):
        for node in sorted(nodes) if units.of(symbol) else ():
            if owner := units.of(node):
                _link(links, group[units.of(symbol)], group[owner], 1.0)
    return dict(links)


def _link(links: Links, one: str, other: str, weight: float) -> None:
    if one != other:
        links[one][other] = links[one].get(other, 0.0) + weight
        links[other][one] = links[other].get(one, 0.0) + weight


def _transactions(
    program: Program, units: Units, touches: Touches, group: Mapping[str, str]
) -> tuple[tuple[str, ...], ...]:
    sure = surely(touches, "write")
    return tuple(_grouped(units, written(item, sure), group) for item in sorted(program.transactions))


def written(item: Transaction, sure: Mapping[str, set[str]]) -> set[str]:
    """The table nodes that a transaction surely writes; without a trail of the functions followed, all it may write."""
    if not item.via:
        return {table(name.removeprefix("table:")) for name in item.writes}
    return set().union(*(sure.get(symbol, set()) for symbol in (item.symbol, *item.via)))


def _grouped(units: Units, nodes: Iterable[str], group: Mapping[str, str] | None) -> tuple[str, ...]:
    found = set(map(units.of, nodes)) - {""}
    return tuple(sorted({group[unit] for unit in found} if group else found))
