"""Import-time effects on the project's own registries: ``@register("x")`` puts a function into a module's dict."""

from refactor.link.stages.assembly import Assembly

FOLLOWED = frozenset(("call", "wrap"))


def registries(assembly: Assembly) -> None:
    """Register edges: a definition handed, while importing, to code that changes a module's state."""
    writes: dict[str, set[str]] = {}
    calls: dict[str, set[str]] = {}
    for edge in assembly.edges:
        if edge.kind == "write" and edge.target.startswith("state:"):
            writes.setdefault(edge.source, set()).add(edge.target.removeprefix("state:"))
        elif edge.kind in FOLLOWED:
            calls.setdefault(edge.source, set()).add(edge.target)
    machine = assembly.machine
    for scope, record in assembly.records():
        if machine.index.scopes[scope].facts.kind != "module":
            continue
        given = frozenset().union(*record.args, *record.keywords.values())
        handed = [chain[-1] for chain in assembly.chain(given)] + assembly.classes(given)
        for callee in assembly.functions(record.callees):
            for state in sorted(_written(assembly.symbol(callee), writes, calls)):
                evidence = assembly.evidence(scope, record.at, "value", 0.9)
                module, _, qual = state.partition(":")
                target = f"{module}:{qual.partition('.')[0]}"
                for definition in handed:
                    assembly.edge(assembly.symbol(definition), target, "register", evidence)
                if not handed:
                    assembly.edge(machine.index.scopes[scope].module, target, "register", evidence)


def _written(start: str, writes: dict[str, set[str]], calls: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    seen = {start}
    queue = [start]
    for symbol in queue:
        found |= writes.get(symbol, set())
        fresh = calls.get(symbol, set()) - seen
        seen |= fresh
        queue.extend(sorted(fresh))
    return found
