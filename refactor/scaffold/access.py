"""Which tables an entry point touches.

Comes in: program and graph. Goes out: (table, read | write | readwrite) per entry point. Must not: know services.
"""

from refactor.model.graph import Graph, reachable
from refactor.model.program import Program

FOLLOWED = frozenset({"enter", "call", "reference", "publish"})
_MODES = {frozenset({"read"}): "read", frozenset({"write"}): "write", frozenset({"read", "write"}): "readwrite"}


def reached_from(
    entry_point: str, program: Program, graph: Graph, sent: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Nodes that run when an entry point does: calls, mentioned functions, and receivers of published signals.

    ``sent``: functions whose calls go to another service; they don't run here.
    """
    receivers = {channel.id: channel.subscribers for channel in program.channels}
    starts = [entry_point]
    while True:
        nodes = reachable(graph, starts, FOLLOWED, sent)
        more = sorted(
            {symbol for node in nodes for symbol in receivers.get(node, ()) if symbol in graph} - nodes.keys() - sent
        )
        if not more:
            return frozenset(nodes)
        starts += more


def tables_of(nodes: frozenset[str], graph: Graph) -> tuple[tuple[str, str], ...]:
    """The tables that the nodes read or write, sorted."""
    modes: dict[str, set[str]] = {}
    for node in nodes:
        if node not in graph:
            continue
        for _, target, kind in graph.out_edges(node, keys=True):
            if kind in {"read", "write"} and target.startswith("table:"):
                modes.setdefault(target.removeprefix("table:"), set()).add(kind)
    return tuple((table, _MODES[frozenset(modes[table])]) for table in sorted(modes))
