"""The functions of a monolith as trees of facts: what each expression stands in, what a call reaches, what a name means.

Comes in: names and a program. Goes out: ``Scopes``, filled as it is asked. Must not: follow values.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from msgspec import Struct

from refactor.contract.names import Names, dotted
from refactor.model import facts
from refactor.model.facts import Expr, Position, Scope
from refactor.model.program import Edge, Evidence, Program

Node: TypeAlias = Any
"""An expression or a statement of the facts."""


class Scopes:
    """The functions of a monolith with the parents of their expressions, made when asked for."""

    def __init__(self, names: Names, program: Program) -> None:
        self.names = names
        self.program = program
        self._calls: dict[str, dict[Position, list[Edge]]] = {}
        self._parents: dict[str, dict[int, tuple[Node, Node]]] = {}
        self._kept: dict[str, list[Node]] = {}
        self._imported: dict[str, dict[str, str]] = {}

    def called(self, symbol: str, at: Position) -> list[str]:
        """The monolith's own definitions that a call of a function may reach."""
        if symbol not in self._calls:
            grouped: dict[Position, list[Edge]] = {}
            for edge in self.program.outgoing.get(symbol, ()):
                if edge.kind == "call":
                    grouped.setdefault((edge.evidence.line, edge.evidence.column), []).append(edge)
            self._calls[symbol] = grouped
        return sorted({edge.target for edge in self._calls[symbol].get(at, ())})

    def nodes(self, symbol: str) -> list[Node]:
        """All expressions and statements of a function, lambdas and inner functions included."""
        self._fill(symbol)
        return self._kept[symbol]

    def meant(self, symbol: str, node: Expr) -> str:
        """What a chain of names in a function stands for, by its own imports and its module's."""
        said = dotted(node)
        head, dot, rest = said.partition(".")
        if symbol not in self._imported:
            self._imported[symbol] = self.names.imported(symbol, self.nodes(symbol))
        target = self._imported[symbol].get(head)
        return self.names.settled(f"{target}{dot}{rest}") if target else self.names.of(symbol.partition(":")[0], said)

    def place(self, symbol: str, line: int) -> Evidence:
        """A line of a function as evidence."""
        definition = self.program.by_symbol.get(symbol)
        return Evidence(definition.path if definition else "", line)

    def parent(self, symbol: str, node: Node) -> Node:
        """What a node stands in."""
        self._fill(symbol)
        found = self._parents[symbol].get(id(node))
        return found[1] if found else None

    def _fill(self, symbol: str) -> None:
        if symbol in self._kept:
            return
        kept: list[Node] = []
        parents: dict[int, tuple[Node, Node]] = {}
        scope = self.names.scopes.get(symbol)
        for each in (scope, *self.names.inner.get(symbol, ())) if scope else ():
            for node, parent in _pairs(each.body):
                kept.append(node)
                parents[id(node)] = (node, parent)
        self._kept[symbol], self._parents[symbol] = kept, parents


def own_nodes(scope: Scope) -> Iterator[Node]:
    """All expressions and statements of one scope, without those of scopes inside it."""
    return (node for node, _ in _pairs(scope.body))


def names_in(target: object) -> set[str]:
    """The names that a target gives values to."""
    match target:
        case facts.Name(id=name):
            return {name}
        case facts.Collection(items=items):
            return set().union(*map(names_in, items))
        case facts.Starred(value=value):
            return names_in(value)
    return set()


def has_own_lines(scope: Scope) -> bool:
    """Whether the body of a function begins on a line after its head and its docstring, so that it can be replaced."""
    said, body = scope.body[:1] if scope.doc else (), scope.body[1:] if scope.doc else scope.body
    head = (scope.returns, *(part for param in scope.params for part in (param.annotation, param.default)))
    lines = [node.at[0] for node, _ in _pairs(part for part in (*head, *said) if part is not None)]
    return bool(body) and body[0].at[0] > max([scope.line, *lines])


def _pairs(roots: Iterable[Node]) -> Iterator[tuple[Node, Node]]:
    """Each node with what it stands in."""
    waiting: list[tuple[Node, Node]] = [(root, None) for root in roots]
    for node, parent in waiting:  # grows while it is read
        yield node, parent
        waiting += [(child, node) for child in _children(node)]


def _children(node: Node) -> Iterator[Node]:
    for name in node.__struct_fields__:
        value = getattr(node, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Struct):
                yield each
