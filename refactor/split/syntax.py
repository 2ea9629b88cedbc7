"""Small questions about libcst nodes: what a chain of names says, what a statement binds, what an import brings.

Comes in: a node. Goes out: names as plain values. Must not: know scopes or other modules.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Final, TypeAlias, TypeGuard

import libcst as cst
from libcst.helpers import get_full_name_for_node
from msgspec import Struct

from refactor.model.source_roots import Aliases

Chain: TypeAlias = tuple[str, ...]
"""``("", "bp", "route")`` is ``bp.route`` in the module's own names, ``("shop.models", "Order")`` an absolute path."""

_SKIPPED: Final = frozenset(
    {"lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "dot", "semicolon", "equal", "colon"}
    | {"newline", "star", "operator", "operators", "indent", "asynchronous", "header", "footer", "leading_lines"}
    | {"lines_after_decorators", "lines_after_type_parameters", "trailing_whitespace"}
)
_FIELDS: Final[dict[type, tuple[str, ...]]] = {}
_IS_NODE: Final[dict[type, bool]] = {}


class Place(Struct, frozen=True):
    """Where a statement stands: its module's name, the package that relative imports start from, and its file.

    ``aliases`` tell what the file calls by a shorter name than the program does.
    """

    module: str
    package: str
    path: str = ""
    aliases: Aliases = Aliases()

    def absolute(self, module: str, level: int) -> str:
        """The absolute name of an imported module."""
        if not level:
            return self.aliases.full(module, self.path)
        base = self.package.split(".")[: len(self.package.split(".")) - level + 1]
        return ".".join([*base, module] if module else base)


class Imported(Struct, frozen=True, order=True):
    """``from module import name as bound``; ``name`` is "" for ``import module`` and ``*`` for a star.

    ``whole``: the bound name is the module itself, not its first package (``import a.b as c``). ``above``: how many packages
    stand above that first package in the module's name (a source root's).
    """

    bound: str
    module: str
    name: str = ""
    whole: bool = True
    above: int = 0

    @property
    def label(self) -> str:
        """What tells imports of one module apart that bind the same: each star, ``import a.b`` and ``import a.c``."""
        if self.name == "*":
            return f"*{self.module}"
        return self.bound if self.whole else ".".join(self.module.split(".")[self.above :])

    @property
    def chain(self) -> Chain:
        """What the bound name stands for."""
        if self.name:
            return (self.module, self.name)
        return (self.module if self.whole else ".".join(self.module.split(".")[: self.above + 1]),)


def parts(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """The child nodes that carry meaning, in source order; white space and punctuation are passed over."""
    names = _FIELDS.get(type(node))
    if names is None:
        names = tuple(f.name for f in fields(node) if f.name not in _SKIPPED and not f.name.startswith("whitespace"))
        _FIELDS[type(node)] = names
    for name in names:
        value = getattr(node, name)
        if type(value) is tuple or type(value) is list:
            yield from (item for item in value if _is_node(item))
        elif _is_node(value):
            yield value


def _is_node(value: object) -> TypeGuard[cst.CSTNode]:
    """``isinstance`` asks an abstract class each time, which costs more than all the rest of a walk."""
    known = _IS_NODE.get(type(value))
    if known is None:
        known = _IS_NODE[type(value)] = isinstance(value, cst.CSTNode)
    return known


def imports_of(node: cst.Import | cst.ImportFrom, place: Place) -> tuple[Imported, ...]:
    """What an import statement binds, in source order."""
    if isinstance(node, cst.Import):
        return tuple(_plain_import(alias, place) for alias in node.names)
    module = place.absolute(get_full_name_for_node(node.module) or "" if node.module else "", len(node.relative))
    if isinstance(node.names, cst.ImportStar):
        return (Imported("*", module, "*"),)
    return tuple(Imported(bound_by(alias), module, str(alias.name.value)) for alias in node.names)


def bound_by(alias: cst.ImportAlias) -> str:
    """The name that an import alias binds."""
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return (get_full_name_for_node(alias.name) or "").partition(".")[0]


def label_by(alias: cst.ImportAlias) -> str:
    """The label of an import alias: ``a.b`` in ``import a.b``, else the name that it binds."""
    return bound_by(alias) if alias.asname is not None else get_full_name_for_node(alias.name) or ""


def _plain_import(alias: cst.ImportAlias, place: Place) -> Imported:
    said = get_full_name_for_node(alias.name) or ""
    module = place.absolute(said, 0)
    whole = alias.asname is not None or "." not in said
    return Imported(bound_by(alias), module, "", whole, 0 if whole else module.count(".") - said.count("."))


def chain_of(node: cst.CSTNode) -> Chain:
    """``("a", "b")`` for ``a.b``; for a call or subscript the chain it starts with; empty without a name."""
    attributes: list[str] = []
    while True:
        if isinstance(node, cst.Attribute):
            attributes.append(node.attr.value)
            node = node.value
        elif isinstance(node, cst.Call):
            attributes.clear()
            node = node.func
        elif isinstance(node, cst.Subscript):
            attributes.clear()
            node = node.value
        elif isinstance(node, cst.Name):
            return (node.value, *reversed(attributes))
        else:
            return ()


def string_of(node: cst.CSTNode) -> str | None:
    """The value of a plain string literal."""
    if not isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        return None
    try:
        value = node.evaluated_value
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None


def prefix_of(node: cst.CSTNode) -> str:
    """The constant start of a computed text: ``"a.b."`` for ``f"a.b.{x}"``, ``"a.b." + x`` and ``"a.b.%s" % x``."""
    if isinstance(node, cst.FormattedString):
        first = node.parts[0] if node.parts else None
        return first.value if isinstance(first, cst.FormattedStringText) else ""
    if isinstance(node, cst.BinaryOperation):
        return (string_of(node.left) or prefix_of(node.left)).partition("%")[0]
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "format":
        return (string_of(node.func.value) or "").partition("{")[0]
    return ""


def stored_names(target: cst.CSTNode) -> Iterable[str]:
    """The plain names that an assignment target binds."""
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from stored_names(element.value)


def bindings(node: cst.CSTNode) -> Iterable[tuple[str, cst.CSTNode]]:
    """Names bound by a statement in its own scope, with the binding node; nested functions and classes stay closed."""
    kind = type(node)
    if kind in _CLOSED:
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            yield node.name.value, node
        elif isinstance(node, (cst.Import, cst.ImportFrom)):
            names = () if isinstance(node.names, cst.ImportStar) else node.names
            yield from ((bound_by(alias), node) for alias in names)
        return
    if kind in _TARGETS:
        for target in targets_of(node):
            for name in stored_names(target):
                yield name, node
    for part in parts(node):
        if type(part) is cst.CompFor and kind in _COMPREHENSIONS:
            yield from _walruses(part)
        else:
            yield from bindings(part)


def _walruses(node: cst.CSTNode) -> Iterable[tuple[str, cst.CSTNode]]:
    yield from ((name, found) for name, found in bindings(node) if isinstance(found, cst.NamedExpr))


def targets_of(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The targets that a node assigns to."""
    name = _TARGETS.get(type(node))
    target = getattr(node, name) if name is not None else None
    return (target,) if target is not None else ()


_CLOSED: Final = frozenset(
    {cst.FunctionDef, cst.ClassDef, cst.Import, cst.ImportFrom, cst.Lambda, cst.Name, cst.SimpleString, cst.Integer}
)
_COMPREHENSIONS: Final = frozenset({cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp})
_TARGETS: Final[dict[type, str]] = {
    **dict.fromkeys((cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr), "target"),
    **dict.fromkeys((cst.AsName, cst.TypeAlias, cst.MatchAs, cst.MatchStar), "name"),
    cst.MatchMapping: "rest",
}
