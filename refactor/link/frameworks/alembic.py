"""Alembic: ``upgrade`` and ``downgrade`` of a migration's module, which the tool imports and calls by name."""

from refactor.link.stages.assembly import Assembly

STEPS = ("upgrade", "downgrade")


def entries(assembly: Assembly) -> None:
    """Hook edges from each migration to its two steps."""
    index = assembly.machine.index
    for module, root in sorted(index.roots.items()):
        if "down_revision" not in index.scopes[root].facts.bound:
            continue
        for scope in index.children.get(root, ()):
            facts = index.scopes[scope].facts
            if facts.kind == "function" and facts.name in STEPS:
                evidence = assembly.evidence(scope, (facts.line, facts.column), "framework")
                assembly.edge(module, assembly.symbol(scope), "hook", evidence)
