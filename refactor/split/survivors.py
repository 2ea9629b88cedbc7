"""Kept -> Survivors: which imported names stay in the modules of a slice.

Comes in: the closure of a service. Goes out: for a name in an import statement or ``__all__`` whether it stays. A
name stays when it is used; when the monolith's module never uses it (a re-export, or an import for its effect) and
what it names is kept; or when without it a kept module with imports or effects of its own would be imported later than
in the monolith.
"""

from collections.abc import Iterable
from typing import Final

from refactor.split.closure import Kept
from refactor.split.effects import Name
from refactor.split.monolith import Monolith
from refactor.split.page import Page
from refactor.split.reaching import eager_imports
from refactor.split.syntax import Imported

_ACTING: Final = frozenset({"call", "store", "decorate"})


class Survivors:
    """Decides once for all kept modules."""

    def __init__(self, monolith: Monolith, kept: Kept) -> None:
        self._monolith = monolith
        self._kept = kept
        self._possible = self._fixpoint([monolith.pages[module] for module in sorted(kept.modules)])
        self._names = set(kept.names)
        ordering = [found for module in sorted(kept.modules) for found in self._ordering(monolith.pages[module])]
        for page, imported in ordering:
            self._names.add((page.module, imported.label))
            self._names |= monolith.trails.follow(imported.chain).passed & self._possible

    def stays(self, page: Page, imported: Imported) -> bool:
        """Whether a name of an import statement stays."""
        if self._is_beside(page, imported):
            return False
        named = {(page.module, imported.bound), (page.module, imported.label)}
        return not named.isdisjoint(self._names) or self._is_passive(page, imported)

    def has(self, module: str, name: str) -> bool:
        """Whether a module of the slice binds a name."""
        page = self._monolith.pages[module]
        imports = [imported for imported in page.imported.get(name, ()) if self.stays(page, imported)]
        return (module, name) in self._names or bool(imports) or self._starred(module, name, frozenset())

    # -- what could stay: imports whose target the slice holds

    def _fixpoint(self, pages: Iterable[Page]) -> set[Name]:
        self._possible = set(self._kept.names)
        lines = [(page, i) for page in pages for s in page.statements if s.kind == "import" for i in s.imports]
        size = -1
        while size != len(self._possible):
            size = len(self._possible)
            could = [(page.module, imported) for page, imported in lines if self._could(page, imported)]
            self._possible |= {(module, imported.label) for module, imported in could}
            self._possible |= {(module, imported.bound) for module, imported in could if imported.bound != "*"}
        return self._possible

    def _could(self, page: Page, imported: Imported) -> bool:
        if self._is_beside(page, imported):
            return False
        if (page.module, imported.label) in self._possible or (page.module, imported.bound) in self._kept.names:
            return True
        if not self._monolith.trails.is_module(imported.module.partition(".")[0]):
            return imported.bound == "*" or imported.bound not in page.mentioned
        if imported.name in ("", "*"):
            return imported.module in self._kept.modules
        return self._held(imported.module, imported.name)

    def _is_beside(self, page: Page, imported: Imported) -> bool:
        """Whether it is an ``import a.b`` without its module, and another import brings the package that it binds."""
        if imported.whole or imported.name or self._is_there(imported):
            return False
        return any(self._is_there(other) for other in page.imported.get(imported.bound, ()))

    def _is_there(self, imported: Imported) -> bool:
        is_own = self._monolith.trails.is_module(imported.module)
        return not is_own or imported.module in self._kept.modules

    def _held(self, module: str, name: str) -> bool:
        """Whether a module of the slice can have a name."""
        page = self._monolith.pages.get(module)
        if (module, name) in self._possible:
            return True
        if page is not None and name in page.bound and not self._is_itself(page, name):
            return False
        return f"{module}.{name}" in self._kept.modules or self._starred(module, name, frozenset())

    def _starred(self, module: str, name: str, seen: frozenset[str]) -> bool:
        page = self._monolith.pages.get(module)
        stars = page.imported.get("*", ()) if page is not None and module not in seen else ()
        offers = self._monolith.trails.offers
        return any(
            offers(star.module, name, frozenset())
            and ((star.module, name) in self._possible or self._starred(star.module, name, seen | {module}))
            for star in stars
        )

    @staticmethod
    def _is_itself(page: Page, name: str) -> bool:
        """Whether a package binds the name only by importing its own submodule."""
        imports = page.imported.get(name, ())
        return bool(imports) and all(imported.chain == (page.module, name) for imported in imports)

    # -- what stays

    def _is_passive(self, page: Page, imported: Imported) -> bool:
        """Whether the monolith's module itself never uses the name."""
        return imported.bound not in page.mentioned and self._could(page, imported)

    def _ordering(self, page: Page) -> Iterable[tuple[Page, Imported]]:
        """Imports that nothing uses any more, yet through which a module is first imported from here."""
        loaded: set[str] = set()
        for statement in page.statements:
            if statement.kind == "import":
                stay = [imported for imported in statement.imports if self.stays(page, imported)]
                loaded |= {module for imported in stay for module in self._monolith.trails.loaded(imported)}
                for imported in statement.imports:
                    new = self._monolith.trails.loaded(imported) - loaded
                    if self._could(page, imported) and any(self._is_busy(module) for module in new):
                        loaded |= new
                        yield page, imported

    def _is_busy(self, module: str) -> bool:
        """Whether it matters when a module is imported: it imports others, or acts on something."""
        page = self._monolith.pages.get(module)
        if page is None or module not in self._kept.modules:
            return False
        acts = (act for statement in page.statements for act in statement.acts)
        if any(act.how in _ACTING for act in acts):
            return True
        return any(self._monolith.trails.is_module(imported.module) for imported in eager_imports(page))
