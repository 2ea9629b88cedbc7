"""libcst expressions -> fact expressions, in source order so that the cursor keeps up."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from refactor.model import facts
from refactor.model.facts import Expr
from refactor.read.cursor import Cursor
from refactor.read.operators import operator
from refactor.read.scoping import OpenScope


class ExpressionReader:
    """Reads expressions; statements are read by the subclass, which also opens scopes."""

    def __init__(self, text: str) -> None:
        self.cursor = Cursor(text)
        self.scopes: list[facts.Scope | None] = []
        self.open: list[OpenScope] = []
        self._readers: dict[type, Callable[[Any], Expr]] = {
            cst.Name: self._name, cst.Attribute: self._attribute, cst.Call: self._call, cst.Subscript: self._subscript,
            cst.Integer: self._number, cst.Float: self._number, cst.Imaginary: self._number,
            cst.SimpleString: self._string, cst.ConcatenatedString: self._concatenated, cst.Ellipsis: self._ellipsis,
            cst.Tuple: self._tuple, cst.List: self._list, cst.Set: self._set, cst.Dict: self._dict,
            cst.BinaryOperation: self._binary, cst.BooleanOperation: self._binary, cst.UnaryOperation: self._unary,
            cst.Comparison: self._comparison, cst.IfExp: self._choice, cst.Lambda: self._lambda,
            cst.ListComp: self._comprehension, cst.SetComp: self._comprehension, cst.GeneratorExp: self._comprehension,
            cst.DictComp: self._comprehension, cst.Await: self._await, cst.Yield: self._yield,
            cst.NamedExpr: self._walrus, cst.FormattedString: self._formatted,
            cst.StarredElement: self._starred,
        }  # fmt: skip
        templated = getattr(cst, "TemplatedString", None)
        if templated:
            self._readers[templated] = self._formatted

    @property
    def scope(self) -> OpenScope:
        """The scope that is being read."""
        return self.open[-1]

    def expr(self, node: cst.CSTNode) -> Expr:
        """Any expression; one this reader does not know becomes an opaque constant."""
        reader = self._readers.get(type(node))
        return reader(node) if reader else facts.Const(self.cursor.next(), None, "unknown")

    def maybe(self, node: cst.CSTNode | None) -> Expr | None:
        """An optional expression."""
        return None if node is None else self.expr(node)

    def target(self, node: cst.CSTNode) -> Expr:
        """An assignment target: read, and its names bound in the scope."""
        expression = self.expr(node)
        self._bind(expression)
        return expression

    def _bind(self, expression: Expr) -> None:
        if isinstance(expression, facts.Name):
            self.scope.bind(expression.id)
        elif isinstance(expression, facts.Collection):
            for item in expression.items:
                self._bind(item)
        elif isinstance(expression, facts.Starred):
            self._bind(expression.value)

    # -- leaves ----------------------------------------------------------------------------------------------------

    def _name(self, node: cst.Name) -> Expr:
        at = self.cursor.word(node.value)
        if node.value in ("True", "False", "None"):
            value = {"True": True, "False": False, "None": None}[node.value]
            return facts.Const(at, value, type(value).__name__)
        return facts.Name(at, node.value)

    def _number(self, node: cst.Integer | cst.Float | cst.Imaginary) -> Expr:
        at = self.cursor.literal(node.value)
        value = ast.literal_eval(node.value)
        if isinstance(value, int) and value.bit_length() > 63:
            return facts.Const(at, node.value, "int")
        return facts.Const(at, repr(value) if isinstance(value, complex) else value, type(value).__name__)

    def _string(self, node: cst.SimpleString) -> Expr:
        at = self.cursor.literal(node.value)
        value = node.evaluated_value
        if isinstance(value, bytes):
            return facts.Const(at, repr(value), "bytes")
        return facts.Const(at, value.encode("utf-8", "replace").decode(), "str")

    def _ellipsis(self, _: cst.Ellipsis) -> Expr:
        return facts.Const(self.cursor.next(), None, "ellipsis")

    def _concatenated(self, node: cst.ConcatenatedString) -> Expr:
        parts: list[Expr] = []
        for part in (self.expr(node.left), self.expr(node.right)):
            parts.extend(part.parts if isinstance(part, facts.Format) else [part])
        if all(isinstance(part, facts.Const) and part.kind == "str" for part in parts):
            text = "".join(str(part.value) for part in parts if isinstance(part, facts.Const))
            return facts.Const(parts[0].at, text, "str")
        return facts.Format(parts[0].at, tuple(parts))

    def _formatted(self, node: Any) -> Expr:
        at = self.cursor.literal(node.start)
        parts = self._format_parts(node.parts)
        self.cursor.exactly(node.end)
        return facts.Format(at, parts)

    def _format_parts(self, nodes: Sequence[Any]) -> tuple[Expr, ...]:
        parts: list[Expr] = []
        for node in nodes:
            if hasattr(node, "expression"):
                part = self.expr(node.expression)
                shown = node.conversion or ("r" if node.equal and not node.format_spec else "")
                parts.append(facts.Operation(part.at, f"!{shown}", (part,)) if shown else part)
                spec = self._format_parts(node.format_spec or ())
                parts.extend(one for one in spec if not isinstance(one, facts.Const))
                self.cursor.exactly("}")
            else:
                at = self.cursor.position(self.cursor.offset)
                self.cursor.exactly(node.value)
                parts.append(facts.Const(at, node.value.encode("utf-8", "replace").decode(), "str"))
        return tuple(parts)

    # -- compounds -------------------------------------------------------------------------------------------------

    def _attribute(self, node: cst.Attribute) -> Expr:
        value = self.expr(node.value)
        return facts.Attribute(self.cursor.word(node.attr.value), value, node.attr.value)

    def _call(self, node: cst.Call) -> Expr:
        func = self.expr(node.func)
        args: list[Expr] = []
        keywords: list[facts.Keyword] = []
        for arg in node.args:
            if arg.keyword is not None:
                self.cursor.word(arg.keyword.value)
                keywords.append(facts.Keyword(arg.keyword.value, self.expr(arg.value)))
            elif arg.star == "**":
                keywords.append(facts.Keyword("", self.expr(arg.value)))
            elif arg.star == "*":
                value = self.expr(arg.value)
                args.append(facts.Starred(value.at, value))
            else:
                args.append(self.expr(arg.value))
        return facts.Call(func.at, func, tuple(args), tuple(keywords), self.cursor.line())

    def _subscript(self, node: cst.Subscript) -> Expr:
        value = self.expr(node.value)
        items = [self._index(element.slice) for element in node.slice]
        index = items[0] if len(items) == 1 else facts.Collection(items[0].at, "tuple", tuple(items))
        return facts.Subscript(value.at, value, index)

    def _index(self, node: cst.BaseSlice) -> Expr:
        if isinstance(node, cst.Index):
            return self.expr(node.value)
        assert isinstance(node, cst.Slice)
        at = self.cursor.next()
        none = facts.Const(at, None, "NoneType")
        bounds = [self.maybe(bound) for bound in (node.lower, node.upper, node.step)]
        return facts.Collection(at, "slice", tuple(bound or none for bound in bounds))

    def _items(self, node: cst.Tuple | cst.List | cst.Set, kind: str) -> Expr:
        at = self.cursor.next()
        items = tuple(
            self._starred(element) if isinstance(element, cst.StarredElement) else self.expr(element.value)
            for element in node.elements
        )
        return facts.Collection(at, kind, items)

    def _tuple(self, node: cst.Tuple) -> Expr:
        return self._items(node, "tuple")

    def _list(self, node: cst.List) -> Expr:
        return self._items(node, "list")

    def _set(self, node: cst.Set) -> Expr:
        return self._items(node, "set")

    def _starred(self, node: cst.StarredElement) -> Expr:
        value = self.expr(node.value)
        return facts.Starred(value.at, value)

    def _dict(self, node: cst.Dict) -> Expr:
        at = self.cursor.next()
        keys: list[Expr | None] = []
        values: list[Expr] = []
        for element in node.elements:
            keys.append(self.expr(element.key) if isinstance(element, cst.DictElement) else None)
            values.append(self.expr(element.value))
        return facts.Dict(at, tuple(keys), tuple(values))

    def _binary(self, node: cst.BinaryOperation | cst.BooleanOperation) -> Expr:
        left = self.expr(node.left)
        return facts.Operation(left.at, operator(node.operator), (left, self.expr(node.right)))

    def _unary(self, node: cst.UnaryOperation) -> Expr:
        operand = self.expr(node.expression)
        match operand:
            case facts.Const(value=int() | float() as value, kind="int" | "float") if isinstance(
                node.operator, cst.Minus
            ):
                return facts.Const(operand.at, -value, operand.kind)
        return facts.Operation(operand.at, operator(node.operator), (operand,))

    def _comparison(self, node: cst.Comparison) -> Expr:
        left = self.expr(node.left)
        chain = [(operator(part.operator), self.expr(part.comparator)) for part in node.comparisons]
        if len(chain) == 1:
            return facts.Operation(left.at, chain[0][0], (left, chain[0][1]))
        pairs: list[Expr] = []
        for op, right in chain:
            pairs.append(facts.Operation(left.at, op, (left, right)))
            left = right
        return facts.Operation(pairs[0].at, "and", tuple(pairs))

    def _choice(self, node: cst.IfExp) -> Expr:
        body = self.expr(node.body)
        test = self.expr(node.test)
        return facts.Choice(body.at, test, body, self.expr(node.orelse))

    def _await(self, node: cst.Await) -> Expr:
        value = self.expr(node.expression)
        return facts.Await(value.at, value)

    def _yield(self, node: cst.Yield) -> Expr:
        self.scope.is_generator = True
        at = self.cursor.word("yield")
        many = isinstance(node.value, cst.From)
        value = node.value.item if isinstance(node.value, cst.From) else node.value
        return facts.Yield(at, self.maybe(value), many)

    def _walrus(self, node: cst.NamedExpr) -> Expr:
        target = self.target(node.target)
        name = target.id if isinstance(target, facts.Name) else ""
        return facts.Walrus(target.at, name, self.expr(node.value))

    def _comprehension(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp | cst.DictComp) -> Expr:
        kind = {"ListComp": "list", "SetComp": "set", "DictComp": "dict"}.get(type(node).__name__, "generator")
        at = self.cursor.next()
        key = self.expr(node.key) if isinstance(node, cst.DictComp) else None
        element = self.expr(node.value if isinstance(node, cst.DictComp) else node.elt)
        clauses: list[facts.Clause] = []
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            target = self.expr(clause.target)
            source = self.expr(clause.iter)
            tests = tuple(self.expr(test.test) for test in clause.ifs)
            clauses.append(facts.Clause(target, source, tests, clause.asynchronous is not None))
            clause = clause.inner_for_in
        return facts.Comprehension(at, kind, element, key, tuple(clauses))

    def _lambda(self, node: cst.Lambda) -> Expr:
        at = self.cursor.word("lambda")
        index = self.enter("lambda", self.scope.next_lambda(), at, at[0])
        inner = self.open.pop()
        inner.params = self.params(node.params)
        self.open.append(inner)
        for param in inner.params:
            inner.bind(param.name)
        body = self.expr(node.body)
        self.leave((facts.Return(body.at, body),), "")
        return facts.LambdaRef(at, index)

    # -- scopes ----------------------------------------------------------------------------------------------------

    def enter(self, kind: str, name: str, at: facts.Position, first: int) -> int:
        """Open a scope below the present one; its index."""
        parent = self.open[-1] if self.open else None
        qualname = parent.nested(name) if parent else ""
        opened = OpenScope(kind, name, qualname, len(self.scopes), parent.index if parent else -1, at[0], at[1], first)
        self.scopes.append(None)
        self.open.append(opened)
        return opened.index

    def leave(self, body: tuple[facts.Stmt, ...], doc: str) -> None:
        """Close the present scope."""
        closed = self.open.pop()
        self.scopes[closed.index] = closed.close(body, self.cursor.line(), doc)

    def params(self, node: cst.Parameters) -> tuple[facts.Param, ...]:
        """Parameters in source order; defaults and annotations belong to the scope around."""
        ordered = [(param, "positional") for param in node.posonly_params]
        ordered += [(param, "both") for param in node.params]
        if isinstance(node.star_arg, cst.Param):
            ordered.append((node.star_arg, "star"))
        ordered += [(param, "keyword") for param in node.kwonly_params]
        if node.star_kwarg is not None:
            ordered.append((node.star_kwarg, "double"))
        return tuple(self._param(param, kind) for param, kind in ordered)

    def _param(self, node: cst.Param, kind: str) -> facts.Param:
        self.cursor.word(node.name.value)
        annotation = self.maybe(node.annotation.annotation) if node.annotation else None
        return facts.Param(node.name.value, kind, self.maybe(node.default), annotation)
