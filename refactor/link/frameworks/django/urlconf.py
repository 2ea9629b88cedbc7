"""URLconf trees -> entry points: roots, prefixes, namespaces, and what other libraries add."""

from collections.abc import Iterator
from typing import NamedTuple

from refactor.link.frameworks.django.admin import Admin
from refactor.link.frameworks.django.configs import Configs
from refactor.link.frameworks.django.conversions import conversions
from refactor.link.frameworks.django.paths import Converters, regex_path
from refactor.link.frameworks.django.patterns import LOCALE, PATH, Included, Listing, Piece, Route, View, foreign
from refactor.link.frameworks.django.reading import Reading
from refactor.link.frameworks.django.strings import loaded
from refactor.link.frameworks.django.views import ANY, Views
from refactor.link.frameworks.drf.routers import Routers
from refactor.link.stages.assembly import Assembly
from refactor.model.program import EntryPoint, Evidence

HANDLERS = ("handler400", "handler403", "handler404", "handler500")

DEEPEST = 24
"""Deepest nesting of includes."""


class Place(NamedTuple):
    """Where in the tree a route stands: texts so far and the namespaces above."""

    rule: str = ""
    path: str = ""
    names: tuple[str, ...] = ()
    depth: int = 0
    evidence: Evidence | None = None
    modules: tuple[str, ...] = ()


class Urlconf:
    """Walks the trees of all roots."""

    def __init__(self, assembly: Assembly, configs: Configs) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.configs = configs
        self.views = Views(assembly)
        self.reading = Reading(assembly)
        self.admin = Admin(assembly, self.reading, configs, self.views)
        self.routers = Routers(assembly, self.views)
        self.converters: Converters = conversions(assembly)
        self.included: set[str] = set()
        self.seen: set[str] = set()
        self.root = ""

    def publish(self) -> None:
        """Entry points of every root."""
        roots = [root for root in self.configs.roots() if root in self.machine.index.roots]
        for root in roots:
            self._publish(root, self.reading.words.module(root).patterns)
            self._handlers(root)
        if not roots:
            self._unrooted()

    def _handlers(self, root: str) -> None:
        """Hook edges to ``handler404`` and its kin, functions or dotted paths."""
        for name in HANDLERS:
            held = self.machine.store.peek(("global", root, name))
            named = frozenset().union(*(loaded(self.machine, text) for text in self.pool.texts(held)))
            evidence = self.assembly.evidence(self.machine.index.roots[root], (1, 1), "framework")
            for scope in [*self.assembly.functions(held | named), *self.assembly.classes(held | named)]:
                self.assembly.edge(root, self.assembly.symbol(scope), "hook", evidence)

    def _unrooted(self) -> None:
        """A library of applications: each URLconf and each app's own patterns that nothing else includes."""
        modules = [
            name
            for name in sorted(self.machine.index.roots)
            if self.machine.store.peek(("global", name, "urlpatterns")) and not self.machine.index.modules[name].is_test
        ]
        trees = {name: self.reading.words.module(name).patterns for name in modules}
        for name, tree in trees.items():
            self.included.discard(name)
            for _ in self._walk(tree, Place(modules=(name,))):
                pass
        for scope in self.configs.with_urls():
            name = self.assembly.symbol(scope)
            trees[name] = self.reading.method(scope, "urls")
        inside = {route for tree in trees.values() for route in self._nested(tree)}
        for name, tree in sorted(trees.items()):
            if name not in self.included and not (self._keys(tree) and self._keys(tree) <= inside):
                self._publish(name, self.reading.words.parts(tree))

    def _keys(self, tree: Piece) -> set[Evidence]:
        """Where a tree's own routes stand."""
        tree = self.reading.words.parts(tree)
        items = tree.items if isinstance(tree, Listing) else []
        return {one.evidence for one in items if isinstance(one, Route)}

    def _nested(self, tree: Piece, depth: int = 0) -> set[Evidence]:
        """Where the routes stand that a tree includes from elsewhere."""
        tree = self.reading.words.parts(tree)
        found: set[Evidence] = set()
        for one in tree.items if isinstance(tree, Listing) and depth < DEEPEST else []:
            if isinstance(one, Route) and isinstance(one.target, Included):
                found |= self._keys(one.target.patterns) | self._nested(one.target.patterns, depth + 1)
        return found

    def _publish(self, root: str, patterns: Piece) -> None:
        self.root = root
        for route, place in self._walk(patterns, Place(modules=(root,))):
            self._entries(route, place)

    # -- walking ---------------------------------------------------------------------------------------------------

    def _walk(self, piece: Piece, place: Place) -> Iterator[tuple[Route, Place]]:
        if place.depth > DEEPEST:
            return
        for one in self._routes(piece, place.evidence):
            for text, path in self._texts(one):
                here = place._replace(
                    rule=place.rule + text, path=place.path + path, depth=place.depth + 1, evidence=one.evidence
                )
                if isinstance(one.target, View):
                    yield one, here
                else:
                    yield from self._walk_included(one, one.target, here)

    def _walk_included(self, route: Route, included: Included, place: Place) -> Iterator[tuple[Route, Place]]:
        name = included.namespace or included.app
        place = place._replace(names=(*place.names, name)) if name else place
        if included.module in place.modules:
            return
        if included.module:
            self.included.add(included.module)
            place = place._replace(modules=(*place.modules, included.module))
        yield from self._walk(included.patterns, place)
        outside = foreign(self.machine.knowledge.routes.get(included.module, ()), route.evidence)
        yield from self._walk(Listing(list(outside)), place)

    def _routes(self, piece: Piece, evidence: Evidence | None) -> list[Route]:
        """The routes of a list, those that routers and the admin bring among them."""
        if isinstance(piece, Route):
            return [piece]
        if isinstance(piece, Listing):
            return [route for one in piece.items for route in self._routes(one, evidence)]
        if isinstance(piece, Included):
            return self._routes(piece.patterns, evidence)
        found: list[Route] = []
        if isinstance(piece, frozenset):
            found += self.routers.routes(piece)
            found += self.admin.routes(piece, evidence) if evidence else []
        return found

    def _texts(self, route: Route) -> list[tuple[str, str]]:
        """A route's own text as the framework writes it, and in the gateway's form."""
        if route.kind == LOCALE:
            language = (f"{self.configs.language}/", "{language}/")
            return [("", ""), ("<language>/", "{language}/")] if route.texts else [language]
        if route.kind == PATH:
            return [(text, self.converters.path(text)) for text in route.texts]
        return [(text, regex_path(text)) for text in route.texts]

    # -- entries ---------------------------------------------------------------------------------------------------

    def _entries(self, route: Route, place: Place) -> None:
        view = route.target
        if not isinstance(view, View):
            return
        entered = self.views.entered(view)
        for method, handler in self.views.answers(view).items():
            self._entry(route, place, method, handler, entered)

    def _entry(self, route: Route, place: Place, method: str, handler: str, entered: list[str]) -> None:
        path = "/" + place.path.lstrip("/")
        identity = f"http:{method} {path}"
        if identity in self.seen:
            identity = f"http:{method} {place.rule}"
        if identity in self.seen:
            return
        self.seen.add(identity)
        name = ":".join([*place.names, route.name]) if route.name else ""
        self.assembly.entry_points.append(
            EntryPoint(identity, "http", handler, route.evidence, method, place.rule, path, name, self.root, "django")
        )
        for target in [handler, *(one for one in entered if one != handler)] if handler else entered:
            self.assembly.edge(identity, target, "enter", route.evidence)


__all__ = ["ANY", "Urlconf"]
