"""Kept -> Selection -> text: the statements of each kept module, unchanged, and the names its imports still bring.

Comes in: the closure of a service. Goes out: file contents made of the monolith's own text. Only whole statements,
names in import statements and names in ``__all__`` are left out. Must not: change or reorder anything else.
"""

from collections.abc import Iterable

from msgspec import Struct

from refactor.split.closure import Kept
from refactor.split.monolith import Monolith
from refactor.split.page import Page, Statement
from refactor.split.survivors import Survivors
from refactor.split.syntax import Imported


class Cutting(Struct, frozen=True):
    """What stays of one page: statements by index, each with the labels its import or ``__all__`` keeps (None: all)."""

    page: Page
    statements: dict[int, frozenset[str] | None]

    @property
    def imports(self) -> list[Imported]:
        """The imports that run when the module runs."""
        found: list[Imported] = []
        for index, names in self.statements.items():
            statement = self.page.statements[index]
            if statement.kind != "typing":
                eager = (*statement.imports, *sorted(statement.mentions.eager - set(statement.imports)))
                found += [imported for imported in eager if names is None or imported.label in names]
        return found

    @property
    def lazy_imports(self) -> list[Imported]:
        """The imports inside kept functions."""
        return [i for index in self.statements for i in sorted(self.page.statements[index].mentions.imports)]

    @property
    def content(self) -> bytes:
        """The file."""
        page = self.page
        if page.opaque or (len(self.statements) == len(page.statements) and not any(self._trimmed())):
            return page.content
        texts = [_text(page.statements[index], names) for index, names in self.statements.items()]
        return f"{page.header}{''.join(texts)}{page.footer}".encode(page.encoding)

    def _trimmed(self) -> Iterable[bool]:
        return (names is not None for names in self.statements.values())


def cuttings(monolith: Monolith, kept: Kept) -> dict[str, Cutting]:
    """What stays of every kept module."""
    survivors = Survivors(monolith, kept)
    return {module: _cutting(monolith.pages[module], kept, survivors) for module in sorted(kept.modules)}


def _cutting(page: Page, kept: Kept, survivors: Survivors) -> Cutting:
    chosen: dict[int, frozenset[str] | None] = {}
    for index, statement in enumerate(page.statements):
        if statement.kind == "import":
            names = frozenset(imported.label for imported in statement.imports if survivors.stays(page, imported))
            if names:
                chosen[index] = None if len(names) == len({i.label for i in statement.imports}) else names
        elif statement.kind == "exports":
            names = frozenset(name for name in statement.exports if survivors.has(page.module, name))
            chosen[index] = None if len(names) == len(statement.exports) else names
        elif (page.module, index) in kept.statements or (statement.kind == "note" and index - 1 in chosen):
            chosen[index] = None
    return Cutting(page, chosen)


def _text(statement: Statement, names: frozenset[str] | None) -> str:
    if names is None:
        return statement.text
    from refactor.split.trimming import trim_exports, trim_import

    return (trim_import if statement.kind == "import" else trim_exports)(statement.text, names)
