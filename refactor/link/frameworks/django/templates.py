"""What a template may read of a row or a form: properties, and public methods that need no argument.

Only for a program of whose templates none was read: weak hook edges (see ``CONFIDENCE``), and only where no code of the
project calls it.
"""

from refactor.link.flow.classes import CLASS, PROPERTY, STATIC
from refactor.link.stages.assembly import Assembly

CONFIDENCE = 0.5
SHOWN = ("django.db.models.Model", "django.contrib.auth.models.", "django.forms.", "mptt.models.", "treebeard.")


def template_reads(assembly: Assembly) -> None:
    """Hook edges from models and forms to what only a template can be reading."""
    machine = assembly.machine
    called = {edge.target for edge in assembly.edges if edge.kind in ("call", "hook", "enter", "subscribe", "wrap")}
    for scope, ref in enumerate(machine.index.scopes):
        if ref.facts.kind != "class" or machine.index.modules[ref.module].is_test:
            continue
        bases = [machine.knowledge.canonical(base) for base in machine.classes.external_bases(scope)]
        if not any(base.startswith(SHOWN) for base in bases):
            continue
        evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework", CONFIDENCE)
        for method in _readable(assembly, scope):
            symbol = assembly.symbol(method)
            if symbol not in called:
                assembly.edge(assembly.symbol(scope), symbol, "hook", evidence)


def _readable(assembly: Assembly, scope: int) -> list[int]:
    """Methods that a template can read of an instance, inherited ones included, the nearest of a name only."""
    machine = assembly.machine
    found: dict[str, int] = {}
    for owner in machine.classes.order(scope):
        for child in machine.index.children.get(owner, ()) if isinstance(owner, int) else ():
            facts = machine.index.scopes[child].facts
            if facts.kind != "function" or facts.name.startswith("_"):
                continue
            flavour = machine.classes.flavour.get(child, "")
            required = [
                param for param in facts.params[1:] if param.default is None and param.kind in ("positional", "both")
            ]
            if flavour == PROPERTY or (not required and flavour not in (STATIC, CLASS)):
                found.setdefault(facts.name, child)
    return sorted(found.values())
