"""A template's mentions, followed through values: which functions it calls, and what is not known of it."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Bound, Box, Class, Function, Instance, Literal, ModuleRef, Native, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.templates.registered import Registered
from refactor.link.stages.templates.variables import add
from refactor.model.facts import Mention, TemplateFacts

WIDE = 12
"""A variable with more values than this is looked up by name only: too much is rendered with it."""

SAME = frozenset(
    "default default_if_none dictsort dictsortreversed sort reverse list slice unique safe escape e d batch tojson "
    "localize selectattr rejectattr select reject".split()
)
"""Filters whose result is, or holds, what they are given."""

ONE = frozenset(("first", "last", "random", "min", "max"))

PARTS = 300
"""Most templates that one passes its variables to."""

OWN = frozenset("loop forloop self super caller varargs kwargs block csrf_token true false none cycler namespace".split())
"""Variables of the languages' own."""


class Running:
    """One run of one template. ``calls``: function scope -> line; ``unknown``: (receiver's name, name) -> line."""

    def __init__(self, assembly: Assembly, registered: Registered, facts: TemplateFacts, frame: Frame) -> None:
        self.machine: Rooms = assembly.machine
        self.assembly = assembly
        self.registered = registered.named
        self.facts = facts
        self.frame = frame
        self.called = "django" in assembly.frameworks and not facts.path.endswith((".j2", ".jinja", ".jinja2"))
        self.saved: list[list[tuple[str, Values | None]]] = []
        self.passed: dict[str, dict[str, Values]] = {}
        self.unknown: dict[tuple[str, str], int] = {}
        self.named: dict[tuple[str, str], int] = {}
        self.line = 1
        self.steps = 0

    def run(self) -> None:
        """Follow every mention."""
        for mention in self.facts.mentions:
            self.line = mention.line
            self._mention(mention)

    def calls(self) -> dict[int, int]:
        """The functions that were called, each with the first line that does."""
        found: dict[int, int] = {}
        for record in self.frame.trace.calls.values():
            for scope in (one for chain in self.assembly.chain(record.callees) for one in chain):
                found[scope] = min(record.at[0], found.get(scope, record.at[0]))
        for scope, at, _ in self.frame.trace.properties:
            found[scope] = min(at[0], found.get(scope, at[0]))
        return found

    def _mention(self, mention: Mention) -> None:
        match mention.kind:
            case "open":
                self.saved.append([])
            case "close":
                self._close()
            case "extends" | "include":
                for name in mention.names if len(self.passed) < PARTS else ():
                    add(self.passed.setdefault(name, {}), self.frame.env)
            case "tag" | "test":
                self._named(mention.kind, mention.names[0])
            case "loop":
                self._loop(mention)
            case "set":
                values = self._values(mention.steps)
                for name in mention.names:
                    self._bind(name, values)
            case "show":
                values = self._values(mention.steps)
                self.machine.operators.first(self.frame, values, ("__html__", "__str__"), (), self._next())
            case "read":
                self.machine.operators.truth(self.frame, self._values(mention.steps), self._next())

    def _bind(self, name: str, values: Values) -> None:
        if self.saved:
            self.saved[-1].append((name, self.frame.env.get(name)))
        self.frame.env[name] = values

    def _close(self) -> None:
        """Variables are again what they were at the matching ``open``."""
        for name, values in reversed(self.saved.pop() if self.saved else []):
            if values is None:
                self.frame.env.pop(name, None)
            else:
                self.frame.env[name] = values

    def _loop(self, mention: Mention) -> None:
        items = self.machine.items.iterate(self.frame, self._values(mention.steps), self._next())
        for place, name in enumerate(mention.names):
            one = len(mention.names) == 1
            self._bind(name, items if one else self.machine.items.item_at(self.frame, items, place))

    def _next(self) -> tuple[int, int]:
        """A position of its own for what comes next."""
        self.steps += 1
        return self.line, self.steps

    # -- chains ----------------------------------------------------------------------------------------------------

    def _values(self, steps: tuple[str, ...]) -> Values:
        if not steps:
            return NOTHING
        values, before = self._first(steps[0]), steps[0]
        if len(values) > WIDE:
            values = NOTHING
        for place, step in enumerate(steps[1:], start=1):
            if step[0] == ".":
                values = self._attribute(values, before, step[1:], called=steps[place + 1 : place + 2] == ("()",))
                before = step[1:]
            elif step[0] == "|":
                values = self._filter(values, step[1:])
            elif step == "()":
                values = self._call(values, ())
            else:
                values = self._item(values, step[1:-1])
        return values

    def _first(self, name: str) -> Values:
        if name[0] == "'":
            return self.machine.pool.one(Literal(name[1:], "str"))
        if name[0] == "%":
            return self._call(self.registered["tag"].get(name[1:], NOTHING), ())
        values = self.frame.env.get(name)
        if values is None:
            values = self.registered["global"].get(name, NOTHING)
            self._named("global", name)
        return self._plain(values) if self.called else values

    def _attribute(self, values: Values, before: str, name: str, *, called: bool) -> Values:
        if not any(self._is_own(one) for one in values):
            if before not in OWN:
                self.unknown.setdefault((before, name), self.line)
            if not values:
                return NOTHING
        boxes = frozenset(one for one in values if self._is_dict(one))
        found = self.machine.attributes.read(self.frame, values - boxes, name, self._next()) if values - boxes else NOTHING
        if boxes:
            key = self.machine.pool.one(Literal(name, "str"))
            found |= self.machine.items.item(self.frame, boxes, key, self._next()) or frozenset(
                self.machine.pool.add(Native(name, one)) for one in boxes
            )
        return self._plain(found) if self.called and not called else found

    def _is_own(self, number: int) -> bool:
        """Whether a value's attributes are known."""
        return isinstance(self.machine.pool[number], Instance | Class | Box | ModuleRef)

    def _is_dict(self, number: int) -> bool:
        value = self.machine.pool[number]
        return isinstance(value, Box) and value.kind == "dict"

    def _plain(self, values: Values) -> Values:
        """Django calls what can be called without arguments."""
        callees = frozenset(one for one in values if self._is_called(one))
        return (values - callees) | self._call(callees, ()) if callees else values

    def _is_called(self, number: int) -> bool:
        value = self.machine.pool[number]
        if isinstance(value, Native):
            return True
        if not isinstance(value, Function | Bound):
            return False
        scope = value.scope if isinstance(value, Function) else value.function
        params = self.machine.index.scopes[scope].facts.params
        needed = [one for one in params if one.default is None and one.kind in ("positional", "both", "keyword")]
        return len(needed) <= isinstance(value, Bound)

    def _call(self, callees: Values, args: tuple[Values, ...]) -> Values:
        return self.machine.calls.call_value(self.frame, callees, args, {}, self._next(), "template") if callees else NOTHING

    def _item(self, values: Values, key: str) -> Values:
        if not key:
            return self.machine.items.iterate(self.frame, values, self._next())
        number = Literal(int(key), "int") if key.isdecimal() and len(key) < 9 else Literal(key, "str")
        return self.machine.items.item(self.frame, values, self.machine.pool.one(number), self._next())

    def _filter(self, values: Values, name: str) -> Values:
        self._named("filter", name)
        if name in self.registered["filter"]:
            return self._call(self.registered["filter"][name], (values,))
        if name in ONE:
            return self.machine.items.iterate(self.frame, values, self._next())
        return values if name in SAME else NOTHING

    def _named(self, kind: str, name: str) -> None:
        if name in self.registered[kind]:
            self.named.setdefault((kind, name), self.line)
