"""Findings -> SARIF 2.1.0, for code hosts and editors.

Comes in: an analysis. Goes out: one run with its rules, results and suppressions. Must not: write an absolute path.
"""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from refactor.model.analysis import Analysis
from refactor.model.findings import Finding, Rule
from refactor.model.program import Evidence
from refactor.report.visible import visible

LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(analysis: Analysis) -> str:
    """The log as text. Ignored findings stay in it, suppressed with their reasons."""
    rules = {rule.id: _rule(rule) for rule in analysis.rules}
    for finding in analysis.findings:
        rules.setdefault(finding.rule, {"id": visible(finding.rule)})
    index = {identity: position for position, identity in enumerate(sorted(rules))}
    driver = {"name": "refactor", "rules": [rules[identity] for identity in index]}
    if analysis.tool:
        driver["version"] = analysis.tool
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder that was analyzed"}}},
        "results": [_result(finding, index) for finding in analysis.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": visible(rule.id),
        "name": visible(rule.name),
        "shortDescription": {"text": visible(rule.name.replace("-", " "))},
        "fullDescription": {"text": visible(rule.why)},
        "help": {"text": visible(rule.fix)},
        "defaultConfiguration": {"level": LEVELS.get(rule.severity, "warning")},
        "properties": {"tags": [visible(rule.group)], "effort": rule.effort},
    }
    link = next((link for link in rule.docs if link.startswith("https://")), "")
    if link:
        described["helpUri"] = quote(visible(link), safe="/:?#[]@!$&'()*+,;=%~-._")
    return described


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    text = visible(finding.message + (f"\nHelp: {finding.help}" if finding.help else ""))
    result: dict[str, Any] = {
        "ruleId": visible(finding.rule),
        "ruleIndex": index[finding.rule],
        "level": LEVELS.get(finding.severity, "warning"),
        "message": {"text": text},
        "locations": [_location(finding.path, finding.line, finding.column, finding.symbol)],
        "partialFingerprints": {"refactorFinding/v1": visible(finding.id)},
        "properties": {"services": _shown(finding.services), "entryPoints": _shown(finding.entry_points)},
    }
    if finding.related:
        result["relatedLocations"] = [_related(place, number) for number, place in enumerate(finding.related, start=1)]
    if finding.ignored:
        result["suppressions"] = [{"kind": "inSource", "justification": visible(finding.ignored)}]
    return result


def _shown(words: Sequence[str]) -> list[str]:
    return [visible(word) for word in words]


def _related(place: Evidence, number: int) -> dict[str, Any]:
    return {"id": number, **_location(place.path, place.line, place.column)}


def _location(path: str, line: int, column: int, symbol: str = "") -> dict[str, Any]:
    uri = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    physical = {
        "artifactLocation": {"uri": uri, "uriBaseId": "SRCROOT"},
        "region": {"startLine": max(1, line), "startColumn": max(1, column)},
    }
    location: dict[str, Any] = {"physicalLocation": physical}
    if symbol:
        location["logicalLocations"] = [{"fullyQualifiedName": visible(symbol)}]
    return location
