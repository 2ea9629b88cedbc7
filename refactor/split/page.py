"""SourceFile -> Page: a module as a row of statements, each with its own text and what it binds and mentions.

Comes in: one Python file and its module. Goes out: plain values; the texts of a page put together are the file, byte
for byte. Must not: resolve names beyond the file. Parsing is the dearest part of a split: pages are made once and
shared.
"""

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property, lru_cache

import libcst as cst
from msgspec import Struct
from msgspec.structs import replace

from refactor.model.program import Module
from refactor.model.source_roots import Aliases
from refactor.model.sources import SourceFile
from refactor.split.acts import Act, acts_of, own_names, written_names
from refactor.split.mentions import Mentions, mentions_of
from refactor.split.syntax import Imported, Place, bindings, chain_of, imports_of, parts, string_of

ALONE = Aliases()
NO_MENTIONS = Mentions(frozenset(), frozenset(), frozenset(), frozenset(), frozenset())


class Statement(Struct, frozen=True):
    """A module-level statement. ``first``..``last`` are its lines, comments above included.

    ``kind``: fixed (docstring, future import, computed ``__all__``) | import | exports (``__all__``) | typing (``if
    TYPE_CHECKING``) | main (``if __name__ == "__main__"``) | note (a bare constant) | function | class | assignment |
    effect | block.
    ``imports`` are the names that it imports at module level; ``acts`` what it does to objects when it runs; ``own``
    the names that it always sets before it reads them; ``writes`` the names whose objects a function changes when
    called.
    """

    kind: str
    text: str
    first: int
    last: int
    binds: tuple[str, ...] = ()
    imports: tuple[Imported, ...] = ()
    mentions: Mentions = NO_MENTIONS
    acts: tuple[Act, ...] = ()
    exports: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()


class Page(Struct, frozen=True, dict=True):
    """A module's text in pieces: ``header``, the statements, ``footer``.

    ``opaque``: can't be pruned, only kept whole. ``formerly`` are own names that bodies used before they were left out.
    """

    module: str
    path: str
    is_package: bool
    encoding: str
    content: bytes
    header: str = ""
    footer: str = ""
    statements: tuple[Statement, ...] = ()
    opaque: bool = False
    formerly: frozenset[str] = frozenset()

    @cached_property
    def bound(self) -> dict[str, tuple[int, ...]]:
        """Name -> the statements that bind it at module level."""
        found: dict[str, list[int]] = {}
        for index, statement in enumerate(self.statements):
            for name in statement.binds:
                found.setdefault(name, []).append(index)
        return {name: tuple(indexes) for name, indexes in found.items()}

    @cached_property
    def imported(self) -> dict[str, tuple[Imported, ...]]:
        """Name -> the imports that bind it when the module runs (those for type checkers only do not)."""
        found: dict[str, list[Imported]] = {}
        for statement in self.statements:
            for imported in statement.imports if statement.kind != "typing" else ():
                found.setdefault(imported.bound, []).append(imported)
        return {name: tuple(imports) for name, imports in found.items()}

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """The module's own names that its statements use."""
        used = {chain[1] for statement in self.statements for chain in statement.mentions.uses if not chain[0]}
        return frozenset(used | (self.exports or frozenset()) | self.formerly)

    @cached_property
    def exports(self) -> frozenset[str] | None:
        """The names in ``__all__``; None when the module has none."""
        if "__all__" not in self.bound:
            return None
        return frozenset(name for index in self.bound["__all__"] for name in self.statements[index].exports)

    def at(self, line: int) -> int:
        """The index of the statement at a line; -1 outside of all."""
        index = bisect_right(self._starts, line) - 1
        return index if index >= 0 and line <= self.statements[index].last else -1

    @cached_property
    def _starts(self) -> list[int]:
        return [statement.first for statement in self.statements]


def page_of(file: SourceFile, module: Module, aliases: Aliases = ALONE) -> Page:
    """The page of a file. A text that libcst can't take apart and put together again gives an opaque page."""
    package = module.name if module.is_package else module.name.rpartition(".")[0]
    place = Place(module.name, package, module.path, aliases)
    try:
        tree = cst.parse_module(file.content)
    except (cst.ParserSyntaxError, UnicodeError, RecursionError):
        return Page(module.name, file.path, module.is_package, "utf-8", file.content, opaque=True)
    texts = [tree.code_for_node(node) for node in tree.body]
    header = "".join(tree.code_for_node(line) for line in tree.header)
    footer = "".join(tree.code_for_node(line) for line in tree.footer)
    whole = tree.code
    if not tree.has_trailing_newline and (texts or footer):
        footer, texts = _without_newline(footer, texts, tree.default_newline)
    whole_again = header + "".join(texts) + footer
    statements = tuple(_statements(tree.body, texts, header.count("\n") + 1, place))
    opaque = whole != whole_again or whole.encode(tree.encoding) != file.content
    return Page(
        module.name, file.path, module.is_package, tree.encoding, file.content, header, footer, statements, opaque
    )


def _without_newline(footer: str, texts: list[str], newline: str) -> tuple[str, list[str]]:
    """Take the end of line away that libcst gives to the last line of a text without one."""
    if footer:
        return footer.removesuffix(newline), texts
    return footer, [*texts[:-1], texts[-1].removesuffix(newline)]


def _statements(nodes: Iterable[cst.CSTNode], texts: list[str], line: int, place: Place) -> Iterable[Statement]:
    for index, (node, text) in enumerate(zip(nodes, texts, strict=True)):
        last = line + max(text.count("\n") - text.endswith("\n"), 0)
        yield _statement(node, text, (line, last), place, first=index == 0)
        line += text.count("\n")


def _statement(node: cst.CSTNode, text: str, lines: tuple[int, int], place: Place, first: bool) -> Statement:
    kind = _kind(node, first)
    binds = tuple(dict.fromkeys(name for name, _ in bindings(node)))
    mentions = mentions_of(node, place) if kind not in ("import", "typing") else NO_MENTIONS
    imports = tuple(imported for inner in _imports_in(node) for imported in imports_of(inner, place))
    return Statement(
        kind,
        text,
        *lines,
        binds,
        imports,
        mentions,
        acts_of(node),
        _exports(node, kind),
        own_names(node),
        written_names(node),
    )


def restated(statement: Statement, text: str, place: Place) -> Statement:
    """A statement whose text is shorter; its lines stay those of the file."""
    return replace(_stated(text, place), first=statement.first, last=statement.last)


@lru_cache(maxsize=65536)
def _stated(text: str, place: Place) -> Statement:
    """Services leave out much the same bodies, and parsing is the dear part."""
    (node,) = cst.parse_module(text).body
    return _statement(node, text, (0, 0), place, first=False)


def _imports_in(node: cst.CSTNode) -> Iterable[cst.Import | cst.ImportFrom]:
    """Imports that run when the module runs, in blocks too."""
    if isinstance(node, (cst.Import, cst.ImportFrom)):
        yield node
    elif not isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.BaseExpression)):
        for part in parts(node):
            yield from _imports_in(part)


def _kind(node: cst.CSTNode, first: bool) -> str:
    if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
        return "class" if isinstance(node, cst.ClassDef) else "function"
    if isinstance(node, cst.If):
        return _kind_of_condition(node)
    if isinstance(node, cst.SimpleStatementLine):
        kinds = {_kind_of_small(small) for small in node.body}
        if first and kinds == {"note"} and string_of(_expression(node.body[0])) is not None:
            return "fixed"
        if len(node.body) == 1 or kinds in ({"fixed"}, {"note"}):
            return kinds.pop()
        return "effect" if "effect" in kinds else "assignment"
    return "block"


def _kind_of_condition(node: cst.If) -> str:
    chain = chain_of(node.test)
    if chain[-1:] == ("TYPE_CHECKING",) and node.orelse is None:
        return "typing"
    test = node.test
    if isinstance(test, cst.Comparison) and chain_of(test.left) == ("__name__",) and node.orelse is None:
        value = string_of(test.comparisons[0].comparator)
        return "main" if value == "__main__" else "block"
    return "block"


def _kind_of_small(node: cst.CSTNode) -> str:
    if isinstance(node, cst.ImportFrom) and chain_of(node.module or node) == ("__future__",):
        return "fixed"
    if isinstance(node, (cst.Import, cst.ImportFrom)):
        return "import"
    if isinstance(node, (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.TypeAlias)):
        return _kind_of_assignment(node)
    if isinstance(node, cst.Expr) and isinstance(node.value, (cst.BaseString, cst.BaseNumber, cst.Ellipsis)):
        return "note"
    return "note" if isinstance(node, cst.Pass) else "effect"


def _kind_of_assignment(node: cst.Assign | cst.AnnAssign | cst.AugAssign | cst.TypeAlias) -> str:
    names = [name for name, _ in bindings(node)]
    if names == ["__all__"]:
        plain = not isinstance(node, cst.TypeAlias) and is_plain_list(node.value)
        return "exports" if plain else "fixed"
    return "assignment" if names else "effect"


def is_plain_list(node: cst.CSTNode | None) -> bool:
    """Whether an expression is a list or tuple of string literals."""
    if not isinstance(node, (cst.List, cst.Tuple)):
        return False
    return all(string_of(element.value) is not None for element in node.elements)


def _expression(node: cst.CSTNode) -> cst.CSTNode:
    return node.value if isinstance(node, cst.Expr) else node


def _exports(node: cst.CSTNode, kind: str) -> tuple[str, ...]:
    """The string constants of an ``__all__`` statement."""
    if kind not in ("exports", "fixed") or "__all__" not in {name for name, _ in bindings(node)}:
        return ()
    return tuple(dict.fromkeys(_strings(node)))


def _strings(node: cst.CSTNode) -> Iterable[str]:
    value = string_of(node)
    if value is not None:
        yield value
        return
    for part in parts(node):
        yield from _strings(part)
