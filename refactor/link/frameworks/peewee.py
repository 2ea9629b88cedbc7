"""Peewee: a table for each model with fields, named as Peewee names it."""

import re

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Class, External, Instance, Literal, Values
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Column, Table

MODEL = "peewee.Model"
FOREIGN = "peewee.relationship()"
WORDS = re.compile(r"([a-z\d])([A-Z])")


def _foreign_key(rooms: Rooms, _: Frame, __: External, record: CallRecord) -> Values | None:
    """``ForeignKeyField(User, backref="orders")``: the other model gets a query under that name."""
    if rooms.index.scopes[record.scope].facts.kind != "class":
        return None
    here = rooms.pool.add(Class(record.scope))
    query = rooms.attributes.external(f"{MODEL}.select", base=here)
    for number in sorted(query):
        rows = rooms.attributes.external(f"{MODEL}.select()", base=number)
        for name in rooms.pool.texts(record.keywords.get("backref", record.keywords.get("related_name", frozenset()))):
            for value in rooms.pool.each(record.argument(0, "model")):
                if isinstance(value, Class):
                    rooms.store.write(("attribute", value.scope, name), rows)
    if any(isinstance(v, Literal) and v.value == "self" for v in rooms.pool.each(record.argument(0, "model"))):
        return rooms.attributes.external(FOREIGN, site=record.site) | rooms.pool.one(Instance(record.scope))
    return None


CALLS = {"peewee.ForeignKeyField": _foreign_key}


def tables(assembly: Assembly) -> None:
    """Tables of models, parents before children."""
    machine = assembly.machine
    models = [
        scope
        for scope, ref in enumerate(machine.index.scopes)
        if ref.facts.kind == "class" and scope in machine.traces and MODEL in machine.classes.external_bases(scope)
    ]
    for scope in models:
        fields = _fields(assembly, scope)
        named = machine.pool.texts(_meta(assembly, scope, "table_name") | _meta(assembly, scope, "db_table"))
        if fields or named:
            assembly.class_tables[scope] = named[0] if named else _name(assembly, scope)
    for scope in sorted(models, key=lambda one: (len(machine.classes.order(one)), one)):
        if scope in assembly.class_tables:
            _table(assembly, scope)
    if models:
        assembly.frameworks.add("peewee")


def _meta(assembly: Assembly, scope: int, name: str, *, inherited: bool = False) -> Values:
    """An option of ``class Meta``."""
    machine = assembly.machine
    for owner in machine.classes.order(scope) if inherited else (scope,):
        for meta in (
            assembly.classes(machine.store.peek(("attribute", owner, "Meta"))) if isinstance(owner, int) else ()
        ):
            if found := machine.store.peek(("attribute", meta, name)):
                return found
    return frozenset()


def _name(assembly: Assembly, scope: int) -> str:
    """The class's name in lower case; with ``legacy_table_names = False`` its words joined by ``_``."""
    name = assembly.machine.index.scopes[scope].facts.name
    legacy = assembly.machine.pool.each(_meta(assembly, scope, "legacy_table_names", inherited=True))
    if any(isinstance(value, Literal) and value.value is False for value in legacy):
        name = WORDS.sub(r"\1_\2", name)
    return re.sub(r"\W+", "_", name.lower())


def _fields(assembly: Assembly, scope: int) -> dict[str, CallRecord]:
    """Fields by name, inherited ones included, each with the call that made it."""
    machine = assembly.machine
    found: dict[str, CallRecord] = {}
    for owner in reversed(machine.classes.order(scope)):
        if not isinstance(owner, int):
            continue
        for name in machine.index.scopes[owner].facts.bound:
            for value in assembly.externals(machine.store.peek(("attribute", owner, name))):
                made = assembly.made(value)
                is_field = value.name == FOREIGN or re.fullmatch(r"(peewee|playhouse\.\w+)\.\w*Field\(\)", value.name)
                if made is not None and is_field:
                    found[name] = made
    return found


def _table(assembly: Assembly, scope: int) -> None:
    ref = assembly.machine.index.scopes[scope]
    name, symbol = assembly.class_tables[scope], assembly.symbol(scope)
    evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework")
    columns = [_column(assembly, name, field, made) for field, made in _fields(assembly, scope).items()]
    if not any(column.primary for column in columns):
        columns.append(Column("id", "AutoField", "", False, True))
    assembly.tables.setdefault(name, Table(name, symbol, evidence, tuple(sorted(columns))))
    assembly.edge(symbol, f"table:{name}", "relate", evidence)
    for made in _fields(assembly, scope).values():
        for other in assembly.classes(made.argument(0, "model")):
            if other != scope and other in assembly.class_tables:
                assembly.edge(symbol, assembly.symbol(other), "relate", evidence)


def _column(assembly: Assembly, table: str, field: str, made: CallRecord) -> Column:
    names = assembly.machine.pool.texts(made.keywords.get("column_name", made.keywords.get("db_column", frozenset())))
    kind = next((one.name.rpartition(".")[2] for one in assembly.externals(made.callees)), "")
    flags = {
        flag: any(getattr(value, "value", None) is True for value in assembly.machine.pool.each(made.keywords[flag]))
        for flag in ("null", "primary_key")
        if flag in made.keywords
    }
    primary = flags.get("primary_key", False) or kind in ("AutoField", "BigAutoField", "PrimaryKeyField")
    if kind != "ForeignKeyField":
        return Column(names[0] if names else field, kind, "", flags.get("null", False), primary)
    others = [assembly.class_tables.get(other, "") for other in assembly.classes(made.argument(0, "model"))]
    if "self" in assembly.machine.pool.texts(made.argument(0, "model")):
        others = [table]
    name = names[0] if names else field if field.endswith("_id") else f"{field}_id"
    reference = f"{others[0]}.id" if others and others[0] else ""
    return Column(name, kind, reference, flags.get("null", False), primary)
