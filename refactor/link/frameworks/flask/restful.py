"""Flask-RESTful and Flask-RESTX: resources on an API, an API (or a namespace of it) on an application or blueprint."""

import re
from dataclasses import dataclass, field

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Class, External, Instance, Values
from refactor.link.frameworks.flask.holders import Holders
from refactor.link.frameworks.flask.registrations import Rule
from refactor.link.frameworks.flask.views import Views
from refactor.link.stages.assembly import Assembly

RESTFUL, RESTX = "flask_restful.Api()", "flask_restx.Api()"
NAMESPACE = "flask_restx.Namespace()"
HUMPS = re.compile(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])")
LOADED = ("/swaggerui/<path:filename>", "restx_doc.static")
"""What the page that RESTX shows loads."""


@dataclass
class _Api:
    """An API or a namespace: ``above`` are the holders (for a namespace: the APIs) it sits on, each with its prefix."""

    kind: str
    name: str
    prefix: str
    record: CallRecord
    above: dict[int, str] = field(default_factory=dict)


class Resources:
    """Every Api() and Namespace() with the resources on them."""

    def __init__(self, assembly: Assembly, holders: Holders, views: Views) -> None:
        self.assembly = assembly
        self.pool = assembly.machine.pool
        self.holders = holders
        self.views = views
        self.apis: dict[int, _Api] = {}

    def rules(self) -> list[Rule]:
        """The rules of all resources."""
        records = [record for _, record in self.assembly.registrations()]
        for record in records:
            self._find(record)
        if not self.apis:
            return []
        for record in records:
            self._mounts(record)
        found = [rule for record in records for rule in self._added(record)]
        return found + self._documents()

    # -- APIs ------------------------------------------------------------------------------------------------------

    def _find(self, record: CallRecord) -> None:
        for number in sorted(record.result):
            value = self.pool[number]
            kind = self._kind(number)
            if not kind or (isinstance(value, External) and value.site != record.site):
                continue
            prefix = self._text(record, "path" if kind == NAMESPACE else "prefix", 2 if kind == NAMESPACE else 1)
            name = self._text(record, "name", 0) if kind == NAMESPACE else ""
            if kind == NAMESPACE and not record.argument(2, "path"):
                prefix = f"/{name}"
            self.apis.setdefault(number, _Api(kind, name, prefix, record))

    def _kind(self, number: int) -> str:
        """``Api()``, a namespace, or an instance of a project class that derives from one; "" for all else."""
        value = self.pool[number]
        names = [value.name] if isinstance(value, External) else []
        if isinstance(value, Instance):
            names = [f"{base}()" for base in self.assembly.machine.classes.external_bases(value.scope)]
        return next((name for name in names if name in (RESTFUL, RESTX, NAMESPACE)), "")

    def _text(self, record: CallRecord, name: str, position: int) -> str:
        return next(iter(self.pool.texts(record.argument(position, name))), "")

    def _mounts(self, record: CallRecord) -> None:
        """``Api(app)``, ``api.init_app(bp)``, ``api.add_namespace(ns, path="/x")``, ``api.namespace("x")``."""
        for number in sorted(record.result & self.apis.keys()):
            api = self.apis[number]
            if api.record is record:
                for holder in self.holders.behind(record.argument(0, "app")):
                    api.above.setdefault(holder, api.prefix)
                for parent in self._receivers(record, "namespace"):
                    api.above.setdefault(parent, api.prefix)
        for parent in self._receivers(record, "init_app"):
            for holder in self.holders.behind(record.argument(0, "app")):
                self.apis[parent].above.setdefault(holder, self.apis[parent].prefix)
        for parent in self._receivers(record, "add_namespace"):
            for child in sorted(record.argument(0, "ns") & self.apis.keys()):
                path = self._text(record, "path", 1)
                self.apis[child].above.setdefault(parent, path or self.apis[child].prefix)

    def _receivers(self, record: CallRecord, method: str) -> list[int]:
        """The APIs on which a method of this name is called."""
        if not record.text.endswith(method):
            return []
        return [number for number in sorted(record.receiver) if number in self.apis]

    # -- resources -------------------------------------------------------------------------------------------------

    def _added(self, record: CallRecord) -> list[Rule]:
        """``api.add_resource(Res, *urls)``; ``@ns.route(*urls)`` and ``@api.resource(*urls)`` over a class."""
        found = []
        for api in self._receivers(record, "add_resource"):
            found += self._resource(api, record.argument(0, "resource"), record, record.args[1:])
        for callee in self.assembly.externals(record.callees):
            made = self.assembly.made(callee)
            if made is None or record.text != "@decorator" or not callee.name.endswith((".route()", ".resource()")):
                continue
            for api in self._receivers(made, "route") + self._receivers(made, "resource"):
                found += self._resource(api, record.argument(0), made, made.args)
        return found

    def _resource(self, api: int, resource: Values, made: CallRecord, urls: tuple[Values, ...]) -> list[Rule]:
        evidence = self.assembly.evidence(made.scope, made.at, "framework")
        given = self.pool.texts(made.keywords.get("endpoint", frozenset()))
        found = []
        for value in self.pool.each(resource):
            if not isinstance(value, Class):
                continue
            handlers = self.views.of_class(value.scope, ())
            name = self.assembly.machine.index.scopes[value.scope].facts.name
            for holder, prefix, label in self._places(api, ()):
                endpoint = given[0] if given else self._endpoint(api, name, label)
                for url in (text for one in urls for text in self.pool.texts(one)):
                    found.append(Rule(holder, prefix + url, endpoint, tuple(handlers), handlers, evidence))
        return found

    def _endpoint(self, api: int, name: str, label: str) -> str:
        if self.apis[api].kind == RESTFUL:
            return name.lower()
        dashed = HUMPS.sub(lambda m: f"{m[1] or m[3]}_{m[2] or m[4]}", name).lower()
        return f"{label}_{dashed}" if label else dashed

    def _places(self, api: int, above: tuple[int, ...]) -> list[tuple[int, str, str]]:
        """Holder, prefix before the resource's URL, and the namespace's name."""
        own = self.apis[api]
        found = []
        for parent, prefix in own.above.items():
            if parent not in self.apis:
                found.append((parent, prefix, own.name))
            elif parent not in above:
                for holder, outer, _ in self._places(parent, (*above, api)):
                    found.append((holder, outer + prefix, own.name))
        return found

    def _documents(self) -> list[Rule]:
        """RESTX serves the description of an API, a page that shows it, and what that page loads."""
        found = []
        apps = [number for number, holder in self.holders.all.items() if holder.is_app]
        for api in self.apis.values():
            if api.kind != RESTX:
                continue
            page = self._text(api.record, "doc", 99) or "/"
            off = "doc" in api.record.keywords and page == "/"
            for holder, prefix in api.above.items():
                rules = [
                    (prefix + "/swagger.json", "specs"),
                    (prefix or "/", "root"),
                    *(() if off else ((page, "doc"),)),
                ]
                found += [self._own(api, holder, url, endpoint) for url, endpoint in rules]
            if not off and not any(rule.endpoint == LOADED[1] for rule in found):
                found += [self._own(api, app, *LOADED) for app in apps[:1]]
        return found

    def _own(self, api: _Api, holder: int, url: str, endpoint: str) -> Rule:
        evidence = self.assembly.evidence(api.record.scope, api.record.at, "framework", 0.9)
        return Rule(holder, url, endpoint, ("GET",), {"GET": ""}, evidence)
