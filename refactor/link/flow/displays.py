"""Displays: lists, tuples, sets and dicts that are written out, comprehensions."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Box, Values
from refactor.model import facts
from refactor.model.facts import Expr

WIDE = 32
"""A dict written out with more keys than this is not expected to have them overwritten in the same scope."""


class Displays:
    """Makes a container for each place where one is written out."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def _box(self, frame: Frame, kind: str, at: facts.Position) -> int:
        return self.m.pool.add(Box(kind, frame.scope, at[0], at[1], frame.turn or frame.run))

    def collection(self, frame: Frame, node: facts.Collection) -> Values:
        """A list, tuple or set that is written out."""
        box = self._box(frame, node.kind, node.at)
        items: list[Values] = []
        plain = node.kind in ("list", "tuple")
        for item in node.items:
            values = self.m.expressions.eval(frame, item)
            if not isinstance(item, facts.Starred):
                if node.kind == "set":
                    self.m.operators.hashed(frame, values, item.at)
                items.append(values)
                continue
            known = self.m.items.sequence(frame, values)
            plain = plain and known is not None
            items.extend([self.m.items.iterate(frame, values, item.at)] if known is None else known)
        self.m.items.fill(box, items, plain=plain)
        return frozenset((box,))

    def dict(self, frame: Frame, node: facts.Dict) -> Values:
        """``{key: value, **others}``."""
        box = self._box(frame, "dict", node.at)
        for key, value in zip(node.keys, node.values, strict=True):
            values = self.m.expressions.eval(frame, value)
            if key is None:
                self.m.items.extend(frame, frozenset((box,)), values)
                continue
            found = self.m.expressions.eval(frame, key)
            self.m.operators.hashed(frame, found, node.at)
            if len(node.keys) > WIDE:
                self.m.items.write_item(frozenset((box,)), found, values)
            else:
                self.m.items.assign(frame, frozenset((box,)), found, values, node.at)
        return frozenset((box,))

    def comprehension(self, frame: Frame, node: facts.Comprehension) -> Values:
        """``[x for y in z if a]`` and its kin: its variables live in it only."""
        before = dict(frame.env)
        for clause in node.clauses:
            source = self.m.expressions.eval(frame, clause.iter)
            frame.loop += 1
            items = self.m.items.iterate(frame, source, clause.iter.at, is_async=clause.is_async)
            self._bind_target(frame, clause.target, items)
            for test in clause.tests:
                self.m.operators.truth(frame, self.m.expressions.eval(frame, test), test.at)
        key = self.m.expressions.eval(frame, node.key) if node.key is not None else NOTHING
        element = self.m.expressions.eval(frame, node.element)
        frame.loop -= len(node.clauses)
        frame.env = before
        box = self._box(frame, node.kind, node.at)
        if node.key is not None:
            self.m.items.write_item(frozenset((box,)), key, element)
        else:
            self.m.items.put(box, None, element)
        return frozenset((box,))

    def _bind_target(self, frame: Frame, target: Expr, values: Values) -> None:
        """A comprehension's variable: it lives in the expression only."""
        if isinstance(target, facts.Name):
            frame.env[target.id] = values
        elif isinstance(target, facts.Collection):
            for position, item in enumerate(target.items):
                self._bind_target(frame, item, self.m.items.item_at(frame, values, position))
        elif isinstance(target, facts.Starred):
            self._bind_target(frame, target.value, values)
