"""Disk -> a truth: which parts people mean to go together.

Comes in: a file of TOML (domains with modules, tables and symbols), JSON ({node: group} or {group: [nodes]}) or lines of
``node,group``. Goes out: domains, or groups by node. Must not: know what is compared.
"""

import csv
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from refactor.model.errors import RefactorError

_HINT = '[orders] modules = ["shop.orders.*"]'
_SHAPES = '{"node": "group"}, {"group": ["node", "node"]} or lines of node,group'
_LISTS = ("modules", "tables", "symbols")


class Truth(Struct, frozen=True):
    """One of both is set. ``domains``: domain -> modules | tables | symbols -> globs; ``groups``: node -> group."""

    domains: dict[str, dict[str, list[str]]] | None = None
    groups: dict[str, str] | None = None


def read_truth(place: Path) -> Truth:
    """The truth in a file: by its ending, else TOML. RefactorError with the position."""
    try:
        text = place.read_text("utf-8-sig")
        if place.suffix == ".json":
            return Truth(groups=_json(json.loads(text), place))
        if place.suffix in (".csv", ".tsv"):
            return Truth(groups=_lines(text, "\t" if place.suffix == ".tsv" else ",", place))
        return Truth(domains=_toml(tomllib.loads(text), place))
    except json.JSONDecodeError as broken:
        where = f"{place}:{broken.lineno}:{broken.colno}"
        raise RefactorError(f"no JSON: {broken.msg}", where=where, hint=_SHAPES) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as broken:
        raise RefactorError(str(broken), where=str(place), hint=_HINT) from broken


def _toml(document: Mapping[str, Any], place: Path) -> dict[str, dict[str, list[str]]]:
    for domain, parts in document.items():
        fits = isinstance(parts, dict) and all(
            key in _LISTS and isinstance(names, list) and all(isinstance(name, str) for name in names)
            for key, names in parts.items()
        )
        if not fits:
            raise RefactorError(f"[{domain}] may hold lists of modules, tables, symbols", where=str(place), hint=_HINT)
    return dict(document)


def _json(document: Any, place: Path) -> dict[str, str]:
    if not isinstance(document, dict):
        raise RefactorError("a truth in JSON is an object", where=str(place), hint=_SHAPES)
    groups: dict[str, str] = {}
    for key, value in document.items():
        if isinstance(value, list):
            for node in value:
                _put(groups, str(node), key, str(place))
        elif isinstance(value, str | int):
            _put(groups, key, str(value), str(place))
        else:
            raise RefactorError(f"{key!r} has neither a group nor a list of nodes", where=str(place), hint=_SHAPES)
    return groups


def _lines(text: str, separator: str, place: Path) -> dict[str, str]:
    groups: dict[str, str] = {}
    rows = csv.reader(text.splitlines(), delimiter=separator)
    for number, row in enumerate(rows, 1):
        if (
            not row
            or row[0].startswith("#")
            or (number == 1 and [cell.strip() for cell in row[:2]] == ["node", "group"])
        ):
            continue
        if len(row) != 2 or not row[0].strip() or not row[1].strip():
            raise RefactorError("a line of a truth is node,group", where=f"{place}:{number}", hint=_SHAPES)
        _put(groups, row[0].strip(), row[1].strip(), f"{place}:{number}")
    return groups


def _put(groups: dict[str, str], node: str, group: str, where: str) -> None:
    if groups.setdefault(node, group) != group:
        raise RefactorError(f"{node} is meant for {groups[node]} and {group}", where=where, hint="name it in one group")
