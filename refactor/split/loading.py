"""Would the modules load? Imports run in Python's order, on paper.

Comes in: the pages of a slice and the modules imported first. Goes out: names imported from a module that is still
running and has not bound them yet: the error of a circular import. Must not: follow imports inside functions or blocks.
"""

from collections.abc import Iterable

from refactor.split.page import Page, Statement
from refactor.split.trails import Trails, ancestors


class Loading:
    """One run. ``early`` collects (module, line, dotted name)."""

    def __init__(self, trails: Trails) -> None:
        self._trails = trails
        self._bound: dict[str, set[str]] = {}
        self._running: set[str] = set()
        self.early: list[tuple[str, int, str]] = []

    def run(self, starts: Iterable[str]) -> "Loading":
        """Import modules one after the other."""
        for module in starts:
            self._load(module)
        return self

    def _load(self, module: str) -> None:
        for name in ancestors(module):
            if name in self._bound or name not in self._trails.packages:
                continue
            self._bound[name] = set()
            self._running.add(name)
            page = self._trails.pages.get(name)
            for statement in page.statements if page is not None else ():
                self._step(page, statement)
            self._running.discard(name)
            above, _, own = name.rpartition(".")
            self._bound.setdefault(above, set()).add(own)

    def _step(self, page: Page | None, statement: Statement) -> None:
        if page is None or statement.kind == "typing":
            return
        for imported in statement.imports:
            for module in sorted(self._trails.loaded(imported), key=lambda name: name.count(".")):
                self._load(module)
            if statement.kind == "import" and self._is_early(imported.module, imported.name):
                self.early.append((page.module, statement.first, f"{imported.module}.{imported.name}"))
            if imported.bound == "*":
                self._bound[page.module] |= self._bound.get(imported.module, set())
        self._bound[page.module] |= set(statement.binds)

    def _is_early(self, module: str, name: str) -> bool:
        if module not in self._running or name in ("", "*") or name in self._bound[module]:
            return False
        page = self._trails.pages.get(module)
        return page is not None and name in page.bound and f"{module}.{name}" not in self._bound
