"""SQLModel: classes with ``table=True`` are tables, their annotated names are columns."""

from collections.abc import Iterator

from refactor.link.flow.blocks import flat
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External, Literal, Values
from refactor.link.flow.wording import written
from refactor.link.stages.assembly import Assembly
from refactor.model import facts
from refactor.model.program import Column, Table

BASE = "sqlmodel.SQLModel"
NOT_COLUMNS = frozenset(("ClassVar", "Relationship"))


def tables(assembly: Assembly) -> None:
    """A table for each class that says so, with relate edges to the tables it refers to."""
    machine = assembly.machine
    found = [
        scope
        for scope, ref in enumerate(machine.index.scopes)
        if ref.facts.kind == "class"
        and _says_true(assembly, machine.store.peek(("keyword", scope, "table")))
        and BASE in map(machine.knowledge.canonical, machine.classes.external_bases(scope))
        and not machine.index.modules[ref.module].is_test
    ]
    for scope in found:
        _table(assembly, scope)
    models = {table.name: table.model for table in assembly.tables.values() if table.model}
    for scope in found:
        table = assembly.tables[assembly.class_tables[scope]]
        for column in table.columns:
            target = models.get(column.references.rpartition(".")[0], "")
            if target and target != table.model:
                assembly.edge(table.model, target, "relate", table.evidence)


def _says_true(assembly: Assembly, values: Values) -> bool:
    return any(isinstance(value, Literal) and value.value is True for value in assembly.machine.pool.each(values))


def _table(assembly: Assembly, scope: int) -> None:
    ref = assembly.machine.index.scopes[scope]
    name = _name(assembly, scope)
    evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework")
    columns = {field: column for owner, field, column in _columns(assembly, scope)}
    assembly.class_tables[scope] = name
    assembly.tables[name] = Table(
        name, assembly.symbol(scope), evidence, tuple(columns[one] for one in sorted(columns))
    )
    assembly.edge(assembly.symbol(scope), f"table:{name}", "relate", evidence)


def _owners(assembly: Assembly, scope: int) -> list[int]:
    return [owner for owner in assembly.machine.classes.order(scope) if isinstance(owner, int)]


def _name(assembly: Assembly, scope: int) -> str:
    """``__tablename__``, a text or what a declared_attr returns; else the class's name in small letters."""
    machine = assembly.machine
    for owner in _owners(assembly, scope):
        held = machine.store.peek(("attribute", owner, "__tablename__"))
        made = (machine.store.peek(("return", function, None)) for function in assembly.functions(held))
        for texts in map(machine.pool.texts, (held, *made)):
            if texts:
                return texts[0]
    return machine.index.scopes[scope].facts.name.lower()


def _columns(assembly: Assembly, scope: int) -> Iterator[tuple[int, str, Column]]:
    """The columns of a class and its bases; the nearest class comes last."""
    for owner in reversed(_owners(assembly, scope)):
        for statement in flat(assembly.machine.index.scopes[owner].facts.body):
            if not isinstance(statement, facts.Assign) or statement.annotation is None:
                continue
            target = statement.targets[0]
            name = target.id if isinstance(target, facts.Name) else ""
            held = assembly.machine.store.peek(("attribute", owner, name))
            if name and not name.startswith(("_", "model_config")) and not _is_plain(assembly, statement, held):
                yield owner, name, _column(assembly, name, statement.annotation, held)


def _is_plain(assembly: Assembly, statement: facts.Assign, held: Values) -> bool:
    """An annotated name that is no column: a relationship, or of the class itself."""
    head = written(statement.annotation).rstrip("[]").rpartition(".")[2] if statement.annotation else ""
    return head in NOT_COLUMNS or any(one.name.endswith("relationship()") for one in assembly.externals(held))


def _column(assembly: Assembly, name: str, annotation: facts.Expr, held: Values) -> Column:
    made = next((assembly.made(one) for one in assembly.externals(held) if one.name == "sqlmodel.Field()"), None)
    options = made.keywords if made else {}
    texts = assembly.machine.pool.texts(options.get("foreign_key", frozenset()))
    primary = _says_true(assembly, options.get("primary_key", frozenset()))
    columns = [
        one for one in assembly.externals(options.get("sa_column", frozenset())) if one.name.endswith("Column()")
    ]
    given = next((record for record in map(assembly.made, columns) if record), None)
    if given is not None:
        texts = texts or _foreign_key(assembly, given)
        primary = primary or _says_true(assembly, given.keywords.get("primary_key", frozenset()))
    kind, optional = _kind(annotation)
    return Column(name, kind, texts[0] if texts else "", optional and not primary, primary)


def _foreign_key(assembly: Assembly, column: CallRecord) -> list[str]:
    keys = [value for argument in column.args for value in assembly.externals(argument)]
    for value in keys:
        made = assembly.made(value) if isinstance(value, External) and value.name.endswith("ForeignKey()") else None
        if made is not None:
            return assembly.machine.pool.texts(made.argument(0, "column"))
    return []


def _kind(annotation: facts.Expr) -> tuple[str, bool]:
    """The type that an annotation names, and whether None is one of its values."""
    match annotation:
        case facts.Subscript(value=head, index=index) if written(head).rpartition(".")[2] == "Optional":
            return _kind(index)[0], True
        case facts.Subscript(value=head, index=facts.Collection(items=items)) if written(head).endswith("Annotated"):
            return _kind(items[0])
        case facts.Operation(op="|", operands=operands):
            kinds = [one for one in operands if not isinstance(one, facts.Const)]
            return (_kind(kinds[0])[0] if kinds else ""), len(kinds) < len(operands)
        case facts.Const(value=str() as text):
            return text, "None" in text or "Optional" in text
    return written(annotation).rpartition(".")[2].removesuffix("[]"), False
