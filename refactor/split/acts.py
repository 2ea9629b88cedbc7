"""libcst statement -> Act*: what a module-level statement does to objects when the module is imported.

Comes in: one statement. Goes out: the receivers of its import-time effects, as chains of names. Must not: resolve
names;
``refactor.split.effects`` decides what an act means.
"""

from collections.abc import Iterable
from typing import Final

import libcst as cst
from msgspec import Struct

from refactor.split.syntax import Chain, chain_of, parts, stored_names


class Act(Struct, frozen=True):
    """One effect. ``how``: call | decorate | store (assignment to an attribute or item, ``del``) | make | derive.

    ``receiver`` is the chain it starts with (``("bp", "add_url_rule")``), ``objects`` the chains of names among the
    arguments. ``make`` is the call that an assignment keeps the result of, ``derive`` a base class, ``loop`` a ``for``
    over objects (``receiver`` is its variable).
    """

    how: str
    receiver: Chain
    objects: tuple[Chain, ...] = ()


FILLERS: Final = frozenset(
    {"add", "add_rule", "append", "connect", "extend", "insert", "register", "setdefault", "subscribe", "update"}
)
_OPEN: Final = (cst.If, cst.Else, cst.For, cst.While, cst.With, cst.Try, cst.TryStar, cst.Finally, cst.ExceptHandler)
_OPEN_MORE: Final = (cst.Match, cst.MatchCase, cst.IndentedBlock, cst.SimpleStatementLine, cst.SimpleStatementSuite)


def acts_of(node: cst.CSTNode) -> tuple[Act, ...]:
    """The acts of a statement, those of the blocks inside it included; function bodies are not run by an import."""
    return tuple(_acts(node))


def _acts(node: cst.CSTNode) -> Iterable[Act]:
    if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
        yield from (_call("decorate", decorator.decorator) for decorator in node.decorators)
        if isinstance(node, cst.ClassDef):
            yield from (Act("derive", chain_of(base.value)) for base in node.bases)
    elif isinstance(node, cst.Expr):
        yield from _expression(node.value)
    elif isinstance(node, (cst.Assign, cst.AnnAssign, cst.AugAssign)):
        yield from _assignment(node)
    elif isinstance(node, cst.Del):
        yield from _stores(node.target)
    elif isinstance(node, (*_OPEN, *_OPEN_MORE)):
        yield from _loops(node)
        for part in parts(node):
            yield from _acts(part)


def _loops(node: cst.CSTNode) -> Iterable[Act]:
    if isinstance(node, cst.For):
        objects = tuple(_argument(node.iter))
        yield from (Act("loop", (name,), objects) for name in stored_names(node.target))


def own_names(node: cst.CSTNode) -> frozenset[str]:
    """The names that a ``for`` or ``with`` statement sets before anything in it can read them."""
    if isinstance(node, cst.For):
        return frozenset(stored_names(node.target))
    if isinstance(node, cst.With):
        targets = [item.asname.name for item in node.items if item.asname is not None]
        return frozenset(name for target in targets for name in stored_names(target))
    return frozenset()


def written_names(node: cst.CSTNode) -> frozenset[str]:
    """The names whose objects a function changes when it is called: by item or attribute, or by a method that fills."""
    return frozenset(_written(node)) if isinstance(node, cst.FunctionDef) else frozenset()


def _written(node: cst.CSTNode) -> Iterable[str]:
    if isinstance(node, (cst.Assign, cst.AnnAssign, cst.AugAssign)):
        yield from (act.receiver[0] for act in _assignment(node) if act.how == "store" and act.receiver)
    elif isinstance(node, cst.Call) and chain_of(node.func)[1:] and chain_of(node.func)[-1] in FILLERS:
        yield chain_of(node.func)[0]
    for part in parts(node):
        yield from _written(part)


def _expression(node: cst.BaseExpression) -> Iterable[Act]:
    if isinstance(node, (cst.Call, cst.Await)):
        yield _call("call", node)
    elif isinstance(node, (cst.IfExp, cst.BooleanOperation, cst.Tuple, cst.List, cst.BaseComp, cst.NamedExpr)):
        yield from (_call("call", call) for call in _calls(node))


def _calls(node: cst.CSTNode) -> Iterable[cst.Call]:
    for part in parts(node):
        if isinstance(part, cst.Call):
            yield part
        else:
            yield from _calls(part)


def _call(how: str, node: cst.BaseExpression) -> Act:
    call = node.expression if isinstance(node, cst.Await) else node
    objects: list[Chain] = []
    inner: cst.BaseExpression = call
    while isinstance(inner, (cst.Call, cst.Attribute, cst.Subscript)):
        if isinstance(inner, cst.Call):
            objects += [chain for arg in inner.args for chain in _argument(arg.value)]
        inner = inner.func if isinstance(inner, cst.Call) else inner.value
    return Act(how, _receiver(call), tuple(objects))


def _argument(node: cst.BaseExpression) -> Iterable[Chain]:
    if isinstance(node, (cst.Tuple, cst.List, cst.Set)):
        for element in node.elements:
            yield from _argument(element.value)
    elif chain := chain_of(node):
        yield chain


def _receiver(node: cst.BaseExpression) -> Chain:
    """``("a", "b")`` for ``a.b(x).c(y)``: the first thing called."""
    inner: cst.BaseExpression = node
    chain: Chain = ()
    while isinstance(inner, (cst.Call, cst.Attribute, cst.Subscript, cst.Name)):
        if isinstance(inner, cst.Call):
            chain = _straight(inner.func) or chain
            inner = inner.func
        elif isinstance(inner, cst.Name):
            return chain or (inner.value,)
        else:
            inner = inner.value
    return chain


def _straight(node: cst.BaseExpression) -> Chain:
    inner: cst.BaseExpression = node
    while isinstance(inner, cst.Attribute):
        inner = inner.value
    return chain_of(node) if isinstance(inner, cst.Name) else ()


def _assignment(node: cst.Assign | cst.AnnAssign | cst.AugAssign) -> Iterable[Act]:
    targets = [target.target for target in node.targets] if isinstance(node, cst.Assign) else [node.target]
    for target in targets:
        yield from _stores(target)
    if isinstance(node.value, cst.Call):
        yield _call("make", node.value)


def _stores(target: cst.BaseExpression) -> Iterable[Act]:
    if isinstance(target, (cst.Attribute, cst.Subscript)):
        yield Act("store", chain_of(target))
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _stores(element.value)
