"""Who calls whom between services: cuts grouped by pair, and the order that shows backward calls.

Comes in: the cuts of a plan. Goes out: pairs, an order of services, layers. Must not: draw.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from refactor.model.plan import Cut

SERIOUS = frozenset({"write", "transaction"})


class Pair(Struct, frozen=True):
    """All cuts from one service to another, heaviest first. ``points`` adds up the costs used by the clustering."""

    consumer: str
    provider: str
    sites: int
    points: float
    kinds: tuple[str, ...]
    chatty: bool
    cuts: tuple[Cut, ...]

    @property
    def serious(self) -> bool:
        """Whether the consumer writes the provider's tables or shares a transaction with it."""
        return not SERIOUS.isdisjoint(self.kinds)

    @property
    def label(self) -> str:
        """The pair as people name it."""
        return f"{self.consumer} → {self.provider}"


def pairs_of(cuts: Iterable[Cut]) -> tuple[Pair, ...]:
    """The pairs, most expensive first."""
    grouped: dict[tuple[str, str], list[Cut]] = defaultdict(list)
    for cut in cuts:
        grouped[cut.consumer, cut.provider].append(cut)
    pairs = [_pair(consumer, provider, found) for (consumer, provider), found in grouped.items()]
    return tuple(sorted(pairs, key=lambda pair: (-pair.points, -pair.sites, pair.consumer, pair.provider)))


def _pair(consumer: str, provider: str, cuts: list[Cut]) -> Pair:
    return Pair(
        consumer,
        provider,
        sites=sum(len(cut.sites) for cut in cuts),
        points=sum(cut.weight for cut in cuts),
        kinds=tuple(sorted({cut.kind for cut in cuts})),
        chatty=any(cut.chatty for cut in cuts),
        cuts=tuple(sorted(cuts, key=lambda cut: (-cut.weight, cut.id))),
    )


def ordered(names: Sequence[str], pairs: Iterable[Pair]) -> tuple[str, ...]:
    """Callers before what they call, with few sites against the order.

    Eades, Lin and Smyth's greedy heuristic for the feedback arc set: sinks go last, sources first, otherwise the
    service whose calls out exceed its calls in the most.
    """
    out, into = _weights(names, pairs)
    left: list[str] = []
    right: list[str] = []
    rest = sorted(names)
    while rest:
        sink = next((name for name in reversed(rest) if not _sites(out, name, rest)), "")
        source = next((name for name in rest if not _sites(into, name, rest)), "")
        chosen = sink or source or max(rest, key=lambda name: _sites(out, name, rest) - _sites(into, name, rest))
        (right if sink else left).append(chosen)
        rest.remove(chosen)
    return tuple(left + right[::-1])


_Weights = dict[str, Counter[str]]


def _weights(names: Sequence[str], pairs: Iterable[Pair]) -> tuple[_Weights, _Weights]:
    known = set(names)
    out: _Weights = {name: Counter() for name in names}
    into: _Weights = {name: Counter() for name in names}
    for pair in pairs:
        if pair.consumer != pair.provider and {pair.consumer, pair.provider} <= known:
            out[pair.consumer][pair.provider] += pair.sites
            into[pair.provider][pair.consumer] += pair.sites
    return out, into


def _sites(weights: _Weights, name: str, rest: list[str]) -> int:
    present = set(rest) if len(rest) < len(weights[name]) else rest
    return sum(weights[name][other] for other in present)


def layers(order: Sequence[str], pairs: Iterable[Pair]) -> tuple[tuple[str, ...], ...]:
    """Services in rows from top to bottom: below every service that calls it forward in the order."""
    place = {name: position for position, name in enumerate(order)}
    callers: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        if place.get(pair.consumer, len(order)) < place.get(pair.provider, -1):
            callers[pair.provider].add(pair.consumer)
    depth: dict[str, int] = {}
    for name in order:
        depth[name] = max((depth[caller] + 1 for caller in callers[name]), default=0)
    rows = range(max(depth.values(), default=-1) + 1)
    return tuple(tuple(name for name in order if depth[name] == row) for row in rows)
