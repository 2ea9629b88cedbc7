"""Mapped classes behind external values: what a query, a statement or a result is about."""

from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Class, External, Function, Instance, Literal, Values

WIDEST = 60
"""Most values looked at to find the mapped classes behind one."""


class Entities:
    """The room for ``select(Order)`` and what comes out of it."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def mentioned(self, value: External, record: CallRecord) -> Values:
        """Instances of the mapped classes that a call's arguments or receiver mention."""
        found: set[int] = set()
        for number in sorted(NOTHING.union(*record.args, *record.keywords.values())):
            found |= self.of(number)
        if not found and value.base >= 0:
            found |= self.of(value.base)
        return frozenset(found)

    def of(self, number: int) -> Values:
        """Instances of the project classes that an external value was made from (``select(Order).where(...)``).

        What a call's arguments name counts before what its receiver was made from.
        """
        value = self.m.pool[number]
        if isinstance(value, Class):
            return self.m.pool.one(Instance(value.scope)) if self.is_mapped(value.scope) else NOTHING
        if not isinstance(value, External) or value.name.partition(".")[0] not in self.m.knowledge.row_roots:
            return NOTHING
        found: set[int] = set()
        seen = {number}
        queue = [number]
        for one in queue:
            value = self.m.pool[one]
            if isinstance(value, Class) and self.is_mapped(value.scope):
                found.add(self.m.pool.add(Instance(value.scope)))
            if not isinstance(value, External) or value.name.startswith("sqlalchemy.orm.mapped()"):
                continue
            record = self.m.made.get(value.site)
            named = [] if record is None else self._classes_in(record)
            nexts = [
                other for other in (*named, *((value.base,) if not named else ())) if other >= 0 and other not in seen
            ]
            seen.update(nexts)
            queue.extend(nexts)
            if len(queue) > WIDEST:
                break
        return frozenset(found)

    def _classes_in(self, record: CallRecord) -> list[int]:
        given = NOTHING.union(*record.args)
        return [one for one in sorted(given) if isinstance(self.m.pool[one], Class | External)]

    def targets(self, values: Values, reader: int) -> list[int]:
        """The classes a relationship names: by value, in a string, or as the result of a lambda."""
        found: list[int] = []
        for value in self.m.pool.each(values):
            if isinstance(value, Class):
                found.append(value.scope)
            elif isinstance(value, Literal) and isinstance(value.value, str):
                found.extend(self.m.classes.named(value.value))
            elif isinstance(value, Function):
                returned = self.m.store.read(("return", value.scope, None), reader)
                found.extend(one.scope for one in self.m.pool.each(returned) if isinstance(one, Class))
        return list(dict.fromkeys(found))

    def is_mapped(self, scope: int) -> bool:
        """Whether a class is mapped to a table, by its base or by a call."""
        by_base = any(self.m.knowledge.bases.match(base) for base in self.m.classes.external_bases(scope))
        return by_base or bool(self.m.store.peek(("mapped", scope, None)))
