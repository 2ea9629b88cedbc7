"""Classes that code makes mapped: ``@as_declarative()`` over a base, ``type(name, bases, {"__tablename__": ...})``."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Class, External, Literal, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.tables import column_of, columns_of
from refactor.model.program import Column, Table

BASE = "sqlalchemy.orm.declarative_base()"


def _declarative(rooms: Rooms, _: Frame, __: External, record: CallRecord) -> Values | None:
    """The decorated class is a base as ``declarative_base()`` gives one: its subclasses are mapped, it isn't."""
    for value in rooms.pool.each(record.argument(0)):
        if isinstance(value, Class):
            rooms.store.write(("declarative", value.scope, None), record.argument(0))
            _add_base(rooms, value.scope)
    return None


def _mapped(rooms: Rooms, _: Frame, __: External, record: CallRecord) -> Values | None:
    """``@registry.mapped``: the decorated class is mapped as if it had that base."""
    for value in rooms.pool.each(record.argument(0)):
        if isinstance(value, Class):
            _add_base(rooms, value.scope)
    return None


def _add_base(rooms: Rooms, scope: int) -> None:
    base = rooms.pool.one(External(BASE))
    rooms.store.write(("base", scope, -1), base)
    rooms.store.write(("bases", scope, None), base)


CALLS: dict[str, Call] = {
    "sqlalchemy.orm.as_declarative()": _declarative,
    "sqlalchemy.orm.registry().as_declarative_base()": _declarative,
    "sqlalchemy.orm.registry().mapped": _mapped,
}


def tables(assembly: Assembly) -> None:
    """Tables of classes that a mixin makes for each class that has it: ``SketchLabel`` with ``sketch_label``."""
    makers: dict[int, list[int]] = {}
    for scope, record in assembly.records():
        if len(record.args) > 2 and any(one.name == "builtins.type" for one in assembly.externals(record.callees)):
            makers.setdefault(assembly.machine.index.scopes[scope].parent, []).append(scope)
    for scope, name in list(assembly.class_tables.items()) if makers else ():
        for owner in assembly.machine.classes.order(scope):
            for function in dict.fromkeys(makers.get(owner, ())) if isinstance(owner, int) else ():
                _made_for(assembly, scope, name, function)


def _made_for(assembly: Assembly, scope: int, name: str, function: int) -> None:
    """Run a mixin's function for one class; what it makes there are tables."""
    machine = assembly.machine
    params = machine.index.scopes[function].facts.params
    if not params:
        return
    machine.store.write(("attribute", scope, "__tablename__"), machine.pool.one(Literal(name, "str")))
    trace = machine.replay(function, {params[0].name: machine.pool.one(Class(scope))})
    machine.made.update(trace.calls)
    for record in trace.calls.values():
        if len(record.args) > 2 and any(one.name == "builtins.type" for one in assembly.externals(record.callees)):
            body = _body(assembly, record.args[2])
            for made in machine.pool.texts(body.get("__tablename__", NOTHING)):
                evidence = assembly.evidence(record.scope, record.at, "framework", 0.9)
                columns = _columns(assembly, record, body)
                assembly.tables.setdefault(made, Table(made, "", evidence, columns))


def _body(assembly: Assembly, given: Values) -> dict[str, Values]:
    """The attributes of a class that ``type`` makes."""
    store = assembly.machine.store
    return {
        name: store.peek(("item", number, f"str:{name}"))
        for number in sorted(given)
        for name in assembly.machine.pool.texts(store.peek(("keys", number, None)))
    }


def _columns(assembly: Assembly, record: CallRecord, body: dict[str, Values]) -> tuple[Column, ...]:
    """The columns that the bases bring, and those of the body."""
    found: dict[str, Column] = {}
    for number in sorted(record.args[1]):
        for base in assembly.classes(assembly.machine.store.peek(("item", number, "*"))):
            found.update({column.name: column for column in columns_of(assembly, base)})
    for name, values in body.items():
        column = column_of(assembly, name, values)
        if column is not None:
            found[name] = column
    return tuple(found[name] for name in sorted(found))
