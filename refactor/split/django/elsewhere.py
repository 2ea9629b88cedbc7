"""Kept + what a service answers -> the bodies of views that only other services run, left out of a Django project.

Comes in: what the sweep keeps, and the entry points whose requests may come to the service. Goes out: pages without those
bodies; none where code of the project finds views by their URL and uses them, or describes all of them. Must not: touch
what is no view of another service.
"""

import ast
import re
from collections.abc import Iterable, Mapping, Set
from typing import Final

from refactor.model.program import EntryPoint
from refactor.split.closure import Kept
from refactor.split.django.routes import Views
from refactor.split.effects import Name, symbol_name
from refactor.split.monolith import Monolith
from refactor.split.page import Page
from refactor.split.reaching import eager_imports, lazy_imports
from refactor.split.thinning import Life, Thinned, left_out

_USES: Final = re.compile(rb"\bview_class\b|\bview_func\b|\.func\b|^[^=\n]*,[^=\n]*=\s*resolve\(", re.MULTILINE)
_DESCRIBES: Final = re.compile(r"schema|swagger|redoc|openapi|apidoc|api-doc", re.IGNORECASE)


def without_bodies(
    monolith: Monolith, views: Views, lists: Set[str], kept: Kept, answered: Iterable[EntryPoint]
) -> Thinned:
    """The pages of a service that answers some entry points; ``lists`` are the modules that list URLs."""
    own = list(answered)
    if _looks_up(monolith.pages) or any(_DESCRIBES.search(entry.path) for entry in own if entry.kind == "http"):
        return Thinned(monolith.pages, {}, frozenset())
    life = Life(monolith, kept, own, frozenset())
    life.own_holders |= _own_views(life, views, own)
    named, called = _in_lists(monolith, lists, kept)
    return left_out(monolith, life.views_elsewhere(named, called))


def _looks_up(pages: Mapping[str, Page]) -> bool:
    """Whether some module resolves a path to its view and does more with it than to read its name."""
    for page in pages.values():
        imported = {(i.module, i.name) for i in (*eager_imports(page), *lazy_imports(page))}
        resolves = {("django.urls", "resolve"), ("django.core.urlresolvers", "resolve")} & imported
        if (resolves or b"get_resolver" in page.content) and _USES.search(page.content):
            return True
    return False


def _own_views(life: Life, views: Views, own: Iterable[EntryPoint]) -> set[Name]:
    """The views behind entry points; where a handler is a base's method and nothing tells of which view, all of them."""
    found: set[Name] = set()
    for entry in own:
        if entry.handler:
            holder = symbol_name(entry.handler)
            named, below = views.of(entry), life.below(holder)
            found |= named if named & below else named | below | {holder}
    return found


def _in_lists(monolith: Monolith, lists: Set[str], kept: Kept) -> tuple[set[tuple[str, int]], set[str]]:
    """Assignments in lists of URLs, which name views and do not call them, and the names that they do call."""
    named: set[tuple[str, int]] = set()
    called: set[str] = set()
    for at in kept.statements:
        statement = monolith.pages[at[0]].statements[at[1]]
        if at[0] in lists and statement.kind == "assignment":
            named.add(at)
            called |= _calls(statement.text)
    return named, called


def _calls(text: str) -> set[str]:
    try:
        tree = ast.parse(text.lstrip("\ufeff"))
    except (SyntaxError, ValueError):
        return set(re.findall(r"\w+", text))
    functions = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {getattr(function, "attr", getattr(function, "id", "")) for function in functions}
