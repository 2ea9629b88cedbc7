"""Tables of models: names, columns, link tables, and the way from one model to another by name."""

from dataclasses import dataclass, field

from refactor.link.flow.values import NOTHING, Class, External, Values
from refactor.link.frameworks.django_orm import fields
from refactor.link.frameworks.django_orm.fields import MANY, RELATIONS, Field
from refactor.link.frameworks.django_orm.models import app_label, is_abstract, is_model, is_proxy, option, registered
from refactor.link.frameworks.django_orm.relations import accessor
from refactor.link.stages.assembly import Assembly

HISTORY = "simple_history.models.HistoricalRecords()"


@dataclass(frozen=True)
class Step:
    """What a name of a model leads to: a column (no models), or rows of other models, through a link table or none.

    ``local``: the row itself holds the key, so that the key alone needs no join.
    """

    field: Field
    models: Values = NOTHING
    link: str = ""
    local: bool = True


@dataclass
class Schema:
    """All models with their tables. A model is a value's number, ``names`` what may be written in lookups of it."""

    assembly: Assembly
    tables: dict[int, str] = field(default_factory=dict)
    parents: dict[int, list[int]] = field(default_factory=dict)
    local: dict[int, list[Field]] = field(default_factory=dict)
    names: dict[int, dict[str, Step]] = field(default_factory=dict)
    links: dict[int, dict[int, str]] = field(default_factory=dict)
    incoming: dict[int, list[int]] = field(default_factory=dict)
    histories: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, assembly: Assembly) -> "Schema":
        """The schema of a linked program."""
        schema = cls(assembly)
        rooms = assembly.machine
        for scope, ref in enumerate(rooms.index.scopes):
            known = ref.facts.kind == "class" and scope in rooms.traces and is_model(rooms, scope)
            if known and not is_abstract(rooms, scope):
                schema._add(scope)
        for name in sorted(rooms.knowledge.models):
            if rooms.knowledge.models[name].table:
                schema._add_external(name)
        for model in list(schema.local):
            for one in schema.local[model]:
                schema._connect(model, one)
        return schema

    # -- models ----------------------------------------------------------------------------------------------------

    def _add(self, scope: int) -> None:
        rooms = self.assembly.machine
        model = rooms.pool.add(Class(scope))
        parents = fields.concrete_parents(rooms, scope)
        self.parents[model] = [rooms.pool.add(Class(parent)) for parent in parents]
        outer = [base for base in rooms.classes.external_bases(scope) if rooms.knowledge.models.get(base, None)]
        self.parents[model] += [rooms.pool.add(External(base)) for base in outer if rooms.knowledge.models[base].table]
        if is_proxy(rooms, scope):
            self.local[model] = []
            return
        self.local[model] = fields.local_fields(rooms, scope)
        named = rooms.pool.texts(option(rooms, scope, "db_table"))
        default = f"{app_label(rooms, scope)}_{rooms.index.scopes[scope].facts.name.lower()}"
        self.tables[model] = named[0] if named else default
        self._keep(scope, model)

    def _keep(self, scope: int, model: int) -> None:
        """The table of the rows' past, where a model keeps it."""
        rooms = self.assembly.machine
        owners = [one for one in rooms.classes.order(scope) if isinstance(one, int)]
        for owner in owners:
            for name in sorted(rooms.index.scopes[owner].facts.bound):
                for value in self.assembly.externals(rooms.store.peek(("attribute", owner, name))):
                    made = self.assembly.made(value)
                    if value.name != HISTORY or made is None:
                        continue
                    inherits = Field(name, "", owner, value.site, options=made.keywords).flag(rooms, "inherit")
                    if owner == scope or inherits or is_abstract(rooms, owner):
                        given = rooms.pool.texts(made.keywords.get("table_name", NOTHING))
                        short = rooms.index.scopes[scope].facts.name.lower()
                        default = f"{app_label(rooms, scope)}_historical{short}"
                        self.histories.setdefault(model, given[0] if given else default)

    def _add_external(self, name: str) -> None:
        rooms = self.assembly.machine
        model = rooms.pool.add(External(name))
        data = rooms.knowledge.models[name]
        self.tables[model] = data.table
        self.parents[model] = []
        self.local[model] = [fields.from_data(rooms, -1, one, text) for one, text in sorted(data.fields.items())]

    def table(self, model: int) -> str:
        """The table of a model; of a proxy that of its parent; "" when it has none."""
        found = self.tables.get(model, "")
        return found or next((self.tables[one] for one in self.parents.get(model, ()) if one in self.tables), "")

    def all_tables(self, model: int) -> list[str]:
        """The tables that hold a row of a model: its own and those of its parents."""
        own = [self.table(model), *(self.table(parent) for parent in self.parents.get(model, ()))]
        return [name for name in dict.fromkeys(own) if name]

    def cascades(self, model: int) -> list[str]:
        """The tables whose rows go when a row of a model is deleted."""
        found: dict[str, None] = {}
        queue = [model, *self.parents.get(model, ())]
        for one in queue:
            for other in self.incoming.get(one, ()):
                if other not in queue:
                    queue.append(other)
                    found[self.table(other)] = None
            found.update(dict.fromkeys(self._linked(one)))
        return [name for name in found if name]

    def _linked(self, model: int) -> list[str]:
        """Link tables that refer to a model."""
        return sorted({step.link for step in self.names.get(model, {}).values() if step.link})

    def scope_of(self, model: int) -> int:
        """The class of a project's model; -1 for a library's."""
        value = self.assembly.machine.pool[model]
        return value.scope if isinstance(value, Class) else -1

    def bare(self, model: int) -> str:
        """The name of a model in small letters."""
        rooms = self.assembly.machine
        value = rooms.pool[model]
        name = rooms.index.scopes[value.scope].facts.name if isinstance(value, Class) else ""
        return (name or (value.name.rpartition(".")[2] if isinstance(value, External) else "")).lower()

    # -- relations -------------------------------------------------------------------------------------------------

    def _connect(self, model: int, one: Field) -> None:
        rooms = self.assembly.machine
        names = self.names.setdefault(model, {})
        if one.kind not in RELATIONS:
            names[one.name] = Step(one)
            return
        scope = self.scope_of(model)
        to = fields.targets(rooms, one, scope, 0) if scope >= 0 else self._labelled(one)
        link = self.link_table(model, one) if one.kind == MANY else ""
        names[one.name] = Step(one, to, link, one.kind != MANY)
        if one.kind == MANY and one.site >= 0:
            self.links.setdefault(one.site, {})[model] = link
        self._return(model, one, to, link)

    def _return(self, model: int, one: Field, to: Values, link: str) -> None:
        """The way back."""
        rooms = self.assembly.machine
        scope = self.scope_of(model)
        own = accessor(rooms, scope, one) if scope >= 0 else one.text(rooms, "related_name")
        query = one.text(rooms, "related_query_name") or (own if one.options.get("related_name") else "")
        cascades = any(value.name.endswith(".CASCADE") for value in self.assembly.externals(self._on_delete(one)))
        back = Step(one, frozenset((model,)), link, False)
        for target in to:
            names = self.names.setdefault(target, {})
            names.setdefault(query or self.bare(model), back)
            if own and not own.endswith("+"):
                names.setdefault(own, back)
            if cascades and one.kind != MANY:
                self.incoming.setdefault(target, []).append(model)

    def _on_delete(self, one: Field) -> Values:
        made = self.assembly.machine.made.get(one.site)
        return made.argument(1, "on_delete") if made is not None else NOTHING

    def _labelled(self, one: Field) -> Values:
        """What a library's model refers to, by label."""
        rooms = self.assembly.machine
        return NOTHING.union(*(registered(rooms, text, 0) for text in rooms.pool.texts(one.to)))

    def link_table(self, model: int, one: Field) -> str:
        """The table behind a many-to-many field."""
        rooms = self.assembly.machine
        scope = self.scope_of(model)
        given = fields.through(rooms, one, scope, 0) if scope >= 0 else NOTHING
        if given:
            return next((self._name_of(other) for other in sorted(given)), "")
        return one.text(rooms, "db_table") or f"{self.table(model)}_{one.name}"

    def _name_of(self, model: int) -> str:
        """The table of a model that may not have been met yet."""
        if model in self.local:
            return self.table(model)
        return ""

    def step(self, model: int, name: str) -> Step | None:
        """What a name of a model, or of one of its parents, leads to."""
        for one in (model, *self.parents.get(model, ())):
            found = self.names.get(one, {}).get(name)
            if found is not None:
                return found
        return None


def key(schema: Schema, model: int) -> str:
    """The primary key column of a model."""
    rooms = schema.assembly.machine
    for one in schema.local.get(model, ()):
        if one.flag(rooms, "primary_key"):
            column = one.text(rooms, "db_column")
            return column or (f"{one.name}_id" if one.kind in RELATIONS else one.name)
    parents = [one for one in schema.parents.get(model, ()) if one in schema.tables]
    if not parents:
        return "id"
    return key(schema, parents[0]) if model not in schema.tables else f"{schema.bare(parents[0])}_ptr_id"
