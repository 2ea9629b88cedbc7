"""Members and cuts as tables for a spreadsheet.

Comes in: an analysis. Goes out: ``members.csv`` and ``cuts.csv`` (RFC 4180). Must not: let a name begin a formula.
"""

import csv
import io
from collections.abc import Iterable

from refactor.model.analysis import Analysis
from refactor.model.plan import SHARED
from refactor.report.visible import visible

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(analysis: Analysis) -> dict[str, str]:
    """Both tables."""
    plan = analysis.plan
    held = [(service.name, member) for service in plan.services for member in service.members]
    held += [(SHARED, member) for member in plan.shared]
    members = [(home, one.symbol, one.reason, one.confidence, one.runner_up, one.margin) for home, one in sorted(held)]
    members += [
        (service.name, f"table:{table.table}", table.reason, 1.0, "", 1.0)
        for service in plan.services
        for table in service.tables
    ]
    cuts = [
        (
            cut.id, cut.consumer, cut.provider, cut.kind, cut.source, cut.target, len(cut.sites),
            f"{cut.sites[0].path}:{cut.sites[0].line}" if cut.sites else "", cut.weight, cut.chatty, cut.accepted,
        )
        for cut in sorted(plan.cuts)
    ]  # fmt: skip
    return {
        "cuts.csv": _table("id consumer provider kind source target sites place weight chatty accepted", cuts),
        "members.csv": _table("service symbol reason confidence runner_up margin", members),
    }


def _table(head: str, rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head.split())
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else value
    shown = visible(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
