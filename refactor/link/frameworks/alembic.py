"""Alembic: a revision's module says which one it follows, and has a function for each direction."""

from refactor.link.stages.assembly import Assembly

REVISION = frozenset(("revision", "down_revision"))
DIRECTIONS = ("upgrade", "downgrade")


def entries(assembly: Assembly) -> None:
    """Hook edges from the module of each revision to what runs it."""
    machine = assembly.machine
    for module, root in machine.index.roots.items():
        facts = machine.index.scopes[root].facts
        if not facts.bound or not REVISION.issubset(facts.bound) or machine.index.modules[module].is_test:
            continue
        for name in DIRECTIONS:
            for function in assembly.functions(machine.store.peek(("global", module, name))):
                place = machine.index.scopes[function].facts
                evidence = assembly.evidence(function, (place.line, place.column), "framework")
                assembly.edge(module, assembly.symbol(function), "hook", evidence)
