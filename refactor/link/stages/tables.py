"""Tables: mapped classes and table objects, their columns, and what relates them."""

from msgspec.structs import replace

from refactor.link.flow.blocks import flat
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External, Literal, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.table_names import snake, table_name
from refactor.model import facts
from refactor.model.program import Column, Table

COLUMN_CALLS = ("sqlalchemy.Column()", "sqlalchemy.orm.mapped_column()")


def tables(assembly: Assembly) -> None:
    """Find every table; classes first, parents before children."""
    machine = assembly.machine
    mapped = [
        scope
        for scope, ref in enumerate(machine.index.scopes)
        if ref.facts.kind == "class" and scope in machine.traces and _is_model(assembly, scope)
    ]
    for scope in sorted(mapped, key=lambda one: (len(machine.classes.order(one)), one)):
        _class_table(assembly, scope)
    for _, record in assembly.records():
        for callee in assembly.externals(record.callees):
            if machine.knowledge.tables.match(f"{callee.name}()"):
                _table_object(assembly, record)
    _imperative(assembly)
    _relations(assembly)


def _imperative(assembly: Assembly) -> None:
    """Classes that a call maps to a table object."""
    for (kind, scope, _), values in sorted(assembly.machine.store.slots.items(), key=lambda item: str(item[0])):
        if kind == "mapped" and isinstance(scope, int):
            for value in assembly.externals(values):
                name = assembly.site_tables.get(value.site)
                if name is not None:
                    assembly.class_tables[scope] = name
                    table = assembly.tables[name]
                    assembly.tables[name] = replace(table, model=assembly.symbol(scope))
                    assembly.edge(assembly.symbol(scope), f"table:{name}", "relate", table.evidence)


def _is_model(assembly: Assembly, scope: int) -> bool:
    machine = assembly.machine
    return any(machine.knowledge.bases.match(base) for base in machine.classes.external_bases(scope))


def _own(assembly: Assembly, scope: int, name: str) -> Values:
    return assembly.machine.store.peek(("attribute", scope, name))


def _class_table(assembly: Assembly, scope: int) -> None:
    machine = assembly.machine
    ref = machine.index.scopes[scope]
    if any(value.value is True for value in _literals(assembly, _own(assembly, scope, "__abstract__"))):
        return
    if machine.store.peek(("declarative", scope, None)):
        return
    columns = columns_of(assembly, scope) or _of_table(assembly, scope)
    named = table_name(assembly, scope)
    inherited = next(
        (assembly.class_tables[base] for base in machine.classes.order(scope)[1:] if base in assembly.class_tables), ""
    )
    own_key = any(column.primary for column in columns if column.name in ref.facts.bound)
    if not named:
        if inherited and not own_key:
            assembly.class_tables[scope] = inherited
            return
        implicit = any("flask_" in base for base in machine.classes.external_bases(scope))
        if not (implicit and any(column.primary for column in columns)):
            return
        named = snake(ref.facts.name)
    assembly.class_tables[scope] = named
    at = (ref.facts.line, ref.facts.column)
    old = assembly.tables.get(named)
    if old is None:
        table = Table(named, assembly.symbol(scope), assembly.evidence(scope, at, "framework"), columns)
        assembly.tables[named] = table
    evidence = assembly.evidence(scope, at, "framework")
    assembly.edge(assembly.symbol(scope), f"table:{named}", "relate", evidence)


def _literals(assembly: Assembly, values: Values) -> list[Literal]:
    return [value for value in assembly.machine.pool.each(values) if isinstance(value, Literal)]


def columns_of(assembly: Assembly, scope: int) -> tuple[Column, ...]:
    """The columns of a class and of those it inherits from."""
    machine = assembly.machine
    found: dict[str, Column] = {}
    for owner in reversed(machine.classes.order(scope)):
        if not isinstance(owner, int):
            continue
        annotated = {
            statement.targets[0].id
            for statement in flat(machine.index.scopes[owner].facts.body)
            if isinstance(statement, facts.Assign)
            and statement.annotation is not None
            and isinstance(statement.targets[0], facts.Name)
            and "Mapped" in repr(statement.annotation)
        }
        for name in machine.index.scopes[owner].facts.bound:
            values = _own(assembly, owner, name)
            column = column_of(assembly, name, values, owner)
            if column is not None:
                found[name] = column
            elif name in annotated and not any(v.name.endswith("relationship()") for v in assembly.externals(values)):
                found.setdefault(name, Column(name))
    return tuple(found[name] for name in sorted(found))


def column_of(assembly: Assembly, name: str, values: Values, owner: int = -1) -> Column | None:
    """The column that an attribute of the class ``owner`` holds, if it does."""
    record = _column_record(assembly, values, owner)
    return None if record is None else _column(assembly, name, record)


def _column_record(assembly: Assembly, values: Values, owner: int) -> CallRecord | None:
    """The call that made a column: the attribute's own, or that in a ``declared_attr`` function.

    A row that was given a value of another row (``Line(product_id=product.id)``) has that one's column among its values.
    """
    returned = (assembly.machine.store.peek(("return", scope, None)) for scope in assembly.functions(values))
    found = [value for value in assembly.externals(values.union(*returned)) if value.name in COLUMN_CALLS]
    made = [record for value in found if (record := assembly.made(value)) is not None]
    return next((record for record in made if record.scope == owner), made[0] if made else None)


def _column(assembly: Assembly, name: str, record: CallRecord) -> Column:
    kind, reference = "", ""
    for argument in record.args:
        for value in assembly.externals(argument):
            if value.name.endswith("ForeignKey()"):
                made = assembly.made(value)
                reference = next(iter(assembly.machine.pool.texts(made.argument(0, "column"))), "") if made else ""
            elif not kind:
                kind = value.name.removesuffix("()").rpartition(".")[2]
    flags = {
        flag: any(value.value is True for value in _literals(assembly, record.keywords.get(flag, frozenset())))
        for flag in ("primary_key", "nullable")
    }
    nullable = flags["nullable"] or ("nullable" not in record.keywords and not flags["primary_key"])
    return Column(name, kind, reference, nullable, flags["primary_key"])


def _of_table(assembly: Assembly, scope: int) -> tuple[Column, ...]:
    """The columns of ``__table__ = Table(...)``."""
    for value in assembly.externals(_own(assembly, scope, "__table__")):
        made = assembly.made(value)
        if made is not None:
            return _object_columns(assembly, made)
    return ()


def _object_columns(assembly: Assembly, record: CallRecord) -> tuple[Column, ...]:
    columns = []
    for argument in record.args[2:] or record.args[1:]:
        for value in assembly.externals(argument):
            made = assembly.made(value) if value.name in COLUMN_CALLS else None
            named = assembly.machine.pool.texts(made.argument(0, "name")) if made else []
            if made and named:
                columns.append(_column(assembly, named[0], made))
    return tuple(sorted(columns))


def _table_object(assembly: Assembly, record: CallRecord) -> None:
    names = assembly.machine.pool.texts(record.argument(0, "name"))
    if len(names) != 1:
        return
    columns = _object_columns(assembly, record)
    assembly.site_tables[record.site] = names[0]
    model = assembly.variable_of(record.result)
    table = Table(names[0], model, assembly.evidence(record.scope, record.at, "framework"), columns)
    assembly.tables.setdefault(names[0], table)
    if model:
        assembly.edge(model, f"table:{names[0]}", "relate", table.evidence)


def _relations(assembly: Assembly) -> None:
    """Foreign keys and relationships: a mapped class needs the classes and tables it names."""
    models = {name: table.model for name, table in assembly.tables.items() if table.model}
    for table in list(assembly.tables.values()):
        if not table.model:
            continue
        for column in table.columns:
            target = column.references.rpartition(".")[0]
            if target in models and models[target] != table.model:
                assembly.edge(table.model, models[target], "relate", table.evidence)
    for scope, record in assembly.records():
        if assembly.machine.index.scopes[scope].facts.kind != "class":
            continue
        if any(value.name.endswith("orm.relationship") for value in assembly.externals(record.callees)):
            _relationship(assembly, scope, record, models)


def _relationship(assembly: Assembly, scope: int, record: CallRecord, models: dict[str, str]) -> None:
    evidence = assembly.evidence(scope, record.at, "string")
    source = assembly.symbol(scope)
    for target in assembly.machine.entities.targets(record.argument(0, "argument"), scope):
        assembly.edge(source, assembly.symbol(target), "relate", evidence)
    secondary = record.keywords.get("secondary", frozenset())
    names = assembly.machine.pool.texts(secondary)
    names += [assembly.site_tables[v.site] for v in assembly.externals(secondary) if v.site in assembly.site_tables]
    for name in names:
        if name in models:
            assembly.edge(source, models[name], "relate", evidence)


def tables_in(assembly: Assembly, values: Values) -> set[str]:
    """The tables behind some values: mapped classes, their instances, their columns, table objects, queries of them."""
    machine = assembly.machine
    found: set[str] = set()
    seen = set(values)
    queue = sorted(values)
    for number in queue:
        value = machine.pool[number]
        scope = getattr(value, "scope", -1)
        if scope in assembly.class_tables and not isinstance(value, External):
            found.add(assembly.class_tables[scope])
        if not isinstance(value, External):
            continue
        if value.site in assembly.site_tables:
            found.add(assembly.site_tables[value.site])
            continue
        record = machine.made.get(value.site)
        nexts = [value.base] if value.base >= 0 else []
        if record is not None:
            owner = assembly.class_tables.get(record.scope)
            if owner and machine.index.scopes[record.scope].facts.kind == "class":
                found.add(owner)
                continue
            nexts.extend(sorted(frozenset().union(*record.args, *record.keywords.values())))
        nexts = [one for one in nexts if one not in seen][:40]
        seen.update(nexts)
        if len(queue) < 200:
            queue.extend(nexts)
    return found
