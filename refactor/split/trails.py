"""Pages -> Trails: where a chain of names leads through the modules of the monolith.

Comes in: all pages. Goes out: for ``("shop.views", "models", "Order")`` the names passed on the way (imports and
re-exports), the definitions it ends at and the modules it touches. Must not: guess; an unknown name leads nowhere.
"""

from collections.abc import Mapping
from functools import lru_cache

from refactor.split.page import Page
from refactor.split.syntax import Chain, Imported

_OPENERS = frozenset({"__path__", "__dict__"})


class Trail:
    """What was met on the way.

    ``passed`` are (module, name) bindings, ``ends`` those that are no imports, with the attributes left over;
    ``values``: modules that are themselves the value; ``stars``: (module, starred module).
    """

    def __init__(self) -> None:
        self.passed: set[tuple[str, str]] = set()
        self.ends: dict[tuple[str, str], Chain] = {}
        self.modules: set[str] = set()
        self.values: set[str] = set()
        self.stars: set[tuple[str, str]] = set()


class Trails:
    """Follows chains through a set of pages."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self.pages = pages
        self.packages = {name[:at] for name in pages for at, mark in enumerate(name) if mark == "."} | set(pages)
        self._known: dict[Chain, Trail] = {}

    def is_module(self, name: str) -> bool:
        """Whether a dotted name is a module or a (namespace) package of the monolith."""
        return name in self.packages

    def follow(self, chain: Chain) -> Trail:
        """The trail of ``(module, name, attribute ...)``."""
        trail = self._known.get(chain)
        if trail is None:
            trail = self._known[chain] = Trail()
            self._walk(chain[0], chain[1:], trail, set())
        return trail

    def _walk(self, module: str, names: Chain, trail: Trail, seen: set[Chain]) -> None:
        if module not in self.packages or (module, *names) in seen:
            return
        seen.add((module, *names))
        trail.modules.add(module)
        if not names:
            trail.values.add(module)
            return
        page, name, rest = self.pages.get(module), names[0], names[1:]
        if page is not None and name in page.bound:
            self._bound(page, name, rest, trail, seen)
        elif f"{module}.{name}" in self.packages:
            self._walk(f"{module}.{name}", rest, trail, seen)
        elif name in _OPENERS:
            trail.values.add(module)
        elif page is not None:
            self._starred(page, names, trail, seen)

    def _bound(self, page: Page, name: str, rest: Chain, trail: Trail, seen: set[Chain]) -> None:
        trail.passed.add((page.module, name))
        if self.is_own(page, name):
            trail.ends[page.module, name] = rest
        for imported in page.imported.get(name, ()):
            chain = imported.chain
            if chain == (page.module, name):
                self._walk(f"{page.module}.{name}", rest, trail, seen)
            else:
                self._walk(chain[0], (*chain[1:], *rest), trail, seen)

    def _starred(self, page: Page, names: Chain, trail: Trail, seen: set[Chain]) -> None:
        for imported in page.imported.get("*", ()):
            if self.offers(imported.module, names[0], frozenset()):
                trail.stars.add((page.module, imported.module))
                self._walk(imported.module, names, trail, seen)
        if "__getattr__" in page.bound and not names[0].startswith("__"):
            trail.passed.add((page.module, "__getattr__"))
            trail.ends[page.module, "__getattr__"] = ()

    @staticmethod
    def is_own(page: Page, name: str) -> bool:
        """Whether a module binds a name by more than importing it."""
        for index in page.bound.get(name, ()):
            statement = page.statements[index]
            if statement.kind not in ("import", "typing") and all(i.bound != name for i in statement.imports):
                return True
        return False

    def offers(self, module: str, name: str, seen: frozenset[str]) -> bool:
        """Whether ``from module import *`` brings a name."""
        page = self.pages.get(module)
        if page is None or module in seen:
            return False
        if page.exports is not None:
            return name in page.exports
        if name.startswith("_"):
            return False
        return name in page.bound or any(
            self.offers(star.module, name, seen | {module}) for star in page.imported.get("*", ())
        )

    def loaded(self, imported: Imported) -> set[str]:
        """The modules of the monolith that an import statement runs, packages above them included."""
        names = [imported.module]
        if imported.name and imported.name != "*" and f"{imported.module}.{imported.name}" in self.packages:
            page = self.pages.get(imported.module)
            own = page is not None and self.is_own(page, imported.name)
            names += [] if own else [f"{imported.module}.{imported.name}"]
        return {above for name in names if name in self.packages for above in ancestors(name)}


@lru_cache(maxsize=65536)
def ancestors(module: str) -> tuple[str, ...]:
    """A module and the packages above it, from the top."""
    pieces = module.split(".")
    return tuple(".".join(pieces[: count + 1]) for count in range(len(pieces)))
