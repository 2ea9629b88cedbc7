"""The words of a URLconf: ``path``, ``include``, ``i18n_patterns``, ``static``, and the views that they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refactor.link.flow.values import NOTHING, Box, Class, External, ModuleRef, Values
from refactor.link.frameworks.django.patterns import LOCALE, PATH, REGEX, Included, Listing, Piece, Route, View
from refactor.model import facts

if TYPE_CHECKING:
    from refactor.link.frameworks.django.evaluation import Evaluation
    from refactor.link.frameworks.django.reading import Scene

ROUTES = {"django.urls.path": PATH, "django.urls.re_path": REGEX, "django.conf.urls.url": REGEX}
INCLUDES = frozenset(("django.urls.include", "decorator_include.decorator_include"))
LANGUAGES = "django.conf.urls.i18n.i18n_patterns"
STATIC = frozenset(("django.conf.urls.static.static", "django.contrib.staticfiles.urls.staticfiles_urlpatterns"))
SAME = frozenset(
    "builtins.list builtins.tuple builtins.sorted builtins.reversed itertools.chain "
    "rest_framework.urlpatterns.format_suffix_patterns django.conf.urls.patterns".split()
)
METHODS = {
    "django.views.decorators.http.require_POST": ("POST",),
    "django.views.decorators.http.require_GET": ("GET",),
    "django.views.decorators.http.require_safe": ("GET",),
}
DEEP = 6
"""Most decorators around a view."""


class Words:
    """Reads the calls that make routes."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.reading = evaluation.reading
        self.assembly = evaluation.assembly
        self.machine = evaluation.machine
        self.pool = evaluation.pool

    def call(self, scene: Scene, node: facts.Call, callees: Values) -> Piece | None:
        """The route or list that a call makes; None when it is about something else."""
        for callee in self.assembly.externals(callees):
            if callee.name in ROUTES:
                return self._route(scene, node, ROUTES[callee.name])
            if callee.name in INCLUDES:
                return self._include(scene, node)
            if callee.name == LANGUAGES:
                return self._languages(scene, node)
            if callee.name in STATIC:
                return self._static(scene, node)
            if callee.name in SAME:
                return self._same(scene, node)
        return None

    def argument(self, node: facts.Call, position: int, name: str = "") -> facts.Expr | None:
        """An argument's expression by position or keyword."""
        if position < len(node.args):
            return node.args[position]
        return next((one.value for one in node.keywords if name and one.name == name), None)

    def texts(self, scene: Scene, node: facts.Expr | None) -> list[str]:
        """The strings that an expression may be; a translated string is its original."""
        if node is None:
            return []
        piece = self.evaluation.eval(scene, node)
        return self.strings(piece) if isinstance(piece, frozenset) else []

    def strings(self, values: Values) -> list[str]:
        """The strings among some values, those handed to a translation included."""
        found = self.pool.texts(values)
        for external in self.assembly.externals(values):
            made = self.assembly.made(external)
            if "gettext" in external.name and made is not None:
                found += self.pool.texts(made.argument(0))
        return sorted(set(found))

    # -- routes ----------------------------------------------------------------------------------------------------

    def _route(self, scene: Scene, node: facts.Call, kind: str) -> Route:
        texts = tuple(self.texts(scene, self.argument(node, 0, "route") or self.argument(node, 9, "regex")))
        names = self.texts(scene, self.argument(node, 3, "name"))
        evidence = self.assembly.evidence(scene.frame.scope, node.at, "framework")
        given = self.argument(node, 1, "view")
        target = self._target(scene, given) if given is not None else View()
        return Route(kind, texts, target, names[0] if names else "", evidence)

    def _target(self, scene: Scene, node: facts.Expr) -> View | Included:
        if not _is_view(node):
            piece = self.evaluation.eval(scene, node)
            if isinstance(piece, Included):
                return piece
            if isinstance(piece, Listing):
                return self._parts(piece)
            if isinstance(piece, frozenset) and any(
                one.name.endswith(".urls") for one in self.assembly.externals(piece)
            ):
                return Included(piece)
        return self.view(scene, node)

    def _include(self, scene: Scene, node: facts.Call) -> Included:
        given = self.argument(node, 0, "arg")
        piece = self.evaluation.eval(scene, given) if given is not None else NOTHING
        found = self._parts(piece) if isinstance(piece, Listing) else self._whole(piece)
        namespaces = self.texts(scene, self.argument(node, 1, "namespace"))
        return Included(found.patterns, found.app, namespaces[0] if namespaces else found.namespace, found.module)

    def _parts(self, listing: Listing) -> Included:
        """``(patterns, app_name)`` and ``(patterns, app_name, namespace)``; any other list is one of patterns."""
        rest = listing.items[1:]
        if not 1 <= len(rest) <= 2 or not all(isinstance(one, frozenset) for one in rest):
            return Included(listing)
        if any(
            isinstance(value, External | Box)
            for one in rest
            if isinstance(one, frozenset)
            for value in self.pool.each(one)
        ):
            return Included(listing)
        names = [self.strings(one) if isinstance(one, frozenset) else [] for one in rest]
        app = names[0][0] if names[0] else ""
        namespace = names[1][0] if len(names) > 1 and names[1] else ""
        whole = self._whole(listing.items[0])
        return Included(whole.patterns, app or whole.app, namespace, whole.module)

    def _whole(self, piece: Piece) -> Included:
        """What ``include`` is given: a dotted name, a module, or patterns themselves."""
        if isinstance(piece, Included):
            return piece
        if not isinstance(piece, frozenset):
            return Included(piece)
        for text in self.pool.texts(piece):
            return self.module(text)
        for value in self.pool.each(piece):
            if isinstance(value, ModuleRef):
                return self.module(value.name)
            if isinstance(value, External) and not value.name.endswith("urls") and value.site < 0:
                return Included(NOTHING, module=value.name)
        externals = self.assembly.externals(piece)
        outside = next((one.name for one in externals if "()" not in one.name and "site" not in one.name), "")
        return Included(self.evaluation.written(piece), module=outside)

    def module(self, name: str) -> Included:
        """The patterns of a URLconf module."""
        name = self.machine.index.full(name)
        patterns = self.reading.named(name, "urlpatterns")
        if patterns is None:
            patterns = self.evaluation.written(self.machine.store.peek(("global", name, "urlpatterns")))
        apps = self.pool.texts(self.machine.store.peek(("global", name, "app_name")))
        return Included(patterns, apps[0] if apps else "", "", name)

    def _languages(self, scene: Scene, node: facts.Call) -> Listing:
        items = [one for arg in node.args for one in self._spread(scene, arg)]
        evidence = self.assembly.evidence(scene.frame.scope, node.at, "framework")
        plain = self.argument(node, 99, "prefix_default_language")
        bare = isinstance(plain, facts.Const) and plain.value is False
        return Listing([Route(LOCALE, ("bare",) if bare else (), Included(Listing(items)), "", evidence)])

    def _spread(self, scene: Scene, arg: facts.Expr) -> list[Piece]:
        piece = self.evaluation.eval(scene, arg.value if isinstance(arg, facts.Starred) else arg)
        return list(piece.items) if isinstance(piece, Listing) else [piece]

    def _static(self, scene: Scene, node: facts.Call) -> Listing:
        """Files served during development: ``^media/(?P<path>.*)$``."""
        evidence = self.assembly.evidence(scene.frame.scope, node.at, "framework", 0.8)
        prefixes = [text for text in self.texts(scene, self.argument(node, 0, "prefix")) if "://" not in text]
        view = self.pool.one(External("django.views.static.serve"))
        return Listing(
            [
                Route(REGEX, (f"^{text.lstrip('/')}(?P<path>.*)$",), View(view, methods=("GET",)), "", evidence)
                for text in prefixes
                if text.strip("/")
            ]
        )

    def _same(self, scene: Scene, node: facts.Call) -> Piece:
        pieces = [self.evaluation.eval(scene, arg) for arg in node.args]
        return next((piece for piece in pieces if not isinstance(piece, frozenset)), NOTHING)

    def parts(self, piece: Piece) -> Piece:
        """The patterns of what ``app.urls`` is: a list, or a list with the names above it."""
        return self._parts(piece).patterns if isinstance(piece, Listing) else piece

    # -- views -----------------------------------------------------------------------------------------------------

    def view(self, scene: Scene, node: facts.Expr, depth: int = 0) -> View:
        """What answers a route: through ``as_view``, decorators of libraries, and decorators of the project."""
        if isinstance(node, facts.Call) and depth < DEEP:
            if isinstance(node.func, facts.Attribute) and node.func.attr == "as_view":
                return self._class_view(scene, node, node.func.value)
            made = self.assembly.classes(self.evaluation.flow(scene, node.func))
            for arg in () if made else node.args[:2]:
                inner = self.view(scene, arg, depth + 1) if _may_be_view(arg) else View()
                if inner.classes or self._is_view_value(inner.values):
                    return self._decorated(scene, node, inner)
        if isinstance(node, facts.Call) and not self._is_external(scene, node):
            piece = self.evaluation.entered(scene, node)
            if isinstance(piece, frozenset) and self._is_view_value(piece):
                return self.from_values(piece)
        return self.from_values(self.evaluation.flow(scene, node))

    def _is_external(self, scene: Scene, node: facts.Call) -> bool:
        return bool(self.assembly.externals(self.evaluation.flow(scene, node.func)))

    def _class_view(self, scene: Scene, node: facts.Call, owner: facts.Expr) -> View:
        classes = tuple(self.assembly.classes(self.evaluation.flow(scene, owner)))
        values = self.evaluation.flow(scene, node)
        given = self.argument(node, 0, "actions")
        return View(values, classes, self._actions(scene, given))

    def _actions(self, scene: Scene, node: facts.Expr | None) -> dict[str, str]:
        if node is None:
            return {}
        found = self.machine.items.mapping(scene.frame, self.evaluation.flow(scene, node))
        actions = {method.upper(): self.pool.texts(values) for method, values in found.items()}
        return {method: names[0] for method, names in sorted(actions.items()) if names}

    def _decorated(self, scene: Scene, node: facts.Call, inner: View) -> View:
        returned = self.evaluation.flow(scene, node)
        known = set(self.assembly.functions(inner.values))
        wrappers = tuple(one for one in self.assembly.functions(returned) if one not in known)
        callees = self.assembly.externals(self.evaluation.flow(scene, node.func))
        methods = inner.methods or next((METHODS[one.name] for one in callees if one.name in METHODS), ())
        return View(inner.values, inner.classes, inner.actions, (*inner.wrappers, *wrappers), methods)

    def from_values(self, values: Values, depth: int = 0) -> View:
        """A view that the value flow brings: a function, an instance, or what ``as_view`` returned."""
        for external in self.assembly.externals(values):
            made = self.assembly.made(external)
            if made is None:
                continue
            if external.name.endswith(".as_view()"):
                found = self._made_view(external, values)
                if found.classes:
                    return found
            elif made.args and depth < DEEP:
                inner = self.from_values(made.args[0], depth + 1)
                if inner.classes or self._is_view_value(inner.values):
                    return View(
                        inner.values,
                        inner.classes,
                        inner.actions,
                        inner.wrappers,
                        inner.methods or METHODS.get(external.name[:-2], ()),
                    )
        return View(values)

    def _is_view_value(self, values: Values) -> bool:
        made = any(one.name.endswith(".as_view()") for one in self.assembly.externals(values))
        return made or bool(self.assembly.functions(values) or self.assembly.instances(values))

    def _made_view(self, external: External, values: Values) -> View:
        method = self.pool[external.base] if external.base >= 0 else None
        owner = self.pool[method.base] if isinstance(method, External) and method.base >= 0 else None
        return View(values, (owner.scope,) if isinstance(owner, Class) else ())


def _is_view(node: facts.Expr) -> bool:
    return isinstance(node, facts.Call) and isinstance(node.func, facts.Attribute) and node.func.attr == "as_view"


def _may_be_view(node: facts.Expr) -> bool:
    return isinstance(node, facts.Call | facts.Name | facts.Attribute | facts.LambdaRef)
