"""What relationships between mapped classes lead to: loader options and joins read along them, deletes cascade.

Some happen wherever the class is used, however little its user says: a class reads what it loads eagerly with each row,
writes the table between it and another class, and has its rows in the table that it inherits from as well.
"""

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Literal, Values
from refactor.link.stages.assembly import Assembly

MAPPED = "sqlalchemy.orm.mapped()."
RELATIONSHIP = "sqlalchemy.orm.relationship()"
_EAGER = frozenset({"joined", "immediate", "selectin", "subquery", False})


def followed(assembly: Assembly, scope: int, record: CallRecord, mode: str) -> None:
    """Edges to the tables behind the relationships a call is handed (read), or that its rows cascade to (write)."""
    given = frozenset().union(*record.args)
    tables = _loaded(assembly, given) if mode == "read" else _cascaded(assembly, given)
    for table in sorted(tables):
        evidence = assembly.evidence(scope, record.at, "framework", 0.9 if mode == "read" else 0.7, loop=record.loop)
        assembly.edge(assembly.symbol(scope), f"table:{table}", mode, evidence)


def always(assembly: Assembly) -> None:
    """Edges of mapped classes: to the tables that come with every row of theirs."""
    for scope, own in sorted(assembly.class_tables.items()):
        source = assembly.symbol(scope)
        for made, values in _relationships(assembly, scope, ""):
            evidence = assembly.evidence(made.scope, made.at, "framework", 0.9)
            if _literals(assembly, made, "lazy") & _EAGER:
                for table in sorted(_tables(assembly, made, values)):
                    assembly.edge(source, f"table:{table}", "read", evidence)
            for table in [] if _literals(assembly, made, "viewonly") - {False} else sorted(_between(assembly, made)):
                others = _targets(assembly, made, values) if made.keywords.get("backref") else []
                for symbol in (source, *(assembly.symbol(other) for other in others)):
                    assembly.edge(symbol, f"table:{table}", "write", evidence)
        for base in assembly.machine.classes.order(scope)[1:]:
            table = assembly.class_tables.get(base, own) if isinstance(base, int) else own
            if table != own:
                ref = assembly.machine.index.scopes[scope]
                evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework", 0.9)
                for mode in ("read", "write"):
                    assembly.edge(source, f"table:{table}", mode, evidence)


def _literals(assembly: Assembly, made: CallRecord, name: str) -> set[object]:
    given = assembly.machine.pool.each(made.keywords.get(name, frozenset()))
    return {value.value for value in given if isinstance(value, Literal)}


def _loaded(assembly: Assembly, given: Values) -> set[str]:
    """``joinedload(Order.lines)``: the table of the lines."""
    found: set[str] = set()
    for value in assembly.externals(given):
        name = value.name.removeprefix(MAPPED)
        owners = assembly.classes(frozenset((value.base,))) if value.base >= 0 and name != value.name else []
        for owner in owners:
            for made, values in _relationships(assembly, owner, name.partition(".")[0]):
                found |= _tables(assembly, made, values)
    return found


def _cascaded(assembly: Assembly, given: Values) -> set[str]:
    """``session.delete(order)``: rows that go with it, and those of others that lose their key to it."""
    found: set[str] = set()
    for owner in assembly.instances(given):
        if owner not in assembly.class_tables:
            continue
        for made, values in _relationships(assembly, owner, ""):
            words = {word.strip() for text in _literals(assembly, made, "cascade") for word in str(text).split(",")}
            if words & {"all", "delete"} or _is_cleared(assembly, owner, made, values):
                found |= _tables(assembly, made, values)
    return found


def _is_cleared(assembly: Assembly, owner: int, made: CallRecord, values: Values) -> bool:
    """Whether a delete sets keys of the related rows to NULL: they refer to this row, and nobody told SQLAlchemy not to."""
    told = _literals(assembly, made, "passive_deletes") | _literals(assembly, made, "viewonly")
    if told - {False}:
        return False
    own = assembly.class_tables[owner]
    tables = _tables(assembly, made, values) - {own}
    columns = (column for table in tables if table in assembly.tables for column in assembly.tables[table].columns)
    return any(column.references.rpartition(".")[0] == own for column in columns)


def _relationships(assembly: Assembly, scope: int, name: str) -> list[tuple[CallRecord, Values]]:
    """The calls that made the relationships of a class, each with all its attribute may be: those of one name, or all."""
    machine = assembly.machine
    found: list[tuple[CallRecord, Values]] = []
    for owner in machine.classes.order(scope):
        if isinstance(owner, int):
            for one in [name] if name else assembly.attributes_of.get(owner, []):
                values = machine.store.peek(("attribute", owner, one))
                for value in assembly.externals(values):
                    made = assembly.made(value) if value.name == RELATIONSHIP else None
                    found.extend([(made, values)] if made else [])
    return found


def _tables(assembly: Assembly, made: CallRecord, values: Values) -> set[str]:
    """The tables of the classes a relationship names (else those its annotation says), and the one in between."""
    targets = _targets(assembly, made, values)
    return {assembly.class_tables[one] for one in targets if one in assembly.class_tables} | _between(assembly, made)


def _targets(assembly: Assembly, made: CallRecord, values: Values) -> list[int]:
    targets = assembly.machine.entities.targets(made.argument(0, "argument"), made.scope)
    if targets:
        return targets
    held = (assembly.machine.store.peek(("item", number, "*")) for number in values)
    return assembly.instances(values.union(*held))


def _between(assembly: Assembly, made: CallRecord) -> set[str]:
    """The table that a relationship of many to many keeps its pairs in."""
    secondary = made.keywords.get("secondary", frozenset())
    named = set(assembly.machine.pool.texts(secondary)) & assembly.tables.keys()
    sites = {value.site for value in assembly.externals(secondary)} & assembly.site_tables.keys()
    return named | {assembly.site_tables[site] for site in sites}
