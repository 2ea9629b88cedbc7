"""Alembic: ``upgrade`` and ``downgrade`` of each revision, run by the migration command."""

from refactor.link.stages.assembly import Assembly

MARKS = frozenset(("revision", "down_revision"))
STEPS = ("upgrade", "downgrade")


def entries(assembly: Assembly) -> None:
    """Hook edges from a revision's module to its steps; a module is a revision when it names itself and its parent."""
    index = assembly.machine.index
    for module, root in index.roots.items():
        bound = index.scopes[root].facts.bound
        if index.modules[module].is_test or not MARKS.issubset(bound):
            continue
        for scope in index.children.get(root, ()):
            ref = index.scopes[scope]
            if ref.facts.kind == "function" and ref.facts.name in STEPS:
                evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework", 0.9)
                assembly.edge(module, assembly.symbol(scope), "hook", evidence)
