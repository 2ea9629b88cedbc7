"""Python's functions that take an attribute's name as a value: ``getattr``, ``setattr``, ``vars``, ``methodcaller``."""

import re

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Class, External, Instance, Literal, ModuleRef, Value, Values

HOLE = re.compile(r"\{[^{}]*\}|%[sdr]")

SHORTEST = 3
"""A computed attribute name needs this many fixed letters to be looked for."""


class ComputedNames:
    """Calls of functions that take attributes' names; ``known``: by name."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self.known = {
            "builtins.getattr": self._getattr,
            "builtins.vars": self._vars,
            "operator.methodcaller()": self._call_method,
            "builtins.setattr": self._setattr,
        }

    def _getattr(self, frame: Frame, record: CallRecord) -> Values:
        result = NOTHING
        for value in self.m.pool.each(record.argument(1)):
            if not isinstance(value, Literal) or not isinstance(value.value, str):
                continue
            names = [value.value] if value.kind == "str" else self._fitting(record.argument(0), value.value)
            for name in names:
                result |= self.m.attributes.read(frame, record.argument(0), name, record.at)
                if not self._surely(record.argument(0), name):
                    result |= record.argument(2)
            result |= NOTHING if names else record.argument(2)
        return result if record.argument(1) else record.argument(2)

    def _surely(self, receivers: Values, name: str) -> bool:
        """Whether all receivers have an attribute by their class or module."""
        for value in self.m.pool.each(receivers):
            if name not in self._names(value):
                return False
        return bool(receivers)

    def _names(self, value: Value) -> set[str]:
        """The names that a class's or module's own text binds."""
        owners: list[int] = []
        if isinstance(value, Instance | Class):
            owners = [one for one in self.m.classes.order(value.scope) if isinstance(one, int)]
        elif isinstance(value, ModuleRef) and value.name in self.m.index.roots:
            owners = [self.m.index.roots[value.name]]
        return {name for owner in owners for name in self.m.index.scopes[owner].facts.bound}

    def _fitting(self, receivers: Values, template: str) -> list[str]:
        """Names of a class or module that fit a computed one (``f"visit_{kind}"``); none where nearly all would."""
        fixed = HOLE.split(template)
        if len("".join(fixed)) < SHORTEST:
            return []
        pattern = re.compile(".*".join(map(re.escape, fixed)))
        names: dict[str, None] = {}
        for value in self.m.pool.each(receivers):
            names.update(dict.fromkeys(name for name in self._names(value) if pattern.fullmatch(name)))
        return sorted(names)

    def _setattr(self, frame: Frame, record: CallRecord) -> Values:
        for name in self.m.pool.texts(record.argument(1)):
            for receiver in self.m.pool.each(record.argument(0)):
                if isinstance(receiver, Instance):
                    self.m.classes.computed.add((receiver.scope, name))
            self.m.attributes.write(frame, record.argument(0), name, record.argument(2), record.at)
        return NOTHING

    def _call_method(self, frame: Frame, record: CallRecord) -> Values:
        """``methodcaller("m", x)(thing)``."""
        result = NOTHING
        for value in self.m.pool.each(record.callees):
            made = self.m.made.get(value.site) if isinstance(value, External) else None
            for name in self.m.pool.texts(made.argument(0)) if made else ():
                methods = self.m.attributes.read(frame, record.argument(0), name, record.at)
                result |= self.m.calls.call_value(frame, methods, made.args[1:] if made else (), {}, record.at, name)
        return result

    def _vars(self, _: Frame, record: CallRecord) -> Values:
        return record.argument(0) if record.args else NOTHING
