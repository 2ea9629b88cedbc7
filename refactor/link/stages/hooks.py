"""What a framework calls because of its own base classes and decorators: hook edges from the class to its methods."""

from refactor.link.flow.knowledge import Patterns
from refactor.link.stages.assembly import Assembly


def hooks(assembly: Assembly) -> None:
    """A hook edge for each method that an external base is known to call, inherited ones included."""
    machine = assembly.machine
    known = [(Patterns([base]), Patterns(names)) for base, names in machine.knowledge.hooks]
    methods = _methods(assembly)
    for scope, ref in enumerate(machine.index.scopes):
        if ref.facts.kind != "class" or machine.index.modules[ref.module].is_test:
            continue
        bases = [machine.knowledge.canonical(base) for base in machine.classes.external_bases(scope)]
        wanted = [names for pattern, names in known if any(pattern.match(base) for base in bases)]
        if not wanted:
            continue
        evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework")
        seen: set[str] = set()
        for owner in machine.classes.order(scope):
            for name, method in methods.get(owner, ()) if isinstance(owner, int) else ():
                if name not in seen and any(names.match(name) for names in wanted):
                    assembly.edge(assembly.symbol(scope), assembly.symbol(method), "hook", evidence)
                seen.add(name)


def handed(assembly: Assembly) -> None:
    """A hook edge to each function handed to something that is known to call it at another time."""
    for scope, record in assembly.records():
        if not any(assembly.machine.knowledge.called.match(value.name) for value in assembly.externals(record.callees)):
            continue
        given = frozenset().union(*record.args, *record.keywords.values())
        evidence = assembly.evidence(scope, record.at, "framework")
        for function in sorted({one for chain in assembly.chain(given) for one in chain}):
            assembly.edge(assembly.symbol(scope), assembly.symbol(function), "hook", evidence)


def _methods(assembly: Assembly) -> dict[int, list[tuple[str, int]]]:
    """Class scope -> its own methods, by name and scope."""
    scopes = assembly.machine.index.scopes
    found: dict[int, list[tuple[str, int]]] = {}
    for scope, ref in enumerate(scopes):
        if ref.facts.kind == "function" and ref.parent >= 0 and scopes[ref.parent].facts.kind == "class":
            found.setdefault(ref.parent, []).append((ref.facts.name, scope))
    return found
