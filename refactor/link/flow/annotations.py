"""Annotations as evidence: what a parameter, attribute or result is said to be."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Box, Class, External, Instance, Literal, Value, Values
from refactor.link.flow.wording import names_in, tokens, written
from refactor.model import facts
from refactor.model.facts import Expr

MANY = frozenset(
    "list List set Set frozenset tuple Tuple Sequence Iterable Iterator Collection MutableSequence DynamicMapped "
    "WriteOnlyMapped Generator AsyncIterator AsyncGenerator AsyncIterable QuerySet deque Deque AppenderQuery".split()
)
BUILTIN = {
    "str": "str", "bytes": "bytes", "int": "int", "float": "float", "list": "list", "List": "list", "dict": "dict",
    "Dict": "dict", "set": "set", "Set": "set", "tuple": "tuple", "Tuple": "tuple",
}  # fmt: skip
"""Names of builtin types in annotations -> the type."""

TYPEVAR = "typing.TypeVar()"
CALLABLE = "typing.Callable[]"
KEYED = frozenset("dict Dict Mapping MutableMapping OrderedDict defaultdict DefaultDict".split())
ALIAS = "typing.Annotated[]"


class Annotations:
    """The room for ``x: Y``."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def mention(self, frame: Frame, node: Expr) -> None:
        """Note what an annotation mentions."""
        for name, at in names_in(node):
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

    def hinted(self, node: Expr, module: str, reader: int, *, bare: bool, within: int = -1) -> Values:
        """Instances of the project classes an annotation names; ``bare``: nothing better is known.

        ``within``: the class whose type variables the annotation uses, else the one around the reader.
        """
        if not bare or _is_empty(node) or not self.m.may_guess(reader):
            return NOTHING
        return self._hint(node, module, reader, self.m.enclosing_class(reader) if within < 0 else within)

    def starred(self, param: facts.Param, module: str, reader: int, values: Values) -> Values:
        """``*items: C`` and ``**named: C``: a tuple or dict of what the annotation says, where nobody was seen calling."""
        filled = any(self.m.store.read(("item", one, "*"), reader) for one in values)
        inner = NOTHING if param.annotation is None else self.hinted(param.annotation, module, reader, bare=not filled)
        if not inner:
            return values
        kind, column = ("tuple", -1) if param.kind == "star" else ("dict", -2)
        return values | self._holding(kind, reader, (0, column), inner)

    def known(self, values: Values) -> bool:
        """Whether some values tell more than an annotation would: not just None and what unknown functions return."""
        return any(self._tells(value) for value in self.m.pool.each(values))

    def better(self, values: Values, hinted: Values) -> Values:
        """Values with what an annotation says; results of unknown functions give way to instances of the project."""
        if not any(isinstance(value, Instance) for value in self.m.pool.each(hinted)):
            return values | hinted
        kept = (one for one in values if not isinstance(self.m.pool[one], External) or self._tells(self.m.pool[one]))
        return hinted.union(kept)

    def _tells(self, value: Value) -> bool:
        match value:
            case Literal(value=None):
                return False
            case External(name=name):
                return not is_result(name)
        return True

    def _hint(self, node: Expr, module: str, reader: int, within: int) -> Values:
        match node:
            case facts.Name(id=name):
                return self._hint_name(name, module, reader, within)
            case facts.Const(value=str() as text):
                return self._hint_text(text, node.at, module, reader, within)
            case facts.Attribute():
                return self._hint_name(written(node), module, reader, within)
            case facts.Operation(op="|", operands=operands):
                return NOTHING.union(*(self._hint(one, module, reader, within) for one in operands))
            case facts.Subscript(value=head, index=index):
                return self._hint_generic(head, index, module, reader, within)
        return NOTHING

    def _hint_generic(self, head: Expr, index: Expr, module: str, reader: int, within: int) -> Values:
        parts = index.items if isinstance(index, facts.Collection) else (index,)
        word = written(head).rpartition(".")[2]
        if word == "Literal":
            return NOTHING
        if word in ("type", "Type"):
            inner = self._hint(parts[0], module, reader, within)
            return frozenset(
                self.m.pool.add(Class(v.scope)) for v in self.m.pool.each(inner) if isinstance(v, Instance)
            )
        if word in KEYED or word == "Callable":
            parts = parts[-1:]
        hints = [self._hint(part, module, reader, within) for part in parts]
        inner = NOTHING.union(*hints)
        if word == "Callable":
            return self._callable(reader, index.at, inner)
        if word in ("tuple", "Tuple") and len(parts) > 1 and inner and not _is_open(parts[-1]):
            return self._tuple(reader, index.at, hints)
        if word not in MANY and word not in KEYED:
            return self._generic(self._hint_name(written(head), module, reader, within), hints) or inner
        if not inner:
            return self._hint_name(word, module, reader, within)
        return self._holding("dict" if word in KEYED else BUILTIN.get(word, "list"), reader, index.at, inner)

    def _holding(self, kind: str, reader: int, at: facts.Position, inner: Values) -> Values:
        """A container of what an annotation says."""
        box = self.m.pool.add(Box(kind, reader, -at[0], at[1]))
        self.m.items.put(box, None, inner)
        return frozenset((box,))

    def _tuple(self, reader: int, at: facts.Position, hints: list[Values]) -> Values:
        box = self.m.pool.add(Box("tuple", reader, -at[0], at[1]))
        self.m.items.fill(box, hints, plain=True)
        return frozenset((box,))

    def _callable(self, reader: int, at: facts.Position, returned: Values) -> Values:
        """``Callable[[], C]``: something that gives an instance when it is called."""
        if not returned:
            return NOTHING
        (box,) = self._holding("list", reader, at, returned)
        return self.m.pool.one(External(CALLABLE, base=box))

    def _generic(self, owners: Values, hints: list[Values]) -> Values:
        """``Box[C]``: a box, whose type variables stand for what the brackets say."""
        own = frozenset(one for one in owners if isinstance(self.m.pool[one], Instance))
        for value in self.m.pool.each(own):
            if isinstance(value, Instance):
                self.bind(value.scope, value.scope, hints)
        return own

    def bind(self, scope: int, generic: int, hints: list[Values]) -> None:
        """Note for a class what the type variables of a generic class (itself, or its base) stand for."""
        for name, values in zip(self._variables(generic), hints, strict=False):
            self.m.store.write(("typevar", scope, name), values)

    def base(self, frame: Frame, scope: int, base: Expr) -> None:
        """``class Orders(Repository[Order])``: what the base's type variables stand for in this class."""
        if not isinstance(base, facts.Subscript) or not self.m.may_guess(frame.scope):
            return
        parts = base.index.items if isinstance(base.index, facts.Collection) else (base.index,)
        for owner in self.m.pool.each(self._hint_name(written(base.value), frame.module, frame.scope, -1)):
            if isinstance(owner, Instance):
                self.bind(scope, owner.scope, [self._hint(part, frame.module, frame.scope, scope) for part in parts])

    def _variables(self, scope: int) -> list[str]:
        """The names of a generic class's type variables, in order."""
        for base in self.m.index.scopes[scope].facts.bases:
            if isinstance(base, facts.Subscript):
                parts = base.index.items if isinstance(base.index, facts.Collection) else (base.index,)
                return [written(part) for part in parts]
        return []

    def _hint_text(self, text: str, at: facts.Position, module: str, reader: int, within: int) -> Values:
        """A string annotation: names and brackets are enough."""
        many = False
        result = NOTHING
        for token in tokens(text):
            last = token.rpartition(".")[2]
            many = many or last in MANY
            if last not in MANY and token[0] not in "[]|,":
                result |= self._hint_name(token, module, reader, within)
        if many and result:
            return self._holding("list", reader, at, result)
        return result

    def _hint_name(self, dotted: str, module: str, reader: int, within: int) -> Values:
        head, _, rest = dotted.partition(".")
        origin = self.m.origins.origin(module, head)
        if dotted in BUILTIN and not origin:
            return self.m.pool.one(External(f"builtins.{BUILTIN[dotted]}()"))
        while origin and rest and ":" not in origin:
            head, _, rest = rest.partition(".")
            origin = self.m.origins.origin(origin, head)
        if ":" in origin and not rest:
            owner, _, name = origin.partition(":")
            found = self.m.store.read(("global", owner, name), reader)
            classes = [v.scope for v in self.m.pool.each(found) if isinstance(v, Class)]
            if classes:
                return self._instances(classes)
            if variables := [v for v in self.m.pool.each(found) if isinstance(v, External) and v.name == TYPEVAR]:
                return self._stands_for(name, variables, module, reader, within)
            if said := self._noted(reader, found):
                return self._typed(said)
        named = self.m.classes.named(dotted)
        if len(named) == 1 and (origin or self.m.index.scopes[named[0]].module == module):
            return self._instances(named)
        return self._external_hint(dotted, module)

    def _instances(self, scopes: list[int]) -> Values:
        """Instances of classes; of its implementations where one is a protocol."""
        meant = (one for scope in scopes for one in self.m.classes.implementations(scope) or [scope])
        return frozenset(self.m.pool.add(Instance(scope, True)) for scope in meant)

    def _stands_for(self, name: str, variables: list[External], module: str, reader: int, within: int) -> Values:
        """What a type variable stands for in a class, else its bound or the choices it was made with."""
        for owner in self.m.classes.order(within) if within >= 0 else ():
            known = self.m.store.read(("typevar", owner, name), reader)
            if known:
                return known
        result = NOTHING
        for variable in variables:
            made = self.m.made.get(variable.site)
            said = NOTHING.union(made.keywords.get("bound", NOTHING), *made.args[1:]) if made else NOTHING
            result |= self._typed(said)
            for text in self.m.pool.texts(said):
                result |= self._hint_text(text, (0, 0), module, reader, -1)
        return result

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


def is_result(name: str) -> bool:
    """Whether an external value is what some function returned, or an item of it: of unknown type."""
    if name.endswith("()"):
        return not name[:-2].rpartition(".")[2][:1].isupper() and not name.startswith("builtins.")
    return name.endswith("[]") or ("()." in name and name[:1] != "<")


def _is_empty(node: Expr) -> bool:
    """Whether an annotation says nothing of use: ``None``, ``bool``, ``Any``."""
    match node:
        case facts.Const(kind="NoneType"):
            return True
        case facts.Name(id="bool" | "Any" | "object"):
            return True
    return False


def _is_open(part: Expr) -> bool:
    """``tuple[A, ...]``."""
    return isinstance(part, facts.Const) and part.kind == "ellipsis"
