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
    """Every name the reader found: line, column, name."""
    found = []
    for node in nodes(facts_of(source)):
        if isinstance(node, facts.Name):
            found.append((*node.at, node.id))
        elif isinstance(node, facts.Walrus):
            found.append((*node.at, node.target))
    return sorted(set(found))  # a chained comparison reads its middle operand twice


def names_parsed(source: str) -> list[Placed]:
    """Every name that ``ast`` found; columns in characters from 1."""
    lines = source.split("\n")
    return sorted(
        {
            (node.lineno, len(lines[node.lineno - 1].encode()[: node.col_offset].decode()) + 1, node.id)
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Name)
        }
    )
