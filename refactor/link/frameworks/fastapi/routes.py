"""Routes with their prefixes -> entry points, as the framework itself would list them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from refactor.link.flow.values import Values
from refactor.link.frameworks.fastapi.dependencies import Dependencies
from refactor.link.frameworks.fastapi.holders import APP, APPS, Holder, Holders, Inclusion, Rule
from refactor.link.frameworks.fastapi.registrations import prefix_of
from refactor.link.frameworks.fastapi.views import Views
from refactor.link.stages.assembly import Assembly
from refactor.model.program import EntryPoint, Evidence

CONVERTER = re.compile(r"{([a-zA-Z_]\w*)(?::([a-zA-Z_]\w*))?}")
DEPTH = 12


@dataclass
class Found:
    """A rule under its path so far, with what is called before it."""

    path: str
    rule: Rule
    holder: Holder
    dependencies: Values


class Routes:
    """Publishes rules as entry points of the program."""

    def __init__(self, assembly: Assembly, holders: Holders) -> None:
        self.assembly = assembly
        self.pool = assembly.machine.pool
        self.holders = holders
        self.views = Views(assembly)
        self.dependencies = Dependencies(assembly)
        self._seen: set[str] = set()
        self._root = ""

    def publish(self) -> None:
        """Every route that is reachable from an application which is not itself mounted in another one.

        The application with most routes comes first: of two rules for one path it has the entry point.
        """
        inner = {item.child for one in self.holders.all.values() for item in one.items if isinstance(item, Inclusion)}
        roots = [one for key, one in self.holders.all.items() if one.kind in APPS and key not in inner]
        counts = self.assembly.applications
        for holder in sorted(roots, key=lambda one: -self._size(one, 0)):
            self._root = holder.factory
            counts[self._root] = counts.get(self._root, 0) + self._size(holder, 0)
            self._application(holder, "", 0)

    def _size(self, holder: Holder, depth: int) -> int:
        """How many rules an application has, with those that are mounted in it."""
        if depth > DEPTH:
            return 0
        return sum(1 for _ in self._below(holder, 0)) + sum(
            self._size(inner, depth + 1) for _, inner in self._mounted(holder, 0)
        )

    def _application(self, holder: Holder, prefix: str, depth: int) -> None:
        if depth > DEPTH:
            return
        for found in self._below(holder, 0):
            self._entries(found, prefix)
        for path, inner in self._mounted(holder, 0):
            self._application(inner, prefix + path, depth + 1)
        if holder.kind == APP:
            self._own(holder, prefix)

    def _below(self, holder: Holder, depth: int) -> Iterator[Found]:
        """The rules of a holder and of the routers included in it.

        A router's prefix stands before its own routes and before what it includes, not before Starlette's plain routes.
        """
        given = holder.options.get("dependencies", frozenset())
        for own in prefix_of(self.holders, holder):
            for item in holder.items:
                if isinstance(item, Rule):
                    yield Found(item.path if item.raw else own + item.path, item, holder, given | item.dependencies)
                elif not item.mounted and depth < DEPTH:
                    for found in self._below(self.holders.all[item.child], depth + 1):
                        found.path = own + item.prefix + found.path
                        found.dependencies |= given | item.dependencies
                        yield found

    def _mounted(self, holder: Holder, depth: int) -> Iterator[tuple[str, Holder]]:
        """Applications mounted in a holder and in the routers included in it, each with its path."""
        for item in holder.items:
            if not isinstance(item, Inclusion):
                continue
            child = self.holders.all[item.child]
            if item.mounted:
                yield item.prefix, child
            elif depth < DEPTH:
                for own in prefix_of(self.holders, holder):
                    for path, inner in self._mounted(child, depth + 1):
                        yield own + item.prefix + path, inner

    def _entries(self, found: Found, prefix: str) -> None:
        rule = found.rule
        if rule.kind == "mount":
            answer = ""
            self._entry(found, prefix, rule.methods[0], answer, ())
            return
        view = self.views.of(rule.view, rule.methods)
        for method, handler in view.handlers.items() if rule.kind == "http" else [("", view.symbol)]:
            self._entry(found, prefix, method, handler, view.entered(method), view.name)
        for symbol in (*view.handlers.values(), view.symbol):
            if symbol:
                self.assembly.edge(symbol, found.holder.symbol, "register", rule.evidence)

    def _entry(
        self, found: Found, prefix: str, method: str, handler: str, entered: tuple[int, ...], name: str = ""
    ) -> None:
        rule = found.rule
        full = prefix + found.path
        kind = "websocket" if rule.kind == "websocket" else "http"
        path = _gateway(full)
        identity = self._identity(kind, method, path, full, again=not handler)
        if not identity:
            return
        self.assembly.entry_points.append(
            EntryPoint(
                identity, kind, handler, rule.evidence, method, full, path, rule.name or name, found.holder.symbol,
                "fastapi" if found.holder.kind in (APP, "fastapi.APIRouter()") else "starlette", root=self._root,
            )
        )  # fmt: skip
        before = self.dependencies.listed(found.dependencies)
        called = {symbol for scope in entered for symbol in self.dependencies.of(scope)}
        for target in sorted({*before, *called, *map(self.assembly.symbol, entered), handler} - {""}):
            self.assembly.edge(identity, target, "enter", rule.evidence)

    def _identity(self, kind: str, method: str, path: str, full: str, *, again: bool) -> str:
        """The node of an entry point; the first of two rules for one path answers."""
        head = f"{kind}:{method} " if method else f"{kind}:"
        for text in (path,) if again else (path, full):
            if f"{head}{text}" not in self._seen:
                self._seen.add(f"{head}{text}")
                return f"{head}{text}"
        return ""

    def _own(self, holder: Holder, prefix: str) -> None:
        """What FastAPI answers itself: the schema, and two pages that show it."""
        evidence = self.assembly.evidence(holder.record.scope, holder.record.at, "framework")
        schema = self._option(holder, "openapi_url", "/openapi.json")
        if not schema:
            return
        docs = self._option(holder, "docs_url", "/docs")
        redirect = self._option(holder, "swagger_ui_oauth2_redirect_url", "/docs/oauth2-redirect") if docs else ""
        pages = {
            "openapi": schema,
            "swagger_ui_html": docs,
            "swagger_ui_redirect": redirect,
            "redoc_html": self._option(holder, "redoc_url", "/redoc"),
        }
        for name, path in pages.items():
            if path:
                self._page(holder, prefix + path, name, evidence)

    def _page(self, holder: Holder, path: str, name: str, evidence: Evidence) -> None:
        if identity := self._identity("http", "GET", path, path, again=True):
            self.assembly.entry_points.append(
                EntryPoint(
                    identity, "http", "", evidence, "GET", path, path, name, holder.symbol, "fastapi", root=self._root
                )
            )

    def _option(self, holder: Holder, name: str, default: str) -> str:
        given = holder.options.get(name, frozenset())
        return "" if self.holders.is_off(given) else next(iter(self.pool.texts(given)), default)


def _gateway(rule: str) -> str:
    """``/files/{name:path}`` -> ``/files/{name+}``; a part that the source does not tell becomes a parameter."""
    for number in range(1, rule.count("{}") + 1):
        rule = rule.replace("{}", f"{{unknown{number}}}", 1)
    return CONVERTER.sub(lambda found: f"{{{found[1]}{'+' if found[2] == 'path' else ''}}}", rule)
