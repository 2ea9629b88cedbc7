"""libcst statements -> fact statements, and the scopes they open."""

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from refactor.model import facts
from refactor.model.facts import Stmt
from refactor.read.expressions import ExpressionReader
from refactor.read.operators import operator
from refactor.read.patterns import Patterns


class StatementReader(ExpressionReader):
    """Reads a whole module."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._statements: dict[type, Callable[[Any], Stmt]] = {
            cst.Expr: self._do, cst.Assign: self._assign, cst.AnnAssign: self._annotated, cst.AugAssign: self._augment,
            cst.Return: self._return, cst.Raise: self._raise, cst.Assert: self._assert, cst.Del: self._delete,
            cst.Pass: self._leave_word, cst.Break: self._leave_word, cst.Continue: self._leave_word,
            cst.Global: self._scoping, cst.Nonlocal: self._scoping, cst.Import: self._import,
            cst.ImportFrom: self._import_from, cst.If: self._if, cst.For: self._for, cst.While: self._while,
            cst.Try: self._try, cst.TryStar: self._try, cst.With: self._with, cst.Match: self._match,
            cst.FunctionDef: self._function, cst.ClassDef: self._class, cst.TypeAlias: self._type_alias,
        }  # fmt: skip

    def module(self, tree: cst.Module) -> tuple[facts.Scope, ...]:
        """All scopes of a module; the module's own comes first."""
        self.enter("module", "", (1, 1), 1)
        body = self._block(tree.body)
        self.leave(body, docstring(body))
        return tuple(scope for scope in self.scopes if scope is not None)

    def _block(self, nodes: Sequence[cst.CSTNode]) -> tuple[Stmt, ...]:
        statements: list[Stmt] = []
        for node in nodes:
            if isinstance(node, cst.SimpleStatementLine):
                statements.extend(self._statements[type(small)](small) for small in node.body)
            else:
                statements.append(self._statements[type(node)](node))
        return tuple(statements)

    def _suite(self, node: cst.BaseSuite) -> tuple[Stmt, ...]:
        return self._block(node.body)

    # -- simple statements -----------------------------------------------------------------------------------------

    def _do(self, node: cst.Expr) -> Stmt:
        value = self.expr(node.value)
        return facts.Do(value.at, value)

    def _assign(self, node: cst.Assign) -> Stmt:
        at = self.cursor.next()
        targets = tuple(self.target(target.target) for target in node.targets)
        return facts.Assign(at, targets, self.expr(node.value), None)

    def _annotated(self, node: cst.AnnAssign) -> Stmt:
        at = self.cursor.next()
        target = self.target(node.target)
        annotation = self.expr(node.annotation.annotation)
        return facts.Assign(at, (target,), self.maybe(node.value), annotation)

    def _augment(self, node: cst.AugAssign) -> Stmt:
        target = self.target(node.target)
        return facts.Augment(target.at, target, operator(node.operator), self.expr(node.value))

    def _return(self, node: cst.Return) -> Stmt:
        return facts.Return(self.cursor.word("return"), self.maybe(node.value))

    def _raise(self, node: cst.Raise) -> Stmt:
        at = self.cursor.word("raise")
        exc = self.maybe(node.exc)
        return facts.Raise(at, exc, self.maybe(node.cause.item) if node.cause else None)

    def _assert(self, node: cst.Assert) -> Stmt:
        at = self.cursor.word("assert")
        test = self.expr(node.test)
        return facts.Assert(at, test, self.maybe(node.msg))

    def _delete(self, node: cst.Del) -> Stmt:
        at = self.cursor.word("del")
        target = self.target(node.target)
        return facts.Delete(at, target.items if isinstance(target, facts.Collection) else (target,))

    def _leave_word(self, node: cst.CSTNode) -> Stmt:
        word = type(node).__name__.lower()
        return facts.Leave(self.cursor.word(word), word)

    def _scoping(self, node: cst.Global | cst.Nonlocal) -> Stmt:
        word = type(node).__name__.lower()
        at = self.cursor.word(word)
        names = tuple(item.name.value for item in node.names)
        for name in names:
            self.cursor.word(name)
        return facts.Scoping(at, word, names)

    def _type_alias(self, node: cst.TypeAlias) -> Stmt:
        at = self.cursor.word("type")
        target = self.target(node.name)
        self._type_params(node.type_parameters)
        return facts.Assign(at, (target,), self.expr(node.value), None)

    def _type_params(self, node: cst.TypeParameters | None) -> None:
        for param in node.params if node else ():
            self.cursor.word(param.param.name.value)
            bound = getattr(param.param, "bound", None)
            self.maybe(bound)
            self.maybe(param.default)

    # -- imports ---------------------------------------------------------------------------------------------------

    def _import(self, node: cst.Import) -> Stmt:
        at = self.cursor.word("import")
        names = tuple(self._alias(alias) for alias in node.names)
        for alias in names:
            self.scope.bind(alias.asname or alias.name.partition(".")[0])
        return facts.Import(at, names)

    def _import_from(self, node: cst.ImportFrom) -> Stmt:
        at = self.cursor.word("from")
        module = self._dotted(node.module) if node.module else ""
        self.cursor.word("import")
        if isinstance(node.names, cst.ImportStar):
            return facts.ImportFrom(at, module, len(node.relative), (facts.Alias("*", ""),))
        names = tuple(self._alias(alias) for alias in node.names)
        for alias in names:
            self.scope.bind(alias.asname or alias.name)
        return facts.ImportFrom(at, module, len(node.relative), names)

    def _alias(self, node: cst.ImportAlias) -> facts.Alias:
        name = self._dotted(node.name)
        if node.asname is None:
            return facts.Alias(name, "")
        return facts.Alias(name, self._dotted(node.asname.name))

    def _dotted(self, node: cst.CSTNode) -> str:
        if isinstance(node, cst.Attribute):
            left = self._dotted(node.value)
            self.cursor.word(node.attr.value)
            return f"{left}.{node.attr.value}"
        assert isinstance(node, cst.Name)
        self.cursor.word(node.value)
        return node.value

    # -- compound statements ---------------------------------------------------------------------------------------

    def _if(self, node: cst.If) -> Stmt:
        at = self.cursor.next()
        test = self.expr(node.test)
        body = self._suite(node.body)
        return facts.If(at, test, body, self._orelse(node.orelse))

    def _orelse(self, node: cst.If | cst.Else | cst.Finally | None) -> tuple[Stmt, ...]:
        if node is None:
            return ()
        if isinstance(node, cst.If):
            self.cursor.word("elif")
            return (self._if(node),)
        self.cursor.word("else" if isinstance(node, cst.Else) else "finally")
        return self._suite(node.body)

    def _for(self, node: cst.For) -> Stmt:
        at = self.cursor.next()
        target = self.target(node.target)
        source = self.expr(node.iter)
        body = self._suite(node.body)
        end = self.cursor.line()
        return facts.For(at, target, source, body, self._orelse(node.orelse), node.asynchronous is not None, end)

    def _while(self, node: cst.While) -> Stmt:
        at = self.cursor.word("while")
        test = self.expr(node.test)
        body = self._suite(node.body)
        end = self.cursor.line()
        return facts.While(at, test, body, self._orelse(node.orelse), end)

    def _try(self, node: cst.Try | cst.TryStar) -> Stmt:
        at = self.cursor.word("try")
        body = self._suite(node.body)
        handlers = tuple(self._handler(handler) for handler in node.handlers)
        orelse = self._orelse(node.orelse)
        return facts.Try(at, body, handlers, orelse, self._orelse(node.finalbody))

    def _handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> facts.Handler:
        at = self.cursor.word("except")
        kind = self.maybe(node.type)
        name = ""
        if node.name is not None:
            target = self.target(node.name.name)
            name = target.id if isinstance(target, facts.Name) else ""
        return facts.Handler(kind, name, self._suite(node.body), at)

    def _with(self, node: cst.With) -> Stmt:
        at = self.cursor.next()
        items: list[facts.WithItem] = []
        for item in node.items:
            source = self.expr(item.item)
            items.append(facts.WithItem(source, self.target(item.asname.name) if item.asname else None))
        body = self._suite(node.body)
        return facts.With(at, tuple(items), body, node.asynchronous is not None, self.cursor.line())

    def _match(self, node: cst.Match) -> Stmt:
        at = self.cursor.word("match")
        subject = self.expr(node.subject)
        return facts.Match(at, subject, tuple(self._case(case) for case in node.cases))

    def _case(self, node: cst.MatchCase) -> facts.Case:
        self.cursor.word("case")
        pattern = Patterns(self.cursor, self.expr, self.scope.bind).read(node.pattern)
        return facts.Case(pattern, self.maybe(node.guard), self._suite(node.body))

    # -- definitions -----------------------------------------------------------------------------------------------

    def _decorators(self, nodes: Sequence[cst.Decorator]) -> tuple[int, tuple[facts.Expr, ...]]:
        first = self.cursor.next()[0]
        return first, tuple(self.expr(node.decorator) for node in nodes)

    def _function(self, node: cst.FunctionDef) -> Stmt:
        first, decorators = self._decorators(node.decorators)
        if node.asynchronous is not None:
            self.cursor.word("async")
        self.cursor.word("def")
        at = self.cursor.word(node.name.value)
        self._type_params(node.type_parameters)
        self.scope.bind(node.name.value)
        params = self.params(node.params)
        returns = self.maybe(node.returns.annotation) if node.returns else None
        index = self.enter("function", node.name.value, at, first)
        scope = self.scope
        scope.params, scope.decorators, scope.returns = params, decorators, returns
        scope.is_async = node.asynchronous is not None
        scope.bound.update(param.name for param in params)
        body = self._suite(node.body)
        self.leave(body, docstring(body))
        return facts.Define(at, node.name.value, index)

    def _class(self, node: cst.ClassDef) -> Stmt:
        first, decorators = self._decorators(node.decorators)
        self.cursor.word("class")
        at = self.cursor.word(node.name.value)
        self._type_params(node.type_parameters)
        self.scope.bind(node.name.value)
        bases = tuple(self.expr(base.value) for base in node.bases)
        keywords: list[facts.Keyword] = []
        for keyword in node.keywords:
            name = keyword.keyword.value if keyword.keyword else ""
            if name:
                self.cursor.word(name)
            keywords.append(facts.Keyword(name, self.expr(keyword.value)))
        index = self.enter("class", node.name.value, at, first)
        scope = self.scope
        scope.decorators, scope.bases, scope.keywords = decorators, bases, tuple(keywords)
        body = self._suite(node.body)
        self.leave(body, docstring(body))
        return facts.Define(at, node.name.value, index)


def docstring(body: tuple[Stmt, ...]) -> str:
    """The first line of a body's docstring."""
    match body[:1]:
        case (facts.Do(value=facts.Const(value=str() as text, kind="str")),):
            return text.strip().partition("\n")[0].strip()
    return ""
