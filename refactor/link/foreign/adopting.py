"""Nodes of a foreign graph -> modules, definitions, tables and entry points of a program.

Comes in: a foreign graph. Goes out: ``Cast``: who plays what. Must not: read edges but for who holds and enters whom, or
drop a node.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from refactor.link.foreign.homes import holders, kinds_of
from refactor.link.foreign.names import Symbols
from refactor.link.foreign.words import edge_kind
from refactor.model.foreign import ForeignGraph, Vertex
from refactor.model.names import table
from refactor.model.program import Channel, Definition, EntryPoint, Evidence, Module, Table

_DOORS = frozenset({"http", "task", "schedule", "command"})
_HOLDING = frozenset({"class", "entity", "function", "method"})


@dataclass
class Cast:
    """``symbol``: node -> its place in the program ("" outside). ``unit``: node -> what is assigned with it.

    ``tables``: node -> table node; for an entity beside its symbol. ``doors``: entry points that stand for a handler.
    """

    graph: ForeignGraph
    kinds: dict[str, str]
    symbol: dict[str, str] = field(default_factory=dict)
    unit: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    definitions: list[Definition] = field(default_factory=list)
    mapped: list[Table] = field(default_factory=list)
    entry_points: list[EntryPoint] = field(default_factory=list)
    names: Symbols = field(default_factory=Symbols)
    files: dict[str, str] = field(default_factory=dict)


def cast_of(graph: ForeignGraph) -> Cast:
    """Everybody's part: what holds others first, what stands for others last."""
    cast = Cast(graph, kinds_of(graph))
    held = holders(graph, cast.kinds)
    vertices = {vertex.id: vertex for vertex in graph.vertices}
    order = [*(name for name in vertices if name not in held), *held]
    entering = _entering(graph)
    late = {name: None for name in order if _stands_for(name, cast, entering)}
    for name in order:
        if name not in late:
            _play(vertices[name], held.get(name, ""), cast)
    for name in late:
        _stand_in(name, entering.get(name, ""), cast)
    return cast


def _entering(graph: ForeignGraph) -> dict[str, str]:
    """Entry point -> its handler, where the graph names exactly one."""
    found: dict[str, set[str]] = defaultdict(set)
    for link in graph.links:
        if edge_kind(link.kind) == "enter":
            found[link.source].add(link.target)
    return {source: next(iter(targets)) for source, targets in found.items() if len(targets) == 1}


def _stands_for(name: str, cast: Cast, entering: dict[str, str]) -> bool:
    """Whether a node is another one seen from outside: an entry point with a handler, a state or event with a variable."""
    if cast.kinds[name] in _DOORS:
        return name in entering and cast.kinds[entering[name]] not in _DOORS
    prefix, _, rest = name.partition(":")
    return cast.kinds[name] in ("state", "event") and prefix == cast.kinds[name] and rest in cast.kinds and (
        cast.kinds[rest] not in ("state", "event", *_DOORS)
    )  # fmt: skip


def _play(vertex: Vertex, holder: str, cast: Cast) -> None:
    name, kind = vertex.id, cast.kinds[vertex.id]
    if kind == "outside":
        cast.symbol[name] = cast.unit[name] = ""
    elif kind == "table":
        node = cast.names.table(name.removeprefix("table:"))
        model = cast.symbol.get(holder, "") if cast.kinds.get(holder) == "class" else ""
        cast.mapped.append(Table(node.removeprefix("table:"), model, _at(cast, vertex)))
        cast.symbol[name] = cast.unit[name] = cast.tables[name] = node
    elif kind == "module" or not _inside(vertex, holder, cast):
        symbol = cast.names.module(name)
        cast.modules[symbol] = Module(symbol, vertex.file or name, 1)
        cast.symbol[name] = cast.unit[name] = symbol
    _add_part(vertex, kind, cast)


def _inside(vertex: Vertex, holder: str, cast: Cast) -> bool:
    """Put a node into the definition or module that holds it, if there is one."""
    name, kind = vertex.id, cast.kinds[vertex.id]
    if kind not in ("", "variable", *_HOLDING):
        return False
    over = cast.kinds.get(holder, "")
    if over in _HOLDING and cast.unit.get(holder):
        cast.symbol[name] = cast.names.nested(cast.symbol[holder], name)
        cast.unit[name] = cast.unit[holder]
        return True
    home = cast.symbol.get(holder, "") if over == "module" else ""
    home = home or (_file(vertex.file, cast) if vertex.file else "")
    if home:
        cast.symbol[name] = cast.unit[name] = cast.names.inside(home, name)
        ours = {"class": "class", "entity": "class", "variable": "variable"}.get(kind, "function")
        cast.definitions.append(Definition(cast.symbol[name], ours, cast.modules[home].path, 1, 1, 1))
    return bool(home)


def _file(text: str, cast: Cast) -> str:
    """The module of a file that is no node itself."""
    if text not in cast.files:
        symbol = cast.names.module(text)
        cast.files[text] = symbol
        cast.modules[symbol] = Module(symbol, text, 1)
    return cast.files[text]


def _add_part(vertex: Vertex, kind: str, cast: Cast) -> None:
    """What a node is besides a definition: a table, a way in, an event, a state."""
    symbol, at = cast.symbol[vertex.id], _at(cast, vertex)
    if kind == "entity":
        cast.tables[vertex.id] = table(symbol)
        cast.mapped.append(Table(symbol, symbol, at))
    elif kind in _DOORS:
        cast.entry_points.append(EntryPoint(vertex.id, kind, symbol, at, rule=vertex.id))
    elif kind == "event":
        cast.channels[vertex.id] = Channel(f"event:{symbol}", symbol, at)
    elif kind == "state":
        cast.states[vertex.id] = symbol


def _stand_in(name: str, handler: str, cast: Cast) -> None:
    kind = cast.kinds[name]
    other = handler or name.partition(":")[2]
    symbol = cast.symbol[name] = cast.symbol.get(other, "")
    cast.unit[name] = cast.unit.get(other, "")
    at = Evidence(cast.graph.name, 1)
    if kind in _DOORS and symbol:
        cast.entry_points.append(EntryPoint(name, kind, symbol, at, rule=name))
    elif kind == "event" and symbol:
        cast.channels[name] = Channel(f"event:{symbol}", symbol, at)
    elif kind == "state" and symbol:
        cast.states[name] = symbol


def _at(cast: Cast, vertex: Vertex) -> Evidence:
    return Evidence(vertex.file or cast.graph.name, 1)
