"""Text of a statement -> Anatomy: the functions in it, each with the words of its body, and the words of the rest.

Comes in: the text of one module-level statement. Goes out: plain values; a text that Python's own parser refuses has no
functions, and every word in it counts. Must not: resolve names. Docstrings are no words: nothing is called by them.
"""

import ast
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from msgspec import Struct

_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


class Unit(Struct, frozen=True):
    """A function of a module, or a method of one of its classes.

    ``first``..``last`` are the lines of its body within the statement's text, from 1, a docstring before them left out
    (0, 0: a body without a line of its own); ``words`` every word in the body, texts included; ``names`` those of them
    that code says; ``decorators`` the last names of its decorators; ``start`` is the line of a
    docstring before the body, or else ``first``.
    """

    qualname: str
    first: int
    last: int
    words: frozenset[str]
    names: frozenset[str]
    decorators: tuple[str, ...] = ()
    generates: bool = False
    start: int = 0

    @property
    def name(self) -> str:
        """Its own name."""
        return self.qualname.rpartition(".")[2]

    @property
    def holder(self) -> str:
        """The class it is a method of; "" for a function."""
        return self.qualname.rpartition(".")[0]


class Anatomy(Struct, frozen=True):
    """``words`` and ``names`` are those outside of the units' bodies; ``aliases`` are (new name, imported name).

    ``inner`` are names that classes inside the statement derive from, and those in tuples given to a call, which may
    make a class of them.
    """

    units: tuple[Unit, ...]
    words: frozenset[str]
    names: frozenset[str]
    aliases: frozenset[tuple[str, str]] = frozenset()
    inner: frozenset[str] = frozenset()


def words_in(text: str) -> frozenset[str]:
    """Every word of a text."""
    return frozenset(_WORD.findall(text))


@lru_cache(maxsize=65536)
def anatomy_of(text: str) -> Anatomy:
    """The anatomy of a statement's text."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return Anatomy((), words_in(text), words_in(text))
    units = [unit for node in tree.body for unit in _units(node, "")] if _counts_lines(text) else []
    inside = {id(part) for node, _ in units for part in node.body}
    words, names = _said(tree, inside)
    aliases = {
        (alias.asname, alias.name)
        for n in ast.walk(tree)
        if isinstance(n, ast.ImportFrom)
        for alias in n.names
        if alias.asname
    }
    return Anatomy(
        tuple(_unit(node, qualname) for node, qualname in units), words, names, frozenset(aliases), _inner(tree)
    )


def _inner(tree: ast.Module) -> frozenset[str]:
    """What classes that are no statement of the module derive from."""
    top = {id(node) for node in tree.body}
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and id(node) not in top:
            found += node.bases
        elif isinstance(node, ast.Call):
            found += [each for arg in node.args if isinstance(arg, ast.Tuple) for each in arg.elts]
    return frozenset(name for node in found if (name := _last_name(node)))


def _counts_lines(text: str) -> bool:
    """Whether lines end as everyone counts them."""
    return "\f" not in text and text.count("\r") == text.count("\r\n")


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _units(node: ast.AST, above: str) -> Iterable[tuple[_Function, str]]:
    if isinstance(node, _FUNCTIONS):
        yield node, f"{above}{node.name}"
    elif isinstance(node, ast.ClassDef):
        for part in node.body:
            yield from _units(part, f"{above}{node.name}.")


def _unit(node: _Function, qualname: str) -> Unit:
    body = node.body[1:] if _is_docstring(node.body[0]) else node.body
    said = [_said(part, set()) for part in body]
    first, last = (first_line(body[0]), body[-1].end_lineno or 0) if body else (0, 0)
    before = node.body[0].end_lineno or 0 if len(body) < len(node.body) else node.lineno
    return Unit(
        qualname,
        *((first, last) if first > before and node.body[0].lineno > node.lineno else (0, 0)),
        frozenset().union(*(words for words, _ in said)),
        frozenset().union(*(names for _, names in said)),
        tuple(_last_name(decorator) for decorator in node.decorator_list),
        any(_generates(part) for part in node.body),
        node.body[0].lineno if len(body) < len(node.body) and first > before else first,
    )


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def first_line(node: ast.stmt) -> int:
    """The line that a statement starts on, decorators included."""
    decorators = node.decorator_list if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _last_name(node: ast.expr) -> str:
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _generates(node: ast.AST) -> bool:
    if isinstance(node, (ast.Yield, ast.YieldFrom)):
        return True
    return not isinstance(node, _SCOPES) and any(_generates(part) for part in ast.iter_child_nodes(node))


def _said(node: ast.AST, left_out: set[int]) -> tuple[frozenset[str], frozenset[str]]:
    """The words below a node, and those of them that are code."""
    texts: set[str] = set()
    names: set[str] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        if id(current) in left_out or (isinstance(current, ast.stmt) and _is_docstring(current)):
            continue
        if isinstance(current, ast.Name):
            names.add(current.id)
        elif isinstance(current, ast.Attribute):
            names.add(current.attr)
            if current.attr == "as_view" and isinstance(current.value, (ast.Name, ast.Attribute)):
                texts.add(_last_name(current.value))  # made a view of, and not called
                stack += [current.value.value] if isinstance(current.value, ast.Attribute) else []
                continue
        elif isinstance(current, ast.keyword):
            names.add(current.arg or "")
        elif isinstance(current, ast.Constant) and isinstance(current.value, str):
            texts |= words_in(current.value)
        stack.extend(ast.iter_child_nodes(current))
    return frozenset(texts | names), frozenset(names)
