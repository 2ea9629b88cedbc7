"""Expressions: what values they may have; every call, mention and item access on the way is noted."""

from collections.abc import Callable
from typing import Any

from refactor.link.flow.displays import Displays
from refactor.link.flow.frame import Frame
from refactor.link.flow.operators import COMPARING, SHOWN
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import Access
from refactor.link.flow.values import NOTHING, Bound, Box, Function, Literal, Values
from refactor.link.flow.wording import templates, written
from refactor.model import facts
from refactor.model.facts import Expr


class Expressions:
    """Evaluates expressions in a frame."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self._makers: dict[int, dict[str, facts.Call | None]] = {}
        displays = Displays(rooms)
        self._readers: dict[type, Callable[[Frame, Any], Values]] = {
            facts.Name: self._name, facts.Const: self._const, facts.Attribute: self._attribute, facts.Call: self._call,
            facts.Subscript: self._subscript, facts.Collection: displays.collection, facts.Dict: displays.dict,
            facts.Operation: self._operation, facts.Format: self._format, facts.Choice: self._choice,
            facts.LambdaRef: self._lambda, facts.Comprehension: displays.comprehension, facts.Starred: self._starred,
            facts.Await: self._await, facts.Yield: self._yield, facts.Walrus: self._walrus,
        }  # fmt: skip

    def eval(self, frame: Frame, expression: Expr) -> Values:
        """The values of an expression."""
        return self._readers[type(expression)](frame, expression)

    def _name(self, frame: Frame, node: facts.Name) -> Values:
        return self.m.lookup.read(frame, node.id, node.at)

    def _const(self, _: Frame, node: facts.Const) -> Values:
        if node.value is None and node.kind != "NoneType":
            return NOTHING
        return self.m.pool.one(Literal(node.value, node.kind))

    def _attribute(self, frame: Frame, node: facts.Attribute) -> Values:
        receiver = self.eval(frame, node.value)
        known = self._kept(frame, node)
        return self.m.attributes.read(frame, receiver, node.attr, node.at) if known is None else known

    def _kept(self, frame: Frame, node: facts.Attribute) -> Values | None:
        """What this scope itself put under ``name.attr`` last, if nothing may have changed it since."""
        return frame.items.get((node.value.id, node.attr)) if isinstance(node.value, facts.Name) else None

    def _call(self, frame: Frame, node: facts.Call) -> Values:
        receiver = NOTHING
        if isinstance(node.func, facts.Attribute):
            receiver = self.eval(frame, node.func.value)
            kept = self._kept(frame, node.func)
            callees = self.m.attributes.read(frame, receiver, node.func.attr, node.func.at) if kept is None else kept
        else:
            callees = self.eval(frame, node.func)
        args: list[Values] = []
        keywords: dict[str, Values] = {}
        spread = False
        for arg in node.args:
            if isinstance(arg, facts.Starred):
                items = self.eval(frame, arg.value)
                known = self.m.items.sequence(frame, items)
                if known is None:
                    spread = True
                    args.append(self.m.items.iterate(frame, items, arg.at))
                else:
                    args.extend(known)
            else:
                args.append(self.eval(frame, arg))
        for keyword in node.keywords:
            values = self.eval(frame, keyword.value)
            if keyword.name:
                keywords[keyword.name] = values
            else:
                keywords.update(self.m.items.mapping(frame, values))
                spread = spread or not self.m.items.mapping(frame, values)
        return self.m.calls.call(
            frame, callees, tuple(args), keywords, node.at, written(node.func), site=self.site(frame, node),
            end=node.end, spread=spread, receiver=receiver,
            wrapping=isinstance(node.func, facts.Name) and self._is_handed(frame, node.func.id),
            by=self.maker(frame, node.func),
        )  # fmt: skip

    def site(self, frame: Frame, node: Expr) -> int:
        """The call site that an expression is; -1 for what is no call."""
        if not isinstance(node, facts.Call):
            return -1
        return self.m.site(frame.scope, node.at, _depth(node), frame.turn)

    def maker(self, frame: Frame, node: Expr) -> int:
        """The site of the call that made what an expression is: it is one, or names what was assigned one; else -1."""
        if isinstance(node, facts.Name):
            found = self._named(frame.scope, frame.facts).get(node.id)
            return -1 if found is None else self.site(frame, found)
        return self.site(frame, node)

    def _named(self, scope: int, own: facts.Scope) -> dict[str, facts.Call | None]:
        """Variable of a scope -> the one call that it is assigned; None: another value, or several."""
        known = self._makers.get(scope)
        if known is None:
            known = self._makers[scope] = {}
            for one in own.body:
                if isinstance(one, facts.Assign) and len(one.targets) == 1 and isinstance(one.targets[0], facts.Name):
                    name = one.targets[0].id
                    known[name] = one.value if isinstance(one.value, facts.Call) and name not in known else None
        return known

    def _is_handed(self, frame: Frame, name: str) -> bool:
        """Whether a name is a parameter of a function around this one: what a wrapper wraps."""
        scope = self.m.index.scopes[frame.scope].parent
        if name in frame.facts.bound or scope < 0:
            return False
        while scope >= 0 and name not in self.m.index.scopes[scope].facts.bound:
            scope = self.m.index.scopes[scope].parent
        return scope >= 0 and any(param.name == name for param in self.m.index.scopes[scope].facts.params)

    def _subscript(self, frame: Frame, node: facts.Subscript) -> Values:
        receiver = self.eval(frame, node.value)
        if isinstance(node.index, facts.Collection) and node.index.kind == "slice":
            bounds = [self.eval(frame, bound) for bound in node.index.items]
            frame.trace.item_reads.append(Access(receiver, "[]", node.at, frame.loop > 0, NOTHING))
            self.m.operators.first(frame, receiver, ("__getitem__",), (NOTHING,), node.at)
            return self.m.items.slice(frame, receiver, bounds, node.at)
        key = self.eval(frame, node.index)
        frame.trace.item_reads.append(Access(receiver, "[]", node.at, frame.loop > 0, key))
        return self.m.items.item(frame, receiver, key, node.at)

    def _starred(self, frame: Frame, node: facts.Starred) -> Values:
        return self.eval(frame, node.value)

    def _await(self, frame: Frame, node: facts.Await) -> Values:
        values = self.eval(frame, node.value)
        record = frame.trace.calls.get(self.site(frame, node.value))
        if record is not None and any(self._is_coroutine(one) for one in record.callees):
            return values
        return self.m.operators.awaited(frame, values, node.at)

    def _is_coroutine(self, number: int) -> bool:
        """Whether a call of a value gives a coroutine, so that what is awaited has been taken for its result already."""
        value = self.m.pool[number]
        scope = value.scope if isinstance(value, Function) else value.function if isinstance(value, Bound) else -1
        return scope >= 0 and self.m.index.scopes[scope].facts.is_async

    def _choice(self, frame: Frame, node: facts.Choice) -> Values:
        self.m.operators.truth(frame, self.eval(frame, node.test), node.test.at)
        before = frame.state
        values = NOTHING
        for branch, outcome in ((node.body, True), (node.orelse, False)):
            frame.resume(before)
            self.m.narrowing.apply(frame, node.test, outcome=outcome)
            values |= self.eval(frame, branch)
        frame.resume(before)
        return values

    def _walrus(self, frame: Frame, node: facts.Walrus) -> Values:
        values = self.eval(frame, node.value)
        self.m.lookup.bind(frame, node.target, values, node.at)
        return values

    def _yield(self, frame: Frame, node: facts.Yield) -> Values:
        sent = self.m.store.read(("sent", frame.scope, None), frame.scope)
        if node.value is None:
            return sent
        values = self.eval(frame, node.value)
        self.m.pending.settle(frame)
        if node.many:
            sent = self._delegated(frame, values)
            values = self.m.items.iterate(frame, values, node.at)
        self.m.items.put(self.generator(frame.scope), None, values)
        return sent

    def _delegated(self, frame: Frame, generators: Values) -> Values:
        """What ``yield from`` gives in the end: what the inner generators return; what is sent goes through."""
        result = NOTHING
        for generator in self.m.pool.each(generators):
            if isinstance(generator, Box) and generator.kind == "generator":
                sent = self.m.store.read(("sent", frame.scope, None), frame.scope)
                self.m.store.write(("sent", generator.scope, None), sent)
                result |= self.m.store.read(("return", generator.scope, None), frame.scope)
        return result

    def generator(self, scope: int) -> int:
        """The generator that a call of a generator function makes."""
        return self.m.pool.add(Box("generator", scope, 0, 0))

    def _lambda(self, frame: Frame, node: facts.LambdaRef) -> Values:
        scope = self.m.index.number(frame.scope, node.scope)
        for param in self.m.index.scopes[scope].facts.params:
            if param.default is not None:
                self.m.store.write(("parameter", scope, param.name), self.eval(frame, param.default))
        return self.m.pool.one(Function(scope))

    # -- operators -------------------------------------------------------------------------------------------------

    def _operation(self, frame: Frame, node: facts.Operation) -> Values:
        operands = [self.eval(frame, operand) for operand in node.operands]
        if node.op in ("and", "or"):
            for tested in operands[:-1]:
                self.m.operators.truth(frame, tested, node.at)
            return NOTHING.union(*operands)
        if node.op in SHOWN:
            self.m.operators.shown(frame, node.op, operands[0], node.at)
            return self.m.attributes.external("builtins.str()")
        if len(operands) == 1:
            return self.m.operators.unary(frame, node.op, operands[0], node.at)
        made = self.m.operators.binary(frame, node.op, operands[0], operands[1], node.at)
        if made or node.op in COMPARING:
            return made
        if node.op == "+":
            return self._plus(frame, operands[0], operands[1], node.at)
        if node.op in ("|", "&", "-", "*", "/", "%"):
            kept = [v for v in NOTHING.union(*operands) if not isinstance(self.m.pool[v], Literal)]
            return frozenset(kept) if node.op != "%" else templates(self.m.pool, *operands)
        return NOTHING

    def _plus(self, frame: Frame, left: Values, right: Values, at: facts.Position) -> Values:
        pool = self.m.pool
        firsts, seconds = self.m.items.sequence(frame, left), self.m.items.sequence(frame, right)
        if firsts is not None and seconds is not None:
            box = self.m.items.box(frame, "list", at, 8)
            self.m.items.fill(box, firsts + seconds, plain=True)
            return frozenset((box,))
        lefts, rights = pool.texts(left), pool.texts(right)
        if lefts and rights and len(lefts) * len(rights) <= 9:
            return frozenset(pool.add(Literal(a + b, "str")) for a in lefts for b in rights)
        if lefts and right <= self.m.attributes.external("builtins.str()"):
            return frozenset(pool.add(Literal(a + "{}", "format")) for a in lefts)
        return frozenset(v for v in left | right if not isinstance(pool[v], Literal))

    def _format(self, frame: Frame, node: facts.Format) -> Values:
        texts = [""]
        kind = "str"
        for part in node.parts:
            values = self.eval(frame, part)
            if not isinstance(part, facts.Const):
                self.m.operators.shown(frame, "", values, part.at)
            options = [str(v.value) for v in self.m.pool.each(values) if isinstance(v, Literal)]
            if not options or len(texts) * len(options) > 9:
                options, kind = ["{}"], "format"
            texts = [text + option for text in texts for option in options]
        return frozenset(self.m.pool.add(Literal(text, kind)) for text in texts)


def _depth(node: facts.Call) -> int:
    """How many calls stand to the left of this one in its chain: ``f()()``, ``f()[0]()``."""
    depth = 0
    inner: Expr = node.func
    while True:
        match inner:
            case facts.Call(func=func):
                depth += 1
                inner = func
            case facts.Attribute(value=value) | facts.Subscript(value=value) | facts.Await(value=value):
                inner = value
            case _:
                return depth
