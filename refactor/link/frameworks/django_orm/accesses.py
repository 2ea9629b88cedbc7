"""Who reads and writes the tables of models: queries, rows saved and deleted, relations loaded and changed."""

from refactor.link.flow.trace import Access, CallRecord
from refactor.link.flow.values import Bound, Class, External, Instance, Literal, Values
from refactor.link.frameworks.django_orm import loading, lookups, querysets, trees
from refactor.link.frameworks.django_orm.models import is_model, model_of_row, own_meta
from refactor.link.frameworks.django_orm.querysets import MANAGER, QUERYSET, RELATED, VALUES, model_of
from refactor.link.frameworks.django_orm.schema import Schema

QUERIES = (f"{QUERYSET}().", f"{MANAGER}().", f"{VALUES}.")
QUIET = frozenset("none get_queryset using as_manager db_manager deconstruct model query db ordered".split())
CREATING = frozenset("create get_or_create update_or_create bulk_create".split())
WRITING = CREATING | frozenset("update delete bulk_update".split())
BOTH = frozenset("get_or_create update_or_create".split())
SAVING = frozenset("save delete save_base asave adelete".split())
LOADING = frozenset("refresh_from_db arefresh_from_db".split())
QUERYING = frozenset(
    f"django.shortcuts.{name}" for name in ("get_object_or_404", "get_list_or_404", "aget_object_or_404")
)
TREES = trees.MANY | trees.ONE | trees.ASKING | trees.CHANGING
FORMS = frozenset(("django.forms.ModelForm().save", "rest_framework.serializers.ModelSerializer().save"))
SURE, LIKELY, CASCADING = 0.95, 0.8, 0.6
FEW = 6
"""Most models that one receiver may be of; a base class of more says nothing about any of them."""


class Accesses:
    """Adds read and write edges."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.assembly = schema.assembly
        self.rooms = schema.assembly.machine
        self.pool = self.rooms.pool
        self.changes: list[tuple[int, CallRecord, str, int | str]] = []

    def add(self) -> None:
        """Everything that scopes do with rows."""
        for scope, record in self.assembly.records():
            if self._kinds(record.callees) <= FEW:
                for number in sorted(record.callees):
                    self._callee(scope, record, number)
        for scope, trace in self.assembly.traces():
            for access in trace.reads:
                self._read(scope, access)
            for access in trace.item_reads:
                for number in sorted(access.receiver):
                    self._rows_read(scope, number, access)

    def _edge(self, scope: int, record: CallRecord | Access, table: str, mode: str, confidence: float) -> None:
        if table:
            evidence = self.assembly.evidence(scope, record.at, "framework", confidence, loop=record.loop)
            self.assembly.edge(self.assembly.symbol(scope), f"table:{table}", mode, evidence)

    # -- calls -----------------------------------------------------------------------------------------------------

    def _callee(self, scope: int, record: CallRecord, number: int) -> None:
        value = self.pool[number]
        if isinstance(value, Bound):
            self._overridden(scope, record, value)
        if not isinstance(value, External):
            return
        owner, _, name = value.name.rpartition(".")
        if value.name.startswith(QUERIES) and owner.endswith(")"):
            self._query(scope, record, value, name)
        elif owner == RELATED:
            self._relation(scope, record, value)
        elif value.name in QUERYING:
            for model in sorted(loading.queried(self.rooms, record.argument(0, "klass"))):
                self._edge(scope, record, self.schema.table(model), "read", SURE)
                for table in lookups.named(self.schema, model, "filter", record):
                    self._edge(scope, record, table, "read", SURE)
        elif owner.removesuffix("()") in trees.BASES and name in TREES and value.base >= 0:
            self._tree(scope, record, value.base, name)
        elif value.name in FORMS and value.base >= 0:
            self._form(scope, record, value.base)
        elif name in SAVING | LOADING and value.base >= 0:
            self._row(scope, record, value.base, name)
            model = model_of_row(self.rooms, value.base)
            if model >= 0 and name not in LOADING:
                self.changes.append((scope, record, "delete" if name in ("delete", "adelete") else "save", model))

    def _tree(self, scope: int, record: CallRecord, number: int, name: str) -> None:
        """A method of a tree of rows."""
        value = self.pool[number]
        model = number if isinstance(value, Class) else model_of_row(self.rooms, number)
        for table in self.schema.all_tables(model) if model >= 0 else ():
            self._edge(scope, record, table, "write" if name in trees.CHANGING else "read", SURE)

    def _form(self, scope: int, record: CallRecord, number: int) -> None:
        """``form.save()`` saves a row of the form's model, unless it is told not to."""
        value = self.pool[number]
        given = self.pool.each(record.argument(0, "commit"))
        if not isinstance(value, Instance) or any(isinstance(one, Literal) and one.value is False for one in given):
            return
        for model in sorted(self._form_models(value.scope)):
            for table in self.schema.all_tables(model):
                self._edge(scope, record, table, "write", LIKELY)
            self._saved(scope, record, model)
            self.changes.append((scope, record, "save", model))

    def _form_models(self, scope: int) -> Values:
        """The models that a form or serializer names in its ``Meta``."""
        for owner in self.rooms.classes.order(scope):
            meta = own_meta(self.rooms, owner) if isinstance(owner, int) else -1
            for one in self.rooms.classes.order(meta) if meta >= 0 else ():
                held = self.rooms.store.peek(("attribute", one, "model")) if isinstance(one, int) else frozenset()
                if held:
                    return frozenset(number for number in held if number in self.schema.local)
        return frozenset()

    def _kinds(self, callees: Values) -> int:
        """How many models the methods called are those of."""
        found: set[int] = set()
        for value in self.pool.each(callees):
            on = value.receiver if isinstance(value, Bound) else value.base if isinstance(value, External) else -1
            if on >= 0:
                found |= {model_of(self.rooms, on), model_of_row(self.rooms, on)}
        return len(found - {-1})

    def _overridden(self, scope: int, record: CallRecord, value: Bound) -> None:
        """``order.save()`` where the project's ``save`` runs first."""
        name = self.rooms.index.scopes[value.function].facts.name
        if name in SAVING:
            self._row(scope, record, value.receiver, name)

    def _row(self, scope: int, record: CallRecord, number: int, name: str) -> None:
        model = model_of_row(self.rooms, number)
        if model < 0:
            return
        for table in self.schema.all_tables(model):
            self._edge(scope, record, table, "read" if name in LOADING else "write", SURE)
        if name in ("delete", "adelete"):
            self._cascade(scope, record, model)
        elif name not in LOADING:
            self._history(scope, record, model)

    def _history(self, scope: int, record: CallRecord, model: int) -> None:
        if model in self.schema.histories:
            self._edge(scope, record, self.schema.histories[model], "write", LIKELY)

    def _cascade(self, scope: int, record: CallRecord, model: int) -> None:
        """A deleted row takes the rows with it that refer to it."""
        for table in self.schema.cascades(model):
            self._edge(scope, record, table, "write", CASCADING)

    def _query(self, scope: int, record: CallRecord, value: External, name: str) -> None:
        model = model_of(self.rooms, value.base)
        if model < 0 or name in QUIET:
            return
        plainly = name.removeprefix("a") if name.removeprefix("a") in WRITING else name
        tables = self._tables(model)
        if plainly in WRITING:
            for table in tables:
                self._edge(scope, record, table, "write", SURE)
            if plainly == "delete":
                self._cascade(scope, record, model)
                self.changes.append((scope, record, "delete", model))
            elif plainly in CREATING:
                self._history(scope, record, model)
                self._saved(scope, record, model)
                self.changes.extend([] if plainly == "bulk_create" else [(scope, record, "save", model)])
        if plainly not in WRITING or plainly in BOTH:
            for table in tables:
                self._edge(scope, record, table, "read", SURE)
        for table in lookups.named(self.schema, model, name, record):
            self._edge(scope, record, table, "read", SURE)
        for link in self._links(record.receiver):
            self._edge(scope, record, link, "write" if plainly in CREATING else "read", SURE)

    def _tables(self, model: int) -> list[str]:
        """The tables that a query of a model touches."""
        value = self.pool[model]
        if isinstance(value, External) and value.name == querysets.THROUGH:
            return self.link_of(value.site, value.base)
        return self.schema.all_tables(model)

    def _links(self, receiver: Values) -> list[str]:
        """Link tables behind the relations that a query starts from."""
        values = [value for value in self.assembly.externals(receiver) if value.name == RELATED]
        return sorted({link for value in values for link in self.link_of(value.site, -1)})

    def link_of(self, site: int, model: int) -> list[str]:
        """The link tables behind a many-to-many field, by the call that declares it; ``model``: that of one model only."""
        links = self.schema.links.get(site, {})
        found = {links[model]} if model in links else set(links.values())
        return sorted(found - {""})

    def _saved(self, scope: int, record: CallRecord, model: int) -> None:
        """``objects.create()`` calls the model's own ``save``."""
        value = self.pool[model]
        for owner in self.rooms.classes.order(value.scope) if isinstance(value, Class) else ():
            held = self.rooms.store.peek(("attribute", owner, "save")) if isinstance(owner, int) else frozenset()
            functions = self.assembly.functions(held)
            if functions:
                if not record.text.endswith("bulk_create"):
                    evidence = self.assembly.evidence(scope, record.at, "framework", LIKELY, loop=record.loop)
                    self.assembly.edge(
                        self.assembly.symbol(scope), self.assembly.symbol(functions[0]), "call", evidence
                    )
                return

    def _relation(self, scope: int, record: CallRecord, value: External) -> None:
        """``order.tags.add(tag)``: the link table; ``order.lines.clear()``: the table that holds the key."""
        inner = self.pool[value.base] if value.base >= 0 else None
        if not isinstance(inner, External):
            return
        links = self.link_of(inner.site, -1)
        self.changes.extend((scope, record, "link", link) for link in links)
        for table in links or self._tables(model_of(self.rooms, inner.base)):
            self._edge(scope, record, table, "write", SURE)

    # -- reads without a call --------------------------------------------------------------------------------------

    def _read(self, scope: int, access: Access) -> None:
        if access.name == "[]":
            for number in sorted(access.receiver):
                self._rows_read(scope, number, access)
            return
        models = {model_of_row(self.rooms, one) for one in access.value} - {-1}
        if len(models) <= FEW:
            for model in sorted(models):
                self._edge(scope, access, self.schema.table(model), "read", LIKELY)

    def _rows_read(self, scope: int, number: int, access: Access) -> None:
        value = self.pool[number]
        if isinstance(value, External) and value.name == RELATED:
            for link in self.link_of(value.site, -1):
                self._edge(scope, access, link, "read", SURE)
        is_rows = isinstance(value, External) and value.name in (f"{QUERYSET}()", f"{MANAGER}()", RELATED, VALUES)
        if is_rows or (isinstance(value, Instance) and value.of >= 0):
            model = model_of(self.rooms, number)
            if model >= 0:
                for table in self._tables(model):
                    self._edge(scope, access, table, "read", SURE)


def share(schema: Schema) -> None:
    """Let the general stages know which class stands for which table."""
    rooms = schema.assembly.machine
    for model in schema.local:
        scope = schema.scope_of(model)
        if scope >= 0 and is_model(rooms, scope) and schema.table(model):
            schema.assembly.class_tables.setdefault(scope, schema.table(model))
