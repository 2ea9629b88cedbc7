"""Markdown -> call graph cases: files, the adjacency they must give, and what a run of them leaves out."""

import json
import re
from pathlib import Path
from typing import NamedTuple

from spec_reading import HEADING, NOT_YET, TITLE, without_code

Pairs = frozenset[tuple[str, str]]
FENCE = re.compile(r"^```(python|json callgraph(?:, with keys)?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REMARK = re.compile(r"^(Not run|Only run|Ends with): (.*?)(?:\n\n|\n```|\Z)", re.MULTILINE | re.DOTALL)
ARROW = re.compile(r"`(\S+) -> (\S+)`")
OUTSIDE = re.compile(r"^\s*(?:import|from) ext\b", re.MULTILINE)


class GraphCase(NamedTuple):
    """A heading with files and edges. ``keys`` are given only where the exact set of keys matters."""

    document: str
    heading: str
    line: int
    files: tuple[tuple[str, str], ...]
    edges: Pairs
    keys: frozenset[str] | None
    not_run: Pairs
    only_run: Pairs
    ends_with: str

    @property
    def not_yet(self) -> bool:
        """Whether the heading says that the linker does not understand this yet."""
        return self.heading.endswith(NOT_YET)

    @property
    def runs(self) -> bool:
        """Whether the case can be executed: ``ext`` stands for a package that is not there."""
        return not any(OUTSIDE.search(source) for _, source in self.files)


def graph_cases_of(document: Path) -> list[GraphCase]:
    """The cases of a document, one a heading with code below it."""
    text = document.read_text("utf-8")
    headings = [found for found in HEADING.finditer(without_code(text)) if len(found[1]) > 1]
    ends = [found.start() for found in headings[1:]] + [len(text)]
    return [_case(document.name, text, found, end) for found, end in zip(headings, ends, strict=True)]


def pairs_of(adjacency: dict[str, list[str]]) -> Pairs:
    """An adjacency as (caller, callee) pairs."""
    return frozenset((caller, callee) for caller, callees in adjacency.items() for callee in callees)


def _case(document: str, text: str, heading: re.Match[str], end: int) -> GraphCase:
    line = text.count("\n", 0, heading.start()) + 1
    blocks = FENCE.findall(text, heading.end(), end)
    files = tuple(_file(document, line, body) for kind, body in blocks if kind == "python")
    graphs = [(kind, json.loads(body)) for kind, body in blocks if kind != "python"]
    if not files or len(graphs) != 1:
        raise ValueError(f"{document}:{line}: the case '{heading[2]}' needs files and one callgraph block")
    kind, graph = graphs[0]
    remarks = dict(REMARK.findall(text[heading.end() : end]))
    return GraphCase(
        document, heading[2], line, files,
        edges=pairs_of(graph),
        keys=frozenset(graph) if kind.endswith("keys") else None,
        not_run=frozenset(ARROW.findall(remarks.get("Not run", ""))),
        only_run=frozenset(ARROW.findall(remarks.get("Only run", ""))),
        ends_with=remarks.get("Ends with", "").strip().strip("`."),
    )  # fmt: skip


def _file(document: str, line: int, source: str) -> tuple[str, str]:
    title = TITLE.match(source)
    if title is None:
        raise ValueError(f"{document}:{line}: a code block must begin with '# file: PATH'")
    return title[1], source
