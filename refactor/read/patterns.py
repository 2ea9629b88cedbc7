"""``case`` patterns -> expressions of the same shape.

A capture is a name, an or-pattern ``|``, a class pattern a call, a mapping a dict, ``pattern as x`` a walrus.
"""

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from refactor.model import facts
from refactor.model.facts import Expr
from refactor.read.cursor import Cursor


class Patterns:
    """Reads patterns; ``expr`` reads the expressions inside, ``bind`` hears of each name that a pattern binds."""

    def __init__(self, cursor: Cursor, expr: Callable[[cst.CSTNode], Expr], bind: Callable[[str], None]) -> None:
        self.cursor = cursor
        self.expr = expr
        self.bind = bind
        self._readers: dict[type, Callable[[Any], Expr]] = {
            cst.MatchAs: self._capture, cst.MatchClass: self._class, cst.MatchMapping: self._mapping,
            cst.MatchList: self._sequence, cst.MatchTuple: self._sequence, cst.MatchStar: self._star,
            cst.MatchOr: self._or, cst.MatchValue: self._value, cst.MatchSingleton: self._value,
        }  # fmt: skip

    def read(self, node: cst.CSTNode) -> Expr:
        """Any pattern."""
        return self._readers[type(node)](node)

    def _name(self, name: str) -> facts.Name:
        at = self.cursor.word(name)
        self.bind(name)
        return facts.Name(at, name)

    def _capture(self, node: cst.MatchAs) -> Expr:
        at = self.cursor.next()
        inner = self.read(node.pattern) if node.pattern is not None else None
        if node.name is None:
            return inner or facts.Const(at, None, "object")
        name = self._name(node.name.value)
        return name if inner is None else facts.Walrus(at, name.id, inner)

    def _value(self, node: cst.MatchValue | cst.MatchSingleton) -> Expr:
        return self.expr(node.value)

    def _class(self, node: cst.MatchClass) -> Expr:
        function = self.expr(node.cls)
        args = tuple(self.read(element.value) for element in node.patterns)
        keywords = tuple(self._keyword(element) for element in node.kwds)
        return facts.Call(function.at, function, args, keywords, self.cursor.line())

    def _keyword(self, node: cst.MatchKeywordElement) -> facts.Keyword:
        self.cursor.word(node.key.value)
        return facts.Keyword(node.key.value, self.read(node.pattern))

    def _mapping(self, node: cst.MatchMapping) -> Expr:
        at = self.cursor.next()
        pairs = [(self.expr(element.key), self.read(element.pattern)) for element in node.elements]
        rest: list[tuple[Expr | None, Expr]] = [(None, self._name(node.rest.value))] if node.rest is not None else []
        both = [*pairs, *rest]
        return facts.Dict(at, tuple(key for key, _ in both), tuple(value for _, value in both))

    def _sequence(self, node: cst.MatchList | cst.MatchTuple) -> Expr:
        at = self.cursor.next()
        return facts.Collection(at, "list", self._elements(node.patterns))

    def _elements(self, nodes: Sequence[Any]) -> tuple[Expr, ...]:
        return tuple(self.read(node.value if isinstance(node, cst.MatchSequenceElement) else node) for node in nodes)

    def _star(self, node: cst.MatchStar) -> Expr:
        at = self.cursor.next()
        inner: Expr = self._name(node.name.value) if node.name is not None else facts.Const(at, None, "object")
        return facts.Starred(at, inner)

    def _or(self, node: cst.MatchOr) -> Expr:
        options = tuple(self.read(element.pattern) for element in node.patterns)
        return facts.Operation(options[0].at, "|", options)
