"""Program -> steps of what runs when something runs, beyond plain calls: hooks, pages, tasks that nobody waits for.

Comes in: a program. Goes out: pairs (who, what then runs). Must not: follow what is only presumed.
"""

from refactor.model.program import Program

# A hook of no more confidence than this is presumed.
PRESUMED = 0.5


def with_process(program: Program) -> frozenset[str]:
    """Functions that a framework runs once, when the process starts or ends."""
    return frozenset(start.target for start in program.starts if start.kind == "process")


def handed(program: Program) -> frozenset[tuple[str, str]]:
    """(who hands over, what a framework then runs): methods that a base class calls, functions, pages.

    What only a name or the lack of another caller says is left out, and so are the methods that single entry points
    enter: who reaches their class does not run them all.
    """
    entered = {edge.target for edge in program.edges if edge.kind == "enter"}
    return frozenset(
        (edge.source, edge.target)
        for edge in program.edges
        if (edge.kind == "hook" and edge.evidence.confidence > PRESUMED and edge.target not in entered)
        or edge.kind == "render"
    )


def with_process_steps(program: Program) -> frozenset[tuple[str, str]]:
    """(who hands over or holds, function): the steps by which a request would seem to run what the process runs."""
    known = with_process(program)
    return frozenset(
        (edge.source, edge.target) if edge.kind == "hook" else (edge.target, edge.source)
        for edge in program.edges
        if (edge.kind == "hook" and edge.target in known) or (edge.kind == "register" and edge.source in known)
    )


def task_starts(program: Program) -> frozenset[tuple[str, str]]:
    """(who starts a coroutine as a task, what runs in it): calls whose every site is such a start."""
    at = {
        (start.symbol, start.target, start.evidence.path, start.evidence.line, start.evidence.column)
        for start in program.starts
        if start.kind == "task"
    }
    pairs = {(symbol, target) for symbol, target, *_ in at}
    waited = {
        (edge.source, edge.target)
        for edge in program.edges
        if edge.kind == "call"
        and (edge.source, edge.target) in pairs
        and (edge.source, edge.target, edge.evidence.path, edge.evidence.line, edge.evidence.column) not in at
    }
    return frozenset(pairs - waited)
