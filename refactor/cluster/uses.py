"""Who uses whom, with direction: what decides library or not, and what reasons quote.

Comes in: program and units. Goes out: ``Uses``. Must not: judge.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from refactor.cluster.touches import Touches
from refactor.cluster.units import Units
from refactor.model.program import Edge, Program

Uses: TypeAlias = dict[str, dict[str, float]]

# An import alone may be a leftover; a write commits more than a call.
STRENGTH = {"call": 1.0, "reference": 0.5, "inherit": 1.0, "read": 1.0, "write": 3.0, "relate": 1.0, "import": 0.1}


@dataclass(frozen=True)
class Direction:
    """Uses by user (``out``) and by what is used (``into``)."""

    out: Uses
    into: Uses


def uses_of(program: Program, units: Units, touches: Touches) -> Direction:
    """How often each unit uses another, by strength of the kind of use and, for tables, by the share of the touch.

    Whoever reads or changes a state uses its home.
    """
    found: dict[tuple[str, str], float] = defaultdict(float)
    for edge in program.edges:
        if edge.kind in STRENGTH:
            source, target = units.of(edge.source), units.of(edge.target)
            if source and target and source != target:
                found[source, target] += STRENGTH[edge.kind] * _share(edge, touches)
    for state in program.states:
        home = units.of(state.symbol)
        for user in {units.of(symbol) for symbol in (*state.writers, *state.readers)} - {"", home} if home else ():
            found[user, home] += STRENGTH["read"]
    return _direction({pair: strength for pair, strength in found.items() if strength})


def _share(edge: Edge, touches: Touches) -> float:
    if edge.kind in ("read", "write") and edge.target.startswith("table:"):
        return touches.get((edge.source, edge.target, edge.kind), 0.0)
    return 1.0


def grouped(direction: Direction, group: Mapping[str, str]) -> Direction:
    """The same between groups of units."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for source, targets in direction.out.items():
        for target, strength in targets.items():
            if group[source] != group[target]:
                found[group[source], group[target]] += strength
    return _direction(found)


def _direction(found: Mapping[tuple[str, str], float]) -> Direction:
    out: Uses = defaultdict(dict)
    into: Uses = defaultdict(dict)
    for (source, target), strength in sorted(found.items()):
        out[source][target] = strength
        into[target][source] = strength
    return Direction(dict(out), dict(into))
