"""Who touches which table, and how surely: the votes of the data.

Comes in: a program. Goes out: ``Touches``. Must not: know units or services.

One site that names many tables is seldom one that touches them all: behind a base class's ``save`` or a common loader
stands one of them at a time. So each of n tables named at one site gets 1/n of a vote; a site that names half of all
tables says nothing. What an SQL text names, it touches.
"""

from collections import defaultdict
from typing import TypeAlias

from refactor.model.program import Edge, Evidence, Program

# (source symbol, table node, read | write) -> 0..1, the surest of its sites.
Touches: TypeAlias = dict[tuple[str, str, str], float]

# A touch counts as seen, not only as possible, when at most three tables share its site.
SURE = 1 / 3
# Half of the tables of a small program are still few.
LEAST_TABLES = 4


def touches_of(program: Program) -> Touches:
    """Every read and write of a table with its share of a vote, sorted; those without a vote are left out."""
    sites: dict[tuple[str, str, Evidence], set[str]] = defaultdict(set)
    for edge in program.edges:
        if _touches(edge):
            sites[edge.source, edge.kind, edge.evidence].add(edge.target)
    widest = max(LEAST_TABLES, len(program.tables) / 2)
    touches: Touches = {}
    for (source, kind, at), tables in sorted(sites.items()):
        share = 1.0 if at.how == "sql" else 1 / len(tables)
        for table in sorted(tables) if at.how == "sql" or len(tables) < widest else ():
            touches[source, table, kind] = max(share, touches.get((source, table, kind), 0.0))
    return dict(sorted(touches.items()))


def surely(touches: Touches, kind: str) -> dict[str, set[str]]:
    """By source, the table nodes that it surely reads or writes."""
    found: dict[str, set[str]] = defaultdict(set)
    for (source, table, does), share in touches.items():
        if does == kind and share >= SURE:
            found[source].add(table)
    return dict(found)


def _touches(edge: Edge) -> bool:
    return edge.kind in ("read", "write") and edge.target.startswith("table:")
