"""Flask-AppBuilder: views and APIs that are added to an AppBuilder, with the routes their classes expose or inherit."""

from dataclasses import dataclass, field

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Class, External, Instance, Literal, Values
from refactor.link.frameworks.flask.holders import Holders
from refactor.link.frameworks.flask.registrations import Rule
from refactor.link.frameworks.flask.views import Views
from refactor.link.stages.assembly import Assembly

HOME = "flask_appbuilder."
BUILDER = "flask_appbuilder.AppBuilder()"
ADDING = frozenset(("add_view", "add_view_no_menu", "add_api"))
BARE = frozenset(("flask_appbuilder.IndexView", "flask_appbuilder.security.views.AuthView"))
"""Views whose routes stand at the root."""
SECURITY = (
    ("AuthDBView", "", "security.views.AuthView"),
    ("PermissionModelView", "/permissions", "ModelView"),
    ("PermissionViewModelView", "/permissionviews", "ModelView"),
    ("ResetMyPasswordView", "/resetmypassword", "SimpleFormView"),
    ("ResetPasswordView", "/resetpassword", "SimpleFormView"),
    ("RoleModelView", "/roles", "ModelView"),
    ("UserDBModelView", "/users", "ModelView"),
    ("UserDBModelView", "/users", "security.views.UserDBModelView"),
    ("UserGroupModelView", "/groups", "ModelView"),
    ("UserInfoEditView", "/userinfoeditview", "SimpleFormView"),
    ("UserStatsChartView", "/userstatschartview", "DirectByChartView"),
    ("ViewMenuModelView", "/viewmenus", "ModelView"),
)
"""The views of the security manager that comes with the library: name, where they stand, what they derive from."""
MANAGING = ("FAB_SECURITY_MANAGER_CLASS", "AUTH_TYPE")
"""Settings that choose another security manager, or other views of it."""
WRITING = frozenset(("post", "put", "delete", "add", "edit", "action", "action_post"))


@dataclass
class _Exposed:
    """A name of a class that answers URLs: ``routes`` are (rule, methods)."""

    handler: str
    routes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


class Builder:
    """Every class that is added to an AppBuilder."""

    def __init__(self, assembly: Assembly, holders: Holders, views: Views) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.holders = holders
        self.views = views
        self.exposed: dict[int, dict[str, _Exposed]] = {}

    def rules(self) -> list[Rule]:
        """The rules of all added classes; nothing where there is no application."""
        records = [record for _, record in self.assembly.registrations()]
        app = self._app(records)
        if app < 0:
            return []
        for record in records:
            self._expose(record)
        found: list[Rule] = []
        for record in records:
            for scope, endpoint in self._added(record):
                found += self._class(app, scope, endpoint, record)
        return found + self._own(app, records)

    def _app(self, records: list[CallRecord]) -> int:
        """The application that the builder is given, else any; -1 when there is none."""
        given = (r.argument(0, "app") for r in records if self._makes(r) or self._calls(r, frozenset(("init_app",))))
        behind = [number for values in given for number in self.holders.behind(values)]
        return next((one for one in (*behind, *self.holders.all) if self.holders.all[one].is_app), -1)

    def _calls(self, record: CallRecord, names: frozenset[str]) -> bool:
        callees = (callee.name for callee in self.assembly.externals(record.callees))
        return any(name.startswith(HOME) and name.rpartition(".")[2] in names for name in callees)

    # -- what classes expose ---------------------------------------------------------------------------------------

    def _expose(self, record: CallRecord) -> None:
        """``@expose("/<pk>/close", methods=["POST"])`` over a method."""
        for callee in self.assembly.externals(record.callees):
            made = self.assembly.made(callee) if callee.name == "flask_appbuilder.expose()" else None
            function = self.views.under(record)
            if made is None or function < 0:
                continue
            methods = tuple(name.upper() for name in self.views.strings(made.argument(1, "methods"))) or ("GET",)
            handler = self.views.wrapped(function, record.argument(0))
            names = self.exposed.setdefault(record.scope, {})
            one = names.setdefault(self.machine.index.scopes[function].facts.name, _Exposed(handler))
            one.routes += [(url, methods) for url in self.pool.texts(made.argument(0, "url")) or ["/"]]

    def _names(self, scope: int) -> dict[str, _Exposed]:
        """All that a class exposes; what overrides a name without exposing it takes its routes away."""
        found: dict[str, _Exposed] = {}
        seen: set[str] = set()
        for owner in self.machine.classes.order(scope):
            if isinstance(owner, int):
                own = self.exposed.get(owner, {})
                found.update({name: one for name, one in own.items() if name not in seen})
                seen.update(self.machine.index.scopes[owner].facts.bound)
            else:
                for name, one in self._inherited(owner, self.assembly.symbol(scope)).items():
                    if name not in seen:
                        found.setdefault(name, one)
        return found

    def _inherited(self, base: str, handler: str) -> dict[str, _Exposed]:
        """Routes that a class of the library brings."""
        found: dict[str, _Exposed] = {}
        for route in self.machine.knowledge.routes.get(base, ()):
            method, rule, name = route.split(" ")
            found.setdefault(name, _Exposed(handler)).routes.append((rule, (method,)))
        return found

    # -- what is added ---------------------------------------------------------------------------------------------

    def _added(self, record: CallRecord) -> list[tuple[int, str]]:
        """The classes that a call adds, each with the endpoint it asks for."""
        if not self._calls(record, ADDING):
            return []
        endpoint = self.pool.texts(record.keywords.get("endpoint", frozenset()))
        given = self.pool.each(record.argument(0, "baseview"))
        scopes = [value.scope for value in given if isinstance(value, Class | Instance)]
        return [(scope, endpoint[0] if endpoint else "") for scope in scopes]

    def _class(self, app: int, scope: int, endpoint: str, record: CallRecord) -> list[Rule]:
        evidence = self.assembly.evidence(record.scope, record.at, "framework")
        label = endpoint or self.machine.index.scopes[scope].facts.name
        base = self._base(scope).rstrip("/")
        found = []
        for name, one in sorted(self._names(scope).items()):
            if self._is_wanted(scope, name):
                self._touch(scope, name, one, record)
                for url, methods in one.routes:
                    handlers = dict.fromkeys(methods, one.handler)
                    rule = f"{base}/{url.lstrip('/')}" if base else url
                    found.append(Rule(app, rule, f"{label}.{name}", methods, handlers, evidence))
        return found

    def _base(self, scope: int) -> str:
        """Where the routes of a class stand: ``route_base``, ``/api/v1/<resource>``, or its name."""
        given = self._values(scope, "route_base")
        if self.pool.texts(given):
            return self.pool.texts(given)[0]
        bases = self.machine.classes.external_bases(scope)
        if BARE & set(bases):
            return ""
        name = self.machine.index.scopes[scope].facts.name.lower()
        if not any(base.startswith(HOME) and base.lower().endswith("api") for base in bases):
            return f"/{name}"
        version = self.pool.texts(self._values(scope, "version")) or ["v1"]
        resource = self.pool.texts(self._values(scope, "resource_name")) or [name]
        return f"/api/{version[0]}/{resource[0].lower()}"

    def _values(self, scope: int, name: str) -> Values:
        """An attribute of a class, along its bases."""
        owners = (owner for owner in self.machine.classes.order(scope) if isinstance(owner, int))
        found = (self.machine.store.peek(("attribute", owner, name)) for owner in owners)
        return next((values for values in found if values), frozenset())

    def _is_wanted(self, scope: int, name: str) -> bool:
        """``include_route_methods`` and ``exclude_route_methods``; a bare text counts by its parts, as ``in`` does."""
        included, excluded = self._values(scope, "include_route_methods"), self._values(scope, "exclude_route_methods")
        none = all(isinstance(value, Literal) and value.value is None for value in self.pool.each(included))
        bare = any(name in text for text in self.pool.texts(included))
        return (none or bare or name in self.views.strings(included)) and name not in self.views.strings(excluded)

    def _touch(self, scope: int, name: str, one: _Exposed, record: CallRecord) -> None:
        """What the library's own methods do to the table of ``datamodel``."""
        if one.handler != self.assembly.symbol(scope):
            return
        for value in self.assembly.externals(self._values(scope, "datamodel")):
            made = self.assembly.made(value)
            for model in self.assembly.classes(made.argument(0, "obj")) if made else ():
                table = self.assembly.class_tables.get(model)
                if table is not None:
                    evidence = self.assembly.evidence(record.scope, record.at, "framework", 0.9)
                    kind = "write" if name in WRITING else "read"
                    self.assembly.edge(one.handler, f"table:{table}", kind, evidence)

    def _own(self, app: int, records: list[CallRecord]) -> list[Rule]:
        """What the builder adds by itself: a page at the root, and the views of its security manager."""
        builders = [record for record in records if self._makes(record)]
        if not builders:
            return []
        evidence = self.assembly.evidence(builders[0].scope, builders[0].at, "framework", 0.9)
        index = self.assembly.classes(self._chosen(builders, "indexview"))
        found = [rule for scope in index for rule in self._class(app, scope, "", builders[0])]
        brought = [] if index else [("IndexView", "", "IndexView")]
        store = self.machine.store
        if not self._chosen(builders, "security_manager_class") | store.peek(("config", "", MANAGING[0])):
            brought += [] if store.peek(("config", "", MANAGING[1])) else SECURITY
        for name, base, kind in brought:
            for method, one in self._inherited(f"{HOME}{kind}", "").items():
                for url, methods in one.routes:
                    handlers = dict.fromkeys(methods, "")
                    found.append(Rule(app, base + url, f"{name}.{method}", methods, handlers, evidence))
        return found

    def _chosen(self, builders: list[CallRecord], name: str) -> Values:
        """What the application gives its builder under this name: a keyword, or an attribute written later."""
        given = frozenset().union(*(record.keywords.get(name, frozenset()) for record in builders))
        for _, trace in self.assembly.traces():
            for access in trace.writes:
                if access.name == name and any(v.name == BUILDER for v in self.assembly.externals(access.receiver)):
                    given |= access.value
        return given

    def _makes(self, record: CallRecord) -> bool:
        """Whether a call makes an AppBuilder, or an instance of a class derived from it."""
        made = (value for value in self.pool.each(record.result))
        return any(isinstance(value, External) and (value.name, value.site) == (BUILDER, record.site) for value in made)
