"""Who reads and writes which table: the table x service matrix.

Comes in: an analysis. Goes out: one row a table, contested tables first. Must not: draw.
"""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from refactor.model.analysis import Analysis
from refactor.model.names import slug
from refactor.model.plan import SHARED


class Access(Struct, frozen=True):
    """What a service does to a table: ``letters`` is W, R or RW; ``role`` owner | second (writer) | reader."""

    service: str
    letters: str
    role: str


class TableRow(Struct, frozen=True):
    """A table with its owner ("" when no service has it) and every access; why its further writers are accepted."""

    name: str
    anchor: str
    owner: str
    reason: str
    accesses: tuple[Access, ...]
    accepted: str = ""

    @property
    def writers(self) -> int:
        """How many services write it."""
        return sum("W" in access.letters for access in self.accesses)

    @property
    def by_service(self) -> dict[str, Access]:
        """Accesses by service."""
        return {access.service: access for access in self.accesses}


def table_rows(analysis: Analysis) -> tuple[TableRow, ...]:
    """All tables, those with more than one writer first."""
    rows = [
        replace(_row(owned.table, service.name, owned.reason, owned.writers, owned.readers), accepted=owned.accepted)
        for service in analysis.plan.services
        for owned in service.tables
    ]
    known = {row.name for row in rows}
    touched = _touched(analysis)
    for table in analysis.program.tables:
        if table.name not in known:
            rows.append(_row(table.name, "", "", touched[table.name, "write"], touched[table.name, "read"]))
    return tuple(sorted(rows, key=lambda row: (-max(1, row.writers), row.owner, row.name)))


def _touched(analysis: Analysis) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for edge in analysis.program.edges:
        kind, _, name = edge.target.partition(":")
        service = analysis.plan.service_of(edge.source)
        if kind == "table" and service not in ("", SHARED):
            found[name, edge.kind].add(service)
    return found


def _row(table: str, owner: str, reason: str, writers: Iterable[str], readers: Iterable[str]) -> TableRow:
    writing, reading = set(writers), set(readers)
    accesses = []
    for service in sorted(writing | reading | ({owner} if owner else set())):
        letters = ("R" if service in reading else "") + ("W" if service in writing else "")
        role = "owner" if service == owner else "second" if service in writing else "reader"
        accesses.append(Access(service, letters or "-", role))
    return TableRow(table, f"table-{slug(table)}", owner, reason, tuple(accesses))
