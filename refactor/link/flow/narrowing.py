"""What a test or a pattern tells of a value: ``isinstance(x, A)``, ``case A(part=y)``."""

from typing import NamedTuple

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Box, Class, External, Instance, Values
from refactor.model import facts
from refactor.model.facts import Expr


class Fact(NamedTuple):
    """A variable (or ``variable.attribute``) is an instance of one of some classes; ``holds``: or is none of them."""

    name: str
    attr: str
    classes: Values
    holds: bool


class Narrowing:
    """The room for tests that tell a type, and for ``match``."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    # -- tests -----------------------------------------------------------------------------------------------------

    def apply(self, frame: Frame, test: Expr, *, outcome: bool) -> None:
        """Narrow a frame's variables to what they are where a test came out so."""
        for fact in self._told(frame, test, outcome=outcome):
            old = self._values(frame, fact)
            if old is None:
                continue
            new = self.only(old, fact.classes) if fact.holds else self.without(old, fact.classes)
            if fact.attr:
                frame.items[fact.name, fact.attr] = new
            else:
                frame.env[fact.name] = new

    def _values(self, frame: Frame, fact: Fact) -> Values | None:
        """What a variable of this scope holds now; None for what is not its own."""
        if fact.name not in frame.env:
            return None
        if not fact.attr:
            return frame.env[fact.name]
        kept = frame.items.get((fact.name, fact.attr))
        return self.m.attributes.read(frame, frame.env[fact.name], fact.attr, (0, 0)) if kept is None else kept

    def _told(self, frame: Frame, test: Expr, *, outcome: bool) -> list[Fact]:
        match test:
            case facts.Operation(op="not", operands=(inner,)):
                return self._told(frame, inner, outcome=not outcome)
            case facts.Operation(op="and", operands=operands) if outcome:
                return [fact for one in operands for fact in self._told(frame, one, outcome=True)]
            case facts.Operation(op="or", operands=operands) if not outcome:
                return [fact for one in operands for fact in self._told(frame, one, outcome=False)]
            case facts.Call(func=facts.Name(id="isinstance"), args=(subject, kinds)):
                return self._isinstance(frame, subject, kinds, outcome=outcome)
        return []

    def _isinstance(self, frame: Frame, subject: Expr, kinds: Expr, *, outcome: bool) -> list[Fact]:
        classes = self.m.expressions.eval(frame, kinds)
        for one in self.m.pool.each(classes):
            if isinstance(one, Box):
                classes |= self.m.items.every(frame, self.m.pool.add(one))
        match subject:
            case facts.Name(id=name):
                return [Fact(name, "", classes, outcome)]
            case facts.Attribute(value=facts.Name(id=name), attr=attr):
                return [Fact(name, attr, classes, outcome)]
        return []

    def only(self, values: Values, classes: Values) -> Values:
        """The values that are instances of the classes; instances of just these where none is known to be."""
        wanted = self._scopes(classes)
        kept = frozenset(one for one in values if self._is_one(one, wanted))
        if kept:
            return kept
        hinted = frozenset(self.m.pool.add(Instance(scope, True)) for scope in wanted)
        outside = NOTHING.union(
            *(
                self.m.attributes.external(f"{one.name}()")
                for one in self.m.pool.each(classes)
                if isinstance(one, External)
            )
        )
        return hinted or outside or values

    def without(self, values: Values, classes: Values) -> Values:
        """The values that are no instances of the classes."""
        unwanted = self._scopes(classes)
        return frozenset(one for one in values if not self._is_one(one, unwanted))

    def _scopes(self, classes: Values) -> list[int]:
        return [one.scope for one in self.m.pool.each(classes) if isinstance(one, Class)]

    def _is_one(self, number: int, scopes: list[int]) -> bool:
        value = self.m.pool[number]
        return isinstance(value, Instance) and any(self.m.classes.is_subclass(value.scope, scope) for scope in scopes)

    # -- patterns --------------------------------------------------------------------------------------------------

    def match(self, frame: Frame, pattern: Expr, values: Values) -> None:
        """Bind what a pattern captures from some values."""
        match pattern:
            case facts.Name(id=name, at=at):
                self.m.lookup.bind(frame, name, values, at)
            case facts.Walrus(target=name, value=inner, at=at):
                self.match(frame, inner, values)
                narrowed = self._by_class(frame, inner, values)
                self.m.lookup.bind(frame, name, narrowed, at)
            case facts.Collection(items=items):
                self._sequence(frame, items, values)
            case facts.Dict(keys=keys, values=inner_values):
                for key, one in zip(keys, inner_values, strict=True):
                    found = values if key is None else self.m.items.item(frame, values, self._constant(frame, key))
                    self.match(frame, one, found)
            case facts.Operation(op="|", operands=options):
                for option in options:
                    self.match(frame, option, values)
            case facts.Call():
                self._class(frame, pattern, values)
            case facts.Starred(value=inner):
                self.match(frame, inner, values)
            case _:
                self.m.expressions.eval(frame, pattern)

    def _constant(self, frame: Frame, key: Expr) -> Values:
        return self.m.expressions.eval(frame, key)

    def _sequence(self, frame: Frame, items: tuple[Expr, ...], values: Values) -> None:
        starred = next((at for at, item in enumerate(items) if isinstance(item, facts.Starred)), len(items))
        for position, item in enumerate(items):
            if position == starred:
                rest = self.m.items.rest(frame, values, position, len(items) - position - 1, item.at)
                self.match(frame, item, rest)
            else:
                at = position if position < starred else position - len(items)
                self.match(frame, item, self.m.items.item_at(frame, values, at))

    def _by_class(self, frame: Frame, pattern: Expr, values: Values) -> Values:
        """The values that a class pattern lets through."""
        if isinstance(pattern, facts.Call):
            return self.only(values, self.m.expressions.eval(frame, pattern.func))
        if isinstance(pattern, facts.Operation):
            return NOTHING.union(*(self._by_class(frame, one, values) for one in pattern.operands))
        return values

    def _class(self, frame: Frame, pattern: facts.Call, values: Values) -> None:
        narrowed = self._by_class(frame, pattern, values)
        for keyword in pattern.keywords:
            self.match(frame, keyword.value, self.m.attributes.read(frame, narrowed, keyword.name, pattern.at))
        for position, item in enumerate(pattern.args):
            found = NOTHING
            for one in self.m.pool.each(narrowed):
                names = self.m.making.fields(one.scope) if isinstance(one, Instance) else []
                if position < len(names):
                    owner = frozenset((self.m.pool.add(one),))
                    found |= self.m.attributes.read(frame, owner, names[position], pattern.at)
            self.match(frame, item, found)
