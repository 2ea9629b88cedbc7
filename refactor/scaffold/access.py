"""Which tables some nodes touch.

Comes in: what runs (``reach``) and the program. Goes out: (table, read | write | readwrite). Must not: know services.
"""

from collections.abc import Iterable

from refactor.model.program import Program

_MODES = {frozenset({"read"}): "read", frozenset({"write"}): "write", frozenset({"read", "write"}): "readwrite"}


def tables_of(nodes: Iterable[str], program: Program) -> tuple[tuple[str, str], ...]:
    """The tables that the nodes read or write, sorted."""
    modes: dict[str, set[str]] = {}
    for node in nodes:
        for edge in program.outgoing.get(node, ()):
            if edge.kind in {"read", "write"} and edge.target.startswith("table:"):
                modes.setdefault(edge.target.removeprefix("table:"), set()).add(edge.kind)
    return tuple((table, _MODES[frozenset(modes[table])]) for table in sorted(modes))
