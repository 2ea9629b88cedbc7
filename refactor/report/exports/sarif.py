"""Findings as SARIF, for code hosts.

Comes in: an analysis. Goes out: ``findings.sarif``. Must not: differ from what ``analyze`` writes.
"""

from refactor.model.analysis import Analysis
from refactor.report.as_sarif import sarif


def export(analysis: Analysis) -> dict[str, str]:
    """The log."""
    return {"findings.sarif": sarif(analysis)}
