"""Which migrations go with a service of a Django project: they are run by whoever answers for the database, nobody else.

Comes in: the pages of the project and the modules of a service's own commands. Goes out: the pages without migrations
that nothing could ask for. Must not: drop one where a module imports it, asks which have run, or runs ``migrate``.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from refactor.split.django.conventions import is_command
from refactor.split.page import Page
from refactor.split.reaching import eager_imports, lazy_imports

_LIBRARY: Final = "django.db.migrations"
_RUNS: Final = (b'"migrate"', b"'migrate'")


def without_migrations(pages: Mapping[str, Page], commands: Iterable[str]) -> dict[str, Page]:
    """The pages that a service needs; ``commands`` are the modules of its own commands."""
    dropped = {name for name, page in pages.items() if _is_migration(page)}
    kept = {name: page for name, page in pages.items() if name not in dropped}
    commands = set(commands)
    asking = [page for name, page in kept.items() if name in commands or not is_command(page)]
    asked = {i.module for page in asking for i in (*eager_imports(page), *lazy_imports(page))}
    named = any(module in dropped or module.startswith(_LIBRARY) for module in asked)
    runs = any(word in kept[name].content for name in commands if name in kept for word in _RUNS)
    return dict(pages) if named or runs else kept


def _is_migration(page: Page) -> bool:
    """A module in a package ``migrations`` that imports Django's."""
    inside = page.module.split(".")[-2:-1] == ["migrations"] and not page.is_package
    return inside and any(
        imported.module.startswith(_LIBRARY) or (imported.module, imported.name) == ("django.db", "migrations")
        for imported in eager_imports(page)
    )
