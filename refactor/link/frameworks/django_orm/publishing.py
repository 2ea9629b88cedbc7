"""The tables of models with their columns, and what relates them, as the program holds them."""

from refactor.link.frameworks.django_orm.fields import MANY, ONE, RELATIONS, Field
from refactor.link.frameworks.django_orm.schema import Schema, Step, key
from refactor.model.program import Column, Table


def publish(schema: Schema) -> None:
    """Put the project's tables, and what relates them, into the program."""
    assembly = schema.assembly
    rooms = assembly.machine
    for model in schema.local:
        scope = schema.scope_of(model)
        if scope < 0 or not schema.table(model):
            continue
        ref = rooms.index.scopes[scope]
        evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework")
        symbol = assembly.symbol(scope)
        name = schema.table(model)
        assembly.edge(symbol, f"table:{name}", "relate", evidence)
        if model in schema.tables and (name not in assembly.tables or not assembly.tables[name].model):
            assembly.tables[name] = Table(name, symbol, evidence, _columns(schema, model, scope))
        if model in schema.histories:
            past = schema.histories[model]
            assembly.edge(symbol, f"table:{past}", "relate", evidence)
            assembly.tables.setdefault(past, Table(past, symbol, evidence, _past_columns(schema, model, scope)))
        for one in schema.local[model]:
            if one.kind in RELATIONS:
                _publish_relation(schema, model, scope, one)


def _publish_relation(schema: Schema, model: int, scope: int, one: Field) -> None:
    assembly = schema.assembly
    rooms = assembly.machine
    symbol = assembly.symbol(scope)
    made = rooms.made.get(one.site)
    at = made.at if made is not None else (rooms.index.scopes[scope].facts.line, 1)
    evidence = assembly.evidence(made.scope if made is not None else scope, at, "string")
    step = schema.names[model][one.name]
    for target in sorted(step.models):
        other = schema.scope_of(target)
        seen = assembly.symbol(other) if other >= 0 else f"table:{schema.table(target)}"
        if seen != symbol:
            assembly.edge(symbol, seen, "relate", evidence)
    if one.kind != MANY or not step.link:
        return
    assembly.edge(symbol, f"table:{step.link}", "relate", evidence)
    if not one.options.get("through") and step.link not in assembly.tables:
        assembly.tables[step.link] = Table(step.link, symbol, evidence, _link_columns(schema, model, step))


def _columns(schema: Schema, model: int, scope: int) -> tuple[Column, ...]:
    rooms = schema.assembly.machine
    found: dict[str, Column] = {}
    for one in schema.local[model]:
        if one.kind == MANY:
            continue
        name, reference = one.text(rooms, "db_column") or one.name, ""
        if one.kind in RELATIONS:
            name = one.text(rooms, "db_column") or f"{one.name}_id"
            targets = sorted(schema.names[model][one.name].models)
            reference = next((f"{schema.table(target)}.{key(schema, target)}" for target in targets), "")
        found[name] = Column(name, one.kind, reference, one.nullable, one.flag(rooms, "primary_key"))
    parents = [one for one in schema.parents[model] if one in schema.tables]
    if not any(column.primary for column in found.values()):
        if parents:
            parent = parents[0]
            name, reference = f"{schema.bare(parent)}_ptr_id", f"{schema.table(parent)}.{key(schema, parent)}"
            if not any(one.kind == ONE and one.flag(rooms, "parent_link") for one in schema.local[model]):
                found[name] = Column(name, ONE, reference, False, True)
        else:
            found.setdefault("id", Column("id", "AutoField", "", False, True))
    return tuple(found[name] for name in sorted(found))


def _past_columns(schema: Schema, model: int, scope: int) -> tuple[Column, ...]:
    """The columns of a row's past: those of the row, without keys and references, and who changed what when."""
    own = [Column(one.name, one.type) for one in _columns(schema, model, scope)]
    kinds = {
        "id": "AutoField",
        "date": "DateTimeField",
        "change_reason": "CharField",
        "type": "CharField",
        "user_id": "",
    }
    added = [Column(f"history_{name}", kind, "", name != "id", name == "id") for name, kind in sorted(kinds.items())]
    return tuple(sorted([*own, *added]))


def _link_columns(schema: Schema, model: int, step: Step) -> tuple[Column, ...]:
    target = min(step.models, default=-1)
    ends = [(schema.bare(model), model)]
    if target >= 0:
        ends.append((schema.bare(target), target))
    if target == model:
        ends = [(f"from_{schema.bare(model)}", model), (f"to_{schema.bare(model)}", model)]
    found = [Column("id", "AutoField", "", False, True)]
    for name, end in ends:
        found.append(Column(f"{name}_id", "ForeignKey", f"{schema.table(end)}.{key(schema, end)}", False))
    return tuple(sorted(found))
