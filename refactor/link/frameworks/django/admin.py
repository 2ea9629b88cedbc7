"""The admin site: its own pages, and the pages of each registered model."""

from functools import cached_property
from typing import NamedTuple

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Class, External, Instance, Values
from refactor.link.frameworks.django.configs import Configs
from refactor.link.frameworks.django.patterns import PATH, REGEX, Included, Listing, Route, View, foreign
from refactor.link.frameworks.django.reading import Reading
from refactor.link.frameworks.django.views import Views
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Evidence

SITE = "django.contrib.admin.site"
BASE = "django.contrib.admin.AdminSite"
PAGES = (
    ("", "index"),
    ("login/", "login"),
    ("logout/", "logout"),
    ("password_change/", "password_change"),
    ("password_change/done/", "password_change_done"),
    ("autocomplete/", "autocomplete"),
    ("jsi18n/", "jsi18n"),
    ("r/<path:content_type_id>/<path:object_id>/", "view_on_site"),
)
MODEL_PAGES = (
    ("", "changelist", "changelist_view"),
    ("add/", "add", "add_view"),
    ("<path:object_id>/history/", "history", "history_view"),
    ("<path:object_id>/delete/", "delete", "delete_view"),
    ("<path:object_id>/change/", "change", "change_view"),
)
REDIRECT = ("GET", "POST", "PUT", "PATCH", "DELETE")
CONTRIBUTED = {
    "django.contrib.auth": ("group", "user"),
    "django.contrib.sites": ("site",),
    "django.contrib.flatpages": ("flatpage",),
    "django.contrib.redirects": ("redirect",),
}


class Registered(NamedTuple):
    """A model on a site; ``admin`` is the class that shows it (-1: the framework's own)."""

    app: str
    model: str
    admin: int
    evidence: Evidence
    scope: int = -1


class Admin:
    """Routes of ``admin.site.urls``."""

    def __init__(self, assembly: Assembly, reading: Reading, configs: Configs, views: Views) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.reading = reading
        self.configs = configs
        self.views = views

    def routes(self, values: Values, evidence: Evidence) -> list[Route]:
        """The routes of the admin sites among some values (``site.urls``); nothing for other values."""
        found: list[Route] = []
        for external in self.assembly.externals(values):
            site = self._site_of(external, "urls")
            if site is not None:
                found += self._of_site(site, evidence)
        return found

    def _site_of(self, attribute: External, name: str) -> int | None:
        """The site whose attribute a value is: its number, -1 for the framework's own site."""
        if attribute.name == f"{SITE}.{name}":
            return -1
        return attribute.base if attribute.name == f"{BASE}().{name}" else None

    def _of_site(self, site: int, evidence: Evidence) -> list[Route]:
        own = self.pool[site] if site >= 0 else None
        registered = [*(self._contributed(evidence) if site < 0 else ()), *self.registered.get(site, ())]
        registered.sort(key=lambda one: self._rank.get(one.app, len(self._rank)))
        routes = list(self._own_routes(own.scope) if isinstance(own, Instance) else ())
        routes += [Route(PATH, (text,), View(), name, evidence) for text, name in PAGES]
        routes += [route for one in registered for route in self._of_model(one)]
        apps = "|".join(dict.fromkeys(one.app for one in registered))
        if apps:
            routes.append(Route(REGEX, (f"^(?P<app_label>{apps})/$",), View(), "app_list", evidence))
        routes.append(Route(REGEX, ("(?P<url>.*)$",), View(), "", evidence))
        return [Route(PATH, ("",), Included(Listing(list(routes)), "admin"), "", evidence)]

    def _of_model(self, one: Registered) -> list[Route]:
        found = self._own_routes(one.admin) if one.admin >= 0 else []
        for base in self.machine.classes.external_bases(one.admin) if one.admin >= 0 else ():
            found += foreign(self.machine.knowledge.routes.get(base, ()), one.evidence)
        stem = f"{one.app}_{one.model}"
        for text, name, method in MODEL_PAGES:
            found.append(Route(PATH, (text,), View(self._page(one.admin, method)), f"{stem}_{name}", one.evidence))
        if (one.app, one.model) == ("auth", "user"):
            found.append(Route(PATH, ("<id>/password/",), View(), "auth_user_password_change", one.evidence))
        found.append(Route(PATH, ("<path:object_id>/",), View(methods=REDIRECT), "", one.evidence))
        target = Included(Listing(list(found)))
        return [Route(PATH, (f"{one.app}/{one.model}/",), target, "", one.evidence)]

    def _page(self, admin: int, method: str) -> Values:
        """What shows a page: the project's own method, else its class, else the framework."""
        if admin < 0:
            return NOTHING
        own = self.views.method(admin, method)
        return self.pool.one(Class(admin)) if own < 0 else self.reading.value_of(own)

    def _own_routes(self, scope: int) -> list[Route]:
        """Routes that a project's ``get_urls`` adds."""
        if self.views.method(scope, "get_urls") < 0:
            return []
        piece = self.reading.method(scope, "get_urls")
        return [one for one in piece.items if isinstance(one, Route)] if isinstance(piece, Listing) else []

    # -- registrations ---------------------------------------------------------------------------------------------

    @cached_property
    def registered(self) -> dict[int, list[Registered]]:
        """Site -> the models registered on it."""
        found: dict[int, list[Registered]] = {}
        for scope, record in self.assembly.records():
            evidence = self.assembly.evidence(scope, record.at, "framework")
            for callee in self.assembly.externals(record.callees):
                site = self._site_of(callee, "register")
                if site is not None:
                    self._note(
                        found,
                        site,
                        record.argument(0, "model_or_iterable"),
                        record.argument(1, "admin_class"),
                        evidence,
                    )
                elif callee.name == "django.contrib.admin.register()":
                    self._decorated(found, callee, record, evidence)
        return found

    def _decorated(
        self, found: dict[int, list[Registered]], callee: External, record: CallRecord, evidence: Evidence
    ) -> None:
        made = self.assembly.made(callee)
        if made is None:
            return
        sites = [
            number
            for number in made.keywords.get("site", NOTHING)
            if isinstance(self.pool[number], External | Instance)
        ]
        named = [-1 if isinstance(one := self.pool[site], External) and one.name == SITE else site for site in sites]
        for site in named or [-1]:
            for models in made.args:
                self._note(found, site, models, record.argument(0), evidence)

    def _note(
        self, found: dict[int, list[Registered]], site: int, models: Values, admins: Values, evidence: Evidence
    ) -> None:
        admin = next(iter(self.assembly.classes(admins)), -1)
        listed = [model for number in models for model in self.machine.store.peek(("item", number, "*"))]
        for model in self.assembly.classes(models | frozenset(listed)):
            ref = self.machine.index.scopes[model]
            one = Registered(self._app(model), ref.facts.name.lower(), admin, evidence, model)
            known = found.setdefault(site, [])
            if (one.app, one.model) not in {(other.app, other.model) for other in known}:
                known.append(one)

    def _app(self, model: int) -> str:
        """The label of the application that a model belongs to."""
        for child in self.machine.index.children.get(model, ()):
            if self.machine.index.scopes[child].facts.name == "Meta":
                texts = self.pool.texts(self.machine.store.peek(("attribute", child, "app_label")))
                if texts:
                    return texts[0]
        return self.configs.app_of(self.machine.index.scopes[model].module)

    def _contributed(self, evidence: Evidence) -> list[Registered]:
        """Models that the framework's own applications register."""
        swapped = [text for text in self.configs.texts("AUTH_USER_MODEL") if text != "auth.User"]
        return [
            Registered(app.rpartition(".")[2], model, -1, evidence)
            for app, models in CONTRIBUTED.items()
            if app in self._installed
            for model in models
            if not (swapped and model == "user")
        ]

    @cached_property
    def _installed(self) -> list[str]:
        """Installed applications in order, as far as the order is known."""
        found: list[str] = []
        for module in self.configs.modules:
            piece = self.reading.named(module, "INSTALLED_APPS")
            for item in piece.items if isinstance(piece, Listing) else ():
                found += self.pool.texts(item) if isinstance(item, frozenset) else []
        return list(dict.fromkeys(found or self.configs.texts("INSTALLED_APPS")))

    @cached_property
    def _rank(self) -> dict[str, int]:
        """Label -> place among the installed applications."""
        found: dict[str, int] = {}
        for place, app in enumerate(self._installed):
            label = next((self.configs.label(one) for one in self.configs.classes if self._path(one) == app), "")
            found.setdefault(label or self.configs.labels.get(app, app.rpartition(".")[2]), place)
        return found

    def _path(self, config: int) -> str:
        return self.assembly.symbol(config).replace(":", ".")
