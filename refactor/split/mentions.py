"""libcst statement -> Mentions: what a statement's text needs from outside itself.

Comes in: one module-level statement and the place of its module. Goes out: free names with the attributes read from
them, imports made anywhere inside, dotted strings, and dynamic imports. Scopes are honoured: a local name that shadows
a module's name is no mention. Must not: resolve anything; in doubt a mention is recorded.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

import libcst as cst
from msgspec import Struct

from refactor.split.syntax import (
    Chain,
    Imported,
    Place,
    bindings,
    chain_of,
    imports_of,
    parts,
    prefix_of,
    stored_names,
    string_of,
    targets_of,
)

DOTTED: Final = re.compile(r"[A-Za-z_]\w*([.:][A-Za-z_]\w*)*\.?")
IMPORTERS: Final = frozenset({"import_module", "__import__", "import_string", "import_from_string", "load_object"})
NAMERS: Final = (("getLogger",), ("get_logger",))
"""Calls that take a dotted name as a name and nothing more."""


class Mentions(Struct, frozen=True):
    """What a statement needs. ``imports`` are those inside functions (and, for a block, at import time: ``eager``).

    ``strings`` are dotted texts and where they stand: ``import`` (given to an importing function; a text that ends in
    a dot is then the start of a computed name), ``argument`` of a call, or ``value``.
    ``words`` are identifiers with a meaning of their own (``globals``, ``__path__``, ``backref`` ...).
    ``inner`` are names that class bodies bind: a mention of one may mean the class's own.
    """

    uses: frozenset[Chain]
    imports: frozenset[Imported]
    eager: frozenset[Imported]
    strings: frozenset[tuple[str, str]]
    words: frozenset[str]
    inner: frozenset[str] = frozenset()


class _Scope:
    """Names bound in a function (or comprehension): to nothing known, or to what a local import made them."""

    def __init__(self, bound: dict[str, Imported | None], outer: "_Scope | None") -> None:
        self.bound = bound
        self.outer = outer


def mentions_of(statement: cst.CSTNode, place: Place) -> Mentions:
    """What one module-level statement mentions."""
    walk = _Walk(place)
    walk.visit(statement)
    return Mentions(
        frozenset(walk.uses),
        frozenset(walk.imports),
        frozenset(walk.eager),
        frozenset(walk.strings),
        frozenset(walk.words),
        frozenset(walk.inner),
    )


class _Walk:
    """One walk over one statement. ``scope`` is None outside functions (module and class level)."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.scope: _Scope | None = None
        self.deep = 0
        self.annotation = False
        self.uses: set[Chain] = set()
        self.imports: set[Imported] = set()
        self.eager: set[Imported] = set()
        self.strings: set[tuple[str, str]] = set()
        self.words: set[str] = set()
        self.inner: set[str] = set()

    def visit(self, node: cst.CSTNode) -> None:
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(self, node)
        else:
            self.each(parts(node))

    def each(self, nodes: Iterable[cst.CSTNode | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def use(self, chain: Chain) -> None:
        """Record a name that is read, unless a scope of the statement binds it."""
        name = chain[0]
        self.words.update(word for word in chain if word in _WORDS)
        scope = self.scope
        while scope is not None:
            if name in scope.bound:
                imported = scope.bound[name]
                if imported is not None:
                    self.uses.add((*imported.chain, *chain[1:]))
                return
            scope = scope.outer
        self.uses.add(("", *chain))

    def name(self, node: cst.CSTNode) -> None:
        self.use(chain_of(node))

    def attribute(self, node: cst.CSTNode) -> None:
        base: cst.CSTNode = node
        while isinstance(base, cst.Attribute):
            base = base.value
        if isinstance(base, cst.Name):
            self.use(chain_of(node))
        else:
            self.visit(base)

    def store(self, target: cst.CSTNode) -> None:
        """A target: plain names at class level are the class's own; elsewhere ``use`` decides."""
        if isinstance(target, cst.Name):
            if self.scope is not None or not self.deep:
                self.use((target.value,))
        elif isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self.store(element.value)
        else:
            self.visit(target)

    def binder(self, node: cst.CSTNode) -> None:
        """A statement or expression with a target: the target is stored, the rest is read."""
        targets = targets_of(node)
        for target in targets:
            self.store(target)
        self.each(part for part in parts(node) if not any(part is target for target in targets))

    def augment(self, node: cst.CSTNode) -> None:
        assert isinstance(node, cst.AugAssign)
        self.each((node.target, node.value))

    def annotated(self, node: cst.CSTNode) -> None:
        assert isinstance(node, cst.Annotation)
        before, self.annotation = self.annotation, True
        self.visit(node.annotation)
        self.annotation = before

    def argument(self, node: cst.CSTNode) -> None:
        assert isinstance(node, cst.Arg)
        if node.keyword is not None and node.keyword.value in _WORDS:
            self.words.add(node.keyword.value)
        self.visit(node.value)

    def string(self, node: cst.CSTNode) -> None:
        value = string_of(node)
        if value is None:
            self.each(parts(node))
        elif self.annotation:
            self.quoted(value)
        else:
            self.dotted(value, "value")

    def dotted(self, text: str, how: str) -> None:
        if DOTTED.fullmatch(text) and ("." in text or ":" in text):
            self.strings.add((text, how))

    def quoted(self, text: str) -> None:
        try:
            expression = cst.parse_expression(text.strip())
        except cst.ParserSyntaxError:
            return
        self.visit(expression)

    def call(self, node: cst.CSTNode) -> None:
        assert isinstance(node, cst.Call)
        name = chain_of(node.func)[-1:]
        if name and name[0] in IMPORTERS and node.args:
            self.importing(node.args[0].value)
        self.visit(node.func)
        for arg in node.args:
            text = string_of(arg.value)
            if text is None or self.annotation:
                self.visit(arg)
            elif name[-1:] not in NAMERS:
                self.dotted(text, "argument")

    def importing(self, node: cst.CSTNode) -> None:
        text = string_of(node)
        if text is None:
            text = prefix_of(node).rpartition(".")[0] + "."
        text = self.place.absolute(text.lstrip("."), len(text) - len(text.lstrip(".")))
        if text != ".":
            self.strings.add((text, "import"))

    def imported(self, node: cst.CSTNode) -> None:
        assert isinstance(node, (cst.Import, cst.ImportFrom))
        (self.imports if self.scope is not None else self.eager).update(imports_of(node, self.place))

    def passed(self, _: cst.CSTNode) -> None:
        """Nothing to see: ``global``, ``nonlocal``, a keyword's name."""

    def function(self, node: cst.CSTNode) -> None:
        assert isinstance(node, cst.FunctionDef)
        self.each(node.decorators)
        self.outside(node.params)
        self.each((node.returns,))
        self.inside(node.params, node.body, node)

    def function_scope(self, params: cst.Parameters, body: cst.CSTNode) -> dict[str, Imported | None]:
        bound: dict[str, Imported | None] = {}
        for name, binder in bindings(body):
            bound[name] = None
            if isinstance(binder, (cst.Import, cst.ImportFrom)):
                bound[name] = next((i for i in imports_of(binder, self.place) if i.bound == name), None)
        bound.update({param.name.value: None for param in _params(params)})
        for name in _declared(body):
            bound.pop(name, None)
        return bound

    def inside(self, params: cst.Parameters, body: cst.CSTNode, node: cst.CSTNode) -> None:
        self.deep += 1
        self.scope = _Scope(self.function_scope(params, body), self.scope)
        if isinstance(node, cst.FunctionDef) and node.type_parameters is not None:
            self.visit(node.type_parameters)
        self.visit(body)
        self.scope = self.scope.outer
        self.deep -= 1

    def outside(self, params: cst.Parameters) -> None:
        for param in _params(params):
            self.each((param.annotation, param.default))

    def anonymous(self, node: cst.CSTNode) -> None:
        assert isinstance(node, cst.Lambda)
        self.outside(node.params)
        self.inside(node.params, node.body, node)

    def klass(self, node: cst.CSTNode) -> None:
        assert isinstance(node, cst.ClassDef)
        self.each((*node.decorators, *node.bases, *node.keywords))
        self.words.update(k.keyword.value for k in node.keywords if k.keyword is not None and k.keyword.value in _WORDS)
        self.deep += 1
        # a class's names are invisible to its methods, so its body gets no scope of its own
        self.visit(node.body)
        names = {name for name, _ in bindings(node.body)}
        self.inner |= names
        self.words |= names & _WORDS
        self.deep -= 1

    def comprehension(self, node: cst.CSTNode) -> None:
        assert isinstance(node, cst.BaseComp)
        bound: dict[str, Imported | None] = {}
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            bound.update(dict.fromkeys(stored_names(clause.target)))
            clause = clause.inner_for_in
        self.visit(node.for_in.iter)
        self.scope = _Scope(bound, self.scope)
        self.each(parts(node))
        self.scope = self.scope.outer

    def keyword_pattern(self, node: cst.CSTNode) -> None:
        assert isinstance(node, cst.MatchKeywordElement)
        self.visit(node.pattern)


def _params(params: cst.Parameters) -> list[cst.Param]:
    found = [*params.posonly_params, *params.params, *params.kwonly_params]
    found += [star for star in (params.star_arg, params.star_kwarg) if isinstance(star, cst.Param)]
    return found


def _declared(node: cst.CSTNode) -> Iterable[str]:
    """Names declared ``global`` in a body, nested functions left out (``nonlocal`` is bound further out anyway)."""
    if type(node) in _DECLARING and isinstance(node, (cst.Global, cst.Nonlocal)):
        yield from (item.name.value for item in node.names)
    elif type(node) in _BLOCKS:
        for part in parts(node):
            yield from _declared(part)


_DECLARING: Final = frozenset({cst.Global, cst.Nonlocal})
_BLOCKS: Final = frozenset(
    {cst.IndentedBlock, cst.SimpleStatementLine, cst.SimpleStatementSuite, cst.If, cst.Else, cst.For, cst.While}
    | {cst.With, cst.Try, cst.TryStar, cst.ExceptHandler, cst.ExceptStarHandler, cst.Finally, cst.Match, cst.MatchCase}
)
_WORDS: Final = frozenset(
    {"autogenerate", "compare_metadata", "create_all", "drop_all", "produce_migrations"}
    | {"globals", "vars", "__path__", "__dict__", "__subclasses__", "__init_subclass__", "polymorphic_on", "backref"}
    | {"metaclass", "modules", "__mapper_args__"}
)
_HANDLERS: Final[dict[type, Callable[[_Walk, cst.CSTNode], None]]] = {
    cst.Name: _Walk.name,
    cst.Attribute: _Walk.attribute,
    cst.AssignTarget: _Walk.binder,
    cst.AnnAssign: _Walk.binder,
    cst.AugAssign: _Walk.augment,
    cst.For: _Walk.binder,
    cst.CompFor: _Walk.binder,
    cst.NamedExpr: _Walk.binder,
    cst.AsName: _Walk.binder,
    cst.TypeAlias: _Walk.binder,
    cst.MatchAs: _Walk.binder,
    cst.MatchStar: _Walk.binder,
    cst.MatchMapping: _Walk.binder,
    cst.MatchKeywordElement: _Walk.keyword_pattern,
    cst.Annotation: _Walk.annotated,
    cst.Arg: _Walk.argument,
    cst.Call: _Walk.call,
    cst.SimpleString: _Walk.string,
    cst.ConcatenatedString: _Walk.string,
    cst.Import: _Walk.imported,
    cst.ImportFrom: _Walk.imported,
    cst.Global: _Walk.passed,
    cst.Nonlocal: _Walk.passed,
    cst.FunctionDef: _Walk.function,
    cst.Lambda: _Walk.anonymous,
    cst.ClassDef: _Walk.klass,
    cst.ListComp: _Walk.comprehension,
    cst.SetComp: _Walk.comprehension,
    cst.DictComp: _Walk.comprehension,
    cst.GeneratorExp: _Walk.comprehension,
}
