"""What a framework calls by itself: methods of classes that derive from its own, and functions it was handed."""

from refactor.link.flow.knowledge import Patterns
from refactor.link.flow.trace import Trace
from refactor.link.flow.values import Box, External, Instance, Value, Values
from refactor.link.stages.assembly import Assembly
from refactor.model.facts import Position


def hooks(assembly: Assembly) -> None:
    """A hook edge for each method that an external base is known to call, and each function that is handed over."""
    methods = methods_of(assembly)
    _inherited(assembly, methods)
    for scope, trace in assembly.traces():
        _kept(assembly, scope, trace, methods)


def _inherited(assembly: Assembly, methods: dict[int, list[tuple[str, int]]]) -> None:
    """Methods that an external base class is known to call, inherited ones included."""
    machine = assembly.machine
    known = [(Patterns([base]), Patterns(names)) for base, names in machine.knowledge.hooks]
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


def methods_of(assembly: Assembly) -> dict[int, list[tuple[str, int]]]:
    """Class scope -> its own methods, by name and scope; ``form_valid = form_invalid = check`` counts under each name."""
    scopes = assembly.machine.index.scopes
    found: dict[int, list[tuple[str, int]]] = {}
    for scope, ref in enumerate(scopes):
        if ref.facts.kind == "function" and ref.parent >= 0 and scopes[ref.parent].facts.kind == "class":
            found.setdefault(ref.parent, []).append((ref.facts.name, scope))
    for scope, ref in enumerate(scopes):
        for name in ref.facts.bound if ref.facts.kind == "class" else ():
            for function in assembly.functions(assembly.machine.store.peek(("attribute", scope, name))):
                if scopes[function].facts.name != name and scopes[function].facts.kind == "function":
                    found.setdefault(scope, []).append((name, function))
    return found


def _kept(assembly: Assembly, scope: int, trace: Trace, methods: dict[int, list[tuple[str, int]]]) -> None:
    """Functions that a library keeps: ``@app.before_request``, ``filters["money"] = money``, ``Field(validators=[f])``."""
    keepers = assembly.machine.knowledge.keepers
    for record in trace.calls.values():
        for callee in assembly.externals(record.callees):
            if keepers.match(f"{callee.name}()"):
                given = frozenset().union(*record.args, *record.keywords.values())
                _hand_over(assembly, scope, record.at, callables(assembly, given, methods), keeper(assembly, callee))
    for access, suffix in (
        *((one, "[]") for one in trace.item_writes),
        *((one, f".{one.name}") for one in trace.writes),
    ):
        for owner in assembly.externals(access.receiver):
            if keepers.match(f"{owner.name}{suffix}"):
                handed = callables(assembly, access.value, methods)
                _hand_over(assembly, scope, access.at, handed, keeper(assembly, owner))


def keeper(assembly: Assembly, value: External) -> str:
    """The module-level variable at the root of an external value: the application, the extension; "" when there is none."""
    current: Value = value
    for _ in range(6):
        made = isinstance(current, Instance) or (isinstance(current, External) and current.site >= 0)
        symbol = assembly.variable_of(frozenset((assembly.machine.pool.add(current),))) if made else ""
        if symbol or not isinstance(current, External) or current.base < 0:
            return symbol
        current = assembly.machine.pool[current.base]
    return ""


def _hand_over(assembly: Assembly, scope: int, at: Position, handed: set[int], keeper: str) -> None:
    evidence = assembly.evidence(scope, at, "framework", 0.9)
    for target in sorted(handed):
        assembly.edge(keeper or assembly.symbol(scope), assembly.symbol(target), "hook", evidence)


def callables(assembly: Assembly, given: Values, methods: dict[int, list[tuple[str, int]]]) -> set[int]:
    """Functions, and ``__call__`` of instances, among some values and in the containers among them."""
    machine = assembly.machine
    boxes = [number for number in given if isinstance(machine.pool[number], Box)]
    values = given.union(*(machine.store.peek(("item", number, "*")) for number in boxes))
    found = {scope for chain in assembly.chain(values) for scope in chain}
    for value in machine.pool.each(values):
        if isinstance(value, Instance):
            owners = (one for one in machine.classes.order(value.scope) if isinstance(one, int))
            own = (method for owner in owners for name, method in methods.get(owner, ()) if name == "__call__")
            found.update(list(own)[:1])
    return found
