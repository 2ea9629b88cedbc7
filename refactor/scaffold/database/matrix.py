"""The plan's table x service matrix, and everything else that a database needs to know of a plan.

Comes in: program, plan and slices. Goes out: a ``Database``. Must not: grant what no code asks for: a service has its
own tables, and of others' those that its processes were found to touch.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from refactor.model.contracts import Shape
from refactor.model.names import table as table_node
from refactor.model.plan import Plan, Service
from refactor.model.program import Evidence, Program
from refactor.model.schemas import (
    Database,
    ForeignKey,
    Grant,
    Schema,
    Undecided,
    login_role,
    owner_role,
    schema_name,
)
from refactor.model.slices import Slice
from refactor.scaffold.reach import Ground, ground_of, running_in

ANSWERS = "answers"
"""The table of a service that others call inside their transactions."""
READ, WRITE = "read", "readwrite"
BOOKKEEPING = {"alembic_version": ("alembic.", "flask_migrate."), "django_migrations": ("django.db.migrations.",)}
"""Tables in which migration tools keep what was applied, and how the calls begin that look there."""
Touch = tuple[bool, str, Evidence]
"""(whether it only reads, the symbol that does, where): the least is what says most."""
Touches = dict[str, list[Touch]]
"""By table."""
Rows = dict[str, list[tuple[str, Touch]]]
_LOCKS = (".with_for_update", ".select_for_update")
_SEQUENCES = ("sqlalchemy.Sequence", "sqlalchemy.schema.Sequence")


def database_of(program: Program, plan: Plan, slices: Sequence[Slice]) -> Database:
    """Schemas and roles of every service of the plan, and of slices that are none (the fallback)."""
    grounds = {piece.service: ground_of(piece, program, plan) for piece in slices}
    running = {service: running_in(ground) for service, ground in grounds.items()}
    names = {table.name for table in program.tables}
    rows, made = _rows_of(program), messages_of(program)
    carried = {piece.service: _carried(piece, program) for piece in slices}
    schemas = [
        _schema(service, running.get(service.name, frozenset()), program, rows, made, carried.get(service.name, {}))
        for service in plan.services
    ]
    schemas = [replace(schema, sees=_seen(schema, grounds, running, program)) for schema in schemas]
    keeping = {piece.service for piece in slices if any(each.sagas for each in piece.answered)}
    schemas = [replace(s, answers=free(ANSWERS, names)) if s.service in keeping else s for s in schemas]
    last = max((service.wave for service in plan.services), default=0) + 1
    others = sorted(set(running) - set(plan.by_name))
    schemas += [
        Schema(
            last, name, "", "", login_role(name), (), tuple(_grants((), running[name], program, rows, carried[name]))
        )
        for name in others
    ]
    return Database(
        tuple(sorted(schemas)),
        tuple(sorted(_foreign_keys(program, plan))),
        tuple(sorted(set(_undecided(program, plan, running)))),
        tuple(sorted(names.intersection(BOOKKEEPING).union(_tools(program)))),
    )


def messages_of(program: Program) -> tuple[str, str]:
    """The names of the tables in which each service keeps messages: outbox, inbox."""
    names = {table.name for table in program.tables}
    return free("outbox", names), free("inbox", names)


def free(wish: str, taken: set[str]) -> str:
    """A name that no table of the program has, so that no search path hides one behind ours."""
    name = wish
    while name in taken:
        name = f"service_{name}"
    return name


def _seen(
    schema: Schema, grounds: Mapping[str, Ground], running: Mapping[str, frozenset[str]], program: Program
) -> tuple[str, ...]:
    """Tables of others whose classes a service holds, where it makes all tables that it does not find."""
    making = {call.symbol for call in program.external_calls if call.callee.endswith(".create_all")}
    if making.isdisjoint(running.get(schema.service, ())):
        return ()
    known = {*schema.tables, *(grant.table for grant in schema.grants)}
    ground = grounds[schema.service]
    found = {table.name for table in program.tables if table.model and ground.holds(table.model)}
    return tuple(sorted(found - known))


def _carried(piece: Slice, program: Program) -> Touches:
    """Tables that are read for what travels: rows that are found by their keys, and those that other rows lead on to."""
    tables = {table.model: table.name for table in program.tables if table.model}
    arguments = [(each.symbol, field.shape) for each in piece.answered for field in each.parameters]
    found = [(symbol, row) for symbol, shape in arguments for row in shape.parts() if row.form == "key"]
    sent = [(each.symbol, field.shape) for each in piece.called for field in each.parameters]
    sent += [(each.symbol, each.result) for each in piece.answered]
    found += [(symbol, inner) for symbol, shape in sent for row in shape.parts() for inner in _further(row)]
    touched: Touches = {}
    for symbol, row in found:
        if row.symbol in tables and (definition := program.by_symbol.get(symbol)):
            where = Evidence(definition.path, definition.line)
            touched.setdefault(tables[row.symbol], []).append((True, symbol, where))
    return touched


def _further(row: Shape) -> Iterator[Shape]:
    """The rows that a row leads on to."""
    fields = row.fields if row.kind == "entity" and row.form != "key" else ()
    return (part for field in fields for part in field.shape.parts() if part.kind == "entity")


def _schema(
    service: Service,
    running: frozenset[str],
    program: Program,
    rows: Rows,
    made: tuple[str, str],
    carried: Touches,
) -> Schema:
    own = tuple(sorted(owned.table for owned in service.tables if owned.table not in BOOKKEEPING))
    return Schema(
        service.wave,
        service.name,
        schema_name(service.name),
        owner_role(service.name),
        login_role(service.name),
        own,
        tuple(_grants(own, running, program, rows, carried)),
        *made,
    )


def _grants(
    own: Sequence[str], running: frozenset[str], program: Program, rows: Rows, carried: Touches
) -> Iterator[Grant]:
    found = _touched(running, program) | _asked(running, program)
    for table, touches in carried.items():
        found.setdefault(table, []).extend(touches)
    _with_rows(found, rows)
    for table in sorted({*own, *found}):
        if table in own:
            yield Grant(table, WRITE)
        else:
            reads, symbol, evidence = min(found[table])
            yield Grant(table, READ if reads else WRITE, symbol, evidence)


def _touched(running: frozenset[str], program: Program) -> dict[str, list[Touch]]:
    known = {table.name for table in program.tables} - BOOKKEEPING.keys()
    locking = {call.symbol for call in program.external_calls if call.callee.endswith(_LOCKS)}
    found: dict[str, list[Touch]] = {}
    for node in sorted(running):
        for edge in program.outgoing.get(node, ()):
            table = edge.target.removeprefix("table:")
            if edge.kind in ("read", "write") and edge.target.startswith("table:") and table in known:
                writes = edge.kind == "write" or node in locking  # FOR UPDATE asks for the right to update
                found.setdefault(table, []).append((not writes, node, edge.evidence))
    return found


def _asked(running: frozenset[str], program: Program) -> dict[str, list[Touch]]:
    """Bookkeeping that a process looks into, as one does that wants its schema up to date when it starts."""
    found: dict[str, list[Touch]] = {}
    for call in program.external_calls:
        for table, tools in BOOKKEEPING.items():
            if call.symbol in running and call.callee.startswith(tools):
                found.setdefault(table, []).append((True, call.symbol, call.evidence))
    return found


def _with_rows(found: dict[str, list[Touch]], rows: Rows) -> None:
    """Add the tables that come with the rows of those that are touched, and so on."""
    queue = sorted(found)
    for table in queue:
        writes = not min(found[table])[0]
        for target, (reads, symbol, evidence) in rows.get(table, ()):
            touch = (reads or not writes, symbol, evidence)
            if touch not in found.setdefault(target, []):
                found[target].append(touch)
                queue.append(target)


def _rows_of(program: Program) -> Rows:
    """Table -> tables that the classes mapped to it read and write by themselves."""
    known = {table.name for table in program.tables}
    homes: dict[str, set[str]] = {}
    for edge in program.edges:
        if edge.kind == "relate" and edge.target.removeprefix("table:") in known and edge.target.startswith("table:"):
            homes.setdefault(edge.source, set()).add(edge.target.removeprefix("table:"))
    found: dict[str, list[tuple[str, Touch]]] = {}
    for symbol in sorted(homes):
        for edge in program.outgoing[symbol]:
            if edge.kind in ("read", "write") and edge.target.startswith("table:"):
                touch = (edge.kind == "read", symbol, edge.evidence)
                for table in sorted(homes[symbol]):
                    found.setdefault(table, []).append((edge.target.removeprefix("table:"), touch))
    return found


def _foreign_keys(program: Program, plan: Plan) -> Iterator[ForeignKey]:
    for table in program.tables:
        service = plan.assignment.get(table_node(table.name), "")
        for column in table.columns:
            target, _, name = column.references.rpartition(".")
            provider = plan.assignment.get(table_node(target), "")
            if target and service in plan.by_name and provider in plan.by_name and service != provider:
                yield ForeignKey(table.name, column.name, target, name, service, provider)


def _undecided(program: Program, plan: Plan, running: dict[str, frozenset[str]]) -> Iterator[Undecided]:
    for each in program.unresolved:
        if each.reason == "sql":
            who = [name for name in sorted(running) if each.symbol in running[name]]
            why = f"which tables this SQL touches is not known; it runs in {', '.join(who) or 'no service'}"
            yield Undecided("sql", f"{each.symbol}: {each.text}", why, each.evidence)
    for table in program.tables:
        if plan.assignment.get(table_node(table.name)) not in plan.by_name and table.name not in BOOKKEEPING:
            yield Undecided("unowned", table.name, "no service owns it; it stays where it is", table.evidence)
    for call in program.external_calls:
        if call.callee in _SEQUENCES:
            named = next((given.value for given in call.arguments if given.name in ("0", "name")), "?")
            why = "a sequence that no table owns: give it to a service, and USAGE to those that draw from it"
            yield Undecided("sequence", named, why, call.evidence)


def _tools(program: Program) -> Iterable[str]:
    """The bookkeeping of migration tools that the program uses; their own code makes those tables."""
    imported = {name for name, _ in program.externals}
    if imported & {"alembic", "flask_migrate"}:
        yield "alembic_version"
    if "django" in imported:
        yield "django_migrations"
