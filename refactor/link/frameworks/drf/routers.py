"""Routers: a prefix and a viewset make a list route, a detail route, and one for each extra action."""

from dataclasses import dataclass, field
from functools import cached_property

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External, Function, Instance, Literal, Values
from refactor.link.frameworks.django.patterns import PATH, REGEX, Route, View
from refactor.link.frameworks.django.views import Views
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Evidence

SIMPLE = "rest_framework.routers.SimpleRouter"
DEFAULT = "rest_framework.routers.DefaultRouter"
NESTED = {
    "rest_framework_nested.routers.NestedSimpleRouter": SIMPLE,
    "rest_framework_nested.routers.NestedDefaultRouter": DEFAULT,
}
LIST = {"GET": "list", "POST": "create"}
DETAIL = {"GET": "retrieve", "PUT": "update", "PATCH": "partial_update", "DELETE": "destroy"}
SUFFIX = r"\.(?P<format>[a-z0-9]+)/?$"
ACTIONS = {
    "rest_framework.decorators.action()",
    "rest_framework.decorators.list_route()",
    "rest_framework.decorators.detail_route()",
}


@dataclass(frozen=True)
class Action:
    """An extra action of a viewset."""

    function: int
    detail: bool
    path: str
    name: str
    methods: tuple[str, ...]


@dataclass
class Router:
    """A router with what is registered on it; ``above`` is what a nested router puts before each prefix."""

    default: bool
    slash: str
    above: str = ""
    evidence: Evidence | None = None
    registered: list[tuple[str, int, str, Evidence]] = field(default_factory=list)


class Routers:
    """All routers, by value."""

    def __init__(self, assembly: Assembly, views: Views) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.views = views

    def routes(self, values: Values) -> list[Route]:
        """The routes behind ``router.urls``; nothing for other values."""
        found: list[Route] = []
        for external in self.assembly.externals(values):
            owner, _, attribute = external.name.removesuffix("()").rpartition(".")
            if attribute in ("urls", "get_urls") and external.base >= 0 and _kind(owner.removesuffix("()")):
                base = external.base
                if attribute == "get_urls" and external.name.endswith("()"):
                    method = self.pool[base]
                    base = method.base if isinstance(method, External) else -1
                if base in self.all:
                    found += self._routes(self.all[base])
        return found

    # -- finding ---------------------------------------------------------------------------------------------------

    @cached_property
    def all(self) -> dict[int, Router]:
        """Every router that is made, with its registrations."""
        found: dict[int, Router] = {}
        for scope, record in self.assembly.registrations():
            for number in sorted(record.result):
                if number not in found and (kind := self._router_kind(number)):
                    found[number] = self._made(scope, record, kind, found)
        for scope, record in self.assembly.registrations():
            self._register(scope, record, found)
        return found

    def _router_kind(self, number: int) -> str:
        value = self.pool[number]
        if isinstance(value, External):
            return _kind(value.name.removesuffix("()")) if value.name.endswith("Router()") else ""
        if isinstance(value, Instance):
            return next(
                (kind for base in self.machine.classes.external_bases(value.scope) if (kind := _kind(base))), ""
            )
        return ""

    def _made(self, scope: int, record: CallRecord, kind: str, known: dict[int, Router]) -> Router:
        slash = record.keywords.get("trailing_slash", frozenset())
        off = any(isinstance(value, Literal) and value.value is False for value in self.pool.each(slash))
        router = Router(
            kind == DEFAULT, "" if off else "/", evidence=self.assembly.evidence(scope, record.at, "framework")
        )
        parents = [known[one] for one in sorted(record.argument(0, "parent_router")) if one in known]
        prefixes = self.pool.texts(record.argument(1, "parent_prefix"))
        lookups = self.pool.texts(record.argument(2, "lookup"))
        if parents and prefixes:
            lookup = f"{lookups[0]}_pk" if lookups else "nested_pk"
            router.above = f"{parents[0].above}{prefixes[0]}/(?P<{lookup}>[^/.]+)/"
        return router

    def _register(self, scope: int, record: CallRecord, routers: dict[int, Router]) -> None:
        for callee in self.assembly.externals(record.callees):
            owner, _, method = callee.name.rpartition(".")
            if method == "extend" and owner.endswith(".registry"):
                self._extend(callee, record, routers)
            if method != "register" or callee.base not in routers:
                continue
            bases = self.pool.texts(record.argument(2, "basename") | record.keywords.get("base_name", frozenset()))
            evidence = self.assembly.evidence(scope, record.at, "framework")
            for prefix in self.pool.texts(record.argument(0, "prefix")):
                for viewset in self.assembly.classes(record.argument(1, "viewset")):
                    routers[callee.base].registered.append((prefix, viewset, bases[0] if bases else "", evidence))

    def _extend(self, callee: External, record: CallRecord, routers: dict[int, Router]) -> None:
        """``router.registry.extend(other.registry)``."""
        mine = self.pool[callee.base] if callee.base >= 0 else None
        for other in self.assembly.externals(record.argument(0)):
            if isinstance(mine, External) and mine.base in routers and other.base in routers:
                routers[mine.base].registered += routers[other.base].registered

    # -- routes ----------------------------------------------------------------------------------------------------

    def _routes(self, router: Router) -> list[Route]:
        found: list[Route] = []
        for prefix, viewset, given, evidence in router.registered:
            base = given or self._basename(viewset)
            for text, actions, name in self._of_viewset(router, prefix, viewset, base):
                view = View(classes=(viewset,), actions=actions)
                found.append(Route(REGEX, (text,), view, name, evidence))
                if router.default:
                    found.append(Route(REGEX, (text.rstrip("$").rstrip("/") + SUFFIX,), view, name, evidence))
        if router.default and router.evidence is not None:
            root = View(methods=("GET",))
            found.append(Route(PATH, ("",), root, "api-root", router.evidence))
            found.append(Route(PATH, ("<drf_format_suffix:format>",), root, "api-root", router.evidence))
        return found

    def _of_viewset(
        self, router: Router, prefix: str, viewset: int, base: str
    ) -> list[tuple[str, dict[str, str], str]]:
        stem = f"^{router.above}{prefix}" + ("/" if router.above + prefix else "")
        plain = f"^{router.above}{prefix}{router.slash}$" if router.above + prefix else "^$"
        lookup = self._lookup(viewset)
        extra = self._actions(viewset)
        found = [(plain, self._kept(viewset, LIST), f"{base}-list")]
        found += [
            (f"{stem}{one.path}{router.slash}$", self._mapped(one), f"{base}-{one.name}")
            for one in extra
            if not one.detail
        ]
        found.append((f"{stem}{lookup}{router.slash}$", self._kept(viewset, DETAIL), f"{base}-detail"))
        found += [
            (f"{stem}{lookup}/{one.path}{router.slash}$", self._mapped(one), f"{base}-{one.name}")
            for one in extra
            if one.detail
        ]
        return [one for one in found if one[1]]

    def _kept(self, viewset: int, mapping: dict[str, str]) -> dict[str, str]:
        return {method: name for method, name in mapping.items() if self.views.has(viewset, name)}

    def _mapped(self, action: Action) -> dict[str, str]:
        name = self.machine.index.scopes[action.function].facts.name
        return {method: self._other.get((action.function, method), name) for method in action.methods}

    def _lookup(self, viewset: int) -> str:
        known = self.views.strings(viewset, "lookup_url_kwarg") or self.views.strings(viewset, "lookup_field") or ["pk"]
        value = self.views.strings(viewset, "lookup_value_regex") or ["[^/.]+"]
        return f"(?P<{known[0]}>{value[0]})"

    def _basename(self, viewset: int) -> str:
        for owner in self.machine.classes.order(viewset):
            values = (
                self.machine.store.peek(("attribute", owner, "queryset")) if isinstance(owner, int) else frozenset()
            )
            for number in sorted(values):
                for model in self.assembly.instances(self.machine.entities.of(number)):
                    return self.machine.index.scopes[model].facts.name.lower()
                value = self.pool[number]
                found = self._model_of(value) if isinstance(value, External) else ""
                if found:
                    return found.lower()
        return self.machine.index.scopes[viewset].facts.name.removesuffix("ViewSet").removesuffix("Viewset").lower()

    def _model_of(self, value: External) -> str:
        """The name of the class that a chain such as ``Model.objects.filter()`` starts from."""
        from refactor.link.flow.values import Class

        base = value.base
        for _ in range(20):
            inner = self.pool[base] if base >= 0 else None
            if isinstance(inner, Class):
                return self.machine.index.scopes[inner.scope].facts.name
            if not isinstance(inner, External):
                return ""
            base = inner.base
        return ""

    # -- actions ---------------------------------------------------------------------------------------------------

    def _actions(self, viewset: int) -> list[Action]:
        """The extra actions of a viewset, by name."""
        found: dict[str, Action | None] = {}
        for owner in self.machine.classes.order(viewset):
            if not isinstance(owner, int):
                continue
            for child in self.machine.index.children.get(owner, ()):
                ref = self.machine.index.scopes[child].facts
                if ref.kind == "function":
                    found.setdefault(ref.name, self._marked.get(child))
        return [action for _, action in sorted(found.items()) if action is not None]

    @cached_property
    def _marked(self) -> dict[int, Action]:
        """Functions decorated as actions."""
        found: dict[int, Action] = {}
        self._other: dict[tuple[int, str], str] = {}
        for _, record in self.assembly.registrations():
            if record.text != "@decorator":
                continue
            for callee in self.assembly.externals(record.callees):
                made = self.assembly.made(callee)
                if callee.name in ACTIONS and made is not None:
                    for scopes in self.assembly.chain(record.argument(0)):
                        found[scopes[-1]] = self._action(scopes[-1], callee.name, made)
        return found

    def _action(self, function: int, callee: str, made: CallRecord) -> Action:
        name = self.machine.index.scopes[function].facts.name
        detail = any(isinstance(v, Literal) and v.value for v in self.pool.each(made.argument(1, "detail")))
        methods = self.views.texts(made.argument(0, "methods")) or ["get"]
        paths = self.pool.texts(made.keywords.get("url_path", frozenset()))
        names = self.pool.texts(made.keywords.get("url_name", frozenset()))
        return Action(
            function,
            detail or "detail_route" in callee,
            paths[0] if paths else name,
            names[0] if names else name.replace("_", "-"),
            tuple(method.upper() for method in methods),
        )


def _kind(name: str) -> str:
    """Which of the two routers a class behaves like."""
    return name if name in (SIMPLE, DEFAULT) else NESTED.get(name, "")


__all__ = ["Function", "Router", "Routers"]
