"""What relationships between mapped classes lead to: loader options and joins read along them, deletes cascade."""

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Values
from refactor.link.stages.assembly import Assembly

MAPPED = "sqlalchemy.orm.mapped()."
RELATIONSHIP = "sqlalchemy.orm.relationship()"


def followed(assembly: Assembly, scope: int, record: CallRecord, mode: str) -> None:
    """Edges to the tables behind the relationships a call is handed (read), or that its rows cascade to (write)."""
    given = frozenset().union(*record.args)
    tables = _loaded(assembly, given) if mode == "read" else _cascaded(assembly, given)
    for table in sorted(tables):
        evidence = assembly.evidence(scope, record.at, "framework", 0.9 if mode == "read" else 0.7, loop=record.loop)
        assembly.edge(assembly.symbol(scope), f"table:{table}", mode, evidence)


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
    """``session.delete(order)``: the tables of relationships with ``cascade="all"`` or ``"delete"``."""
    found: set[str] = set()
    for owner in assembly.instances(given):
        if owner not in assembly.class_tables:
            continue
        for made, values in _relationships(assembly, owner, ""):
            words = {word.strip() for text in assembly.machine.pool.texts(_cascade(made)) for word in text.split(",")}
            if words & {"all", "delete"}:
                found |= _tables(assembly, made, values)
    return found


def _cascade(made: CallRecord) -> Values:
    return made.keywords.get("cascade", frozenset())


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
    targets = assembly.machine.entities.targets(made.argument(0, "argument"), made.scope)
    if not targets:
        held = (assembly.machine.store.peek(("item", number, "*")) for number in values)
        targets = assembly.instances(values.union(*held))
    found = {assembly.class_tables[one] for one in targets if one in assembly.class_tables}
    secondary = made.keywords.get("secondary", frozenset())
    between = {value.site for value in assembly.externals(secondary)} & assembly.site_tables.keys()
    return found | {assembly.site_tables[site] for site in between}
