"""Rules with their prefixes -> entry points."""

import re

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External, Literal
from refactor.link.frameworks.flask.holders import Holder, Holders
from refactor.link.frameworks.flask.registrations import Rule
from refactor.link.frameworks.flask.views import Views
from refactor.link.stages.assembly import Assembly
from refactor.model.program import EntryPoint

CONVERTER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
STANDARD = frozenset(("string", "int", "float", "uuid", "any", "default", ""))


class Routes:
    """Publishes rules as entry points of the program."""

    def __init__(self, assembly: Assembly, holders: Holders, views: Views) -> None:
        self.assembly = assembly
        self.pool = assembly.machine.pool
        self.holders = holders
        self.views = views

    def publish(self, rules: list[Rule]) -> None:
        """Rules with their prefixes become entry points; every application serves its static folder."""
        for holder in list(self.holders.all.values()):
            rules = [*rules, *self._static(holder)]
        seen: set[str] = set()
        for rule in rules:
            for prefix, names in self._paths(rule.holder, ()):
                full = _joined(prefix, rule.rule)
                endpoint = ".".join([*names, rule.endpoint])
                for method in (one for one in rule.methods if one != "HEAD" or "GET" not in rule.methods):
                    self._entry(rule, full, endpoint, method, seen)

    def _static(self, holder: Holder) -> list[Rule]:
        """Flask adds ``/static/<path:filename>`` by itself, unless told not to."""
        record = next(
            (r for _, r in self.assembly.registrations() if holder.key in r.result and self._makes(r, holder)), None
        )
        if record is None:
            return []
        folder = record.keywords.get("static_folder")
        urls = self.pool.texts(record.keywords.get("static_url_path", frozenset()))
        off = folder is not None and all(isinstance(v, Literal) and v.value is None for v in self.pool.each(folder))
        if off or (not holder.is_app and folder is None):
            return []
        folders = self.pool.texts(folder or frozenset()) or ["static"]
        base = urls[0] if urls else "/" + folders[0].strip("/").rpartition("/")[2]
        evidence = self.assembly.evidence(record.scope, record.at, "framework")
        return [Rule(holder.key, f"{base}/<path:filename>", "static", ("GET",), {"GET": ""}, evidence)]

    def _makes(self, record: CallRecord, holder: Holder) -> bool:
        """Whether a call makes the holder, and is not just handed it by a factory."""
        value = self.pool[holder.key]
        return value.site == record.site if isinstance(value, External) else bool(self.assembly.classes(record.callees))

    def _paths(self, number: int, above: tuple[int, ...]) -> list[tuple[str, list[str]]]:
        """URL prefixes and endpoint prefixes under which a holder is reachable from an application."""
        holder = self.holders.all[number]
        if holder.is_app:
            return [("", [])]
        found = []
        for parent, prefix, name in holder.mounts:
            if parent in above:
                continue
            own = holder.prefix if prefix is None else prefix
            for outer, names in self._paths(parent, (*above, number)):
                found.append((_joined(outer, own) if own else outer, [*names, name]))
        return found

    def _entry(self, rule: Rule, full: str, endpoint: str, method: str, seen: set[str]) -> None:
        path = CONVERTER.sub(lambda m: f"{{{m[2]}{'' if (m[1] or '') in STANDARD else '+'}}}", full)
        identity = f"http:{method} {path}"
        if identity in seen and not rule.handlers[method]:
            return
        if identity in seen:
            identity = f"http:{method} {full}"
            if identity in seen:
                return
        seen.add(identity)
        handler = rule.handlers[method]
        self.assembly.entry_points.append(
            EntryPoint(
                identity,
                "http",
                handler,
                rule.evidence,
                method,
                full,
                path,
                endpoint,
                self.holders.all[rule.holder].symbol,
                "flask",
            )
        )
        if handler:
            for target in (handler, *sorted(self.views.wrappers.get(handler, ()))):
                self.assembly.edge(identity, target, "enter", rule.evidence)


def _joined(prefix: str, rule: str) -> str:
    """A blueprint's prefix before a rule, as Flask joins them."""
    if not prefix:
        return rule
    if not rule:
        return prefix
    return f"{prefix.rstrip('/')}/{rule.lstrip('/')}"
