"""Definitions: the functions, classes, lambdas and module-level variables of a program, with what is known of each."""

from refactor.link.flow.blocks import flat
from refactor.link.flow.trace import Trace
from refactor.link.flow.values import Bound, Class, External, Function, Instance, Values
from refactor.link.flow.wording import written
from refactor.link.stages.assembly import Assembly
from refactor.model import facts
from refactor.model.names import join
from refactor.model.program import Definition


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
