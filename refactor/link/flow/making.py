"""What a call of a class makes."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Class, External, Function, Instance, Values
from refactor.link.flow.wording import written
from refactor.model import facts

PLAIN_BASES = frozenset(("builtins.object", "typing.NamedTuple", "typing.Protocol", "typing.Generic", "abc.ABC"))
"""Bases that leave a generated constructor as it is: its parameters are the annotated names, in order."""

FIELD = "dataclasses.field()"


class Making:
    """The room for ``C(x)``."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self._fields: dict[tuple[int, str], list[str]] = {}

    def make(self, frame: Frame, scope: int, record: CallRecord) -> Values:
        """A call of a class: the instance that its metaclass, ``__new__`` and ``__init__`` give."""
        instance = self.m.pool.one(Instance(scope))
        order = self.m.classes.order(scope)
        made = self._created(frame, scope, order, record)
        if made is not None:
            return made
        for owner in order:
            if not isinstance(owner, int):
                continue
            found = self.m.store.read(("attribute", owner, "__init__"), frame.scope)
            for init in self.m.pool.each(found):
                if isinstance(init, Function):
                    self.m.calls.enter_function(
                        frame, init.scope, (instance, *record.args), record.keywords, spread=record.spread
                    )
            if found:
                return instance
        foreign = {base for base in order if isinstance(base, str)} - PLAIN_BASES
        owners = [] if foreign else [owner for owner in reversed(order) if isinstance(owner, int)]
        fields = list(dict.fromkeys(name for owner in owners for name in self.fields(owner)))
        given = {**dict(zip(fields, record.args, strict=False)), **record.keywords}
        self._factories(frame, owners, given, record)
        for name, values in given.items():
            self.m.store.write(("attribute", scope, name), values)
        passed = [name for owner in owners for name in self.fields(owner, "InitVar")]
        args = tuple(given.get(name, NOTHING) for name in passed)
        self.m.calls.call_method(frame, instance, "__post_init__", args, record.at)
        return instance

    def _factories(self, frame: Frame, owners: list[int], given: dict[str, Values], record: CallRecord) -> None:
        """Fields that a call leaves out are made by their ``default_factory``."""
        for owner in owners:
            for name in self.fields(owner):
                if name in given:
                    continue
                for value in self.m.pool.each(self.m.store.read(("attribute", owner, name), frame.scope)):
                    made = self.m.made.get(value.site) if isinstance(value, External) and value.name == FIELD else None
                    factories = made.keywords.get("default_factory", NOTHING) if made else NOTHING
                    own = frozenset(one for one in factories if not isinstance(self.m.pool[one], External))
                    text = f"default_factory {name}"
                    values = self.m.calls.call_value(frame, own, (), {}, record.at, text)
                    self.m.store.write(("attribute", owner, name), values)

    def _created(self, frame: Frame, scope: int, order: tuple[int | str, ...], record: CallRecord) -> Values | None:
        """What a metaclass's ``__call__`` or a ``__new__`` of the project makes of a class; None: nothing special."""
        own = self.m.pool.one(Class(scope))
        metaclasses = self.m.store.read(("keyword", scope, "metaclass"), frame.scope)
        for value in self.m.pool.each(metaclasses):
            if isinstance(value, Class):
                found = self.m.store.read(("attribute", value.scope, "__call__"), frame.scope)
                if found:
                    self.m.calls.call_value(frame, found, (own, *record.args), record.keywords, record.at, "__call__()")
        for owner in order:
            found = (
                self.m.store.read(("attribute", owner, "__new__"), frame.scope) if isinstance(owner, int) else NOTHING
            )
            if found:
                made = self.m.calls.call_value(
                    frame, found, (own, *record.args), record.keywords, record.at, "__new__()"
                )
                others = frozenset(one for one in made if isinstance(self.m.pool[one], Instance))
                return others if others and self.m.pool.one(Instance(scope)) - others else None
        return None

    def fields(self, scope: int, head: str = "") -> list[str]:
        """Annotated names of a class body, in order: the fields of a dataclass; ``head``: only those with ``head[...]``."""
        known = self._fields.get((scope, head))
        if known is None:
            known = self._fields[scope, head] = self._annotated(scope, head)
        return known

    def _annotated(self, scope: int, head: str) -> list[str]:
        names: list[str] = []
        for statement in self.m.index.scopes[scope].facts.body:
            match statement:
                case facts.Assign(targets=(facts.Name(id=name),), annotation=facts.Subscript(value=value)):
                    word = written(value)
                    names.extend([name] if word.endswith(head or word) and not word.endswith("ClassVar") else [])
                case facts.Assign(targets=(facts.Name(id=name),), annotation=annotation) if annotation and not head:
                    names.append(name)
        return names
