"""Expressions: what values they may have; every call, mention and item access on the way is noted."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from refactor.link.frame import Frame
from refactor.link.trace import Access
from refactor.link.values import NOTHING, Box, Class, External, Function, Instance, Literal, Values
from refactor.model import facts
from refactor.model.facts import Expr

if TYPE_CHECKING:
    from refactor.link.machine import Machine

MANY = frozenset(
    "list List set Set frozenset tuple Tuple Sequence Iterable Iterator Collection MutableSequence DynamicMapped "
    "WriteOnlyMapped Generator AsyncIterator AsyncGenerator AsyncIterable QuerySet deque Deque AppenderQuery".split()
)
KEYED = frozenset("dict Dict Mapping MutableMapping OrderedDict defaultdict DefaultDict".split())
DOTTED = re.compile(r"[A-Za-z_][\w.]*|\[|\]|\||,")


class Expressions:
    """Evaluates expressions in a frame."""

    def __init__(self, machine: "Machine") -> None:
        self.m = machine
        self._readers: dict[type, Callable[[Frame, Any], Values]] = {
            facts.Name: self._name, facts.Const: self._const, facts.Attribute: self._attribute, facts.Call: self._call,
            facts.Subscript: self._subscript, facts.Collection: self._collection, facts.Dict: self._dict,
            facts.Operation: self._operation, facts.Format: self._format, facts.Choice: self._choice,
            facts.LambdaRef: self._lambda, facts.Comprehension: self._comprehension, facts.Starred: self._starred,
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
        return self.m.attributes.read(frame, receiver, node.attr, node.at)

    def _call(self, frame: Frame, node: facts.Call) -> Values:
        receiver = NOTHING
        if isinstance(node.func, facts.Attribute):
            receiver = self.eval(frame, node.func.value)
            callees = self.m.attributes.read(frame, receiver, node.func.attr, node.func.at)
        else:
            callees = self.eval(frame, node.func)
        args: list[Values] = []
        keywords: dict[str, Values] = {}
        spread = False
        for arg in node.args:
            if isinstance(arg, facts.Starred):
                items = self.eval(frame, arg.value)
                known = self.m.attributes.sequence(frame, items)
                if known is None:
                    spread = True
                    args.append(self.m.attributes.iterate(frame, items, arg.at))
                else:
                    args.extend(known)
            else:
                args.append(self.eval(frame, arg))
        for keyword in node.keywords:
            values = self.eval(frame, keyword.value)
            if keyword.name:
                keywords[keyword.name] = values
            else:
                keywords.update(self.m.attributes.mapping(frame, values))
                spread = spread or not self.m.attributes.mapping(frame, values)
        return self.m.calls.call(
            frame, callees, tuple(args), keywords, node.at, written(node.func), site=self.site(frame, node),
            end=node.end, spread=spread, receiver=receiver,
            wrapping=isinstance(node.func, facts.Name) and self._is_handed(frame, node.func.id),
        )  # fmt: skip

    def site(self, frame: Frame, node: Expr) -> int:
        """The call site that an expression is; -1 for what is no call."""
        return self.m.site(frame.scope, node.at, _depth(node)) if isinstance(node, facts.Call) else -1

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
        key = self.eval(frame, node.index)
        frame.trace.item_reads.append(Access(receiver, "[]", node.at, frame.loop > 0, key))
        if isinstance(node.index, facts.Collection) and node.index.kind == "slice":
            return receiver
        return self.m.attributes.item(frame, receiver, key)

    def _starred(self, frame: Frame, node: facts.Starred) -> Values:
        return self.eval(frame, node.value)

    def _await(self, frame: Frame, node: facts.Await) -> Values:
        return self.eval(frame, node.value)

    def _choice(self, frame: Frame, node: facts.Choice) -> Values:
        self.eval(frame, node.test)
        return self.eval(frame, node.body) | self.eval(frame, node.orelse)

    def _walrus(self, frame: Frame, node: facts.Walrus) -> Values:
        values = self.eval(frame, node.value)
        self.m.lookup.bind(frame, node.target, values, node.at)
        return values

    def _yield(self, frame: Frame, node: facts.Yield) -> Values:
        if node.value is None:
            return NOTHING
        values = self.eval(frame, node.value)
        if node.many:
            values = self.m.attributes.iterate(frame, values, node.at)
        self.m.attributes.put(self.generator(frame.scope), None, values)
        return NOTHING

    def generator(self, scope: int) -> int:
        """The generator that a call of a generator function makes."""
        return self.m.pool.add(Box("generator", scope, 0, 0))

    def _lambda(self, frame: Frame, node: facts.LambdaRef) -> Values:
        scope = self.m.index.number(frame.scope, node.scope)
        for param in self.m.index.scopes[scope].facts.params:
            if param.default is not None:
                self.m.store.write(("parameter", scope, param.name), self.eval(frame, param.default))
        return self.m.pool.one(Function(scope))

    # -- displays --------------------------------------------------------------------------------------------------

    def _box(self, frame: Frame, kind: str, at: facts.Position) -> int:
        return self.m.pool.add(Box(kind, frame.scope, at[0], at[1]))

    def _collection(self, frame: Frame, node: facts.Collection) -> Values:
        box = self._box(frame, node.kind, node.at)
        plain = node.kind in ("list", "tuple") and not any(isinstance(item, facts.Starred) for item in node.items)
        for position, item in enumerate(node.items):
            values = self.eval(frame, item)
            if isinstance(item, facts.Starred):
                values = self.m.attributes.iterate(frame, values, item.at)
            self.m.attributes.put(box, position if plain else None, values)
        if plain:
            self.m.attributes.sizes[box] = len(node.items)
        return frozenset((box,))

    def _dict(self, frame: Frame, node: facts.Dict) -> Values:
        box = self._box(frame, "dict", node.at)
        for key, value in zip(node.keys, node.values, strict=True):
            values = self.eval(frame, value)
            if key is None:
                self.m.attributes.extend(frame, frozenset((box,)), values)
                continue
            self.m.attributes.write_item(frozenset((box,)), self.eval(frame, key), values)
        return frozenset((box,))

    def _comprehension(self, frame: Frame, node: facts.Comprehension) -> Values:
        before = dict(frame.env)
        for clause in node.clauses:
            source = self.eval(frame, clause.iter)
            frame.loop += 1
            self._bind_target(frame, clause.target, self.m.attributes.iterate(frame, source, clause.iter.at))
            for test in clause.tests:
                self.eval(frame, test)
        key = self.eval(frame, node.key) if node.key is not None else NOTHING
        element = self.eval(frame, node.element)
        frame.loop -= len(node.clauses)
        frame.env = before
        box = self._box(frame, node.kind, node.at)
        if node.key is not None:
            self.m.attributes.write_item(frozenset((box,)), key, element)
        else:
            self.m.attributes.put(box, None, element)
        return frozenset((box,))

    def _bind_target(self, frame: Frame, target: Expr, values: Values) -> None:
        """A comprehension's variable: it lives in the expression only."""
        if isinstance(target, facts.Name):
            frame.env[target.id] = values
        elif isinstance(target, facts.Collection):
            for position, item in enumerate(target.items):
                self._bind_target(frame, item, self.m.attributes.item_at(frame, values, position))
        elif isinstance(target, facts.Starred):
            self._bind_target(frame, target.value, values)

    # -- operators -------------------------------------------------------------------------------------------------

    def _operation(self, frame: Frame, node: facts.Operation) -> Values:
        operands = [self.eval(frame, operand) for operand in node.operands]
        if node.op in ("and", "or"):
            return NOTHING.union(*operands)
        if node.op == "+" and len(operands) == 2:
            return self._plus(operands[0], operands[1])
        if node.op in ("|", "&", "-", "*", "/", "%"):
            kept = [v for v in NOTHING.union(*operands) if not isinstance(self.m.pool[v], Literal)]
            return frozenset(kept) if node.op != "%" else self._templates(operands[0])
        return NOTHING

    def _plus(self, left: Values, right: Values) -> Values:
        pool = self.m.pool
        lefts, rights = pool.texts(left), pool.texts(right)
        if lefts and rights and len(lefts) * len(rights) <= 9:
            return frozenset(pool.add(Literal(a + b, "str")) for a in lefts for b in rights)
        if lefts and not right:
            return frozenset(pool.add(Literal(a + "{}", "format")) for a in lefts)
        return frozenset(v for v in left | right if not isinstance(pool[v], Literal))

    def _templates(self, left: Values) -> Values:
        return frozenset(self.m.pool.add(Literal(text, "format")) for text in self.m.pool.texts(left))

    def _format(self, frame: Frame, node: facts.Format) -> Values:
        texts = [""]
        kind = "str"
        for part in node.parts:
            values = self.eval(frame, part)
            options = [str(v.value) for v in self.m.pool.each(values) if isinstance(v, Literal)]
            if not options or len(texts) * len(options) > 9:
                options, kind = ["{}"], "format"
            texts = [text + option for text in texts for option in options]
        return frozenset(self.m.pool.add(Literal(text, kind)) for text in texts)

    # -- annotations -----------------------------------------------------------------------------------------------

    def annotation(self, frame: Frame, node: Expr) -> None:
        """Note what an annotation mentions."""
        for name, at in _names(node):
            head, _, rest = name.partition(".")
            values = self.m.lookup.read(frame, head, at)
            for attr in rest.split(".") if rest else ():
                values = self.m.attributes.read(frame, values, attr, at)

    def hinted(self, node: Expr, module: str, reader: int, *, bare: bool) -> Values:
        """Instances of the project classes an annotation names; ``bare``: nothing better is known."""
        if not bare:
            return NOTHING
        return self._hint(node, module, reader)

    def _hint(self, node: Expr, module: str, reader: int) -> Values:
        match node:
            case facts.Name(id=name):
                return self._hint_name(name, module, reader)
            case facts.Const(value=str() as text):
                return self._hint_text(text, node.at, module, reader)
            case facts.Attribute():
                return self._hint_name(written(node), module, reader)
            case facts.Operation(op="|", operands=operands):
                return NOTHING.union(*(self._hint(one, module, reader) for one in operands))
            case facts.Subscript(value=head, index=index):
                return self._hint_generic(written(head).rpartition(".")[2], index, module, reader)
        return NOTHING

    def _hint_generic(self, head: str, index: Expr, module: str, reader: int) -> Values:
        parts = index.items if isinstance(index, facts.Collection) else (index,)
        if head in ("Literal", "Callable", "ClassVar"):
            return NOTHING
        if head in ("type", "Type"):
            inner = self._hint(parts[0], module, reader)
            return frozenset(
                self.m.pool.add(Class(v.scope)) for v in self.m.pool.each(inner) if isinstance(v, Instance)
            )
        if head in KEYED:
            parts = parts[-1:]
        inner = NOTHING.union(*(self._hint(part, module, reader) for part in parts))
        if not inner:
            return NOTHING
        if head in MANY or head in KEYED:
            box = self.m.pool.add(Box("dict" if head in KEYED else "list", reader, -index.at[0], index.at[1]))
            self.m.attributes.put(box, None, inner)
            return frozenset((box,))
        return inner

    def _hint_text(self, text: str, at: facts.Position, module: str, reader: int) -> Values:
        """A string annotation: names and brackets are enough."""
        many = False
        result = NOTHING
        for token in DOTTED.findall(text):
            last = token.rpartition(".")[2]
            many = many or last in MANY
            if last not in MANY and token[0] not in "[]|,":
                result |= self._hint_name(token, module, reader)
        if many and result:
            box = self.m.pool.add(Box("list", reader, -at[0], at[1]))
            self.m.attributes.put(box, None, result)
            return frozenset((box,))
        return result

    def _hint_name(self, dotted: str, module: str, reader: int) -> Values:
        head, _, rest = dotted.partition(".")
        origin = self.m.origins.origin(module, head)
        while origin and rest and ":" not in origin:
            head, _, rest = rest.partition(".")
            origin = self.m.origins.origin(origin, head)
        if ":" in origin and not rest:
            owner, _, name = origin.partition(":")
            found = self.m.store.read(("global", owner, name), reader)
            classes = [v.scope for v in self.m.pool.each(found) if isinstance(v, Class)]
            if classes:
                return frozenset(self.m.pool.add(Instance(scope, True)) for scope in classes)
        named = self.m.classes.named(dotted)
        if len(named) == 1 and (origin or self.m.index.scopes[named[0]].module == module):
            return self.m.pool.one(Instance(named[0], True))
        return self._external_hint(dotted, module)

    def _external_hint(self, dotted: str, module: str) -> Values:
        head, _, rest = dotted.partition(".")
        alias = self.m.origins.aliases.get(module, {}).get(head)
        if alias is None or self.m.index.is_module(alias[0]):
            return NOTHING
        name = ".".join(part for part in (*alias, rest) if part)
        if not name.rpartition(".")[2][:1].isupper() or name.startswith(("typing.", "collections.abc.")):
            return NOTHING
        return self.m.pool.one(External(f"{self.m.knowledge.canonical(name)}()"))


def _names(node: Expr) -> list[tuple[str, facts.Position]]:
    """Dotted names in an annotation, strings included."""
    match node:
        case facts.Name(id=name, at=at):
            return [(name, at)]
        case facts.Attribute(at=at):
            return [(written(node), at)]
        case facts.Const(value=str() as text, at=at):
            return [(token, at) for token in DOTTED.findall(text) if token[0] not in "[]|,"]
        case facts.Subscript(value=value, index=index):
            return _names(value) + _names(index)
        case facts.Operation(operands=items) | facts.Collection(items=items):
            return [name for item in items for name in _names(item)]
    return []


def written(node: Expr) -> str:
    """An expression as it is written, shortened: ``a.b``, ``f().m``, ``x[].m``."""
    match node:
        case facts.Name(id=name):
            return name
        case facts.Attribute(value=value, attr=attr):
            return f"{written(value)}.{attr}"
        case facts.Call(func=func):
            return f"{written(func)}()"
        case facts.Subscript(value=value):
            return f"{written(value)}[]"
        case facts.Const(kind=kind):
            return f"<{kind}>"
    return f"<{type(node).__name__.lower()}>"


def _depth(node: facts.Call) -> int:
    depth = 0
    inner: Expr = node.func
    while isinstance(inner, facts.Call):
        depth += 1
        inner = inner.func
    return depth
