"""ForeignGraph -> Program: somebody else's graph, said in our nouns, so that it is clustered like any program.

Comes in: a foreign graph. Goes out: ``Adopted``: the program, and which unit each node became. Must not: lose a node, or
give an id a meaning beyond the kinds that the file itself states.
"""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from refactor.link.foreign.adopting import Cast, cast_of
from refactor.link.foreign.sites import sites_of
from refactor.link.foreign.words import edge_kind
from refactor.model.foreign import Adopted, ForeignGraph
from refactor.model.names import module_of, qualname_of, state, top_level
from refactor.model.program import Channel, Edge, Evidence, Program, State

_KEPT = frozenset({"call", "import", "inherit", "relate", "register", "hook", "reference"})


def adopt(graph: ForeignGraph) -> Adopted:
    """The graph as a program; one that our own tool wrote is taken as it is."""
    if graph.program is not None:
        return Adopted(graph.program, _own_units(graph, graph.program))
    cast = cast_of(graph)
    edges = tuple(_edges(cast))
    program = Program(
        graph.name,
        modules=tuple(sorted(cast.modules.values())),
        definitions=tuple(sorted(cast.definitions)),
        entry_points=tuple(sorted(cast.entry_points)),
        tables=tuple(sorted(cast.mapped)),
        states=_states(cast),
        channels=_channels(cast),
        edges=edges,
        calls_total=len(edges),
        calls_resolved=len(edges),
    )
    return Adopted(program, tuple(sorted(cast.unit.items())))


def _edges(cast: Cast) -> Iterator[Edge]:
    """All edges, sorted: the few that links stand for are, then each has its sites."""
    said = [
        (*edge, number, count)
        for number, ((source, target, word), count) in enumerate(sites_of(cast.graph.links).items(), 1)
        for edge in _said(source, target, edge_kind(word), cast)
    ]
    for source, target, kind, number, count in sorted(said):
        for site in range(1, count + 1):
            yield Edge(source, target, kind, Evidence(cast.graph.name, number, site))


def _said(source: str, target: str, does: str, cast: Cast) -> list[tuple[str, str, str]]:
    """The edges that a link stands for: none when it leads outside or says who holds whom; two when it has no direction."""
    ends = cast.symbol[source], cast.symbol[target]
    if does in ("contain", "within", "enter", "subscribe") or not all(ends) or ends[0] == ends[1]:
        return []
    if not cast.graph.directed and _is_data(source, cast) and not _is_data(target, cast):
        return _said(target, source, does, cast)
    there = _edge(source, target, does, cast)
    back = not cast.graph.directed and not _is_data(target, cast)
    return [there, _edge(target, source, does, cast)] if back else [there]


def _is_data(node: str, cast: Cast) -> bool:
    return node in cast.tables


def _edge(source: str, target: str, does: str, cast: Cast) -> tuple[str, str, str]:
    """The edge in our kinds: only data is read and written, only an event is published to."""
    mine, theirs = cast.symbol[source], cast.symbol[target]
    if cast.kinds[source] == "table":
        return mine, theirs, "relate"
    if does in ("read", "write") and target in cast.tables:
        return mine, cast.tables[target], does
    if does in ("read", "write") and target in cast.states:
        return mine, state(cast.states[target]), does
    if cast.kinds[target] == "table":
        return mine, theirs, "relate" if does == "relate" else "read"
    if does == "publish":
        return (mine, cast.channels[target].id, does) if target in cast.channels else (mine, theirs, "call")
    return mine, theirs, does if does in _KEPT else "reference"


def _states(cast: Cast) -> tuple[State, ...]:
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in cast.graph.links:
        if link.target in cast.states and cast.symbol[link.source]:
            does = "write" if edge_kind(link.kind) == "write" else "read"
            users[cast.states[link.target], does].add(cast.symbol[link.source])
    at = Evidence(cast.graph.name, 1)
    return tuple(
        State(symbol, "object", at, tuple(sorted(users[symbol, "write"])), tuple(sorted(users[symbol, "read"])))
        for symbol in sorted(set(cast.states.values()))
    )


def _channels(cast: Cast) -> tuple[Channel, ...]:
    heard: dict[str, set[str]] = defaultdict(set)
    for link in cast.graph.links:
        if edge_kind(link.kind) == "subscribe" and link.target in cast.channels and cast.symbol[link.source]:
            heard[link.target].add(cast.symbol[link.source])
    return tuple(
        sorted(
            msgspec.structs.replace(channel, subscribers=tuple(sorted(heard[node])))
            for node, channel in cast.channels.items()
        )
    )


def _own_units(graph: ForeignGraph, program: Program) -> tuple[tuple[str, str], ...]:
    """Each node of our own graph and the unit that holds it; what is no unit, such as test code, lies outside."""
    modules = {module.name for module in program.modules if not module.is_test}
    tests = {module.name for module in program.modules if module.is_test}
    homes = {module_of(item.symbol) for item in program.definitions} - tests | modules
    units = {
        item.symbol for item in program.definitions
        if module_of(item.symbol) in homes and qualname_of(item.symbol) and "." not in qualname_of(item.symbol)
        and item.kind in ("function", "class", "variable")
    }  # fmt: skip
    found = {f"table:{item.name}": f"table:{item.name}" for item in program.tables}
    found |= {item.id: item.id for item in program.entry_points}

    def unit(node: str) -> str:
        rest = node.partition(":")[2] if node.startswith(("state:", "event:")) and node not in homes | units else node
        if not program.is_own(rest):
            return ""
        top = top_level(rest)
        return top if top in units or top in homes else module_of(rest) if module_of(rest) in homes else ""

    return tuple(sorted((vertex.id, found.get(vertex.id) or unit(vertex.id)) for vertex in graph.vertices))
