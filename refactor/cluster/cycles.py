"""Rings of services that depend on one another, and the least that must give way to open them all.

Comes in: cuts. Goes out: one ``Cycle`` per link to break. Must not: break anything. Without the links named here the
services have an order in which what others depend on comes first; with any one of them back, a ring is closed again.
A lightest such set is a minimum feedback arc set: the greedy order of Eades, Lin and Smyth (1993) by weight inside each
strongly connected component, single services moved while that saves weight, and links taken back that close no ring.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from refactor.model.measures import Cycle
from refactor.model.plan import Cut

Link = tuple[str, str]
Risk = Mapping[Link, float]

# Moves settle after two or three passes; a bound keeps hundreds of services quick.
PASSES = 8


def cycles_of(cuts: Iterable[Cut]) -> tuple[Cycle, ...]:
    """The links to break, the cheapest first, each with the shortest ring that it closes."""
    crossing: dict[Link, list[Cut]] = defaultdict(list)
    for cut in sorted(cuts):
        crossing[cut.consumer, cut.provider].append(cut)
    risk = risk_of(crossing[link] for link in sorted(crossing))
    broken = _weakest(risk)
    kept = _ahead(risk.keys() - broken, risk)
    cycles = [
        Cycle(
            (consumer, *_path(provider, consumer, kept)[:-1]),
            consumer,
            provider,
            risk[consumer, provider],
            tuple(sorted(cut.id for cut in crossing[consumer, provider])),
        )
        for consumer, provider in broken
    ]
    return tuple(sorted(cycles, key=lambda cycle: (cycle.weight, cycle.consumer, cycle.provider)))


def risk_of(crossings: Iterable[list[Cut]]) -> dict[Link, float]:
    """What the cuts of each link weigh together."""
    return {
        (cuts[0].consumer, cuts[0].provider): round(sum(sorted(cut.weight for cut in cuts)), 3) for cuts in crossings
    }


def _weakest(risk: Risk) -> set[Link]:
    """The links that run against the best order found, less those that close no ring."""
    import networkx

    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_edges_from(sorted(risk))
    against: list[Link] = []
    for circle in sorted(sorted(found) for found in networkx.strongly_connected_components(graph) if len(found) > 1):
        inside = {link: weight for link, weight in risk.items() if {*link} <= {*circle}}
        order = _moved(_begun(circle, inside), inside)
        place = {name: position for position, name in enumerate(order)}
        against += [link for link in inside if place[link[0]] > place[link[1]]]
    kept = _ahead(risk.keys() - set(against), risk)
    broken = set()
    for consumer, provider in sorted(against, key=lambda link: (-risk[link], link)):
        if _path(provider, consumer, kept):
            broken.add((consumer, provider))
        else:
            kept[consumer].append(provider)
    return broken


def _begun(circle: list[str], risk: Risk) -> list[str]:
    """Consumers before providers: nothing left to call goes last, nobody left to call it first, else who calls most."""
    first: list[str] = []
    last: list[str] = []
    left = set(circle)
    while left:
        out, into = dict.fromkeys(left, 0.0), dict.fromkeys(left, 0.0)
        for (consumer, provider), weight in risk.items():
            if consumer in left and provider in left:
                out[consumer] += weight
                into[provider] += weight
        sinks = sorted(name for name in left if not out[name])
        chosen = sinks[:1] or [min(left, key=lambda name: (into[name] > 0, round(into[name] - out[name], 6), name))]
        (last if sinks else first).extend(chosen)
        left -= set(chosen)
    return first + last[::-1]


def _moved(order: list[str], risk: Risk) -> list[str]:
    """The order after moving single services to where least weight runs against it, until nothing is saved."""
    for _ in range(PASSES):
        before = list(order)
        for name in sorted(order):
            rest = [other for other in order if other != name]
            order = [*rest[: (place := _best(name, rest, order.index(name), risk))], name, *rest[place:]]
        if order == before:
            break
    return order


def _best(name: str, rest: list[str], now: int, risk: Risk) -> int:
    """The place among the rest with the least weight against the order; where it stands now unless another is lighter."""
    # Standing first, every call to it from the rest runs backwards.
    against = sum(risk.get((other, name), 0.0) for other in rest)
    costs = [against]
    for other in rest:
        against += risk.get((name, other), 0.0) - risk.get((other, name), 0.0)
        costs.append(against)
    best = min(range(len(costs)), key=lambda place: (round(costs[place], 6), place))
    return best if round(costs[best], 6) < round(costs[now], 6) else now


def _ahead(links: Iterable[Link], risk: Risk) -> dict[str, list[str]]:
    """What each service depends on, the strongest first."""
    ahead: dict[str, list[str]] = defaultdict(list)
    for consumer, provider in sorted(links, key=lambda link: (-risk[link], link)):
        ahead[consumer].append(provider)
    return ahead


def _path(start: str, end: str, ahead: Mapping[str, list[str]]) -> tuple[str, ...]:
    """A shortest path with both ends, or nothing."""
    came = {start: ""}
    queue = deque([start])
    while queue and end not in came:
        here = queue.popleft()
        for there in ahead.get(here, ()):
            if there not in came:
                came[there] = here
                queue.append(there)
    steps = []
    while end in came and end:
        steps.append(end)
        end = came[end]
    return tuple(reversed(steps))
