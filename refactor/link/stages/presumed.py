"""What a library presumably calls though no framework file says so, each as a hook edge of low confidence.

A function handed to an external call, or kept in an external object; a method of a class derived from an external one that
nothing in the project calls. Runs after everything that knows better, and adds nothing to a function that is known already.
"""

from refactor.link.flow.knowledge import Patterns
from refactor.link.flow.trace import Trace
from refactor.link.flow.values import Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.hooks import callables, keeper, methods_of

PLAIN = ("builtins.", "typing.", "abc.", "functools.", "contextlib.", "inspect.", "logging.", "dataclasses.", "enum.")
"""Libraries that call what they are handed at once or never, and classes that call no methods of theirs."""
KNOWING = frozenset(("call", "wrap", "enter", "hook", "subscribe"))
HANDED, DERIVED = 0.5, 0.4
"""Confidence of the two presumptions."""


def presumed(assembly: Assembly) -> None:
    """Hook edges for functions and methods that only a library can be calling."""
    known = {edge.target for edge in assembly.edges if edge.kind in KNOWING}
    methods = methods_of(assembly)
    for scope, trace in assembly.traces():
        for source, at, given in _given(assembly, trace):
            for target in sorted(callables(assembly, given, methods)):
                symbol = assembly.symbol(target)
                if symbol not in known:
                    evidence = assembly.evidence(scope, at, "framework", HANDED)
                    assembly.edge(source or assembly.symbol(scope), symbol, "hook", evidence)
    known |= {edge.target for edge in assembly.edges if edge.kind == "hook"}
    _derived(assembly, methods, known)


def _given(assembly: Assembly, trace: Trace) -> list[tuple[str, tuple[int, int], Values]]:
    """What external calls are handed and external objects keep: keeper, place, values."""
    found: list[tuple[str, tuple[int, int], Values]] = []
    for record in trace.calls.values():
        for callee in assembly.externals(record.callees):
            own_property = callee.name == "builtins.property" and record.text != "@decorator"
            if own_property or not callee.name.startswith(PLAIN):
                values = frozenset().union(*record.args, *record.keywords.values())
                found.append((keeper(assembly, callee), record.at, values))
    for access in (*trace.writes, *trace.item_writes):
        for owner in assembly.externals(access.receiver):
            if not owner.name.startswith(PLAIN):
                found.append((keeper(assembly, owner), access.at, access.value))
    return found


def _derived(assembly: Assembly, methods: dict[int, list[tuple[str, int]]], known: set[str]) -> None:
    """Methods that nothing in the project calls, of classes with a foreign base that no framework file describes."""
    machine = assembly.machine
    described = Patterns(base for base, _ in machine.knowledge.hooks)
    for scope in sorted(methods):
        if machine.index.modules[machine.index.scopes[scope].module].is_test:
            continue
        bases = [machine.knowledge.canonical(base) for base in machine.classes.external_bases(scope)]
        strange = [base for base in bases if not base.startswith(PLAIN)]
        if not strange or any(described.match(base) for base in strange):
            continue
        ref = machine.index.scopes[scope].facts
        for _, method in methods[scope]:
            symbol = assembly.symbol(method)
            if symbol not in known:
                evidence = assembly.evidence(scope, (ref.line, ref.column), "framework", DERIVED)
                assembly.edge(assembly.symbol(scope), symbol, "hook", evidence)
