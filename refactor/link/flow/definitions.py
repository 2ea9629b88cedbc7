"""``def`` and ``class``: decorators, defaults, bases, and what the name means afterwards."""

from refactor.link.flow.classes import FLAVOURS
from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Class, External, Function, Instance, Literal, Values
from refactor.model import facts

ABSTRACT = frozenset(("abc.abstractmethod", "abc.abstractproperty"))


class Definitions:
    """The room for functions and classes as they are made."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def define(self, frame: Frame, statement: facts.Define) -> None:
        """Run a ``def`` or ``class`` statement and bind its name."""
        scope = self.m.index.number(frame.scope, statement.scope)
        definition = self.m.index.scopes[scope].facts
        decorators = [self.m.statements.value(frame, decorator) for decorator in definition.decorators]
        if definition.kind == "class":
            values = self._class(frame, scope, definition)
        else:
            values = self._function(frame, scope, definition, decorators)
        old = frame.env.get(statement.name, NOTHING)
        for decorator, expression in reversed(list(zip(decorators, definition.decorators, strict=True))):
            if (
                isinstance(expression, facts.Attribute)
                and expression.attr in ("setter", "deleter", "expression")
                and old
            ):
                for value in self.m.pool.each(old):
                    if isinstance(value, Function) and expression.attr == "setter":
                        self.m.classes.setters[value.scope] = scope
                    elif isinstance(value, Function) and expression.attr == "deleter":
                        self.m.classes.deleters[value.scope] = scope
                values = old
                continue
            made_by = self.m.expressions.maker(frame, expression)
            values = self.m.calls.decorate(frame, decorator, values, expression.at, made_by)
        self.m.lookup.bind(frame, statement.name, values, statement.at)

    def _function(self, frame: Frame, scope: int, definition: facts.Scope, decorators: list[Values]) -> Values:
        for param in definition.params:
            if param.annotation is not None:
                self.m.annotations.mention(frame, param.annotation)
                markers = self.m.annotations.markers(frame, param.annotation)
                self.m.store.write(("parameter", scope, param.name), markers)
            if param.default is not None:
                default = self.m.statements.value(frame, param.default)
                self.m.store.write(("parameter", scope, param.name), default)
                self.m.store.write(("default", scope, param.name), default)
        if definition.returns is not None:
            self.m.annotations.mention(frame, definition.returns)
        for decorator in decorators:
            for value in self.m.pool.each(decorator):
                flavour = self._flavour(value.name) if isinstance(value, External) else ""
                if flavour:
                    self.m.classes.flavour[scope] = flavour
                if isinstance(value, External) and value.name in ABSTRACT:
                    self.m.classes.abstract.add(scope)
        return self.m.pool.one(Function(scope, frame.handed))

    def _flavour(self, decorator: str) -> str:
        return FLAVOURS.get(decorator) or self.m.knowledge.flavours.get(decorator, "")

    def _class(self, frame: Frame, scope: int, definition: facts.Scope) -> Values:
        for position, base in enumerate(definition.bases):
            values = self.m.statements.value(frame, base)
            self.m.annotations.base(frame, scope, base)
            self.m.store.write(("base", scope, position), values)
            self.m.store.write(("bases", scope, None), values)
        for keyword in definition.keywords:
            self.m.store.write(("keyword", scope, keyword.name), self.m.statements.value(frame, keyword.value))
        self._announce(frame, scope, definition)
        inner = Frame(scope, frame.module, definition, {}, outer=frame, closures=frame.closures)
        self.m.traces[scope] = inner.trace
        self.m.statements.body(inner)
        self._complete(frame, inner, definition)
        for complete in self.m.libraries.completions:
            complete(self.m, inner, scope)
        return self.m.pool.one(Class(scope))

    def _complete(self, frame: Frame, inner: Frame, definition: facts.Scope) -> None:
        """Values in the body learn their names, and the metaclass makes the class."""
        own = self.m.pool.one(Class(inner.scope))
        at = (definition.line, definition.column)
        for name, values in inner.env.items():
            named = frozenset(one for one in values if isinstance(self.m.pool[one], Instance))
            text = self.m.pool.one(Literal(name, "str"))
            self.m.operators.first(frame, named, ("__set_name__",), (own, text), at)
        for metaclass in self.m.classes.metaclasses(inner.scope):
            self.m.store.write(("classes", metaclass, None), own)
            word = self.m.pool.one(Literal(definition.name, "str"))
            for method, first in (("__new__", self.m.pool.one(Class(metaclass))), ("__init__", own)):
                self._made_by(frame, metaclass, method, (first, word, NOTHING, NOTHING), at)

    def _made_by(self, frame: Frame, metaclass: int, method: str, args: tuple[Values, ...], at: facts.Position) -> None:
        for owner in self.m.classes.order(metaclass):
            slot = ("attribute", owner, method)
            found = self.m.store.read(slot, frame.scope) if isinstance(owner, int) else NOTHING
            if found:
                self.m.calls.call_value(frame, found, args, {}, at, f"{method}()")
                return

    def _announce(self, frame: Frame, scope: int, definition: facts.Scope) -> None:
        """A new class tells those it inherits from: ``__init_subclass__`` runs, ``__subclasses__()`` grows."""
        own = self.m.pool.one(Class(scope))
        keywords = {one.name: self.m.statements.value(frame, one.value) for one in definition.keywords if one.name}
        for base in self.m.classes.order(scope)[1:]:
            if isinstance(base, int):
                self.m.store.write(("subclasses", base, None), own)
        for base in self.m.classes.order(scope)[1:]:
            found = (
                self.m.store.read(("attribute", base, "__init_subclass__"), frame.scope)
                if isinstance(base, int)
                else NOTHING
            )
            hooks = frozenset(one for one in found if isinstance(self.m.pool[one], Function))
            if hooks:
                at = (definition.line, definition.column)
                self.m.calls.call_value(frame, hooks, (own,), keywords, at, "__init_subclass__")
                break
