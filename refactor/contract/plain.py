"""An expression of a function -> whether its value is plain: a text, a number, a date, or a display of such.

Comes in: an expression and the function that it stands in. Goes out: a truth. Must not: guess; a name counts only for what
its annotation or its one assignment says.
"""

from refactor.contract.annotations import UndecidedError
from refactor.contract.names import Names, dotted
from refactor.contract.scopes import names_in, own_nodes
from refactor.contract.shapes import Shapes
from refactor.model import facts
from refactor.model.contracts import Shape
from refactor.model.facts import Expr, Scope

PLAIN = frozenset({"none", "bool", "int", "float", "str", "decimal", "date", "datetime", "time", "timedelta", "uuid"})
"""Kinds of values that the wire writes down inside exceptions."""
_PLAIN_CALLS = frozenset({"str", "int", "float", "bool", "repr", "len", "sorted", "round"})
_HOPS = 6


class Plain:
    """Judges expressions by what annotations say."""

    def __init__(self, names: Names, shapes: Shapes) -> None:
        self._names = names
        self._shapes = shapes

    def holds(self, node: Expr, scope: Scope, module: str) -> bool:
        """Whether a value is plain."""
        if _is_plain(node):
            return True
        shape = self._shape(node, scope, module, _HOPS)
        return shape is not None and all(part.kind in PLAIN for part in (shape.of or (shape,)))

    def _shape(self, node: Expr, scope: Scope, module: str, hops: int) -> Shape | None:
        """What annotations say of a value."""
        try:
            match node:
                case facts.Name(id=name) if hops:
                    return self._of_name(name, scope, module, hops)
                case facts.Attribute(value=value, attr=attr) if hops:
                    return self._of_attribute(self._shape(value, scope, module, hops - 1), attr)
                case facts.Call(func=func):
                    called = self._names.scopes.get(self._names.of(module, dotted(func)))
                    if called is not None and called.kind == "function" and not (called.is_async or called.decorators):
                        home = self._names.of(module, dotted(func)).partition(":")[0]
                        return self._shapes.of(called.returns, home)
        except UndecidedError:
            return None
        return None

    def _of_name(self, name: str, scope: Scope, module: str, hops: int) -> Shape | None:
        bound = [node for node in own_nodes(scope) if _is_bound(node, name)]
        params = [param for param in scope.params if param.name == name]
        if params:
            return (
                None if bound or params[0].kind in ("star", "double") else self._shapes.of(params[0].annotation, module)
            )
        if len(bound) == 1 and isinstance(bound[0], facts.Assign) and isinstance(bound[0].targets[0], facts.Name):
            value = bound[0].value
            if value is not None and _is_plain(value):
                return Shape("str")  # whichever plain kind
            return self._shape(value, scope, module, hops - 1) if value is not None else None
        return None

    def _of_attribute(self, holder: Shape | None, attr: str) -> Shape | None:
        if holder is None or holder.kind != "entity":
            return None
        return next(field.shape for field in self._shapes.entity(holder.symbol, [attr]).fields if field.name == attr)


def _is_bound(node: object, name: str) -> bool:
    """Whether a statement or expression may give a name another value."""
    if isinstance(node, facts.Walrus):
        return node.target == name
    targets: tuple[object, ...] = ()
    if isinstance(node, facts.Assign):
        targets = node.targets
    elif isinstance(node, facts.Augment | facts.For | facts.Clause):
        targets = (node.target,)
    elif isinstance(node, facts.With | facts.Try | facts.Match):
        return True  # they bind in ways of their own
    return any(name in names_in(target) for target in targets)


def _is_plain(node: Expr) -> bool:
    """Whether an argument is a text, a number, or a display of such; names are not followed."""
    match node:
        case facts.Const() | facts.Format():
            return True
        case facts.Operation(op="%", operands=(facts.Const(kind="str"), *_)):
            return True
        case facts.Operation(op="+", operands=operands) | facts.Collection(items=operands):
            return all(_is_plain(each) for each in operands)
        case facts.Dict(values=values):
            return all(_is_plain(each) for each in values)
        case facts.Call(func=facts.Name(id=name)):
            return name in _PLAIN_CALLS
        case facts.Call(func=facts.Attribute(value=value, attr="format" | "join" | "upper" | "lower" | "strip")):
            return _is_plain(value)
    return False
