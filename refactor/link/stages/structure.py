"""The edges that plain Python makes: call, reference, inherit, import; and what stayed unresolved."""

import msgspec

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Bound, Box, Class, External, Function, Instance, Literal, Native, Value, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.makers import makers
from refactor.model.program import Argument, ExternalCall, LoopFact, Unresolved

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

OUTSIDE = frozenset(("bucket", "queue", "network", "mail"))
"""Kinds of effects that need somebody's permission: whoever gives it asks what the client was made with."""

ENVIRONMENT = frozenset(("os.environ.get()", "os.environ.setdefault()", "os.environ.pop()", "os.getenv()"))

MOST_ARGUMENTS = 12


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
    names: dict[str, External | None] = {}
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
                names[name] = value
            case Native(name=name, receiver=receiver):
                kind = _kind(assembly.machine.pool[receiver])
                names |= {f"{KNOWN[kind]}.{name}": None} if kind in KNOWN and (kind, name) not in SILENT else {}
    for name in sorted(names):
        evidence = assembly.evidence(scope, record.at, loop=record.loop)
        arguments = (*_arguments(assembly, record), *_arguments_above(assembly, names[name]))
        assembly.external_calls.append(ExternalCall(source, name, evidence, arguments))
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
    return tuple(
        Argument(name, constant(assembly, values), _setting(assembly, values))
        for name, values in named[:MOST_ARGUMENTS]
    )


def _arguments_above(assembly: Assembly, callee: External | None) -> tuple[Argument, ...]:
    """What was given to the calls that made the object whose method touches something outside the process."""
    effect = assembly.machine.knowledge.effect(f"{callee.name}()") if callee else None
    if callee is None or not effect or effect.partition(":")[0] not in OUTSIDE:
        return ()
    return tuple(
        msgspec.structs.replace(argument, name="^" * above + argument.name)
        for above, made in enumerate(makers(assembly, [callee]), start=1)
        for argument in _arguments(assembly, made)
    )


def _setting(assembly: Assembly, values: Values) -> str:
    """The environment variable that some values are read from; "" when there is none, or several."""
    names: set[str] = set()
    for value in assembly.externals(values):
        if value.name == "os.environ[]" and value.base >= 0:
            names.update(assembly.machine.pool.texts(frozenset((value.base,))))
        elif value.name in ENVIRONMENT and (made := assembly.made(value)):
            names.update(assembly.machine.pool.texts(made.argument(0)))
    return names.pop() if len(names) == 1 else ""


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
