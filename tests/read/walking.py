"""Names with their positions: as the reader says, and as Python's own parser says."""

import ast
from collections.abc import Iterator

from refactor.model import facts
from refactor.model.facts import ModuleFacts
from refactor.model.sources import SourceFile
from refactor.read import read

Placed = tuple[int, int, str]


def facts_of(source: str | bytes) -> ModuleFacts:
    """The facts of a source that must be readable."""
    found = read(SourceFile("a.py", source.encode() if isinstance(source, str) else source))
    assert isinstance(found, ModuleFacts), found
    return found


def nodes(value: object) -> Iterator[object]:
    """All structs below a value."""
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(node)
        elif hasattr(node, "__struct_fields__"):
            yield node
            stack.extend(getattr(node, name) for name in node.__struct_fields__)


def names_read(source: str | bytes) -> list[Placed]:
    """Every name the reader found: line, column, name; without ``*rest`` and ``**rest`` of patterns (see below)."""
    found = []
    all_nodes = list(nodes(facts_of(source)))
    rests = {id(rest) for case in all_nodes if isinstance(case, facts.Case) for rest in _rests(case)}
    for node in all_nodes:
        if id(node) in rests:
            continue
        if isinstance(node, facts.Name):
            found.append((*node.at, node.id))
        elif isinstance(node, facts.Walrus):
            found.append((*node.at, node.target))
    return sorted(set(found))  # a chained comparison reads its middle operand twice


def _rests(case: facts.Case) -> Iterator[object]:
    """What takes the rest in a pattern: ``ast`` gives it no position of its own."""
    for node in nodes(case.pattern):
        if isinstance(node, facts.Starred):
            yield node.value
        elif isinstance(node, facts.Dict):
            yield from (value for key, value in zip(node.keys, node.values, strict=True) if key is None)


def names_parsed(source: str) -> list[Placed]:
    """Every name that ``ast`` found; columns in characters from 1."""
    lines = source.split("\n")
    return sorted(
        {
            (node.lineno, len(lines[node.lineno - 1].encode()[: node.col_offset].decode()) + 1, name)
            for node in ast.walk(ast.parse(source))
            for name in [node.id if isinstance(node, ast.Name) else node.name if isinstance(node, ast.MatchAs) else ""]
            if name and isinstance(node, ast.Name | ast.MatchAs)
        }
    )
