"""What one file says by itself: of Python a compact syntax tree per scope, of a template its expressions; with positions.

Facts know Python only, no framework. Structs are stored as arrays (msgpack), tagged by a short letter; a position is
``(line, column)``, both from 1. Expressions stand in source order, comprehensions and lambdas included.
"""

from typing import TypeAlias

from msgspec import Struct

Position: TypeAlias = tuple[int, int]


class _Node(Struct, frozen=True, array_like=True):
    """Base of expressions and statements."""

    at: Position


# -- expressions ---------------------------------------------------------------------------------------------------


class Name(_Node, frozen=True, array_like=True, tag="n"):
    """A name that is read."""

    id: str


class Const(_Node, frozen=True, array_like=True, tag="c"):
    """A literal: str, int, float, bool, bytes (as ``repr``) or None; ``kind`` is the type's name (``ellipsis`` too)."""

    value: str | int | float | bool | None
    kind: str


class Attribute(_Node, frozen=True, array_like=True, tag="a"):
    """``value.attr``; ``at`` is the position of ``attr``."""

    value: "Expr"
    attr: str


class Keyword(Struct, frozen=True, array_like=True):
    """``name=value``, or ``**value`` when the name is empty."""

    name: str
    value: "Expr"


class Call(_Node, frozen=True, array_like=True, tag="C"):
    """``func(args, keywords)``; ``end`` is the last line of the call."""

    func: "Expr"
    args: "tuple[Expr, ...]"
    keywords: tuple[Keyword, ...]
    end: int


class Subscript(_Node, frozen=True, array_like=True, tag="s"):
    """``value[index]``; a slice is ``Collection("slice", ...)``."""

    value: "Expr"
    index: "Expr"


class Collection(_Node, frozen=True, array_like=True, tag="l"):
    """A display: ``kind`` is tuple, list, set or slice."""

    kind: str
    items: "tuple[Expr, ...]"


class Dict(_Node, frozen=True, array_like=True, tag="d"):
    """A dict display; a key of None means ``**value``."""

    keys: "tuple[Expr | None, ...]"
    values: "tuple[Expr, ...]"


class Operation(_Node, frozen=True, array_like=True, tag="o"):
    """Operators: ``op`` is the Python token (``+``, ``in``, ``not``, ``and``, ``!r`` in an f-string ...), operands in order."""

    op: str
    operands: "tuple[Expr, ...]"


class Format(_Node, frozen=True, array_like=True, tag="f"):
    """An f-string or implicit concatenation with one: its parts in order, constants and expressions."""

    parts: "tuple[Expr, ...]"


class Choice(_Node, frozen=True, array_like=True, tag="?"):
    """``body if test else orelse``."""

    test: "Expr"
    body: "Expr"
    orelse: "Expr"


class LambdaRef(_Node, frozen=True, array_like=True, tag="L"):
    """A lambda; its body is a scope of its own."""

    scope: int


class Clause(Struct, frozen=True, array_like=True):
    """``for target in iter if tests`` of a comprehension."""

    target: "Expr"
    iter: "Expr"
    tests: "tuple[Expr, ...]"
    is_async: bool


class Comprehension(_Node, frozen=True, array_like=True, tag="g"):
    """``kind`` is list, set, dict or generator; a dict has a key."""

    kind: str
    element: "Expr"
    key: "Expr | None"
    clauses: tuple[Clause, ...]


class Starred(_Node, frozen=True, array_like=True, tag="*"):
    """``*value``."""

    value: "Expr"


class Await(_Node, frozen=True, array_like=True, tag="w"):
    """``await value``."""

    value: "Expr"


class Yield(_Node, frozen=True, array_like=True, tag="y"):
    """``yield value`` or ``yield from value`` (``many``)."""

    value: "Expr | None"
    many: bool


class Walrus(_Node, frozen=True, array_like=True, tag="="):
    """``target := value``."""

    target: str
    value: "Expr"


Expr: TypeAlias = (
    Name | Const | Attribute | Call | Subscript | Collection | Dict | Operation | Format | Choice | LambdaRef | Comprehension
    | Starred | Await | Yield | Walrus
)  # fmt: skip

# -- statements ----------------------------------------------------------------------------------------------------


class Assign(_Node, frozen=True, array_like=True, tag="A"):
    """``targets = value``, an annotated assignment (one target, ``annotation``), or a bare annotation (no value)."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None


class Augment(_Node, frozen=True, array_like=True, tag="U"):
    """``target op= value``."""

    target: Expr
    op: str
    value: Expr


class Do(_Node, frozen=True, array_like=True, tag="E"):
    """An expression as a statement."""

    value: Expr


class Return(_Node, frozen=True, array_like=True, tag="R"):
    """``return value``."""

    value: Expr | None


class Raise(_Node, frozen=True, array_like=True, tag="X"):
    """``raise exc from cause``."""

    exc: Expr | None
    cause: Expr | None


class Assert(_Node, frozen=True, array_like=True, tag="V"):
    """``assert test, message``."""

    test: Expr
    message: Expr | None


class Delete(_Node, frozen=True, array_like=True, tag="D"):
    """``del targets``."""

    targets: tuple[Expr, ...]


class Leave(_Node, frozen=True, array_like=True, tag="b"):
    """``break``, ``continue`` or ``pass``."""

    word: str


class Scoping(_Node, frozen=True, array_like=True, tag="G"):
    """``global names`` or ``nonlocal names``."""

    word: str
    names: tuple[str, ...]


class Alias(Struct, frozen=True, array_like=True):
    """``name as asname`` in an import; ``*`` is a name."""

    name: str
    asname: str


class Import(_Node, frozen=True, array_like=True, tag="I"):
    """``import a.b as c``."""

    names: tuple[Alias, ...]


class ImportFrom(_Node, frozen=True, array_like=True, tag="J"):
    """``from ..module import names``; ``level`` counts the dots."""

    module: str
    level: int
    names: tuple[Alias, ...]


class Define(_Node, frozen=True, array_like=True, tag="F"):
    """A ``def`` or ``class`` statement: the scope it opens, bound to ``name`` after decoration."""

    name: str
    scope: int


class If(_Node, frozen=True, array_like=True, tag="i"):
    """``if test: body else: orelse``."""

    test: Expr
    body: "tuple[Stmt, ...]"
    orelse: "tuple[Stmt, ...]"


class For(_Node, frozen=True, array_like=True, tag="r"):
    """``for target in iter: body else: orelse``; ``end`` is the last line of the body."""

    target: Expr
    iter: Expr
    body: "tuple[Stmt, ...]"
    orelse: "tuple[Stmt, ...]"
    is_async: bool
    end: int


class While(_Node, frozen=True, array_like=True, tag="h"):
    """``while test: body else: orelse``."""

    test: Expr
    body: "tuple[Stmt, ...]"
    orelse: "tuple[Stmt, ...]"
    end: int


class Handler(Struct, frozen=True, array_like=True):
    """``except type as name: body``."""

    type: Expr | None
    name: str
    body: "tuple[Stmt, ...]"
    at: Position


class Try(_Node, frozen=True, array_like=True, tag="t"):
    """``try: body except ... else: orelse finally: final``."""

    body: "tuple[Stmt, ...]"
    handlers: tuple[Handler, ...]
    orelse: "tuple[Stmt, ...]"
    final: "tuple[Stmt, ...]"


class WithItem(Struct, frozen=True, array_like=True):
    """``context as target``."""

    context: Expr
    target: Expr | None


class With(_Node, frozen=True, array_like=True, tag="W"):
    """``with items: body``; ``end`` is the last line of the body."""

    items: tuple[WithItem, ...]
    body: "tuple[Stmt, ...]"
    is_async: bool
    end: int


class Case(Struct, frozen=True, array_like=True):
    """``case pattern if guard: body``; the pattern as an expression of its shape.

    A capture is a ``Name``, a sequence a ``Collection``, a mapping a ``Dict`` (``**rest`` has no key), a class pattern a
    ``Call``, an or-pattern an ``Operation`` with ``|``, ``pattern as x`` a ``Walrus``, ``_`` an unknown ``Const``.
    """

    pattern: Expr
    guard: Expr | None
    body: "tuple[Stmt, ...]"


class Match(_Node, frozen=True, array_like=True, tag="m"):
    """``match subject: cases``."""

    subject: Expr
    cases: tuple[Case, ...]


Stmt: TypeAlias = (
    Assign | Augment | Do | Return | Raise | Assert | Delete | Leave | Scoping | Import | ImportFrom | Define | If | For | While
    | Try | With | Match
)  # fmt: skip

# -- scopes --------------------------------------------------------------------------------------------------------


class Param(Struct, frozen=True, array_like=True):
    """A parameter. ``kind``: positional (only), both, star, keyword (only), double."""

    name: str
    kind: str
    default: Expr | None
    annotation: Expr | None


class Scope(Struct, frozen=True, array_like=True):
    """A module, class, function or lambda, with its statements.

    ``line`` is the line of ``def``/``class`` (1 for a module), ``first`` the line of the first decorator, ``end`` the last.
    ``parent`` is an index into ``ModuleFacts.scopes`` (-1 for the module). A lambda's body is one ``Return``.
    """

    kind: str
    name: str
    qualname: str
    parent: int
    line: int
    column: int
    first: int
    end: int
    params: tuple[Param, ...]
    decorators: tuple[Expr, ...]
    bases: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    returns: Expr | None
    body: tuple[Stmt, ...]
    bound: tuple[str, ...]
    is_async: bool
    is_generator: bool
    doc: str


class Pragma(Struct, frozen=True, array_like=True):
    """A comment that speaks to the tool: ``# refactor: ignore[RULE] reason``."""

    line: int
    word: str
    argument: str
    reason: str


class ModuleFacts(Struct, frozen=True, array_like=True):
    """One file. ``scopes[0]`` is the module; a scope's index is its identity within the file."""

    path: str
    lines: int
    scopes: tuple[Scope, ...]
    pragmas: tuple[Pragma, ...]


# -- templates -----------------------------------------------------------------------------------------------------


class Mention(Struct, frozen=True, array_like=True):
    """What a template says at a line.

    ``steps`` is a chain: a variable (``'text`` for a string, ``%tag`` for what a tag gives), then ``.name``, ``()``, ``[key]``
    (``[]`` when it is no constant) and ``|filter``. ``kind``: show (``{{ }}``), read, loop (each of ``steps`` under ``names``),
    set (``steps`` under ``names``), open and close (names set between are forgotten), tag, test, extends, include (the
    templates ``names``).
    """

    line: int
    kind: str
    names: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


class TemplateFacts(Struct, frozen=True, array_like=True):
    """One template of Django or Jinja: what it mentions, in its order."""

    path: str
    lines: int
    mentions: tuple[Mention, ...]
