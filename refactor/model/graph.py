"""The program as a graph: a networkx view that clustering, checks and exports share.

Nodes carry ``kind`` (module, class, function, method, lambda, variable, table, state, file, network, env, config, event,
http, task, schedule, command, template, external), ``path`` and ``line``; edges carry ``kind``, ``count``
and ``evidence`` (a tuple).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx

    Graph = networkx.MultiDiGraph[str]
else:
    Graph = Any


def reachable(
    graph: "Graph",
    starts: "list[str] | tuple[str, ...]",
    kinds: frozenset[str],
    without: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """Nodes reached from ``starts`` along edges of the given kinds, each with its predecessor ("" for a start).

    Nodes ``without`` are not entered.
    Breadth first over sorted neighbours, so that the paths are shortest and the same on every run.
    """
    previous = {start: "" for start in starts if start in graph and start not in without}
    queue = list(previous)
    for node in queue:
        targets = {target for _, target, kind in graph.out_edges(node, keys=True) if kind in kinds}
        for target in sorted(targets - previous.keys() - without):
            previous[target] = node
            queue.append(target)
    return previous


def path_to(previous: dict[str, str], node: str) -> list[str]:
    """The chain from a start to ``node``, both included, in a result of ``reachable``."""
    chain = [node]
    while previous[chain[-1]]:
        chain.append(previous[chain[-1]])
    return chain[::-1]
