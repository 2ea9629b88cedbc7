"""Where each node of a graph is: the plan, said in the graph's own ids.

Comes in: a plan, each node's unit, and who is linked with whom. Goes out: node -> service, every node once. Must not:
change the plan.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from refactor.model.plan import SHARED, Plan


def assigned(plan: Plan, units: Mapping[str, str], links: Iterable[tuple[str, str, float]]) -> dict[str, str]:
    """Each node's service, sorted by node; what lies outside goes where its neighbours are, else to ``shared``."""
    found = {node: plan.assignment.get(unit, "") for node, unit in sorted(units.items())}
    near: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for source, target, weight in sorted(links):
        for node, other in ((source, target), (target, source)):
            if not found.get(node, SHARED) and other in found:
                near[node].append((other, weight))
    waiting = sorted(near)
    while waiting:
        homes = {node: home for node in waiting if (home := _strongest(near[node], found))}
        found.update(homes)
        waiting = [node for node in waiting if node not in homes] if homes else []
    return {node: home or SHARED for node, home in found.items()}


def _strongest(near: Iterable[tuple[str, float]], found: Mapping[str, str]) -> str:
    drawn: dict[str, float] = defaultdict(float)
    for other, weight in near:
        drawn[found[other]] += weight
    drawn.pop("", None)
    return min(drawn, key=lambda home: (home == SHARED, -drawn[home], home), default="")
