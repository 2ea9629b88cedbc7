"""URLs of a Django project: which views a service answers with, and which statements only name those of others.

Comes in: program and pages. Goes out: the views behind entry points, and the entry points a service's routes may meet.
Must not: know how a gateway is configured, only that it takes the most specific route.
"""

import ast
from collections.abc import Iterable, Sequence
from typing import Final

from refactor.model.program import EntryPoint
from refactor.split.effects import Name, symbol_name
from refactor.split.page import Page, Statement
from refactor.split.syntax import Chain
from refactor.split.trails import Trail, Trails

REST: Final = frozenset({(), ("as_view",)})
"""What a list of URLs may ask of a view that is somewhere else: the view itself, or its ``as_view``."""
_ONE: Final = "*"
_MANY: Final = "**"


def is_url_page(page: Page) -> bool:
    """A module that lists URLs."""
    return "urlpatterns" in page.bound or page.module.rpartition(".")[2] in ("urls", "urlconf")


def met(entries: Sequence[EntryPoint], own: frozenset[str]) -> list[EntryPoint]:
    """The entry points that a request may be meant for which the gateway gives to this service.

    Django takes the first pattern that fits, the gateway the most specific route: those of other services are met where
    one path fits both and theirs is not the more specific.
    """
    http = [entry for entry in entries if entry.kind == "http"]
    shapes: dict[tuple[str, ...], list[EntryPoint]] = {}
    for entry in http:
        shapes.setdefault(shape(entry.path), []).append(entry)
    mine = {shape(entry.path) for entry in http if entry.id in own}
    fitting = {theirs for theirs in shapes if theirs in mine or any(_meets(each, theirs) for each in mine)}
    return [entry for each in sorted(fitting) for entry in shapes[each]]


def shape(path: str) -> tuple[str, ...]:
    """``/orders/{id}.csv/{rest+}`` -> ``("orders", "*", "**")``: what a gateway can tell apart."""
    found: list[str] = []
    for segment in path.strip("/").split("/"):
        found.append(_MANY if "+}" in segment else _ONE if "{" in segment else segment)
        if "+}" in segment:
            break
    return tuple(found)


def _meets(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return _overlap(mine, theirs) and not _within(theirs, mine)


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if one[-1] != _MANY and other[-1] != _MANY and len(one) != len(other):
        return False
    if (one[-1] == _MANY and len(other) < len(one)) or (other[-1] == _MANY and len(one) < len(other)):
        return False
    return all(a == b or _ONE in (a, b) or _MANY in (a, b) for a, b in zip(one, other, strict=False))


def _within(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    """Whether every path of one shape fits another too, and not the other way round."""
    if inner == outer or (len(inner) != len(outer) and outer[-1] != _MANY):
        return False
    if inner[-1] == _MANY and outer[-1] != _MANY:
        return False
    return all(b in (a, _ONE, _MANY) for a, b in zip(inner, outer, strict=False))


class Views:
    """The views that lists of URLs name, by the statement that names them."""

    def __init__(self, trails: Trails, entries: Iterable[EntryPoint]) -> None:
        self._trails = trails
        self._modules = {page.path: name for name, page in trails.pages.items()}
        self.handlers = {symbol_name(e.handler) for e in entries if e.kind == "http" and e.handler}

    def of(self, entry: EntryPoint) -> set[Name]:
        """The definitions that answer an entry point: its handler, and what its line in a list of URLs names."""
        found = {symbol_name(entry.handler)} if entry.handler else set()
        module = self._modules.get(entry.evidence.path, "")
        page = self._trails.pages.get(module)
        index = page.at(entry.evidence.line) if page is not None else -1
        if page is None or index < 0:
            return found
        named = _named(page.statements[index], entry.evidence.line)
        for chain in page.statements[index].mentions.uses:
            if named is None or chain[1] in named or chain[0]:
                found |= set(self.trail(page, chain).ends)
        return found

    def classes(self, names: Iterable[Name]) -> bool:
        """Whether a class is among definitions."""
        return any(
            self._trails.pages[module].statements[index].kind == "class"
            for module, name in names
            for index in self._trails.pages[module].bound.get(name, ())
        )

    def trail(self, page: Page, chain: Chain) -> Trail:
        """Where a chain of a statement leads."""
        return self._trails.follow(chain if chain[0] else (page.module, *chain[1:]))


def _named(statement: Statement, line: int) -> set[str] | None:
    """The names in the element of a list of URLs that stands at a line; None where that can't be told."""
    try:
        tree = ast.parse(statement.text.lstrip("\ufeff"))
    except SyntaxError:
        return None
    at = line - statement.first + 1
    elements = [each for node in ast.walk(tree) for each in _elements(node) if _stands_at(each, at)]
    shortest = min((_span(each) for each in elements), default=0)
    chosen = [each for each in elements if _span(each) == shortest]
    names = {node.id for each in chosen for node in ast.walk(each) if isinstance(node, ast.Name)}
    return names if chosen else None


def _elements(node: ast.AST) -> list[ast.expr]:
    """Calls in a list, and those given to a call such as ``i18n_patterns``."""
    inside: list[ast.expr] = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        inside = node.args if "patterns" in name else []
    return [element for element in inside if isinstance(element, ast.Call)]


def _stands_at(node: ast.expr, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _span(node: ast.expr) -> int:
    return (node.end_lineno or node.lineno) - node.lineno


def cut_chains(page: Page, index: int, views: Views, own: frozenset[Name], replaceable: frozenset[Name]) -> list[Chain]:
    """The chains of a statement in a list of URLs that name only views of other services.

    A class that is handed over as it is (to a router, which reads it) is none, nor a function that is called: what it
    returns is the view.
    """
    statement = page.statements[index]
    if any(name.startswith("handler") for name in statement.binds):
        return []
    found: list[Chain] = []
    for chain in sorted(statement.mentions.uses):
        ends = views.trail(page, chain).ends
        foreign = bool(ends) and all(
            end in replaceable and end not in own and rest in REST for end, rest in ends.items()
        )
        if foreign and (() not in ends.values() or _calls(statement, chain) == {views.classes(ends)}):
            found.append(chain)
    return found


def _calls(statement: Statement, chain: Chain) -> set[bool]:
    """Of each place where a statement says a name: whether it calls it."""
    try:
        tree = ast.parse(statement.text.lstrip("\ufeff"))
    except SyntaxError:
        return set()
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {id(node) in called for node in ast.walk(tree) if id(node) not in inner and _chain(node) == chain[1:]}


def _chain(node: ast.AST) -> Chain:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else ()
