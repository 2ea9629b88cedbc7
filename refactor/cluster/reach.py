"""What runs when something runs: calls, what a framework is handed, the pages that are rendered.

Comes in: a program. Goes out: steps from node to node. Must not: follow what is only presumed, or what others wait for:
an event or a task that is published runs on its own account.
"""

from collections import defaultdict
from collections.abc import Iterable

from refactor.model.names import top_level
from refactor.model.observed import NOT_TRACED, Traced
from refactor.model.program import Edge, Program

# A hook of no more confidence than this is presumed.
PRESUMED = 0.5


def steps_of(program: Program) -> dict[str, set[str]]:
    """Node -> what then runs.

    A method that an entry point of its own enters is no hook of its class here: who gets a product does not delete it.
    """
    entered = {edge.target for edge in program.edges if edge.kind == "enter"}
    steps: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind in ("call", "render") or (is_handed(edge) and edge.target not in entered):
            steps[edge.source].add(edge.target)
    return steps


def ways_in(program: Program, traced: Traced = NOT_TRACED) -> list[tuple[str, ...]]:
    """The nodes at which the entry points begin: their handlers and what they enter; the same ones once, sorted.

    With what a framework was seen to run for them (of a class: for any of its methods), and what ran below that.
    """
    begins: dict[str, set[str]] = defaultdict(set)
    for entry in program.entry_points:
        begins[entry.id].update({entry.handler} - {""})
    for edge in program.edges:
        if edge.kind == "enter" and edge.source in begins:
            begins[edge.source].add(edge.target)
    below: dict[str, set[str]] = defaultdict(set)
    for entered, reached in traced.below.items():
        for begin in {entered, top_level(entered)}:
            below[begin].update(reached)
    seen = [found.union(*(below[begin] for begin in found if begin in below)) for found in begins.values() if found]
    return sorted({tuple(sorted(found)) for found in seen})


def is_handed(edge: Edge) -> bool:
    """Whether a framework surely runs the target for the source."""
    return edge.kind == "hook" and edge.evidence.confidence > PRESUMED


def walk(starts: Iterable[str], steps: dict[str, set[str]]) -> set[str]:
    """Everything that the steps lead to, the starts included."""
    seen = set(starts)
    queue = list(seen)
    for node in queue:
        ahead = steps.get(node, set()) - seen
        seen |= ahead
        queue.extend(ahead)
    return seen
