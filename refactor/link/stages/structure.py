"""Definitions, and the edges that plain Python makes: call, reference, inherit, import; and what stayed unresolved."""

from refactor.link.flow.blocks import flat
from refactor.link.flow.trace import CallRecord, Trace
from refactor.link.flow.values import Bound, Box, Class, External, Function, Instance, Literal, Native, Value, Values
from refactor.link.flow.wording import written
from refactor.link.stages.assembly import Assembly
from refactor.model import facts
from refactor.model.names import join
from refactor.model.program import Argument, Definition, ExternalCall, LoopFact, Unresolved

KINDS = {"format": "str", "sorted": "list", "reversed": "list", "iter": "list"}
"""Kinds of the value flow's own -> the builtin type they stand for."""

KNOWN = {
    **{kind: f"builtins.{kind}" for kind in ("str", "dict", "list", "set", "tuple", "bytes", "int", "float")},
    "deque": "collections.deque",
    "function": "functools.singledispatch",
}
"""Kinds whose methods have a name: of builtin types, and ``register`` of single-dispatch functions."""

SILENT = frozenset((("function", "__call__"), ("function", "__get__")))

IMPLICIT = ("@", "callback:", "__", "map", "key=", "partial", "raise", "default_factory", "LocalProxy")


def definitions(assembly: Assembly) -> list[Definition]:
    """Functions, classes, lambdas and module-level variables of all code that is no test."""
    machine = assembly.machine
    found: list[Definition] = []
    for scope, ref in enumerate(machine.index.scopes):
        if machine.index.modules[ref.module].is_test:
            continue
        if ref.facts.kind == "module":
            found.extend(_variables(assembly, scope))
        else:
            found.append(_definition(assembly, scope))
    unique: dict[str, Definition] = {}
    for definition in found:
        old = unique.get(definition.symbol)
        if old is None or (old.kind == "variable" and definition.kind != "variable"):
            unique[definition.symbol] = definition
    return sorted(unique.values())


def _definition(assembly: Assembly, scope: int) -> Definition:
    machine = assembly.machine
    ref = machine.index.scopes[scope]
    trace = machine.traces.get(scope)
    kind = ref.facts.kind
    if kind == "function" and machine.index.scopes[ref.parent].facts.kind == "class":
        kind = "method"
    around = machine.traces.get(ref.parent)
    decorators = tuple(_decorator(assembly, ref.facts, index, around) for index in range(len(ref.facts.decorators)))
    bases: tuple[str, ...] = ()
    if ref.facts.kind == "class":
        bases = tuple(base if isinstance(base, str) else assembly.symbol(base) for base in machine.classes.bases(scope))
    return Definition(
        assembly.symbol(scope), kind, ref.path, ref.facts.line, ref.facts.first, ref.facts.end, _signature(ref.facts),
        ref.facts.doc, decorators, bases, _names(assembly, trace.raises if trace else frozenset()),
        _names(assembly, trace.catches if trace else frozenset()), ref.facts.is_async,
    )  # fmt: skip


def _decorator(assembly: Assembly, scope: facts.Scope, index: int, around: object) -> str:
    """A decorator by what it resolved to, else as it is written."""
    at = scope.decorators[index].at
    if isinstance(around, Trace):
        for record in around.calls.values():
            if record.at == at and record.text == "@decorator":
                names = _names(assembly, record.callees)
                if names:
                    return names[0]
    return written(scope.decorators[index])


def _signature(scope: facts.Scope) -> str:
    if scope.kind == "class":
        return ", ".join(written(base) for base in scope.bases)
    return ", ".join(_parameter(param) for param in scope.params)


def _parameter(param: facts.Param) -> str:
    """A parameter in the source's words, shortened: ``name: annotation=default``."""
    text = {"star": "*", "double": "**"}.get(param.kind, "") + param.name
    if param.annotation is not None:
        text += f": {written(param.annotation)}"
    if param.default is None:
        return text
    if isinstance(param.default, facts.Const) and param.default.kind in ("str", "int", "float", "bool", "NoneType"):
        return f"{text}={param.default.value!r}"
    return f"{text}=..."


def _variables(assembly: Assembly, scope: int) -> list[Definition]:
    """Names that a module binds by assignment (or loop, with, except), at their first line."""
    ref = assembly.machine.index.scopes[scope]
    lines: dict[str, tuple[int, int]] = {}

    def note(target: facts.Expr, line: int, end: int) -> None:
        if isinstance(target, facts.Name):
            lines.setdefault(target.id, (line, end))
        elif isinstance(target, facts.Collection):
            for item in target.items:
                note(item, line, end)

    for statement in flat(ref.facts.body):
        if isinstance(statement, facts.Assign):
            end = _last_line(statement.value) if statement.value is not None else statement.at[0]
            for target in statement.targets:
                note(target, statement.at[0], max(end, statement.at[0]))
        elif isinstance(statement, facts.For):
            note(statement.target, statement.at[0], statement.end)
        elif isinstance(statement, facts.With):
            for item in statement.items:
                if item.target is not None:
                    note(item.target, statement.at[0], statement.end)
    return [
        Definition(join(ref.module, name), "variable", ref.path, line, line, end)
        for name, (line, end) in sorted(lines.items())
    ]


def _last_line(expression: facts.Expr) -> int:
    """The last line an expression is known to reach."""
    last = expression.at[0]
    stack: list[object] = [expression]
    while stack:
        node = stack.pop()
        if isinstance(node, facts.Call):
            last = max(last, node.end)
        if isinstance(node, tuple):
            stack.extend(node)
        elif hasattr(node, "__struct_fields__"):
            at = getattr(node, "at", None)
            if isinstance(at, tuple):
                last = max(last, int(at[0]))
            stack.extend(getattr(node, name) for name in node.__struct_fields__ if name != "at")
    return last


def _names(assembly: Assembly, values: Values) -> tuple[str, ...]:
    """Symbols and dotted names of classes, functions and externals."""
    names: set[str] = set()
    for value in assembly.machine.pool.each(values):
        match value:
            case Class(scope=scope) | Instance(scope=scope) | Function(scope=scope) | Bound(function=scope):
                names.add(assembly.symbol(scope))
            case External(name=name):
                names.add(name.removesuffix("()"))
    return tuple(sorted(names))


# -- edges -------------------------------------------------------------------------------------------------------------


def calls(assembly: Assembly) -> tuple[int, int]:
    """Call edges and external calls; how many call sites there are and how many are resolved."""
    total = resolved = 0
    for scope, record in assembly.records():
        explicit = not record.text.startswith(IMPLICIT)
        known = _call(assembly, scope, record)
        if explicit:
            total += 1
            resolved += known
            if not known:
                assembly.unresolved.append(_unresolved(assembly, scope, record))
    for scope, trace in assembly.traces():
        for function, at, loop in trace.properties:
            evidence = assembly.evidence(scope, at, "value", 0.9, loop=loop)
            assembly.edge(assembly.symbol(scope), assembly.symbol(function), "call", evidence)
        for at in trace.endless:
            assembly.endless.append(LoopFact(assembly.symbol(scope), assembly.evidence(scope, at)))
    return total, resolved


def _call(assembly: Assembly, scope: int, record: CallRecord) -> bool:
    source = assembly.symbol(scope)
    known = False
    names: set[str] = set()
    for value in assembly.machine.pool.each(record.callees):
        known = True
        match value:
            case Function(scope=callee, wraps=wraps):
                _edge(assembly, source, callee, record, _how(assembly, record, callee))
                _wrapped(assembly, source, wraps, record)
            case Bound(function=callee, receiver=receiver, wraps=wraps):
                instance = assembly.machine.pool[receiver]
                hinted = isinstance(instance, Instance) and instance.hinted
                how = ("annotation", 0.7) if hinted else ("value", 0.9)
                _edge(assembly, source, callee, record, how)
                _wrapped(assembly, source, wraps, record)
            case Class(scope=callee):
                _edge(assembly, source, callee, record, _how(assembly, record, callee))
            case External(name=name):
                names.add(name)
            case Native(name=name, receiver=receiver):
                kind = _kind(assembly.machine.pool[receiver])
                names.update([f"{KNOWN[kind]}.{name}"] if kind in KNOWN and (kind, name) not in SILENT else [])
    for name in sorted(names):
        evidence = assembly.evidence(scope, record.at, loop=record.loop)
        assembly.external_calls.append(ExternalCall(source, name, evidence, _arguments(assembly, record)))
    return known


def _kind(value: Value) -> str:
    """The builtin type of a box or literal."""
    if isinstance(value, Function | Bound):
        return "function"
    kind = value.kind if isinstance(value, Box | Literal) else "object"
    return KINDS.get(kind, kind)


def _edge(assembly: Assembly, source: str, callee: int, record: CallRecord, how: tuple[str, float]) -> None:
    evidence = assembly.evidence(record.scope, record.at, *how, loop=record.loop)
    assembly.edge(source, assembly.symbol(callee), "wrap" if record.wrapping else "call", evidence)


def _wrapped(assembly: Assembly, source: str, wraps: int, record: CallRecord) -> None:
    """Who calls a wrapper calls what it wraps."""
    for scopes in assembly.chain(frozenset((wraps,)) if wraps >= 0 else frozenset()):
        for scope in scopes:
            _edge(assembly, source, scope, record, ("wrapped", 0.9))


def _how(assembly: Assembly, record: CallRecord, callee: int) -> tuple[str, float]:
    name = assembly.machine.index.scopes[callee].facts.name
    return ("direct", 1.0) if record.text.rpartition(".")[2] == name else ("value", 0.9)


def _arguments(assembly: Assembly, record: CallRecord) -> tuple[Argument, ...]:
    named = [(str(place), values) for place, values in enumerate(record.args)] + sorted(record.keywords.items())
    return tuple(Argument(name, constant(assembly, values)) for name, values in named[:12])


def constant(assembly: Assembly, values: Values) -> str:
    """The text of the one constant that some values are, else ``?``; several are joined by `` | ``."""
    literals = [value for value in assembly.machine.pool.each(values) if isinstance(value, Literal)]
    if not literals or len(literals) < len(values) or len(literals) > 4:
        return (
            "?" if not literals or len(literals) > 4 else "|".join(sorted(str(v.value)[:200] for v in literals)) + "|?"
        )
    return "|".join(sorted(str(value.value)[:200] for value in literals))


def _unresolved(assembly: Assembly, scope: int, record: CallRecord) -> Unresolved:
    facts_of = assembly.machine.index.scopes[scope].facts
    head = record.text.partition(".")[0].partition("(")[0].partition("[")[0]
    params = {param.name for param in facts_of.params}
    if head in params:
        reason = "parameter"
    elif "[]" in record.text:
        reason = "container"
    elif "()" in record.text:
        reason = "return"
    elif "." in record.text:
        reason = "attribute"
    else:
        reason = "unknown-name"
    return Unresolved(assembly.symbol(scope), record.text, reason, assembly.evidence(scope, record.at))


def references(assembly: Assembly) -> None:
    """Mentions, inheritance and imports."""
    machine = assembly.machine
    for scope, trace in assembly.traces():
        source = assembly.symbol(scope)
        for (target, how), at in trace.mentions.items():
            if target == source:
                continue
            if how == "import":
                assembly.edge(source, target, "import", assembly.evidence(scope, at))
            else:
                named = "string" if how == "load" else "direct"
                assembly.edge(source, target, "reference", assembly.evidence(scope, at, named))
        for target, at in trace.imports.items():
            if target in machine.index.modules:
                assembly.edge(source, target, "import", assembly.evidence(scope, at))
        ref = machine.index.scopes[scope]
        if ref.facts.kind == "class":
            for position, base in enumerate(machine.classes.bases(scope)):
                if isinstance(base, int):
                    at = ref.facts.bases[min(position, len(ref.facts.bases) - 1)].at
                    assembly.edge(source, assembly.symbol(base), "inherit", assembly.evidence(scope, at))
    _nested(assembly)


def _nested(assembly: Assembly) -> None:
    """A definition inside another exists through it: the outer one refers to the inner."""
    machine = assembly.machine
    for scope, ref in enumerate(machine.index.scopes):
        outer = machine.index.scopes[ref.parent] if ref.parent >= 0 else None
        if outer is None or outer.facts.kind in ("module", "class") or machine.index.modules[ref.module].is_test:
            continue
        evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column))
        assembly.edge(assembly.symbol(ref.parent), assembly.symbol(scope), "reference", evidence)


def third_party(assembly: Assembly) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Top-level names imported from outside the project, with the modules that import them."""
    machine = assembly.machine
    found: dict[str, set[str]] = {}
    for scope, trace in assembly.traces():
        for target in trace.imports:
            top = target.partition(".")[0]
            if top and not machine.index.is_module(top):
                found.setdefault(top, set()).add(machine.index.scopes[scope].module)
    return tuple((name, tuple(sorted(modules))) for name, modules in sorted(found.items()))
