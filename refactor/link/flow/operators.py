"""Operators and Python's own functions on instances of project classes: the special methods they call.

The language reference's data model (3.3) says which; nothing happens where the project defines none.
"""

import re
from string import Formatter

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Box, Function, Instance, Literal, Values
from refactor.model.facts import Position

BINARY = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul",
    "<<": "lshift", ">>": "rshift", "&": "and", "|": "or", "^": "xor",
}  # fmt: skip
"""Operator -> the word inside ``__add__``, ``__radd__`` and ``__iadd__``."""

COMPARING = {
    "==": ("__eq__", "__eq__"), "!=": ("__ne__", "__ne__"), "<": ("__lt__", "__gt__"), "<=": ("__le__", "__ge__"),
    ">": ("__gt__", "__lt__"), ">=": ("__ge__", "__le__"),
}  # fmt: skip
"""Comparison -> the method of the left operand, and the right one's when the left has none."""

UNARY = {"neg": "__neg__", "pos": "__pos__", "~": "__invert__"}

TEXT = ("__str__", "__repr__")
TRUTH = ("__bool__", "__len__")
SHOWN = {"!r": ("__repr__",), "!a": ("__repr__",), "!s": TEXT}
FORMATTED = ("__format__", *TEXT)

INDEX = ("__index__",)
FIELD = re.compile(r"%(?:\((?P<name>[^)]*)\))?[-+ #0]*[\d*]*(?:\.[\d*]+)?(?P<letter>[a-zA-Z])")
"""A place in a text with ``%``."""

LETTERS = {"s": TEXT, "r": ("__repr__",), "a": ("__repr__",), "d": ("__int__", *INDEX), "f": ("__float__",)}

ASKING = {
    "len": ("__len__",), "str": TEXT, "print": TEXT, "repr": ("__repr__",), "ascii": ("__repr__",),
    "format": FORMATTED, "hash": ("__hash__",), "bool": TRUTH, "abs": ("__abs__",), "round": ("__round__",),
    "int": ("__int__", "__index__", "__trunc__"), "float": ("__float__", "__index__"), "dir": ("__dir__",),
    "complex": ("__complex__", "__float__"), "bytes": ("__bytes__",), "divmod": ("__divmod__",), "pow": ("__pow__",),
    "reversed": ("__reversed__",), "range": INDEX, "hex": INDEX, "oct": INDEX, "bin": INDEX, "chr": INDEX,
}  # fmt: skip
"""Builtin function -> the special methods it asks its arguments for, the first one found."""

SORTING = frozenset(("builtins.sorted", "builtins.min", "builtins.max"))


class Operators:
    """The room for ``a + b``, ``if a``, ``len(a)`` and their kin."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def first(
        self, frame: Frame, receivers: Values, names: tuple[str, ...], args: tuple[Values, ...], at: Position
    ) -> Values:
        """Call, on each project instance among some values, the first of these methods that its class has."""
        result = NOTHING
        for number in sorted(receivers) if len(receivers) > 1 else receivers:
            if isinstance(self.m.pool[number], Instance):
                owner = frozenset((number,))
                found = next((name for name in names if self.has(frame, number, name)), None)
                if found is not None:
                    result |= self.m.calls.call_method(frame, owner, found, args, at)
        return result

    def has(self, frame: Frame, number: int, name: str) -> bool:
        """Whether a project class in an instance's order defines a method."""
        value = self.m.pool[number]
        if not isinstance(value, Instance) or name not in self.m.classes.special:
            return False
        owners = (owner for owner in self.m.classes.order(value.scope) if isinstance(owner, int))
        return any(self.m.store.read(("attribute", owner, name), frame.scope) for owner in owners)

    def binary(self, frame: Frame, op: str, left: Values, right: Values, at: Position) -> Values:
        """``left op right`` for arithmetic, comparison and membership."""
        if op == "%" and (texts := self.m.pool.texts(left)):
            self._percent(frame, texts[0], right, at)
        if op in BINARY:
            word = BINARY[op]
            return self._either(frame, f"__{word}__", f"__r{word}__", left, right, at)
        if op in COMPARING:
            straight, reflected = COMPARING[op]
            if op == "!=" and not any(self.has(frame, one, "__ne__") for one in left | right):
                straight = reflected = "__eq__"
            return self._either(frame, straight, reflected, left, right, at)
        if op in ("in", "not in"):
            self._member(frame, left, right, at)
        return NOTHING

    def _either(self, frame: Frame, straight: str, reflected: str, left: Values, right: Values, at: Position) -> Values:
        """The left operand's method; the right one's for what the left does not answer."""
        result = self.first(frame, left, (straight,), (right,), at)
        if not any(self.has(frame, one, straight) for one in left):
            result |= self.first(frame, right, (reflected,), (left,), at)
        return result

    def _member(self, frame: Frame, item: Values, container: Values, at: Position) -> None:
        asked = frozenset(one for one in container if self.has(frame, one, "__contains__"))
        self.first(frame, asked, ("__contains__",), (item,), at)
        others = frozenset(one for one in container - asked if isinstance(self.m.pool[one], Instance))
        self.m.items.iterate(frame, others, at)

    def augmented(self, frame: Frame, op: str, left: Values, right: Values, at: Position) -> Values:
        """``left op= right``: the in-place method, else the plain one."""
        if op not in BINARY:
            return NOTHING
        own = f"__i{BINARY[op]}__"
        result = self.first(frame, left, (own,), (right,), at)
        rest = frozenset(one for one in left if not self.has(frame, one, own))
        return result | self.binary(frame, op, rest, right, at)

    def unary(self, frame: Frame, op: str, operand: Values, at: Position) -> Values:
        """``-x``, ``+x``, ``~x``, ``not x``."""
        if op == "not":
            self.truth(frame, operand, at)
            return NOTHING
        return self.first(frame, operand, (UNARY[op],), (), at) if op in UNARY else NOTHING

    def truth(self, frame: Frame, values: Values, at: Position) -> None:
        """A truth test: ``__bool__``, else ``__len__``."""
        self.first(frame, values, TRUTH, (), at)

    def shown(self, frame: Frame, conversion: str, values: Values, at: Position) -> None:
        """A value in an f-string: ``!r``, ``!s``, ``!a`` or formatted."""
        self.first(frame, values, SHOWN.get(conversion, FORMATTED), (), at)

    def hashed(self, frame: Frame, values: Values, at: Position) -> None:
        """An item of a set, or a key of a dict."""
        self.first(frame, values, ("__hash__",), (), at)

    def awaited(self, frame: Frame, values: Values, at: Position) -> Values:
        """``await x``: what the generator of ``__await__`` returns."""
        asked = frozenset(one for one in values if self.has(frame, one, "__await__"))
        result = values - asked
        for value in self.m.pool.each(self.first(frame, asked, ("__await__",), (), at)):
            if isinstance(value, Box) and value.kind == "generator":
                result |= self.m.store.read(("return", value.scope, None), frame.scope)
            else:
                result |= self.m.pool.one(value)
        return result

    def delete(self, frame: Frame, receivers: Values, name: str, at: Position) -> None:
        """``del x.name``: a property's deleter, ``__delete__`` of a descriptor, or ``__delattr__``."""
        self.first(frame, receivers, ("__delattr__",), (self.m.pool.one(Literal(name, "str")),), at)
        for number in sorted(receivers):
            value = self.m.pool[number]
            owners = self.m.classes.order(value.scope) if isinstance(value, Instance) else ()
            held = (self.m.store.read(("attribute", one, name), frame.scope) for one in owners if isinstance(one, int))
            found = next((one for one in held if one), NOTHING)
            self.first(frame, found, ("__delete__",), (frozenset((number,)),), at)
            for one in self.m.pool.each(found):
                deleter = self.m.classes.deleters.get(one.scope) if isinstance(one, Function) else None
                if deleter is not None:
                    frame.trace.properties.append((deleter, at, frame.loop > 0))
                    self.m.calls.enter_function(frame, deleter, (frozenset((number,)),), {}, spread=False)

    def _percent(self, frame: Frame, text: str, right: Values, at: Position) -> None:
        """``"%s" % x``, ``"%s, %r" % (x, y)``, ``"%(name)s" % {"name": x}``."""
        parts = self.m.items.sequence(frame, right)
        names = self.m.items.mapping(frame, right)
        for place, field in enumerate(FIELD.finditer(text)):
            name = field["name"]
            given = names.get(name, NOTHING) if name else right
            if parts is not None and not name:
                given = parts[place] if place < len(parts) else NOTHING
            self.first(frame, given, LETTERS.get(field["letter"], ()), (), at)

    def filled(self, frame: Frame, text: str, args: tuple[Values, ...], names: dict[str, Values], at: Position) -> None:
        """``text.format(*args, **names)``: each field asks what stands for it."""
        try:
            fields = [(name, conversion) for _, name, _, conversion in Formatter().parse(text) if name is not None]
        except ValueError:
            return
        for place, (name, conversion) in enumerate(fields):
            head, *rest = re.split(r"[.\[]", name)
            at_place = int(head) if head.isdecimal() else place
            if head.isdecimal() or not head:
                given = args[at_place] if at_place < len(args) else NOTHING
            else:
                given = names.get(head, NOTHING)
            for attr in rest if "[" not in name else ():
                given = self.m.attributes.read(frame, given, attr, at)
            self.shown(frame, f"!{conversion}" if conversion else "", given, at)

    def _sum(self, frame: Frame, args: tuple[Values, ...], at: Position) -> Values:
        """``sum(items, start)``: the start and the first item, then the sum so far and the next."""
        items = self.m.items.iterate(frame, args[0], at) if args else NOTHING
        start = args[1] if len(args) > 1 else self.m.pool.one(Literal(0, "int"))
        made = self.binary(frame, "+", start, items, at)
        several = len(self.m.items.sequence(frame, args[0]) or "xx") > 1 if args else False
        return made | (self.binary(frame, "+", made, items, at) if several else NOTHING)

    def ask(self, frame: Frame, name: str, args: tuple[Values, ...], at: Position) -> Values:
        """What a builtin function asks of its arguments; ``name`` is its dotted name."""
        if name in SORTING:
            items = args if len(args) > 1 else tuple(self.m.items.iterate(frame, one, at) for one in args)
            for one in items:
                self.first(frame, one, ("__lt__", "__gt__"), (NOTHING.union(*items),), at)
            return NOTHING
        if name == "builtins.sum":
            return self._sum(frame, args, at)
        methods = ASKING.get(name.removeprefix("builtins.")) if name.startswith("builtins.") else None
        if methods is None:
            return NOTHING
        asked = args if name == "builtins.print" else args[:1]
        return NOTHING.union(*(self.first(frame, one, methods, args[1:], at) for one in asked))
