"""What runs in a service's processes: its entry points, and what the application does around each of them.

Comes in: program, graph and a slice. Goes out: node ids. Must not: follow code that is not in the slice, or that another
service runs: what is called over the wire, and a view that is merely registered here (mentioned, handed over) unless code
calls it.
"""

from refactor.model.graph import Graph
from refactor.model.names import top_level
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.slices import Slice

FOLLOWED = frozenset({"enter", "call", "reference", "publish", "hook", "render"})
HERE = frozenset({"own", "shared", "copied"})
"""Levels of a definition whose body is in the slice."""
_WEB = ("http", "websocket")


def running_in(piece: Slice, program: Program, graph: Graph, plan: Plan) -> frozenset[str]:
    """Nodes that run when the service does: reached from its entry points, its application and its imports."""
    held = {origin.symbol for origin in piece.origins if origin.level in HERE}
    away = {origin.symbol for origin in piece.origins if origin.level not in HERE}
    away |= {operation.symbol for operation in piece.called}
    receivers = {channel.id: channel.subscribers for channel in program.channels}
    entries = _entries(piece.service, program, plan)
    foreign = {entry.handler for entry in program.entry_points} - {
        entry.handler for entry in program.entry_points if entry.id in entries
    }
    answered = [symbol for one in piece.answered for symbol in (one.symbol, *one.computed)]
    starts = [*sorted(entries), piece.factory, *piece.imports, *answered]
    found: set[str] = set()
    queue = [start for start in starts if start in graph]
    while queue:
        node = queue.pop()
        if node in found:
            continue
        found.add(node)
        nexts = {
            target
            for _, target, kind in graph.out_edges(node, keys=True)
            if kind in FOLLOWED and (kind == "call" or target not in foreign)
        }
        nexts.update(symbol for symbol in receivers.get(node, ()) if symbol in graph)
        queue.extend(node for node in nexts if _is_here(node, held, away, program))
    return frozenset(found)


def _entries(service: str, program: Program, plan: Plan) -> frozenset[str]:
    """The entry points of a service; who is none of the plan's answers what no service does."""
    if service in plan.by_name:
        return frozenset(plan.by_name[service].entry_points)
    taken = {entry for each in plan.services for entry in each.entry_points}
    return frozenset(entry.id for entry in program.entry_points if entry.kind in _WEB and entry.id not in taken)


def _is_here(node: str, held: set[str], away: set[str], program: Program) -> bool:
    if not program.is_own(node):
        return True
    if node in away or top_level(node) in away:
        return False
    return node in held or top_level(node) in held
