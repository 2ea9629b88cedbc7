"""Take names out of one import or ``__all__`` statement and leave every other byte as it is.

Comes in: the statement's text and the names that stay. Goes out: the shorter text. A comment behind a name goes with
it.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

import libcst as cst

from refactor.split.syntax import label_by, string_of

Part = TypeVar("Part", cst.ImportAlias, cst.BaseElement)


@lru_cache(maxsize=65536)
def trim_import(text: str, names: frozenset[str]) -> str:
    """The import statement with only the aliases that have one of the labels."""
    module = cst.parse_module(text)
    statement = _only(module)
    if isinstance(statement, (cst.Import, cst.ImportFrom)) and not isinstance(statement.names, cst.ImportStar):
        return _code(module, statement, _kept([a for a in statement.names if label_by(a) in names], statement.names))
    return text


def _code(module: cst.Module, statement: cst.Import | cst.ImportFrom, aliases: Sequence[cst.ImportAlias]) -> str:
    return _replaced(module, statement, statement.with_changes(names=aliases))


@lru_cache(maxsize=4096)
def trim_exports(text: str, names: frozenset[str]) -> str:
    """The ``__all__`` statement with only the given names."""
    module = cst.parse_module(text)
    statement = _only(module)
    value = getattr(statement, "value", None)
    if not isinstance(value, (cst.List, cst.Tuple)):
        return text
    elements = _kept([e for e in value.elements if string_of(e.value) in names], value.elements)
    if isinstance(value, cst.Tuple) and len(elements) == 1 and not isinstance(elements[0].comma, cst.Comma):
        elements = [elements[0].with_changes(comma=cst.Comma())]
    if isinstance(value, cst.Tuple) and not elements and not value.lpar:
        return _replaced(module, statement, statement.with_changes(value=cst.Tuple([])))
    return _replaced(module, statement, statement.with_changes(value=value.with_changes(elements=elements)))


def _only(module: cst.Module) -> cst.CSTNode:
    line = module.body[0]
    assert isinstance(line, cst.SimpleStatementLine)
    return line.body[0]


def _replaced(module: cst.Module, old: cst.CSTNode, new: cst.CSTNode) -> str:
    line = module.body[0]
    assert isinstance(line, cst.SimpleStatementLine)
    changed = line.with_changes(body=[new if small is old else small for small in line.body])
    return module.with_changes(body=[changed]).code


def _kept(chosen: list[Part], all_parts: Sequence[Part]) -> list[Part]:
    """The chosen parts; the last of them ends as the last of all did (with or without a comma)."""
    if not chosen or chosen[-1] is all_parts[-1]:
        return chosen
    last, end = chosen[-1], all_parts[-1].comma
    if isinstance(end, cst.Comma) and isinstance(last.comma, cst.Comma):
        end = end.with_changes(whitespace_after=_own_comment(last.comma, end))
    chosen[-1] = last.with_changes(comma=end)
    return chosen


def _own_comment(own: cst.Comma, end: cst.Comma) -> cst.BaseParenthesizableWhitespace:
    """White space as after the last part of all, with the comment that stands behind the part itself."""
    mine, theirs = own.whitespace_after, end.whitespace_after
    if isinstance(mine, cst.ParenthesizedWhitespace) and isinstance(theirs, cst.ParenthesizedWhitespace):
        return theirs.with_changes(first_line=mine.first_line)
    return theirs
