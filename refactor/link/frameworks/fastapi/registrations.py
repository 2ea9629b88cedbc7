"""Calls that register: routes, routers in routers, mounted applications, however they are written."""

from functools import cached_property

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Box, External, Values
from refactor.link.frameworks.fastapi.holders import (
    APP,
    APPS,
    KINDS,
    PREFIXED,
    Calling,
    Holder,
    Holders,
    Inclusion,
    Rule,
)
from refactor.link.frameworks.fastapi.runs import Step
from refactor.link.stages.assembly import Assembly

VERBS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SOCKETS = frozenset(("websocket", "websocket_route", "add_api_websocket_route", "add_websocket_route"))
RAW = frozenset(("route", "websocket_route", "add_route", "add_websocket_route"))
OVER = frozenset((*VERBS, "api_route", "route", "websocket", "websocket_route"))
"""Methods that make a decorator for a function."""
CALLED = frozenset(("add_api_route", "add_route", "add_api_websocket_route", "add_websocket_route"))
WIDE = 12
"""A tuple with more values than this pairs nothing."""

OBJECTS = {
    "starlette.routing.Route()": "add_route",
    "fastapi.routing.APIRoute()": "add_api_route",
    "starlette.routing.WebSocketRoute()": "add_websocket_route",
    "fastapi.routing.APIWebSocketRoute()": "add_api_websocket_route",
}
MOUNTS = frozenset(("starlette.routing.Mount()", "starlette.routing.Host()"))


class Registrations:
    """Puts what a call registers into its holder."""

    def __init__(self, assembly: Assembly, holders: Holders) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.holders = holders

    def note(self, step: Step) -> None:
        """Look at one call and note what it registers."""
        record = step.record
        for callee in self.assembly.externals(record.callees):
            owner, _, method = callee.name.removesuffix("()").rpartition(".")
            if owner.removesuffix(".router") not in KINDS:
                continue
            if callee.name.endswith("()") and method in OVER:
                self._over(step, callee, method)
            elif not callee.name.endswith("()"):
                self._method(step, callee, method)

    def options(self, holder: Holder) -> None:
        """Routes handed to an application or router when it is made."""
        self._listed(holder, holder.record.keywords.get("routes", frozenset()))

    def _receivers(self, callee: External, step: Step) -> list[Holder]:
        base = frozenset((callee.base,)) if callee.base >= 0 else frozenset()
        return self.holders.behind(base, step.record, step.way)

    def _over(self, step: Step, callee: External, method: str) -> None:
        """``@router.get("/x")`` over a function: the call of what ``router.get("/x")`` returned."""
        made = step.made(callee)
        inner = self.pool[callee.base] if callee.base >= 0 else None
        if made is None or not isinstance(inner, External):
            return
        for holder in self._receivers(inner, step):
            self._rule(holder, method, made, step.record.argument(0), step.record)

    def _method(self, step: Step, callee: External, method: str) -> None:
        record, way = step.record, step.way
        for holder in self._receivers(callee, step):
            if method in CALLED:
                self._rule(holder, method, record, record.argument(1, _view_name(method)), record)
            elif method == "include_router":
                self._include(holder, record, way)
            elif method in ("mount", "host"):
                self._mount(holder, record, way)
            elif method == "__init__":
                holder.options.update(record.keywords)
                self._listed(holder, record.keywords.get("routes", frozenset()))

    def _rule(self, holder: Holder, method: str, made: CallRecord, view: Values, record: CallRecord) -> None:
        raw = method in RAW
        if method in VERBS:
            methods: tuple[str, ...] = (method.upper(),)
        else:
            given = made.keywords.get("methods", made.argument(2) if method == "add_route" else frozenset())
            methods = tuple(name.upper() for name in self._strings(given))
        name = self.holders.text(made.keywords.get("name", frozenset()))[0]
        evidence = self.assembly.evidence(record.scope, record.at, "framework")
        kind = "websocket" if method in SOCKETS else "http"
        dependencies = made.keywords.get("dependencies", frozenset())
        for path in self.pool.texts(made.argument(0, "path")):
            holder.items.append(Rule(path, view, methods, name, evidence, made, kind, raw, dependencies))

    def _include(self, holder: Holder, record: CallRecord, way: Calling) -> None:
        dependencies = record.keywords.get("dependencies", frozenset())
        for child in self.holders.behind(record.argument(0, "router"), record, way):
            for prefix in self._prefixes(child, record.keywords.get("prefix", frozenset())):
                if child is not holder:
                    self._add(holder, Inclusion(child.key, prefix, record, dependencies=dependencies))

    def _prefixes(self, child: Holder, values: Values) -> list[str]:
        """The prefixes of an inclusion; in a loop over pairs only those that stand beside the router."""
        texts = self.holders.text(values)
        if len(texts) < 2:
            return texts
        beside: set[str] = self._beside.get(child.key[0], set())
        return [text for text in texts if text in beside] or texts

    @cached_property
    def _beside(self) -> dict[int, set[str]]:
        """Value -> the texts that stand in one tuple with it, or are its key in a dict."""
        boxes: dict[object, list[Values]] = {}
        found: dict[int, set[str]] = {}
        for (kind, box, key), values in self.machine.store.slots.items():
            if kind == "item" and key not in ("*", None):
                boxes.setdefault(box, []).append(values)
                for value in values if str(key).startswith("str:") else ():
                    found.setdefault(value, set()).add(str(key).removeprefix("str:"))
        for places in boxes.values():
            # a tuple that stands for several at once pairs nothing
            if len(places) < WIDE and all(len(values) == 1 for values in places):
                together: Values = frozenset().union(*places)
                for value in together:
                    found.setdefault(value, set()).update(self.pool.texts(together))
        return found

    def _mount(self, holder: Holder, made: CallRecord, way: Calling) -> None:
        """``app.mount("/x", other)``; what is no application of the project answers by itself."""
        app = made.argument(1, "app")
        children = [child for child in self.holders.behind(app, made, way) if child is not holder]
        for child in children:
            for path in self.holders.text(made.argument(0, "path")):
                self._add(holder, Inclusion(child.key, path.rstrip("/"), made, mounted=True))
        for path in self.pool.texts(made.argument(0, "path")) if app and not children else ():
            self._answered(holder, path, app, made)

    def _answered(self, holder: Holder, path: str, app: Values, made: CallRecord) -> None:
        """All below a path is answered by something that is no application of the project."""
        evidence = self.assembly.evidence(made.scope, made.at, "framework")
        name = self.holders.text(made.argument(2, "name"))[0]
        rule = Rule(path.rstrip("/") + "/{path:path}", app, ("GET",), name, evidence, made, "mount", raw=True)
        holder.items.append(rule)

    def _add(self, holder: Holder, inclusion: Inclusion) -> None:
        holder.items.append(inclusion)
        where = self.assembly.evidence(inclusion.record.scope, inclusion.record.at, "framework")
        child = self.holders.all[inclusion.child]
        if child.symbol != holder.symbol:
            self.assembly.edge(child.symbol, holder.symbol, "register", where)

    def _listed(self, holder: Holder, routes: Values, above: str = "", depth: int = 0) -> None:
        """``routes=[Route("/", home), Mount("/x", routes=[...])]``."""
        for value in self.assembly.externals(self.holders.listed(routes)):
            made = self.assembly.made(value)
            if made is None or depth > 8:
                continue
            if value.name in OBJECTS:
                before = len(holder.items)
                method = OBJECTS[value.name]
                self._rule(holder, method, made, made.argument(1, _view_name(method)), made)
                for item in holder.items[before:]:
                    if isinstance(item, Rule):
                        item.path = above + item.path
                        item.raw = True
            elif value.name in MOUNTS:
                self._mounted(holder, value, made, above, depth)

    def _mounted(self, holder: Holder, value: External, made: CallRecord, above: str, depth: int) -> None:
        host = value.name.endswith("Host()")
        path = "" if host else self.holders.text(made.argument(0, "path"))[0].rstrip("/")
        inner = made.keywords.get("routes", frozenset())
        self._listed(holder, inner, above + path, depth + 1)
        app = made.argument(1, "app")
        children = self.holders.behind(app, made, ())
        for child in children:
            self._add(holder, Inclusion(child.key, above + path, made, mounted=True))
        if app and not children and not inner:
            self._answered(holder, above + path, app, made)

    def _strings(self, values: Values) -> list[str]:
        boxes = frozenset(number for number in values if isinstance(self.pool[number], Box))
        return sorted({*self.pool.texts(values), *self.pool.texts(self.holders.listed(boxes))})


def _view_name(method: str) -> str:
    return "route" if method in ("add_route", "add_websocket_route") else "endpoint"


def prefix_of(holders: Holders, holder: Holder) -> list[str]:
    """The prefixes that a router puts before its own routes."""
    if holder.kind not in PREFIXED or holder.kind in APPS or holder.kind == APP:
        return [""]
    return holders.text(holder.options.get("prefix", frozenset()))
