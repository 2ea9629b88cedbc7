"""Methods named by strings in a class: admin columns and actions, serializer and filter methods."""

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Class, Values
from refactor.link.frameworks.django.admin import Admin
from refactor.link.frameworks.django.objects import model_rows
from refactor.link.frameworks.django.views import Views
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Evidence

COLUMNS = (
    "list_display", "list_display_links", "list_filter", "readonly_fields", "fields", "fieldsets", "actions", "search_fields",
    "ordering", "inlines", "view_on_site", "autocomplete_fields", "exclude", "sortable_by", "raw_id_fields", "date_hierarchy",
)  # fmt: skip
METHOD_FIELDS = "rest_framework.serializers.SerializerMethodField"


class Naming:
    """Hook edges to methods that a class names by strings."""

    def __init__(self, assembly: Assembly, views: Views, admin: Admin) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.views = views
        self.admin = admin

    def note(self) -> None:
        """All kinds of them."""
        self._admin()
        for scope, record in self.assembly.records():
            ref = self.machine.index.scopes[scope].facts
            if ref.kind == "class":
                self._field(scope, record)

    # -- admin -----------------------------------------------------------------------------------------------------

    def _admin(self) -> None:
        models: dict[int, set[int]] = {}
        for site in self.admin.registered.values():
            for one in site:
                if one.admin >= 0 and one.scope >= 0:
                    models.setdefault(one.admin, set()).add(one.scope)
        for scope, ref in enumerate(self.machine.index.scopes):
            if ref.facts.kind != "class" or self.machine.index.modules[ref.module].is_test:
                continue
            bases = [self.machine.knowledge.canonical(base) for base in self.machine.classes.external_bases(scope)]
            if any(base.startswith("django.contrib.admin.") for base in bases):
                self._columns(scope, sorted(models.get(scope, set())) or self._inline_model(scope))

    def _inline_model(self, scope: int) -> list[int]:
        values = self.machine.store.peek(("attribute", scope, "model"))
        return [value.scope for value in self.pool.each(values) if isinstance(value, Class)]

    def _columns(self, scope: int, models: list[int]) -> None:
        ref = self.machine.index.scopes[scope].facts
        evidence = self.assembly.evidence(scope, (ref.line, ref.column), "string", 0.9)
        for name in COLUMNS:
            for owner in self.machine.classes.order(scope):
                values = self.machine.store.peek(("attribute", owner, name)) if isinstance(owner, int) else frozenset()
                for text in self._strings(values):
                    for holder in (scope, *models):
                        self._hook(scope, holder, text, evidence)
                for function in self.assembly.functions(self._flat(values)):
                    self.assembly.edge(self.assembly.symbol(scope), self.assembly.symbol(function), "hook", evidence)

    def _flat(self, values: Values, depth: int = 0) -> Values:
        """Values, and those in the lists among them."""
        found = set(values)
        for number in sorted(values):
            items = self.machine.store.peek(("item", number, "*"))
            if items and depth < 5:
                found |= self._flat(items, depth + 1)
        return frozenset(found)

    def _strings(self, values: Values) -> list[str]:
        return self.pool.texts(self._flat(values))

    def _hook(self, source: int, holder: int, name: str, evidence: Evidence) -> None:
        method = self.views.method(holder, name)
        if method >= 0:
            self.assembly.edge(self.assembly.symbol(source), self.assembly.symbol(method), "hook", evidence)

    # -- serializers and filters -----------------------------------------------------------------------------------

    def _field(self, scope: int, record: CallRecord) -> None:
        """``total = SerializerMethodField()``, ``method_name="..."``, ``Filter(method="...")``, ``source="..."``."""
        evidence = self.assembly.evidence(scope, record.at, "string", 0.95)
        for callee in self.assembly.externals(record.callees):
            if callee.name == METHOD_FIELDS:
                names = self.pool.texts(record.argument(0, "method_name"))
                for name in names or [f"get_{field}" for field in self._bound(scope, record.result)]:
                    self._hook(scope, scope, name, evidence)
        for name in self.pool.texts(record.keywords.get("method", frozenset())):
            self._hook(scope, scope, name, evidence)
        for name in self.pool.texts(record.keywords.get("source", frozenset())):
            for row in self.assembly.instances(model_rows(self.machine, scope)):
                self._hook(scope, row, name.partition(".")[0], evidence)

    def _bound(self, scope: int, values: Values) -> list[str]:
        """The names under which a class holds a value."""
        names = self.machine.index.scopes[scope].facts.bound
        return [name for name in names if values & self.machine.store.peek(("attribute", scope, name))]
