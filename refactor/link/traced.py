"""Traces -> the program: which functions they mean, and the calls that the source does not show.

Comes in: a program and what ran. Goes out: ``Traced``, and the program with the unseen calls as edges of evidence
``trace``. Must not: trust a trace more than the source: what the source shows stays as it is.
"""

from collections import defaultdict

from msgspec.structs import replace

from refactor.model.names import module_of
from refactor.model.observed import Ran, Traced, Traces
from refactor.model.program import Definition, Edge, Evidence, Program

# A call of a class runs one of these; the source shows the class.
_MAKING = (".__init__", ".__new__", ".__post_init__")
_SHOWN = frozenset({"call", "wrap", "hook", "enter"})
_RUNNING = frozenset({"function", "method", "lambda"})


def find(program: Program, traces: Traces) -> Traced:
    """The traces with node ids of the program: by file and name, else by file and line; the rest is lost."""
    named, placed = _places(program)
    symbols = [named.get((ran.path, _plain(ran))) or placed.get((ran.path, ran.line), "") for ran in traces.functions]
    calls: dict[tuple[str, str], int] = defaultdict(int)
    for caller, callee, times in traces.calls:
        pair = (symbols[caller], symbols[callee])
        if all(pair):
            calls[pair] += times
    below: dict[str, set[str]] = defaultdict(set)
    for entered, reached in traces.reached:
        if symbols[entered]:
            below[symbols[entered]].update(symbols[one] for one in reached)
    told = {entered: tuple(sorted(reached - {""})) for entered, reached in sorted(below.items())}
    return Traced(dict(sorted(calls.items())), told, symbols.count(""))


def _places(program: Program) -> tuple[dict[tuple[str, str], str], dict[tuple[str, int], str]]:
    named: dict[tuple[str, str], str] = {}
    placed: dict[tuple[str, int], str] = {}
    for definition in program.definitions:
        if definition.kind in _RUNNING:
            named[definition.path, definition.symbol.partition(":")[2]] = definition.symbol
            placed.setdefault((definition.path, definition.first), definition.symbol)
    return named, placed


def _plain(ran: Ran) -> str:
    return ran.name.replace(".<locals>.", ".")


def unseen(program: Program, traced: Traced) -> tuple[Edge, ...]:
    """An edge for each traced call between own functions that the source does not show, where its caller stands."""
    shown = {(edge.source, edge.target) for edge in program.edges if edge.kind in _SHOWN}
    heirs = _heirs(program)
    found = []
    for source, target in traced.calls:
        made = next((target.removesuffix(making) for making in _MAKING if target.endswith(making)), "")
        ways = {(source, target), *((source, one) for one in heirs.get(made, {made}))}
        known = program.by_symbol.get(source)
        if known is not None and source != target and not shown & ways:
            found.append(Edge(source, target, "call", _at(known)))
    tests = {module.name for module in program.modules if module.is_test}
    return tuple(sorted(edge for edge in found if module_of(edge.source) not in tests))


def _heirs(program: Program) -> dict[str, set[str]]:
    """Each class with all that derive from it, itself included."""
    above: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind == "inherit":
            above[edge.source].add(edge.target)
    heirs: dict[str, set[str]] = defaultdict(set)
    for heir in sorted(above):
        queue, seen = [heir], {heir}
        for one in queue:
            heirs[one] |= {one, heir}
            ahead = above.get(one, set()) - seen
            seen |= ahead
            queue.extend(sorted(ahead))
    return heirs


def _at(definition: Definition) -> Evidence:
    return Evidence(definition.path, definition.line, how="trace")


def with_edges(program: Program, edges: tuple[Edge, ...]) -> Program:
    """The program with further edges."""
    return replace(program, edges=tuple(sorted({*program.edges, *edges})))
