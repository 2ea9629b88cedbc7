"""Many services drawn as their groups: the boxes and links of matrix and map.

Comes in: an overview. Goes out: names, pairs and rows to draw, and each service's box. Must not: hide a service from any
list; only drawings are grouped.
"""

from msgspec import Struct
from msgspec.structs import replace

from refactor.model.findings import Verdict
from refactor.model.measures import Group
from refactor.model.plan import Service
from refactor.report.overview import Overview, ServiceRow
from refactor.report.pairs import Pair, ordered, pairs_of

# Above so many services a matrix can't be read any more.
LIMIT = 60


class Drawn(Struct, frozen=True):
    """What matrix and map show. ``boxes``: (service, label of its group) when groups are shown, else nothing."""

    order: tuple[str, ...]
    pairs: tuple[Pair, ...]
    rows: tuple[ServiceRow, ...]
    boxes: tuple[tuple[str, str], ...] = ()


def drawn(overview: Overview) -> Drawn:
    """Services, or their groups when there are more than a drawing can show."""
    plan, rows = overview.analysis.plan, overview.services
    if len(plan.services) <= LIMIT or not plan.groups:
        names = [service.name for service in plan.services]
        return Drawn(ordered(names, overview.pairs), overview.pairs, rows)
    label = {name: label_of(group) for group in plan.groups for name in group.services}
    cuts = (replace(cut, consumer=label[cut.consumer], provider=label[cut.provider]) for cut in plan.cuts)
    pairs = pairs_of(cut for cut in cuts if cut.consumer != cut.provider)
    by_name = {row.service.name: row for row in rows}
    grouped = tuple(_row(group, [by_name[name] for name in group.services]) for group in plan.groups)
    return Drawn(
        ordered([label_of(group) for group in plan.groups], pairs), pairs, grouped, tuple(sorted(label.items()))
    )


def label_of(group: Group) -> str:
    """The group's name with how many services stand beside its strongest; no service is called so."""
    more = len(group.services) - 1
    return f"{group.name} +{more}" if more else group.name


def _row(group: Group, rows: list[ServiceRow]) -> ServiceRow:
    """The group as a row: its verdict only where its services agree."""
    verdicts = {row.verdict.verdict for row in rows}
    services = [row.service for row in rows]
    return ServiceRow(
        Service(
            label_of(group),
            "",
            tables=tuple(table for service in services for table in service.tables),
            entry_points=tuple(entry for service in services for entry in service.entry_points),
        ),
        Verdict(group.name, verdicts.pop() if len(verdicts) == 1 else "", fit=min(row.verdict.fit for row in rows)),
        "groups",
        sites_in=0,
        sites_out=0,
        cost=0.0,
        transactions=0,
        contested=0,
        confidence=1.0,
        entries=tuple(entry for row in rows for entry in row.entries),
    )
