"""Who holds whom: the class, module or file in which a node stands.

Comes in: a foreign graph. Goes out: each node's holder. Must not: read a holder out of an id whose kind is unknown, or
follow a circle.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

from refactor.link.foreign.words import edge_kind, node_kind
from refactor.model.foreign import ForeignGraph

_STEPS = re.compile(r"::|[.:#$/\\(]")
# A table does none of these.
_DEEDS = frozenset({"call", "inherit", "read", "write", "publish", "subscribe", "import"})
# What an id may say: a method stands in a class, a class or function in a module.
_INSIDE = {
    "method": ("class", "entity", "function", "method", "module"),
    "function": ("module", "class", "function", "method"),
    "class": ("module", "class"),
    "entity": ("module",),
    "variable": ("module", "class"),
}


def holders(graph: ForeignGraph, kinds: Mapping[str, str]) -> dict[str, str]:
    """Node -> the node that holds it: by its own word, by an edge that says so, else by its id when kinds fit.

    Holders come before what they hold.
    """
    found: dict[str, str] = {}
    for vertex in graph.vertices:
        for held in (vertex.within, vertex.file):
            if held in kinds and held != vertex.id:
                found.setdefault(vertex.id, held)
    for link in graph.links:
        does = edge_kind(link.kind)
        if does in ("contain", "within") and link.source != link.target:
            holder, held = (link.source, link.target) if does == "contain" else (link.target, link.source)
            found.setdefault(held, holder)
    for vertex in graph.vertices:
        if vertex.id not in found and (holder := _by_id(vertex.id, kinds)):
            found[vertex.id] = holder
    return _downward(found)


def _by_id(name: str, kinds: Mapping[str, str]) -> str:
    """The longest beginning of the id that is a node of a kind that may hold it."""
    fitting = _INSIDE.get(kinds[name], ())
    places = [step.start() for step in _STEPS.finditer(name)] if fitting else []
    return next((name[:place] for place in reversed(places) if kinds.get(name[:place]) in fitting), "")


def _downward(found: Mapping[str, str]) -> dict[str, str]:
    """The same with holders before what they hold; what hangs in a circle is held by nobody."""
    held: dict[str, list[str]] = defaultdict(list)
    for node, holder in sorted(found.items()):
        held[holder].append(node)
    queue = sorted(held.keys() - found.keys())
    kept: dict[str, str] = {}
    for holder in queue:
        kept.update(dict.fromkeys(held[holder], holder))
        queue.extend(node for node in held[holder] if node in held)
    return kept


def kinds_of(graph: ForeignGraph) -> dict[str, str]:
    """Node -> our kind, "" for a plain one; a table that does something, such as call, is a class with a table."""
    entered = {link.source for link in graph.links if edge_kind(link.kind) == "enter"}
    doing = {link.source for link in graph.links if edge_kind(link.kind) in _DEEDS} if graph.directed else set()
    kinds = {vertex.id: _kind(vertex.id, vertex.kind, entered) for vertex in graph.vertices}
    return {node: "entity" if kind == "table" and node in doing else kind for node, kind in kinds.items()}


def _kind(name: str, word: str, entered: set[str]) -> str:
    """``file`` is our word for a resource too; an ``event`` is a way in when it enters something."""
    kind = node_kind(word)
    if kind == "module" and word == "file" and name.startswith("file:"):
        return "outside"
    return "task" if kind == "event" and name in entered else kind
