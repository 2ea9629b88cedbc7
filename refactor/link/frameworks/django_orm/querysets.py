"""Managers and querysets in the value flow.

A queryset of a model is ``External("django.db.models.QuerySet()", base=model)``; of a project's own manager or queryset class
it is an ``Instance`` of that class ``of`` the model. A manager asked for rows behaves as what its ``get_queryset`` gives.
"""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import Access, CallRecord
from refactor.link.flow.values import NOTHING, Box, Class, External, Function, Instance, Values
from refactor.link.frameworks.django_orm.models import model_of_row, named, row, rows
from refactor.model.facts import Position

MANAGER, QUERYSET = "django.db.models.Manager", "django.db.models.QuerySet"
DECLARED = "django.db.models.Manager().declared()"
VALUES = "django.db.models.ValuesQuerySet()"
RELATED = "django.db.models.related()"
THROUGH = "django.db.models.through"
CONTAINERS = frozenset((f"{QUERYSET}()", f"{MANAGER}()", VALUES, RELATED))
LINKING = frozenset("add remove set clear aadd aremove aset aclear".split())
ROW = frozenset("get first last earliest latest create".split())
PAIR = frozenset(("get_or_create", "update_or_create"))
LISTS = frozenset("bulk_create".split())
TUPLES = frozenset("values values_list dates datetimes".split())
NOTHINGS = frozenset("count exists update delete aggregate explain contains bulk_update".split())


def model_of(rooms: Rooms, number: int) -> int:
    """The model whose rows a manager or queryset holds; -1 when it is not known."""
    value = rooms.pool[number]
    if isinstance(value, Instance):
        return value.of
    for _ in range(20):
        if isinstance(value, Instance):
            return value.of
        if not isinstance(value, External) or value.base < 0:
            return -1
        if value.name in (f"{QUERYSET}()", f"{MANAGER}()"):
            inner = rooms.pool[value.base]
            known = isinstance(inner, Class) or (isinstance(inner, External) and _is_model(rooms, inner))
            return value.base if known else -1
        value = rooms.pool[value.base]
    return -1


def subject(rooms: Rooms, number: int) -> tuple[int, bool]:
    """The model that a manager, a queryset or a row is about, and whether it is no row."""
    value = rooms.pool[number]
    if isinstance(value, Instance) and value.of < 0:
        return model_of_row(rooms, number), False
    if isinstance(value, External) and value.name in CONTAINERS:
        inner = value.base if value.name == RELATED else number
        return model_of(rooms, inner) if inner >= 0 else -1, True
    if isinstance(value, Instance):
        return value.of, True
    return model_of_row(rooms, number), False


def _is_model(rooms: Rooms, value: External) -> bool:
    return value.name in rooms.knowledge.models or value.name == THROUGH


def plain(rooms: Rooms, model: int) -> Values:
    """A queryset of Django's own class."""
    return rooms.pool.one(External(f"{QUERYSET}()", -1, model))


def bound(rooms: Rooms, scope: int, model: int) -> int:
    """A manager or queryset of a project class for a model; its methods know that ``self`` may be this."""
    number = rooms.pool.add(Instance(scope, False, model))
    if not rooms.store.peek(("managed", number, None)):
        rooms.store.write(("managed", number, None), frozenset((number,)))
        for owner in rooms.classes.order(scope):
            if isinstance(owner, int):
                hand_self(rooms, owner, number)
    return number


def hand_self(rooms: Rooms, owner: int, number: int) -> None:
    """Let the methods of a class know an instance that the framework calls them on."""
    value = rooms.pool[number]
    for child in rooms.index.children.get(owner, ()):
        ref = rooms.index.scopes[child]
        flavour = rooms.classes.flavour.get(child, "")
        if ref.facts.kind == "function" and ref.facts.params and flavour != "static":
            own = rooms.pool.add(Class(value.scope)) if flavour == "class" and isinstance(value, Instance) else number
            rooms.store.write(("parameter", child, ref.facts.params[0].name), frozenset((own,)))


# -- what a class body declares ------------------------------------------------------------------------------------


def made(rooms: Rooms, frame: Frame, number: int, record: CallRecord) -> Values | None:
    """``ProductManager()`` in a model's body, ``ProductQuerySet(self.model)`` elsewhere."""
    value = rooms.pool[number]
    if not isinstance(value, Instance):
        return None
    if frame.facts.kind == "class":
        return rooms.pool.one(External(DECLARED, record.site, number))
    models = [one for one in sorted(record.argument(0, "model")) if isinstance(rooms.pool[one], Class)]
    return frozenset(bound(rooms, value.scope, model) for model in models) or None


def as_manager(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """``ProductQuerySet.as_manager()``."""
    owner = rooms.pool[callee.base] if callee.base >= 0 else None
    if not isinstance(owner, Class):
        return None
    return rooms.pool.one(External(DECLARED, record.site, rooms.pool.add(Instance(owner.scope))))


def from_queryset(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """``ProductManager.from_queryset(ProductQuerySet)``: a class with the methods of both."""
    both = set(record.argument(0, "queryset_class"))
    if callee.base >= 0 and isinstance(rooms.pool[callee.base], Class):
        both.add(callee.base)
    return frozenset(both)


def described(rooms: Rooms, frame: Frame, receiver: int, raw: int, at: Position) -> Values | None:
    """A declared manager read through its model."""
    owner, value = rooms.pool[receiver], rooms.pool[raw]
    if not isinstance(owner, Class | Instance) or not isinstance(value, External):
        return None
    if isinstance(owner, Instance) and owner.of >= 0:
        return None
    model = rooms.pool.add(Class(owner.scope))
    inner = rooms.pool[value.base] if value.base >= 0 else None
    if value.name != DECLARED or not isinstance(inner, Instance):
        return plain(rooms, model)
    return frozenset((bound(rooms, inner.scope, model),))


def managers(rooms: Rooms, frame: Frame, model: int, at: Position = (0, 0)) -> Values:
    """The default manager of a model, with its methods."""
    value = rooms.pool[model]
    if isinstance(value, External):
        return plain(rooms, model)
    found = rooms.attributes.read(frame, frozenset((model,)), "_default_manager", at)
    kept = (one for one in found if model_of(rooms, one) == model)
    return frozenset(kept) or plain(rooms, model)


# -- what a queryset gives -----------------------------------------------------------------------------------------


def rows_of(rooms: Rooms, frame: Frame, number: int) -> Values:
    """What a manager's methods work on: the querysets that its ``get_queryset`` gives."""
    value = rooms.pool[number]
    if isinstance(value, Instance):
        for owner in rooms.classes.order(value.scope):
            held = rooms.store.read(("attribute", owner, "get_queryset"), frame.scope) if isinstance(owner, int) else ()
            for function in rooms.pool.each(held):
                if isinstance(function, Function):
                    return rooms.calls.enter_function(
                        frame, function.scope, (frozenset((number,)),), {}, spread=False
                    ) or _inner(rooms, number)
    return _inner(rooms, number)


def _inner(rooms: Rooms, number: int) -> Values:
    """What Django's own ``get_queryset`` of a manager gives; a queryset is itself."""
    value = rooms.pool[number]
    if isinstance(value, Instance):
        for owner in rooms.classes.order(value.scope):
            bases = rooms.classes.external_bases(owner) if isinstance(owner, int) else ()
            if isinstance(owner, int) and QUERYSET in bases and MANAGER not in bases:
                return frozenset((bound(rooms, owner, value.of),))
        return plain(rooms, value.of) if value.of >= 0 else frozenset((number,))
    model = model_of(rooms, number)
    return plain(rooms, model) if model >= 0 else frozenset((number,))


def method(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """A method of Django's manager or queryset."""
    if callee.base < 0:
        return None
    name = callee.name.rpartition(".")[2]
    model = model_of(rooms, callee.base)
    plainly = name.removeprefix("a") if name.removeprefix("a") in ROW | PAIR | LISTS | NOTHINGS else name
    if plainly == "get_queryset":
        return _inner(rooms, callee.base)
    if plainly in ROW | PAIR | LISTS | {"in_bulk"}:
        return _rows(rooms, frame, plainly, rows(rooms, frozenset((model,))) if model >= 0 else NOTHING, record)
    if plainly in NOTHINGS:
        return NOTHING
    if plainly in TUPLES:
        return rooms.pool.one(External(VALUES, record.site, callee.base))
    return rows_of(rooms, frame, callee.base)


def _rows(rooms: Rooms, frame: Frame, name: str, found: Values, record: CallRecord) -> Values:
    if name in ROW:
        return found
    kind = "tuple" if name in PAIR else "list" if name in LISTS else "dict"
    box = rooms.pool.add(Box(kind, frame.scope, record.at[0], record.at[1] * 100 + 77))
    if name in PAIR:
        rooms.items.sizes[box] = 2
    rooms.items.put(box, 0 if name in PAIR else None, found)
    return frozenset((box,))


def list_of(rooms: Rooms, frame: Frame, found: Values, record: CallRecord) -> Values:
    """A list of rows made by a call."""
    return _rows(rooms, frame, "bulk_create", found, record)


def of_values(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """A method of ``values()``: no rows, but still a query."""
    name = callee.name.rpartition(".")[2]
    return NOTHING if callee.base < 0 or name in NOTHINGS | ROW else frozenset((callee.base,))


def elements(rooms: Rooms, frame: Frame, number: int, at: Position) -> Values | None:
    """A loop over a queryset, or an item of it: rows."""
    model = model_of(rooms, number)
    if model < 0:
        return None
    found = frozenset((row(rooms, model),))
    if at > (0, 0):
        frame.trace.reads.append(Access(frozenset((number,)), "[]", at, frame.loop > 0, found))
    return found


def elements_of_values(rooms: Rooms, frame: Frame, number: int, at: Position) -> Values | None:
    """A loop over ``values()``: dictionaries or tuples."""
    if at > (0, 0):
        frame.trace.reads.append(Access(frozenset((number,)), "[]", at, frame.loop > 0))
    return NOTHING


def elements_of_related(rooms: Rooms, frame: Frame, number: int, at: Position) -> Values | None:
    """A loop over the other side of a relation (an item of it: Python has none, but lists of rows are handled alike)."""
    value = rooms.pool[number]
    return elements(rooms, frame, value.base, at) if isinstance(value, External) and value.base >= 0 else None


def member_of_related(rooms: Rooms, frame: Frame, number: int, name: str, at: Position) -> Values | None:
    """``order.lines.add``: what changes the relation is its own, all else the manager's."""
    value = rooms.pool[number]
    if not isinstance(value, External) or value.base < 0:
        return None
    if name in LINKING:
        return rooms.attributes.external(f"{RELATED}.{name}", base=number)
    made = rooms.made.get(value.site)
    if name == "through" and made is not None:
        given = named(rooms, made.keywords.get("through", NOTHING), made.scope, frame.scope)
        return given or rooms.pool.one(External(THROUGH, value.site, value.base))
    return rooms.attributes.read(frame, frozenset((value.base,)), name, at)


def linking(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """``add``, ``remove``, ``set``, ``clear`` give nothing back."""
    return NOTHING


def model_attribute(rooms: Rooms, frame: Frame, number: int, name: str, at: Position) -> Values | None:
    """``self.model`` of a manager or queryset."""
    value = rooms.pool[number]
    of_class = isinstance(value, Instance) and value.of >= 0
    of_django = isinstance(value, External) and value.name in (f"{QUERYSET}()", f"{MANAGER}()")
    model = model_of(rooms, number) if of_class or of_django else -1
    return frozenset((model,)) if model >= 0 else None


def manager_of_through(rooms: Rooms, frame: Frame, number: int, name: str, at: Position) -> Values | None:
    """``Model.field.through.objects``."""
    return plain(rooms, number) if name in ("objects", "_default_manager") else None
