"""Who reads and writes which table: ORM calls, attributes of mapped instances, SQL text."""

from refactor.link.flow.trace import Access, CallRecord
from refactor.link.flow.values import Bound, Instance, Values
from refactor.link.stages import relations
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.sql import LOOKS_LIKE_SQL, parse_sql
from refactor.link.stages.statements import EXECUTING, Layer
from refactor.link.stages.tables import tables_in
from refactor.model.program import Query, Table, Unresolved

SHORT = 400
_TOUCHING = frozenset({"read", "write", "relate"})


def accesses(assembly: Assembly) -> None:
    """Read and write edges to tables, and the statements that touch several."""
    inherited: dict[int, str] = {}
    layer = Layer(assembly)
    layer.find()
    for scope, record in assembly.registrations():
        for callee in assembly.externals(record.callees):
            name = f"{callee.name}()"
            _library_call(assembly, scope, record, name, inherited)
            if assembly.machine.knowledge.sql.match(name):
                _sql(assembly, scope, record, layer)
        if not record.callees and record.text.rpartition(".")[2] in EXECUTING:
            _unknown_receiver(assembly, scope, record, layer)
        _constructor(assembly, scope, record)
    _handed(assembly, layer)
    for scope, trace in assembly.traces():
        for access in trace.writes:
            _attribute_write(assembly, scope, access)
    _by_receiver(assembly, inherited)
    _joins(assembly)
    _read_through(assembly, layer.views)
    _tables_of_sql(assembly)


def _read_through(assembly: Assembly, views: dict[str, tuple[str, ...]]) -> None:
    """A view is no table: who reads it reads those behind it."""
    for edge in [edge for edge in assembly.edges if edge.target.removeprefix("table:") in views]:
        if edge.target.startswith("table:") and edge.target.removeprefix("table:") not in assembly.tables:
            assembly.edges.discard(edge)
            for table in views[edge.target.removeprefix("table:")] if edge.kind == "read" else ():
                assembly.edge(edge.source, f"table:{table}", "read", edge.evidence)


def _by_receiver(assembly: Assembly, inherited: dict[int, str]) -> None:
    """``order.save()`` of a base class: the caller accesses the table of its receiver, not those of all subclasses."""
    pool = assembly.machine.pool
    for scope, record in assembly.records():
        for value in pool.each(record.callees):
            if not isinstance(value, Bound) or value.function not in inherited:
                continue
            receiver = pool[value.receiver]
            table = assembly.class_tables.get(receiver.scope) if isinstance(receiver, Instance) else None
            if table:
                evidence = assembly.evidence(scope, record.at, "framework", 0.9, loop=record.loop)
                assembly.edge(assembly.symbol(scope), f"table:{table}", inherited[value.function], evidence)


def _is_own_receiver(assembly: Assembly, scope: int, given: Values) -> bool:
    """Whether a call is about ``self`` where ``self`` may be of several classes."""
    machine = assembly.machine
    ref = machine.index.scopes[scope]
    if not given or not ref.facts.params or machine.index.scopes[ref.parent].facts.kind != "class":
        return False
    receivers = machine.store.peek(("parameter", scope, ref.facts.params[0].name))
    return len(assembly.instances(receivers)) > 1 and given - machine.own_receiver(scope) <= receivers


def _tables_of_sql(assembly: Assembly) -> None:
    """Tables that only SQL text names."""
    for edge in sorted(assembly.edges):
        name = edge.target.removeprefix("table:")
        if edge.kind in _TOUCHING and edge.target.startswith("table:") and name not in assembly.tables:
            assembly.tables[name] = Table(name, "", edge.evidence)


def _library_call(assembly: Assembly, scope: int, record: CallRecord, name: str, inherited: dict[int, str]) -> None:
    knowledge = assembly.machine.knowledge
    if knowledge.loads.match(name) or knowledge.cascades.match(name):
        relations.followed(assembly, scope, record, "read" if knowledge.loads.match(name) else "write")
    reads, writes = knowledge.reads.match(name), knowledge.writes.match(name)
    if not (reads or writes):
        return
    touched = tables_in(assembly, frozenset().union(*record.args, *record.keywords.values()))
    if knowledge.receiver.match(name):
        touched |= tables_in(assembly, record.receiver)
    mode = "write" if writes else "read"
    if _is_own_receiver(assembly, scope, record.argument(0)):
        inherited[scope] = mode if inherited.get(scope) != "write" else "write"
        return
    for table in sorted(touched):
        evidence = assembly.evidence(scope, record.at, "framework", 0.95, loop=record.loop)
        assembly.edge(assembly.symbol(scope), f"table:{table}", mode, evidence)


def _constructor(assembly: Assembly, scope: int, record: CallRecord) -> None:
    """``Order(...)``: a new row, once the session flushes."""
    for made in assembly.classes(record.callees):
        table = assembly.class_tables.get(made)
        if table and not record.text.startswith(("@", "raise")):
            evidence = assembly.evidence(scope, record.at, "framework", 0.9, loop=record.loop)
            assembly.edge(assembly.symbol(scope), f"table:{table}", "write", evidence)


def _attribute_write(assembly: Assembly, scope: int, access: Access) -> None:
    """``order.status = ...``: an UPDATE, once the session flushes."""
    for made in assembly.instances(access.receiver):
        table = assembly.class_tables.get(made)
        if table and _is_column(assembly, made, access.name):
            evidence = assembly.evidence(scope, access.at, "framework", 0.9, loop=access.loop)
            assembly.edge(assembly.symbol(scope), f"table:{table}", "write", evidence)


def _is_column(assembly: Assembly, scope: int, name: str) -> bool:
    """Whether a mapped class has a column or relationship of this name (not merely a Python attribute)."""
    machine = assembly.machine
    for owner in machine.classes.order(scope):
        if isinstance(owner, int) and name in machine.index.scopes[owner].facts.bound:
            return True
    return False


def _sql(assembly: Assembly, scope: int, record: CallRecord, layer: Layer) -> None:
    literals = layer.literals(record.argument(0, "statement") or record.argument(0, "text"))
    if not literals:
        evidence = assembly.evidence(scope, record.at)
        assembly.unresolved.append(Unresolved(assembly.symbol(scope), record.text, "sql", evidence))
    for literal in literals:
        if not layer.is_handed_over(scope, literal):
            _statement_text(assembly, scope, record, str(literal.value), layer)


def _unknown_receiver(assembly: Assembly, scope: int, record: CallRecord, layer: Layer) -> None:
    """``db.execute("INSERT ...")`` where nothing is known of ``db``: the text says enough."""
    for literal in layer.literals(record.argument(0)):
        if LOOKS_LIKE_SQL.match(str(literal.value)):
            _statement_text(assembly, scope, record, str(literal.value), layer, 0.8)


def _handed(assembly: Assembly, layer: Layer) -> None:
    """SQL and table names that functions hand to those that run them."""
    for one in layer.handed():
        if not one.modes:
            _statement_text(assembly, one.scope, one.record, one.text, layer)
        for mode in sorted(one.modes):
            evidence = assembly.evidence(one.scope, one.record.at, "sql", 0.8, loop=one.record.loop)
            table = one.text.rpartition(".")[2]
            assembly.edge(assembly.symbol(one.scope), f"table:{table}", mode, evidence)


def _statement_text(
    assembly: Assembly, scope: int, record: CallRecord, text: str, layer: Layer, confidence: float = 0.9
) -> None:
    """The tables that one text touches, as accesses of the function that wrote it."""
    source = assembly.symbol(scope)
    found = parse_sql(text)
    if not found.understood:
        assembly.unresolved.append(Unresolved(source, text.strip()[:80], "sql", assembly.evidence(scope, record.at)))
    known = set(assembly.tables)
    reads = tuple(
        table
        for table in found.reads
        if (table in known or table in layer.views or not known) and not layer.is_named_over(scope, table)
    )
    writes = tuple(table for table in found.writes if not layer.is_named_over(scope, table))
    evidence = assembly.evidence(scope, record.at, "sql", confidence, loop=record.loop)
    for table in reads:
        assembly.edge(source, f"table:{table}", "read", evidence)
    for table in writes:
        assembly.edge(source, f"table:{table}", "write", evidence)
    if len({*reads, *writes}) > 1:
        assembly.queries.append(Query(source, evidence, reads, writes, " ".join(text.split())[:SHORT]))


def _joins(assembly: Assembly) -> None:
    """ORM statements that name several tables at once."""
    machine = assembly.machine
    statements: dict[tuple[int, int], set[str]] = {}
    for scope, record in assembly.records():
        for callee in assembly.externals(record.callees):
            name = f"{callee.name}()"
            if not machine.knowledge.reads.match(name):
                continue
            root = _statement(assembly, record)
            # an argument that may be one of several things is a choice between them, no join of all
            certain = [values for values in record.args if len(values) == 1]
            tables = tables_in(assembly, frozenset().union(*certain))
            statements.setdefault((scope, root), set()).update(tables)
    for (scope, root), tables in sorted(statements.items()):
        if len(tables) > 1 and root in machine.made:
            evidence = assembly.evidence(scope, machine.made[root].at, "framework", 0.9)
            assembly.queries.append(Query(assembly.symbol(scope), evidence, tuple(sorted(tables))))


def _statement(assembly: Assembly, record: CallRecord) -> int:
    """The site of the first call of a fluent chain: what identifies a statement."""
    sites = [value.site for value in assembly.externals(record.receiver) if value.site >= 0]
    return sites[0] if len(sites) == 1 else record.site


def lazy_loads(assembly: Assembly) -> None:
    """Reading a relationship of a mapped instance reads the related table."""
    machine = assembly.machine
    for scope, trace in assembly.traces():
        for access in trace.reads:
            for made in assembly.instances(access.receiver):
                if made not in assembly.class_tables:
                    continue
                for table in sorted(_related(assembly, access.value) - {assembly.class_tables[made]}):
                    evidence = assembly.evidence(scope, access.at, "framework", 0.8, loop=access.loop)
                    assembly.edge(machine.index.symbol(scope), f"table:{table}", "read", evidence)


def _related(assembly: Assembly, values: Values) -> set[str]:
    """The tables of the rows among some values, those in lists included."""
    held = (assembly.machine.store.peek(("item", number, "*")) for number in values)
    return {
        assembly.class_tables[scope]
        for scope in assembly.instances(values.union(*held))
        if scope in assembly.class_tables
    }
