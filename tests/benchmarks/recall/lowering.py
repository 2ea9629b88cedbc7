"""Make source that needs the syntax of Python 3.12 (type parameters, ``type`` statements) run on 3.11, for tracing only.

Lines stay where they are. Only text that does not parse is touched. ``typing.override`` and ``warnings.deprecated`` are
given as well. Stands alone, like the tracer.
"""

import ast
import importlib.machinery
import importlib.util
import re
import sqlite3
import sqlite3.dbapi2
import typing
from typing import Any

_HEAD = re.compile(r"^(\s*(?:async\s+)?(?:class|def)\s+\w+)(\[[^\n]*?\])(?=\s*[(:])", re.MULTILINE)
_ALIAS = re.compile(r"^(\s*)type (\s*\w+)(\[[^\n=]*\])? =", re.MULTILINE)
_NAME = re.compile(r"(?:^|,)\s*(\**)(\w+)")


def install() -> None:
    """Let every later import read new syntax."""
    loader: Any = importlib.machinery.SourceFileLoader
    plain = loader.source_to_code

    def source_to_code(self: Any, data: Any, path: Any, *, _optimize: int = -1) -> Any:
        try:
            return plain(self, data, path, _optimize=_optimize)
        except SyntaxError:
            return compile(
                lowered(importlib.util.decode_source(data)), path, "exec", optimize=_optimize, dont_inherit=True
            )

    loader.source_to_code = source_to_code
    for name in ("override", "deprecated"):
        if not hasattr(typing, name):
            setattr(typing, name, lambda function: function)
    _databases()


def _databases() -> None:
    """Connections of ``sqlite3`` have ``autocommit``, which says what older ones do anyway."""

    class Connection(sqlite3.Connection):
        autocommit = -1

    plain = sqlite3.dbapi2.connect

    def connect(*arguments: Any, **named: Any) -> Any:
        return plain(*arguments, **{"factory": Connection, **named})

    sqlite3.connect = sqlite3.dbapi2.connect = connect


def lowered(text: str) -> ast.Module:
    """The tree of a module with type parameters made into type variables and aliases into ``Any``."""
    names: dict[str, str] = {}
    generic: dict[int, list[str]] = {}

    def head(match: re.Match[str]) -> str:
        found = [(star, name) for star, name in _NAME.findall(_flat(match[2][1:-1]))]
        names.update({name: star for star, name in found})
        if match[1].lstrip().startswith("class"):
            line = text.count("\n", 0, match.start(1) + len(match[1])) + 1
            generic[line] = [f"{'*' * (star == '*')}{name}" for star, name in found]
        return match[1]

    aliases: set[int] = set()

    def alias(match: re.Match[str]) -> str:
        aliases.add(text.count("\n", 0, match.start(2)) + 1)
        return f"{match[1]}{match[2].strip()} ="

    tree = ast.parse(_ALIAS.sub(alias, _HEAD.sub(head, text)))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.lineno in generic:
            node.bases.append(ast.copy_location(_generic(generic[node.lineno]), node))
        if isinstance(node, ast.Assign) and node.lineno in aliases:
            node.value = ast.copy_location(ast.parse("__import__('typing').Any", mode="eval").body, node.value)
    tree.body[_after(tree) : _after(tree)] = [_variable(name, star) for name, star in sorted(names.items())]
    return ast.fix_missing_locations(tree)


def _flat(text: str) -> str:
    """Type parameters without what stands in brackets or behind a colon."""
    while re.search(r"\[[^\[\]]*\]", text):
        text = re.sub(r"\[[^\[\]]*\]", "", text)
    return re.sub(r":[^,]*", "", text)


def _generic(names: list[str]) -> ast.expr:
    return ast.parse(f"__import__('typing').Generic[{', '.join(names)}]", mode="eval").body


def _variable(name: str, star: str) -> ast.stmt:
    made = {"": "TypeVar", "*": "TypeVarTuple", "**": "ParamSpec"}[star]
    return ast.parse(f"{name} = __import__('typing').{made}({name!r})").body[0]


def _after(tree: ast.Module) -> int:
    """The first statement behind the docstring and the ``__future__`` imports."""
    for at, node in enumerate(tree.body):
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not text and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            return at
    return 0
