"""The mechanism behind a call, from the expression at its place: how one would have to resolve it."""

import ast

from .figures import Place
from .naming import FUNCTION, Source
from .syntax import generates, header, spelled

_OPERATORS = (
    ast.BinOp,
    ast.Compare,
    ast.Subscript,
    ast.UnaryOp,
    ast.AugAssign,
    ast.BoolOp,
    ast.JoinedStr,
    ast.FormattedValue,
)


def kind_of(place: Place, source: Source) -> str:
    """One of some thirty short words, such as ``self.attr.method`` or ``property``."""
    name = place.callee.symbol.rpartition(":")[2].rpartition(".")[2]
    node = source.spans.get(place.span)
    if isinstance(node, ast.Await):
        node = node.value
    if node is None:
        return "dunder" if _is_dunder(name) else "unplaced"
    if name in ("__init_subclass__", "__set_name__"):
        return "class creation"
    if generates(place.callee.node) and spelled(node) != name:
        made = next((one for one in ast.walk(header(node)) if isinstance(one, ast.Call) and spelled(one) == name), None)
        return _receiver(made.func, place) if made else "generator begun away from its call"
    if isinstance(node, ast.Call):
        return _call(node, name, place)
    if _decorates(node, place):
        return "decorator"
    if isinstance(node, ast.Attribute):
        return "property" if node.attr == name else f"dunder: {name}" if _is_dunder(name) else "descriptor or alias"
    if _is_dunder(name):
        return f"dunder: {name}"
    if isinstance(node, _OPERATORS):
        return "operator"
    return f"at {type(node).__name__}"


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _call(node: ast.Call, name: str, place: Place) -> str:
    func, word = node.func, spelled(node)
    if _decorates(node, place):
        return "decorator"
    if name in ("__init__", "__new__", "__post_init__"):
        return (
            f"class as value: {_receiver(func, place)}"
            if not _is_class(word)
            else f"constructor: {_receiver(func, place)}"
        )
    if name == "__call__":
        return f"dunder: __call__ of {_receiver(func, place)}"
    if _is_dunder(name) and word != name:
        return f"dunder: {name}"
    if word != name:
        if "." in place.callee.symbol.rpartition(":")[2] and _wraps(place):
            return "into a decorator's wrapper"
        return f"callable value: {_receiver(func, place)}"
    return _receiver(func, place)


def _is_class(name: str) -> bool:
    return name.lstrip("_")[:1].isupper()


def _wraps(place: Place) -> bool:
    """Whether the callee is a function defined inside a function that takes a callable: likely a wrapper."""
    return place.callee.symbol.rpartition(".")[2] in (
        "wrapper",
        "wrapped",
        "inner",
        "decorated",
        "decorated_view",
        "_wrapper",
    )


def _receiver(func: ast.expr, place: Place) -> str:
    """What stands before the parenthesis."""
    first = _first(place)
    if isinstance(func, ast.Name):
        return f"name() ({_bound(func.id, place)})"
    if isinstance(func, ast.Attribute):
        return f"{_base(func.value, first, place)}.method()"
    if isinstance(func, ast.Call):
        return "call()()"
    if isinstance(func, ast.Subscript):
        return "item[]()"
    return f"{type(func).__name__}()"


def _base(value: ast.expr, first: str, place: Place) -> str:
    if isinstance(value, ast.Name):
        if value.id == first:
            return "self"
        return _bound(value.id, place)
    if isinstance(value, ast.Attribute):
        inner = value.value
        if isinstance(inner, ast.Name) and inner.id == first:
            return "self.attr"
        return f"{_base(inner, first, place)}.attr" if isinstance(inner, ast.Name) else "a.b.attr"
    if isinstance(value, ast.Call):
        if isinstance(value.func, ast.Name) and value.func.id == "super":
            return "super()"
        return "call()"
    if isinstance(value, ast.Subscript):
        return "item[]"
    return type(value).__name__.lower()


def _first(place: Place) -> str:
    """The name of the first parameter of a method."""
    node = place.caller.node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "." in place.caller.symbol.rpartition(":")[2]:
        arguments = [*node.args.posonlyargs, *node.args.args]
        return arguments[0].arg if arguments else ""
    return "self"


def _bound(name: str, place: Place) -> str:
    """How a name is bound in its scope: parameter, loop variable, with, local, or global."""
    node = place.caller.node
    if place.caller.kind == FUNCTION and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        spec = node.args
        named = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *(one for one in (spec.vararg, spec.kwarg) if one)]
        for one in named:
            if one.arg == name:
                return "annotated parameter" if one.annotation else "parameter"
    return "global" if place.caller.kind != FUNCTION else _local(node, name)


def _local(scope: ast.AST, name: str) -> str:
    for node in ast.walk(scope):
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension) and _binds(node.target, name):
            return "loop variable"
        if isinstance(node, ast.withitem) and node.optional_vars is not None and _binds(node.optional_vars, name):
            return "with variable"
        if isinstance(node, ast.Assign) and any(_binds(one, name) for one in node.targets):
            return f"local = {_shape(node.value)}"
        if isinstance(node, ast.AnnAssign) and _binds(node.target, name):
            return "annotated local"
        if isinstance(node, ast.NamedExpr) and _binds(node.target, name):
            return "local"
        if isinstance(node, ast.Import | ast.ImportFrom) and any(
            (one.asname or one.name) == name for one in node.names
        ):
            return "local import"
    return "global or closure"


def _binds(target: ast.AST, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(target))


def _shape(value: ast.expr) -> str:
    if isinstance(value, ast.Await):
        return f"await {_shape(value.value)}"
    words = {
        ast.Call: "call()",
        ast.Attribute: "x.attr",
        ast.Subscript: "item[]",
        ast.IfExp: "choice",
        ast.BoolOp: "choice",
    }
    return words.get(type(value), type(value).__name__.lower())


def _decorates(node: ast.AST, place: Place) -> bool:
    return any(one is node for scope in ast.walk(place.caller.node) for one in getattr(scope, "decorator_list", ()))
