"""Annotations as evidence: what a parameter, attribute or result is said to be."""

import re

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Box, Class, External, Instance, Values
from refactor.link.flow.wording import written
from refactor.model import facts
from refactor.model.facts import Expr

MANY = frozenset(
    "list List set Set frozenset tuple Tuple Sequence Iterable Iterator Collection MutableSequence DynamicMapped "
    "WriteOnlyMapped Generator AsyncIterator AsyncGenerator AsyncIterable QuerySet deque Deque AppenderQuery".split()
)
KEYED = frozenset("dict Dict Mapping MutableMapping OrderedDict defaultdict DefaultDict".split())
ALIAS = "typing.Annotated[]"
DOTTED = re.compile(r"[A-Za-z_][\w.]*|\[|\]|\||,")


class Annotations:
    """The room for ``x: Y``."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def mention(self, frame: Frame, node: Expr) -> None:
        """Note what an annotation mentions."""
        for name, at in _names(node):
            head, _, rest = name.partition(".")
            values = self.m.lookup.read(frame, head, at)
            for attr in rest.split(".") if rest else ():
                values = self.m.attributes.read(frame, values, attr, at)

    def markers(self, frame: Frame, node: Expr) -> Values:
        """What ``Annotated[X, Depends(f)]`` tells a library about a parameter: the markers it fills in."""
        if not self.m.libraries.defaults:
            return NOTHING
        match node:
            case facts.Name(id=name, at=at):
                values = self.m.lookup.read(frame, name, at)
            case facts.Attribute():
                values = self.m.expressions.eval(frame, node)
            case facts.Subscript(value=head) if written(head).rpartition(".")[2] == "Annotated":
                values = self.m.expressions.eval(frame, node)
            case _:
                return NOTHING
        return frozenset(one for one in self._noted(frame.scope, values) if self._is_marker(one))

    def _noted(self, reader: int, values: Values) -> Values:
        """All that stands in the brackets of some ``Annotated[...]``."""
        boxes = [v.base for v in self.m.pool.each(values) if isinstance(v, External) and v.name == ALIAS]
        return NOTHING.union(*(self.m.store.read(("item", box, "*"), reader) for box in boxes))

    def _is_marker(self, number: int) -> bool:
        value = self.m.pool[number]
        return isinstance(value, External) and value.name in self.m.libraries.defaults

    def hinted(self, node: Expr, module: str, reader: int, *, bare: bool) -> Values:
        """Instances of the project classes an annotation names; ``bare``: nothing better is known."""
        if not bare or not self.m.may_guess(reader):
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
            self.m.items.put(box, None, inner)
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
            self.m.items.put(box, None, result)
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
            if said := self._noted(reader, found):
                return self._typed(said)
        named = self.m.classes.named(dotted)
        if len(named) == 1 and (origin or self.m.index.scopes[named[0]].module == module):
            return self.m.pool.one(Instance(named[0], True))
        return self._external_hint(dotted, module)

    def _typed(self, values: Values) -> Values:
        """Instances of the classes among what ``X = Annotated[...]`` holds."""
        result: set[int] = set()
        for value in self.m.pool.each(values):
            if isinstance(value, Class):
                result.add(self.m.pool.add(Instance(value.scope, True)))
            elif isinstance(value, External) and value.name.rpartition(".")[2][:1].isupper() and value.site < 0:
                result |= self.m.attributes.external(f"{value.name}()")
        return frozenset(result)

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
