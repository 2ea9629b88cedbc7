"""What runs in a service's processes: behind each of its entry points, and around all of them.

Comes in: program, plan and a slice. Goes out: nodes, and the calls that leave the service: one source for the grants of the
database, the tables of functions and the roles of the cloud. Must not: follow code that is not in the slice, or that another
service runs: what is called over the wire, and a view that is merely registered here (mentioned, handed over) unless code
calls it.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from refactor.model.names import module_of, top_level
from refactor.model.plan import Plan
from refactor.model.program import Evidence, Program
from refactor.model.slices import Slice

FOLLOWED = frozenset({"enter", "call", "reference", "publish", "hook", "render"})
HERE = frozenset({"own", "shared", "copied"})
"""Levels of a definition whose body is in the slice."""
_WEB = ("http", "websocket")


class Ground(Struct, frozen=True):
    """What of a program a service holds. ``sent``: functions that it calls over the wire; ``entries``: its entry points.

    ``foreign``: handlers that are registered here and run elsewhere; ``held``: None where everything is.
    """

    program: Program
    receivers: Mapping[str, tuple[str, ...]]
    held: frozenset[str] | None = None
    away: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    entries: tuple[str, ...] = ()
    application: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()

    def holds(self, node: str) -> bool:
        """Whether a node's body is here; what is no definition (a table, a template) is everywhere."""
        if not self.program.is_own(node):
            return True
        if node in self.away or top_level(node) in self.away:
            return False
        return self.held is None or node in self.held or top_level(node) in self.held


class Reach(Struct, frozen=True):
    """``nodes`` run here; ``sent``: function of another service -> where it is called."""

    nodes: frozenset[str]
    sent: Mapping[str, tuple[Evidence, ...]]


def everywhere(program: Program) -> Ground:
    """The monolith: all code, nothing sent."""
    return Ground(program, {channel.id: channel.subscribers for channel in program.channels})


def ground_of(piece: Slice, program: Program, plan: Plan) -> Ground:
    """The share of a slice."""
    entries = _entries(piece.service, program, plan)
    handlers = {entry.handler for entry in program.entry_points}
    sent = frozenset(operation.symbol for operation in piece.called)
    return Ground(
        program,
        {channel.id: channel.subscribers for channel in program.channels},
        held=_held(piece, program),
        away=sent | {origin.symbol for origin in piece.origins if origin.level not in HERE},
        sent=sent,
        foreign=frozenset(handlers - {entry.handler for entry in program.entry_points if entry.id in entries}),
        entries=tuple(sorted(entries)),
        application=(piece.factory, *piece.imports),
        answered=tuple(symbol for one in piece.answered for symbol in (one.symbol, *one.computed)),
    )


def _held(piece: Slice, program: Program) -> frozenset[str]:
    """What a slice has; where it tells of modules alone, as of a Django project, each with all that it defines."""
    named = frozenset(origin.symbol for origin in piece.origins if origin.level in HERE)
    if any(origin.symbol not in program.by_module for origin in piece.origins):
        return named
    return named | {each.symbol for each in program.definitions if module_of(each.symbol) in named}


def running_in(ground: Ground) -> frozenset[str]:
    """Nodes that run when the service does: from its entry points, its application, its imports, and what it answers."""
    return reach([*ground.entries, *ground.application, *ground.answered], ground).nodes


def around(ground: Ground) -> Reach:
    """What the application's start, imports and hooks reach without any handler: it runs beside each entry point."""
    handlers = frozenset(entry.handler for entry in ground.program.entry_points)
    return reach(ground.application, ground, handlers)


def reach(starts: Iterable[str], ground: Ground, unless_called: frozenset[str] = frozenset()) -> Reach:
    """What runs when the starts do; ``unless_called``: functions that are only entered where code calls them."""
    mentioned_only = ground.foreign | unless_called
    queue = [start for start in dict.fromkeys(starts) if start]
    seen, sent = set(queue), dict[str, set[Evidence]]()
    for node in queue:  # grows while it is read
        heard = ground.receivers.get(node, ())
        following = set(heard) - ground.sent
        for receiver in ground.sent.intersection(heard):
            sends = [edge for edge in ground.program.incoming.get(node, ()) if edge.kind == "publish"]
            sent.setdefault(receiver, set()).update(edge.evidence for edge in sends if edge.source in seen)
        for edge in ground.program.outgoing.get(node, ()):
            if edge.kind not in FOLLOWED:
                continue
            if edge.target in ground.sent:
                sent.setdefault(edge.target, set()).add(edge.evidence)
            elif edge.kind == "call" or edge.target not in mentioned_only:
                following.add(edge.target)
        new = sorted(target for target in following - seen if ground.holds(target))
        seen.update(new)
        queue += new
    return Reach(frozenset(seen), {symbol: tuple(sorted(found)) for symbol, found in sorted(sent.items())})


def _entries(service: str, program: Program, plan: Plan) -> frozenset[str]:
    """The entry points of a service; who is none of the plan's answers what no service does."""
    if service in plan.by_name:
        return frozenset(plan.by_name[service].entry_points)
    taken = {entry for each in plan.services for entry in each.entry_points}
    return frozenset(entry.id for entry in program.entry_points if entry.kind in _WEB and entry.id not in taken)
