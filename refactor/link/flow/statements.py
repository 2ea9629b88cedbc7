"""Statements: how variables change, where branches join, what a run leaves in the slots."""

from collections.abc import Callable
from typing import Any

from refactor.link.flow.frame import Frame, State
from refactor.link.flow.leaving import leaves
from refactor.link.flow.receivers import Receivers
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.targets import Targets
from refactor.link.flow.trace import Access, Block
from refactor.link.flow.values import NOTHING, Class, External, Instance, Value, Values
from refactor.model import facts

DEEP = 3
"""Loops nested deeper than this are walked once."""


class Statements:
    """Runs statements; every method says whether the flow goes on."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self.receivers = Receivers(rooms)
        self.targets = Targets(rooms)
        self._runners: dict[type, Callable[[Frame, Any], bool]] = {
            facts.Do: self._do, facts.Assign: self._assign, facts.Augment: self._augment, facts.Return: self._return,
            facts.Raise: self._raise, facts.Assert: self._assert, facts.Delete: self._delete, facts.Leave: self._leave,
            facts.Scoping: self._scoping, facts.Import: self._import, facts.ImportFrom: self._import_from,
            facts.Define: self._definition, facts.If: self._if, facts.For: self._for, facts.While: self._while,
            facts.Try: self._try, facts.With: self._with, facts.Match: self._match,
        }  # fmt: skip

    def body(self, frame: Frame) -> None:
        """Run a scope's statements and leave its variables where others look."""
        self.block(frame, frame.facts.body)
        self.m.pending.settle(frame)
        if frame.facts.kind == "class":
            for name, values in frame.env.items():
                self.m.store.write(("attribute", frame.scope, name), values)

    def block(self, frame: Frame, statements: tuple[facts.Stmt, ...]) -> bool:
        """Run statements in order until one leaves the block."""
        return all(self._runners[type(statement)](frame, statement) for statement in statements)

    def value(self, frame: Frame, expression: facts.Expr | None) -> Values:
        """The values of an optional expression."""
        return NOTHING if expression is None else self.m.expressions.eval(frame, expression)

    # -- simple ----------------------------------------------------------------------------------------------------

    def _do(self, frame: Frame, statement: facts.Do) -> bool:
        self.value(frame, statement.value)
        return True

    def _assign(self, frame: Frame, statement: facts.Assign) -> bool:
        values = self.value(frame, statement.value)
        if statement.annotation is not None:
            self.m.annotations.mention(frame, statement.annotation)
            self.m.annotations.markers(frame, statement.annotation)
            bare = not self.m.annotations.known(values) or self._says_nothing(values)
            bare = bare and not (values and self._is_known(frame, statement.targets))
            hinted = self.m.annotations.hinted(statement.annotation, frame.module, frame.scope, bare=bare)
            values = values | hinted if self._says_nothing(values) else self.m.annotations.better(values, hinted)
        for target in statement.targets:
            if statement.value is not None or values:
                self.targets.assign(frame, target, values)
        return True

    def _is_known(self, frame: Frame, targets: tuple[facts.Expr, ...]) -> bool:
        """Whether an attribute that is set to nothing here has got values elsewhere."""
        for target in targets:
            if isinstance(target, facts.Attribute):
                owners = self.m.expressions.eval(frame, target.value)
                held = self.m.attributes.read(frame, owners, target.attr, target.at)
                if any(
                    not isinstance(v, Instance) or not v.hinted for v in self.m.pool.each(held) if self._is_value(v)
                ):
                    return True
        return False

    def _is_value(self, value: Value) -> bool:
        return self.m.annotations.known(self.m.pool.one(value))

    def _says_nothing(self, values: Values) -> bool:
        """``lines: Mapped[list["Line"]] = relationship()``: only the annotation may say to what."""
        return any(
            isinstance(value, External) and self.m.knowledge.placeholders.match(value.name)
            for value in self.m.pool.each(values)
        )

    def _augment(self, frame: Frame, statement: facts.Augment) -> bool:
        values = self.value(frame, statement.value)
        old = self.m.expressions.eval(frame, statement.target)
        made = self.m.operators.augmented(frame, statement.op, old, values, statement.at)
        if isinstance(statement.target, facts.Name):
            frame.trace.item_writes.append(Access(old, f"{statement.op}=", statement.at, frame.loop > 0, values))
            self.m.items.extend(frame, old, values)
        self.targets.assign(frame, statement.target, made or old | values)
        return True

    def _return(self, frame: Frame, statement: facts.Return) -> bool:
        values = self.value(frame, statement.value)
        self.m.pending.settle(frame)
        self.receivers.returned(frame, statement.value, values)
        return False

    def _raise(self, frame: Frame, statement: facts.Raise) -> bool:
        raised = self.value(frame, statement.exc)
        frame.trace.raises |= raised
        self.value(frame, statement.cause)
        self.m.pending.settle(frame)
        for value in raised:
            if isinstance(self.m.pool[value], Class):
                self.m.calls.call_value(frame, frozenset((value,)), (), {}, statement.at, "raise")
        return False

    def _assert(self, frame: Frame, statement: facts.Assert) -> bool:
        self._test(frame, statement.test)
        self.value(frame, statement.message)
        self.m.narrowing.apply(frame, statement.test, outcome=True)
        return True

    def _delete(self, frame: Frame, statement: facts.Delete) -> bool:
        for target in statement.targets:
            match target:
                case facts.Name(id=name):
                    frame.env.pop(name, None)
                case facts.Subscript(value=owner) | facts.Attribute(value=owner):
                    receiver = self.m.expressions.eval(frame, owner)
                    frame.trace.item_writes.append(Access(receiver, "del", target.at, frame.loop > 0))
                    if isinstance(target, facts.Subscript):
                        key = self.value(frame, target.index)
                        self.m.operators.first(frame, receiver, ("__delitem__",), (key,), target.at)
                    else:
                        self.m.operators.delete(frame, receiver, target.attr, target.at)
        return True

    def _leave(self, frame: Frame, statement: facts.Leave) -> bool:
        if frame.exits and statement.word in ("break", "continue"):
            frame.exits[-1][statement.word == "continue"].append(frame.state)
        return statement.word == "pass"

    def _scoping(self, frame: Frame, statement: facts.Scoping) -> bool:
        (frame.globals if statement.word == "global" else frame.nonlocals).update(statement.names)
        return True

    def _import(self, frame: Frame, statement: facts.Import) -> bool:
        self.m.pending.settle(frame)
        self.m.lookup.import_modules(frame, statement)
        return True

    def _import_from(self, frame: Frame, statement: facts.ImportFrom) -> bool:
        self.m.pending.settle(frame)
        self.m.lookup.import_names(frame, statement)
        return True

    # -- branches --------------------------------------------------------------------------------------------------

    def _test(self, frame: Frame, expression: facts.Expr) -> None:
        self.m.operators.truth(frame, self.value(frame, expression), expression.at)

    def _if(self, frame: Frame, statement: facts.If) -> bool:
        self._test(frame, statement.test)
        before, after = frame.state, list[State]()
        for block, outcome in ((statement.body, True), (statement.orelse, False)):
            frame.resume(before)
            self.m.narrowing.apply(frame, statement.test, outcome=outcome)
            if self.block(frame, block):
                after.append((frame.env, frame.items))
        self.m.pending.join(frame, *(after or [before]))
        return bool(after)

    def _match(self, frame: Frame, statement: facts.Match) -> bool:
        subject = self.value(frame, statement.subject)
        before, after = frame.state, list[State]()
        for case in statement.cases:
            frame.resume(before)
            self.m.narrowing.match(frame, case.pattern, subject)
            self.value(frame, case.guard)
            if self.block(frame, case.body):
                after.append((frame.env, frame.items))
        self.m.pending.join(frame, before, *after)
        return True

    def _try(self, frame: Frame, statement: facts.Try) -> bool:
        before = frame.state
        goes_on = self.block(frame, statement.body)
        goes_on = goes_on and self.block(frame, statement.orelse)
        ends = [frame.state] if goes_on else []
        self.m.pending.join(frame, before, frame.state)
        risky = frame.state
        for handler in statement.handlers:
            frame.resume(risky)
            caught = self._caught(frame, handler.type)
            if handler.name:
                self.m.lookup.bind(frame, handler.name, caught, handler.at)
            if self.block(frame, handler.body):
                ends.append(frame.state)
        self.m.pending.join(frame, *(ends or [risky]))
        return self.block(frame, statement.final) and bool(ends)

    def _caught(self, frame: Frame, expression: facts.Expr | None) -> Values:
        kinds = expression.items if isinstance(expression, facts.Collection) else (expression,)
        result = NOTHING
        for kind in kinds:
            classes = self.value(frame, kind)
            frame.trace.catches |= classes
            result |= self.m.attributes.instances(classes)
        return result

    # -- loops -----------------------------------------------------------------------------------------------------

    def _loop(self, frame: Frame, statement: facts.For | facts.While, turn: Callable[[], object]) -> None:
        """Walk a loop's body, twice where that may change something; its states meet behind it, those of a break too."""
        before = frame.state
        frame.loop += 1
        frame.exits.append(([], []))
        self._turn(frame, statement, turn, before)
        if frame.loop < DEEP and frame.state != before:
            self._turn(frame, statement, turn, before)
        broken, _ = frame.exits.pop()
        frame.loop -= 1
        goes_on = self.block(frame, statement.orelse)
        if broken:
            self.m.pending.join(frame, *([frame.state] if goes_on else []), *broken)

    def _turn(
        self, frame: Frame, statement: facts.For | facts.While, turn: Callable[[], object], before: State
    ) -> None:
        turn()
        goes_on = self.block(frame, statement.body)
        ends = [frame.state] if goes_on else []
        self.m.pending.join(frame, before, *ends, *frame.exits[-1][1])

    def _for(self, frame: Frame, statement: facts.For) -> bool:
        source = self.value(frame, statement.iter)
        elements = self.m.turns.elements(frame, source)
        if elements is not None:
            return self.m.turns.walk(
                frame,
                elements,
                lambda element: self._one(frame, statement, element),
                lambda: self.block(frame, statement.orelse),
            )

        def turn() -> None:
            items = self.m.items.iterate(frame, source, statement.at, is_async=statement.is_async)
            self.targets.assign(frame, statement.target, items)

        self._loop(frame, statement, turn)
        return True

    def _one(self, frame: Frame, statement: facts.For, element: Values) -> bool:
        self.targets.assign(frame, statement.target, element)
        return self.block(frame, statement.body)

    def _while(self, frame: Frame, statement: facts.While) -> bool:
        self._loop(frame, statement, lambda: self._test(frame, statement.test))
        endless = isinstance(statement.test, facts.Const) and bool(statement.test.value)
        if endless and not leaves(statement.body):
            if statement.at not in frame.trace.endless:
                frame.trace.endless.append(statement.at)
            return False
        return True

    def _with(self, frame: Frame, statement: facts.With) -> bool:
        for item in statement.items:
            context = self.value(frame, item.context)
            site = self.m.expressions.site(frame, item.context)
            frame.trace.blocks.append(Block(context, statement.at, statement.end, site))
            entered = self.m.items.enter(frame, context, statement.at, is_async=statement.is_async)
            if item.target is not None:
                self.targets.assign(frame, item.target, entered)
        return self.block(frame, statement.body)

    def _definition(self, frame: Frame, statement: facts.Define) -> bool:
        self.m.definitions.define(frame, statement)
        return True
