"""Which modules run when: imports followed from a start, in the order in which Python would run them.

Comes in: pages (whole, or what a slice keeps of them) and start modules. Goes out: modules in the order their import
starts. Must not: run anything.
"""

from collections.abc import Callable, Iterable

from refactor.split.page import Page
from refactor.split.syntax import Imported
from refactor.split.trails import Trails, ancestors


def eager_imports(page: Page) -> list[Imported]:
    """What a module imports while it runs."""
    found = [imported for statement in page.statements if statement.kind != "typing" for imported in statement.imports]
    return [*found, *(i for statement in page.statements for i in sorted(statement.mentions.eager))]


def lazy_imports(page: Page) -> list[Imported]:
    """What a module's functions import when they are called."""
    return [imported for statement in page.statements for imported in sorted(statement.mentions.imports)]


def reached(starts: Iterable[str], trails: Trails, imports: Callable[[str], Iterable[Imported]]) -> list[str]:
    """Modules imported from the start modules on, depth first."""
    order: dict[str, None] = {}
    stack = [iter([module for start in starts for module in ancestors(start)])]
    while stack:
        module = next(stack[-1], None)
        if module is None:
            stack.pop()
        elif module in trails.packages and module not in order:
            order[module] = None
            targets = [name for imported in imports(module) for name in _in_order(imported, trails)]
            stack.append(iter(targets))
    return [module for module in order if module in trails.pages]


def _in_order(imported: Imported, trails: Trails) -> list[str]:
    return sorted(trails.loaded(imported), key=lambda name: name.count("."))


def named_modules(page: Page, trails: Trails) -> set[str]:
    """Modules that a page imports by a text."""
    found: set[str] = set()
    for statement in page.statements:
        for text, how in statement.mentions.strings:
            found |= _named(text, how, trails)
    return found


def _named(text: str, how: str, trails: Trails) -> set[str]:
    if text.endswith("."):
        return {module for module in trails.pages if how == "import" and module.startswith(text)}
    pieces = text.replace(":", ".").split(".")
    paths = (".".join(pieces[:length]) for length in range(len(pieces), 0, -1))
    return {path for path in paths if path in trails.pages and path.count(".") >= len(pieces) - 3}
