"""Lines -> ForeignGraph: ``source,target[,weight][,kind]``, separated by comma, semicolon, tab or blanks.

Comes in: bytes of text. Goes out: links, and the vertices that they name. Must not: need a header, though one is obeyed.
"""

import csv
from collections.abc import Iterator, Sequence

from refactor.adapters.graphs.gathering import RELATIONS, WEIGHTS, Gathering
from refactor.model.errors import RefactorError
from refactor.model.foreign import ForeignGraph

SOURCES = ("source", "from", "src", "caller", "start", "u")
TARGETS = ("target", "to", "dst", "dest", "callee", "end", "v")


def edge_list(content: bytes, into: Gathering) -> ForeignGraph:
    """The graph of a list of edges; lines that begin with ``#`` or ``%`` are remarks, a lone name is a lone node."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise RefactorError(f"no UTF-8: {broken.reason}", where=f"byte {broken.start}") from None
    titles: list[str] = []
    for number, row in _rows(text):
        if not titles:
            titles = _titles(row)
            if _is_header(row):
                continue
        if len(row) == 1:
            into.mentioned(row[0])
        else:
            cells = dict(zip(_fitted(titles, row), row, strict=False))
            source, target = cells.get("source", ""), cells.get("target", "")
            if not source or not target:
                raise RefactorError("an edge needs a source and a target", where=str(number))
            into.mentioned(source)
            into.mentioned(target)
            into.link(source, target, cells, str(number))
    return into.graph()


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    lines = text.splitlines()
    first = next((line for line in lines if line.strip() and line[0] not in "#%"), "")
    separator = next((mark for mark in ("\t", ";", ",") if mark in first), "")
    for number, line in enumerate(lines, 1):
        if line.strip() and line[0] not in "#%":
            row = next(csv.reader([line], delimiter=separator)) if separator else line.split()
            yield number, [cell.strip() for cell in row]


def _is_header(row: Sequence[str]) -> bool:
    words = [cell.lower() for cell in row]
    return any(word in SOURCES for word in words) and any(word in TARGETS for word in words)


def _titles(row: Sequence[str]) -> list[str]:
    """The columns that a header names; without a header, none."""
    if not _is_header(row):
        return ["source", "target"]
    words = [cell.lower() for cell in row]
    ends = {next(word for word in words if word in SOURCES): "source"}
    ends[next(word for word in words if word in TARGETS)] = "target"
    return [ends.get(word, word) for word in words]


def _fitted(titles: list[str], row: Sequence[str]) -> list[str]:
    """Titles of a row: where a header is silent, a number is the weight and a word the kind."""
    rest = [WEIGHTS[0] if _is_number(cell) else RELATIONS[0] for cell in row[len(titles) :]]
    return [*titles, *rest]


def _is_number(text: str) -> bool:
    return text.lstrip("+-")[:1].isdigit() or text[:1] == "."
