"""Code objects of a run -> symbols of a program (``module:Class.method``, ``module:f.<lambda1>``).

Comes in: source text and what the tracer wrote. Comprehensions belong to the scope around; a lambda in a default value or
a decorator belongs to the scope that evaluates it; lambdas are counted per scope in source order.
"""

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from refactor.model.names import join

from .syntax import Span, spans

FUNCTION, CLASS, MODULE = "function", "class", "module"

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Scope: TypeAlias = ast.Module | ast.ClassDef | Function

_COMPREHENSIONS = {
    "ListComp": "<listcomp>",
    "SetComp": "<setcomp>",
    "DictComp": "<dictcomp>",
    "GeneratorExp": "<genexpr>",
}


@dataclass(frozen=True)
class Named:
    """What a code object is: its symbol, its kind, and its node."""

    symbol: str
    kind: str
    node: Scope


@dataclass
class Source:
    """One file: its tree, and the scope of each code object by name and position."""

    module: str
    tree: ast.Module
    named: dict[tuple[str, int], Named] = field(default_factory=dict)
    lambdas: dict[tuple[int, int], Named] = field(default_factory=dict)
    folded: dict[tuple[str, int], Named] = field(default_factory=dict)
    spans: dict[Span, ast.AST] = field(default_factory=dict)

    def of(self, name: str, line: int, body: tuple[int, int]) -> Named | None:
        """The scope of a code object: its name, first line, and where its body begins."""
        if name == "<module>":
            return Named(self.module, MODULE, self.tree)
        if name == "<lambda>":
            return self.lambdas.get(body) or next(
                (one for at, one in sorted(self.lambdas.items()) if at[0] >= line), None
            )
        return self.named.get((name, line)) or self.folded.get((name, line))


def source(file: Path, module: str) -> Source:
    """A file's scopes, named."""
    tree = _parse(file.read_bytes())
    found = Source(module, tree, spans=spans(tree))
    _Walk(found).scope(found.tree, Named(found.module, MODULE, found.tree))
    return found


def _parse(text: bytes) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError:
        from .lowering import lowered

        return lowered(text.decode())


class _Walk(ast.NodeVisitor):
    """Names every scope below one."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.inside: list[tuple[Named, str]] = []
        self.counts: dict[str, int] = {}

    def scope(self, node: ast.AST, named: Named, qualname: str = "") -> None:
        self.inside.append((named, qualname))
        body = [node.body] if isinstance(node, ast.Lambda) else getattr(node, "body", [])
        for child in body:
            self.visit(child)
        self.inside.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outer in (*node.decorator_list, node.args, node.returns):
            if outer is not None:
                self.visit(outer)
        self._define(node, FUNCTION)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for outer in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outer)
        self._define(node, CLASS)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        scope = self.inside[-1][0].symbol
        self.counts[scope] = self.counts.get(scope, 0) + 1
        named, qualname = self._name(node, f"<lambda{self.counts[scope]}>", FUNCTION)
        self.source.lambdas[node.body.lineno, node.body.col_offset] = named
        self.scope(node, named, qualname)

    def generic_visit(self, node: ast.AST) -> None:
        name = _COMPREHENSIONS.get(type(node).__name__)
        if name and isinstance(node, ast.expr):
            self.source.folded.setdefault((name, node.lineno), self.inside[-1][0])
        super().generic_visit(node)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, kind: str) -> None:
        named, qualname = self._name(node, node.name, kind)
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        self.source.named[node.name, first] = named
        self.source.named.setdefault((f"<generic parameters of {node.name}>", first), self.inside[-1][0])
        self.scope(node, named, qualname)

    def _name(self, node: Scope, name: str, kind: str) -> tuple[Named, str]:
        outer = self.inside[-1][1]
        qualname = f"{outer}.{name}" if outer else name
        return Named(join(self.source.module, qualname), kind, node), qualname
