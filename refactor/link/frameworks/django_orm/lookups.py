"""Lookups: the tables that names such as ``order__user__email`` lead through, and what a call's arguments name."""

from collections.abc import Iterator

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Box, Literal, Values
from refactor.link.frameworks.django_orm.schema import Schema, Step

CONDITIONS = frozenset("filter exclude get get_or_create update_or_create complex_filter aget".split())
PATHS = frozenset(
    "order_by values values_list select_related prefetch_related only defer distinct dates datetimes earliest latest "
    "annotate alias aggregate".split()
)
WHOLE = frozenset(("select_related", "prefetch_related"))
OPTIONS = frozenset(
    "defaults flat named using nowait skip_locked of batch_size create_defaults fields kind order".split()
)
EXPRESSIONS = "django.db.models."
DEEPEST = 6
"""Deepest nesting of expressions that is followed: ``Sum(Case(When(Q(...))))``."""


def along(schema: Schema, model: int, path: str, *, whole: bool = False) -> list[str]:
    """The tables that a path adds to those of its model; ``whole``: the last step is loaded, too."""
    found: dict[str, None] = {}
    parts = path.lstrip("-+").split("__")
    for position, part in enumerate(parts):
        step = schema.step(model, part.removesuffix("_id")) or schema.step(model, part)
        if step is None or not step.models:
            break
        if step.link:
            found[step.link] = None
        goes_on = _goes_on(schema, step, parts[position + 1 :])
        # the link table, or the key in the row, answers what only asks for the key
        if whole or goes_on or not (step.local or step.link):
            found.update(dict.fromkeys(schema.table(one) for one in sorted(step.models)))
        model = min(step.models)
    return [name for name in found if name]


def _goes_on(schema: Schema, step: Step, rest: list[str]) -> bool:
    """Whether a path uses more of a row than its key."""
    if not rest or rest[0] in ("pk", "id", "in", "isnull", "exact"):
        return False
    return any(schema.step(model, rest[0].removesuffix("_id")) or schema.step(model, rest[0]) for model in step.models)


def named(schema: Schema, model: int, method: str, record: CallRecord) -> list[str]:
    """The tables that the arguments of a queryset's method lead through."""
    found: dict[str, None] = {}
    for path in _paths(schema, method, record):
        found.update(dict.fromkeys(along(schema, model, path, whole=method in WHOLE)))
    if method == "select_related" and not record.args and not record.keywords:
        return _all_foreign(schema, model)
    return list(found)


def _paths(schema: Schema, method: str, record: CallRecord) -> Iterator[str]:
    plainly = method.removeprefix("a") if method.removeprefix("a") in CONDITIONS else method
    if plainly in CONDITIONS:
        yield from (name for name in record.keywords if name not in OPTIONS)
    if plainly in PATHS:
        for values in record.args:
            yield from texts(schema, values)
    for values in (*record.args, *record.keywords.values()):
        yield from expressions(schema, values, 0)


def texts(schema: Schema, values: Values) -> Iterator[str]:
    """Text constants among some values, those in lists included."""
    rooms = schema.assembly.machine
    for number in sorted(values):
        value = rooms.pool[number]
        if isinstance(value, Literal) and isinstance(value.value, str):
            yield value.value
        elif isinstance(value, Box):
            yield from rooms.pool.texts(rooms.store.peek(("item", number, "*")))


def expressions(schema: Schema, values: Values, depth: int) -> Iterator[str]:
    """Paths named by ``Q(...)``, ``F("...")``, ``Count("...")``, ``Prefetch("...")``, however deep."""
    rooms = schema.assembly.machine
    for value in schema.assembly.externals(values):
        record = rooms.made.get(value.site)
        if record is None or not value.name.startswith(EXPRESSIONS) or depth > DEEPEST:
            continue
        kind = value.name.removeprefix(EXPRESSIONS)
        if "QuerySet" in kind or "Manager" in kind or kind.startswith(("Value", "OuterRef", "Subquery", "Exists")):
            continue
        if kind.startswith(("Q(", "When(")):
            yield from (name for name in record.keywords if name not in ("then", "condition"))
            inner = (*record.args, *record.keywords.values())
        else:
            yield from (text for values in record.args for text in texts(schema, values))
            inner = (*record.args, *record.keywords.values())
        for one in inner:
            yield from expressions(schema, one, depth + 1)


def _all_foreign(schema: Schema, model: int) -> list[str]:
    """``select_related()`` follows every foreign key that may not be null."""
    steps = [
        step for step in schema.names.get(model, {}).values() if step.local and step.models and not step.field.nullable
    ]
    return sorted({schema.table(min(step.models)) for step in steps} - {""})
