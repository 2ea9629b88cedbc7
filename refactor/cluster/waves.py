"""Strangler order: which service leaves the monolith when, and what makes the step safe.

Comes in: services and cuts. Goes out: a wave and a condition per service. Must not: change the services. What others
depend on leaves before them (topological over the condensation); inside a circle the service that still needs least of
the others' risk goes first, and its calls back go to the monolith until they follow.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from refactor.model.plan import Cut

Risk = Mapping[tuple[str, str], float]


def waves_of(names: Iterable[str], cuts: Iterable[Cut]) -> dict[str, int]:
    """Each service's wave, from 1."""
    import networkx

    risk: dict[tuple[str, str], float] = defaultdict(float)
    for cut in cuts:
        risk[cut.consumer, cut.provider] += cut.weight
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_nodes_from(sorted(names))
    graph.add_edges_from(sorted(risk))
    circles = sorted(sorted(circle) for circle in networkx.strongly_connected_components(graph))
    ahead = {name: sorted(graph[name]) for name in graph}
    waves: dict[str, int] = {}
    while len(waves) < len(ahead):
        for circle in _ready(circles, ahead, waves):
            first = 1 + max((waves[item] for name in circle for item in ahead[name] if item in waves), default=0)
            waves.update({name: first + place for place, name in enumerate(_unwound(circle, risk))})
    return waves


def _ready(circles: list[list[str]], ahead: Mapping[str, list[str]], waves: dict[str, int]) -> list[list[str]]:
    """Circles not yet placed that depend only on placed services and themselves."""
    return [
        circle
        for circle in circles
        if circle[0] not in waves and all(item in waves or item in circle for name in circle for item in ahead[name])
    ]


def _unwound(circle: list[str], risk: Risk) -> list[str]:
    """The services of a circle, each time the one that costs least to take out: calls back first, callers second."""
    left, order = set(circle), []
    while left:

        def cost(name: str) -> tuple[float, float, str]:
            back = sum(risk.get((name, other), 0.0) for other in sorted(left))
            callers = sum(risk.get((other, name), 0.0) for other in circle)
            return round(back, 6), round(callers, 6), name

        first = min(left, key=cost)
        order.append(first)
        left.remove(first)
    return order


def conditions_of(waves: Mapping[str, int], cuts: Iterable[Cut], states: Mapping[str, list[str]]) -> dict[str, str]:
    """One sentence a service: what must hold when it leaves."""
    cuts = list(cuts)
    torn: dict[str, set[str]] = defaultdict(set)
    back: dict[str, set[str]] = defaultdict(set)
    callers: dict[str, set[str]] = defaultdict(set)
    for cut in cuts:
        if cut.kind == "transaction":
            torn[cut.consumer].add(cut.target.partition(":")[2])
        if waves[cut.provider] > waves[cut.consumer]:
            back[cut.consumer].add(cut.provider)
        if waves[cut.consumer] > waves[cut.provider]:
            callers[cut.provider].add(cut.consumer)
    return {name: _sentence(torn[name], states.get(name, []), back[name], callers[name]) for name in sorted(waves)}


def _sentence(torn: set[str], states: list[str], back: set[str], callers: set[str]) -> str:
    parts = []
    if states:
        parts.append(f"move {_listed(states)} out of the process's memory first")
    if torn:
        parts.append(f"replace the transactions that also write {_listed(sorted(torn))} by steps that can be undone")
    if back:
        parts.append(f"keep its calls to {_listed(sorted(back))} answered by the monolith until they follow")
    if callers:
        parts.append(f"callers in {_listed(sorted(callers))} stay on the monolith until they follow")
    if not parts:
        parts.append("nothing has to be moved first: its entry points can be routed to it at once")
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:] + "."


def _listed(names: list[str], most: int = 4) -> str:
    shown = names[:most] if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
