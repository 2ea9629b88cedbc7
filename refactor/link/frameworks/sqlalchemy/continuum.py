"""SQLAlchemy-Continuum: a version table beside each versioned one, and a table of transactions, all written on flush."""

from msgspec.structs import replace

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Class
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Column, Table

MAKER = "sqlalchemy_continuum.make_versioned"
VERSION = "sqlalchemy_continuum.version_class"
TRANSACTION = "transaction"
OWN = tuple(
    Column(name, kind, primary=name == "transaction_id")
    for name, kind in (
        ("end_transaction_id", "BigInteger"),
        ("operation_type", "SmallInteger"),
        ("transaction_id", "BigInteger"),
    )
)


def tables(assembly: Assembly) -> None:
    """Version tables of classes with ``__versioned__``, and of the association tables between such classes."""
    made = [record for _, record in assembly.records() if _is_maker(assembly, record)]
    if not made:
        return
    versioned = _versioned(assembly)
    for name in sorted(versioned):
        table = assembly.tables[name]
        columns = {column.name: replace(column, references="") for column in (*table.columns, *OWN)}
        kept = tuple(columns[column] for column in sorted(columns))
        assembly.tables.setdefault(f"{name}_version", Table(f"{name}_version", "", table.evidence, kept))
    _version_classes(assembly)
    evidence = assembly.evidence(made[0].scope, made[0].at, "framework", 0.9)
    own = (Column("id", "BigInteger", "", False, True), Column("issued_at", "DateTime"))
    assembly.tables.setdefault(TRANSACTION, Table(TRANSACTION, "", evidence, own))


def _version_classes(assembly: Assembly) -> None:
    """``version_class(Order)`` stands for the version table."""
    for _, record in assembly.records():
        if any(callee.name == VERSION for callee in assembly.externals(record.callees)):
            for value in assembly.machine.pool.each(record.argument(0, "model")):
                name = assembly.class_tables.get(value.scope) if isinstance(value, Class) else None
                if f"{name}_version" in assembly.tables:
                    assembly.site_tables[record.site] = f"{name}_version"


def _is_maker(assembly: Assembly, record: CallRecord) -> bool:
    return any(callee.name == MAKER for callee in assembly.externals(record.callees))


def _versioned(assembly: Assembly) -> set[str]:
    """Tables that are versioned."""
    store, order = assembly.machine.store, assembly.machine.classes.order
    classes = [
        scope
        for scope in assembly.class_tables
        if any(isinstance(one, int) and store.peek(("attribute", one, "__versioned__")) for one in order(scope))
    ]
    found = {assembly.class_tables[scope] for scope in classes}
    for scope, record in assembly.records():
        if scope in classes and record.text.endswith("relationship"):
            for value in assembly.externals(record.keywords.get("secondary", frozenset())):
                if value.site in assembly.site_tables:
                    found.add(assembly.site_tables[value.site])
    return found & assembly.tables.keys()


def accesses(assembly: Assembly) -> None:
    """Whoever writes a versioned table writes its versions and a transaction."""
    names = {f"table:{name}" for name in assembly.tables if f"{name}_version" in assembly.tables}
    if TRANSACTION not in assembly.tables or not names:
        return
    for edge in sorted(assembly.edges):
        if edge.kind == "write" and edge.target in names:
            evidence = replace(edge.evidence, how="framework", confidence=0.8)
            assembly.edge(edge.source, f"{edge.target}_version", "write", evidence)
            assembly.edge(edge.source, f"table:{TRANSACTION}", "write", evidence)
