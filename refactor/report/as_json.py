"""Analysis <-> analysis.json, and the JSON Schemas of what the tool writes.

Comes in: an analysis, or the text of one. Goes out: stable, versioned JSON. Must not: guess at a version it doesn't
know.
"""

import json
from typing import Any

import msgspec

from refactor.model.analysis import SCHEMA_VERSION, Analysis
from refactor.model.errors import RefactorError
from refactor.model.findings import Finding
from refactor.model.observed import Traces
from refactor.model.plan import Plan
from refactor.model.review import Review
from refactor.report.as_partition import PartitionFile
from refactor.report.visible import visible

SCHEMAS: dict[str, Any] = {
    "analysis": Analysis, "findings": tuple[Finding, ...], "partition": PartitionFile, "plan": Plan, "review": Review,
    "traces": Traces,
}  # fmt: skip


class _Versioned(msgspec.Struct):
    """The one field that every version has."""

    version: int


def json_text(analysis: Analysis) -> str:
    """The analysis with sorted keys, one space deep, ending in a line feed."""
    try:
        encoded = msgspec.json.encode(analysis, order="sorted")
    except UnicodeEncodeError:
        # A path that is not UTF-8 came in as lone surrogates, which JSON can't carry.
        encoded = msgspec.json.encode(_visible(msgspec.to_builtins(analysis)), order="sorted")
    return msgspec.json.format(encoded, indent=1).decode("utf-8") + "\n"


def _visible(value: object) -> object:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {key: _visible(item) for key, item in value.items()}
    return [_visible(item) for item in value] if isinstance(value, list | tuple) else value


def load_json(text: str) -> Analysis:
    """The analysis in ``text``; a RefactorError when it is of another version or no analysis."""
    try:
        version = msgspec.json.decode(text, type=_Versioned).version
        if version != SCHEMA_VERSION:
            raise RefactorError(
                f"this analysis has version {version}, this tool reads version {SCHEMA_VERSION}",
                hint="run `refactor analyze` again",
            )
        return msgspec.json.decode(text, type=Analysis)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise RefactorError(
            f"not an analysis of version {SCHEMA_VERSION}: {error}", hint="run `refactor analyze` again"
        ) from error


def schema(name: str) -> str:
    """The JSON Schema (2020-12) of ``analysis``, ``findings``, ``partition``, ``plan``, ``review`` or ``traces``."""
    if name not in SCHEMAS:
        raise RefactorError(f"no schema is named {visible(name)}", hint=f"there are: {', '.join(sorted(SCHEMAS))}")
    found = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"refactor {name}, version {SCHEMA_VERSION}",
        **msgspec.json.schema(SCHEMAS[name]),
    }
    return json.dumps(found, indent=2, sort_keys=True) + "\n"
