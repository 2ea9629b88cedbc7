"""Which modules only define things: where nobody asks for what they define, nobody misses the module.

Comes in: a page and the trails. Goes out: yes or no. Must not: give a library the benefit of the doubt: only those are
believed whose classes, decorators and calls are known to register nothing.
"""

import sys
from typing import Final

from refactor.split.acts import Act
from refactor.split.effects import PURE, Effects
from refactor.split.page import Page, Statement
from refactor.split.syntax import Chain
from refactor.split.trails import Trails

_HARMLESS: Final = frozenset(
    {"django.conf", "django.core.cache", "django.core.exceptions", "django.core.files", "django.core.mail"}
    | {"django.core.management", "django.core.paginator", "django.core.validators", "django.core.serializers.json"}
    | {"django.contrib.auth", "django.contrib.messages", "django.contrib.sitemaps", "django.contrib.syndication"}
    | {"django.contrib.staticfiles.storage", "django.contrib.formtools", "django.contrib.humanize", "django.db.models"}
    | {
        "django.db.transaction",
        "django.forms",
        "django.http",
        "django.middleware",
        "django.shortcuts",
        "django.template",
    }
    | {"django.urls", "django.utils", "django.views", "rest_framework", "django_filters", "formtools", "crispy_forms"}
    | {"extra_views", "braces", "vanilla", "django_tables2", "drf_spectacular.utils", "drf_yasg.utils"}
    | {"rest_framework_simplejwt", "knox", "dateutil", "pytz", "requests", "bleach", "markdown", "reportlab", "PIL"}
    | {
        "icalendar",
        "lxml",
        "yaml",
        "slugify",
        "phonenumbers",
        "rules.contrib",
        "i18nfield",
        "csp.decorators",
        "guardian.mixins",
    }
    | {"django_scopes", "django_countries", "phonenumber_field", "import_export", "treebeard.forms", "widget_tweaks"}
    | {
        "django_select2",
        "django_htmx",
        "qrcode",
        "csv",
        "defusedcsv",
        "openpyxl",
        "bs4",
        "jwt",
        "nh3",
        "two_factor.views",
    }
)
"""Libraries, and rooms of Django, that register nothing when a class derives from theirs or a decorator of theirs is used."""
_TELLING: Final = frozenset({"django.db.models.Model", "django.db.models.signals", "django.contrib.auth.models"})
"""Rooms inside those that do: a model knows its app, relations and signals."""
_STIRRING: Final = frozenset({"atexit", "gc", "signal", "sys", "threading", "multiprocessing", "warnings", "codecs"})
_QUIET: Final = frozenset({"import", "exports", "typing", "note", "fixed", "main"})


class Benign:
    """Judges statements; ``module`` is true where all of a module's are benign."""

    def __init__(self, trails: Trails, effects: Effects) -> None:
        self._trails = trails
        self._effects = effects
        self._acting = {at for places in effects.on.values() for at in places}
        self._known: dict[str, bool] = {}

    def module(self, name: str) -> bool:
        """Whether importing a module does nothing but define, whatever else it imports."""
        if name not in self._known:
            page = self._trails.pages[name]
            self._known[name] = not page.opaque and all(
                self._statement(page, index, statement) for index, statement in enumerate(page.statements)
            )
        return self._known[name]

    def _statement(self, page: Page, index: int, statement: Statement) -> bool:
        if statement.kind in _QUIET:
            return "__getattr__" not in statement.binds
        if (page.module, index) in self._acting or "metaclass" in statement.mentions.words:
            return False
        if statement.kind == "effect" or "__getattr__" in statement.binds:
            return False
        if statement.kind == "assignment" and not self._calls_nothing_own(page, statement):
            return False
        return all(self._act(page, act) for act in statement.acts)

    def _calls_nothing_own(self, page: Page, statement: Statement) -> bool:
        """An assignment's text may hold calls anywhere: no function of the project may be among what it mentions."""
        for chain in statement.mentions.uses:
            trail = self._trails.follow(chain if chain[0] else (page.module, *chain[1:]))
            if any(self._kinds(end) & {"function"} for end in trail.ends):
                return False
        return True

    def _kinds(self, name: tuple[str, str]) -> set[str]:
        page = self._trails.pages[name[0]]
        return {page.statements[index].kind for index in page.bound.get(name[1], ())}

    def _act(self, page: Page, act: Act) -> bool:
        if act.how not in ("decorate", "derive", "make") or not act.receiver:
            return act.how == "derive"
        trail = self._trails.follow((page.module, *act.receiver))
        if not trail.ends:
            return all(is_harmless(name) for name in outside(page, act.receiver))
        if act.how == "derive":
            return all(self._base(end) for end in trail.ends)
        return act.how == "decorate" and all(self._kinds(end) == {"function"} for end in trail.ends)

    def _base(self, name: tuple[str, str]) -> bool:
        """Whether a class of the project takes no note of what derives from it, nor any class above it."""
        page = self._trails.pages[name[0]]
        statements = [page.statements[index] for index in page.bound[name[1]]]
        if any("__init_subclass__" in s.binds or "__init_subclass__" in s.mentions.inner for s in statements):
            return False
        if any("metaclass" in s.mentions.words or s.kind != "class" for s in statements):
            return False
        return all(self._act(page, act) for s in statements for act in s.acts if act.how == "derive")


def outside(page: Page, chain: Chain) -> list[str]:
    """The dotted names outside the project that a chain may stand for; a builtin stands for itself."""
    imports = page.imported.get(chain[0], ())
    return [".".join((*each.chain, *chain[1:])) for each in imports] or [".".join(chain)]


def is_harmless(name: str) -> bool:
    """Whether a name outside the project is known to register nothing."""
    root = name.partition(".")[0]
    if _is_in(name, _TELLING) or root in _STIRRING or (".models." in name and not name.startswith("django.db.")):
        return False
    return root in PURE or root in sys.stdlib_module_names or "." not in name or _is_in(name, _HARMLESS)


def _is_in(name: str, rooms: frozenset[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)
