"""What Django, and apps written for it, find by name: these modules stay, whoever imports them.

Comes in: pages. Goes out: which modules nothing but their name calls for, and which are run by hand only. Must not:
look at what a library might find; an unknown module that nobody imports stays.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from refactor.split.page import Page

BY_NAME: Final = frozenset(
    {"admin", "apps", "asgi", "celery", "checks", "cms_apps", "cms_plugins", "cms_toolbars", "conf", "converters"}
    | {"dashboard", "defaults", "formats", "handlers", "listeners", "models", "receivers", "registry", "routing"}
    | {"search_indexes", "settings", "signals", "tasks", "translation", "urls", "urlconf", "wagtail_hooks", "wsgi"}
)
PACKAGES_BY_NAME: Final = frozenset({"templatetags", "models", "settings", "migrations", "locale", "formats", "urls"})
_NO_APPS: Final = frozenset({"views", "forms", "serializers", "viewsets"})
_LOADERS: Final = (
    "import_module",
    "import_string",
    "autodiscover_modules",
    "__import__",
    "iter_modules",
    "walk_packages",
)
_LAST_WORD: Final = re.compile(r"['\".](\w+)['\"]")
_BY_HAND: Final = frozenset({"setup"})


def is_by_name(page: Page) -> bool:
    """Whether a module may be loaded for its name alone: where an app has such a module, not further down in views."""
    *above, last = page.module.split(".")
    if _NO_APPS & set(above[-1:]):
        return last == "urls"
    return last in BY_NAME or bool(PACKAGES_BY_NAME & {*above, last}) or "setting" in last


def is_command(page: Page) -> bool:
    """A module that ``manage.py NAME`` runs."""
    return page.module.split(".")[-3:-1] == ["management", "commands"] and not page.is_package


def called_commands(pages: Mapping[str, Page]) -> set[str]:
    """The commands whose name some other module writes as a text: it may call them."""
    names = {page.module.rpartition(".")[2]: page.module for page in pages.values() if is_command(page)}
    found: set[str] = set()
    for page in pages.values():
        found |= {module for name, module in names.items() if module != page.module and _writes(page, name)}
    return found


def _writes(page: Page, name: str) -> bool:
    return any(f"{quote}{name}{quote}".encode() in page.content for quote in "'\"")


def named_in_part(pages: Mapping[str, Page]) -> set[str]:
    """Modules whose name some text ends with or holds in part: code may put the rest before it and import that.

    ``get_class("catalogue.views", "ProductView")`` is one, ``import_module(f"{app}.widgets")`` another.
    """
    ends: dict[str, set[str]] = {}
    for name in pages:
        pieces = name.split(".")
        for start in range(1, len(pieces)):
            ends.setdefault(".".join(pieces[start:]), set()).add(name)
    found: set[str] = set()
    for page in pages.values():
        texts = {text for statement in page.statements for text, _ in statement.mentions.strings if text not in pages}
        words = {text.replace(":", ".").strip(".") for text in texts}
        words = {word for text in words for word in (text, text.rpartition(".")[0]) if "." in word}
        loading = [s.text for s in page.statements if any(loader in s.text for loader in _LOADERS)]
        words |= {word for text in loading for word in _LAST_WORD.findall(text)}
        found |= {module for word in words for module in ends.get(word, ()) if module != page.module}
    return found


def lonely(pages: Mapping[str, Page], asked: Collection[str]) -> set[str]:
    """Modules below a top-level name that nothing outside it asks for, and that holds no app: scripts, documentation."""
    by_root: dict[str, list[Page]] = {}
    for page in pages.values():
        by_root.setdefault(page.module.partition(".")[0], []).append(page)
    roots = {name.partition(".")[0] for name in asked}
    return {
        page.module
        for root, inside in by_root.items()
        for page in inside
        if root not in roots and (root in _BY_HAND or not _is_needed(inside))
    }


def _is_needed(inside: Iterable[Page]) -> bool:
    """Top-level modules (``manage``, ``settings``) and packages that hold anything found by name."""
    return any("." not in page.module or is_by_name(page) or page.is_package for page in inside)
