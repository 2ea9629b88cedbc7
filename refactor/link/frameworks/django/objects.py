"""What views, forms and serializers make of the classes they name: rows, querysets, forms, serializers."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Attribute, Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, Box, Class, External, Function, Instance, Literal, Super, Values
from refactor.model.facts import Position

VIEW = "django.views.generic.View()"
FORM = "django.forms.ModelForm()"
REQUEST = "django.http.HttpRequest()"
VIEWS = (
    "django.views.",
    "rest_framework.",
    "extra_views.",
    "django.contrib.auth.views.",
    "django_filters.views.",
    "django_tables2.",
)
FORMS = ("django.forms.", "rest_framework.serializers.", "django.contrib.auth.forms.", "treebeard.forms.")
PLAIN = "django.db.models.Model"


DICTS = ("get_form_kwargs", "get_context_data", "get_initial", "get_serializer_context", "get_formset_kwargs")
"""Methods that give a dict which overriding methods fill."""


def held(rooms: Rooms, scope: int, name: str) -> Values:
    """What a class holds under a name, along its resolution order."""
    for owner in rooms.classes.order(scope):
        found = rooms.store.peek(("attribute", owner, name)) if isinstance(owner, int) else NOTHING
        if found:
            return found
    return NOTHING


def instances_of(rooms: Rooms, scope: int, name: str) -> Values:
    """Instances of the class that a class attribute (or the method ``get_<name>``) names."""
    found = {
        rooms.pool.add(Instance(value.scope))
        for value in rooms.pool.each(classes_of(rooms, scope, name))
        if isinstance(value, Class)
    }
    return frozenset(found)


def classes_of(rooms: Rooms, scope: int, name: str) -> Values:
    """The classes that a class attribute or the method ``get_<name>`` gives."""
    found = set(held(rooms, scope, name))
    for value in rooms.pool.each(held(rooms, scope, f"get_{name}")):
        if isinstance(value, Function):
            found |= rooms.store.peek(("return", value.scope, None))
    return frozenset(one for one in found if isinstance(rooms.pool[one], Class))


def rows_of(rooms: Rooms, scope: int) -> Values:
    """Rows of the model that a view is about: by ``model``, ``queryset``, or the model of its form or serializer."""
    models = {value.scope for value in rooms.pool.each(held(rooms, scope, "model")) if isinstance(value, Class)}
    found = {rooms.pool.add(Instance(model)) for model in models}
    if not found:
        for number in held(rooms, scope, "queryset"):
            found |= _rows_in(rooms, number)
    if not found:
        for value in rooms.pool.each(held(rooms, scope, "get_queryset")):
            for number in rooms.store.peek(("return", value.scope, None)) if isinstance(value, Function) else ():
                found |= _rows_in(rooms, number)
    if not found:
        for name in ("form_class", "serializer_class"):
            for value in rooms.pool.each(classes_of(rooms, scope, name)):
                found |= model_rows(rooms, value.scope) if isinstance(value, Class) else NOTHING
    return frozenset(found)


def _rows_in(rooms: Rooms, number: int, depth: int = 0) -> Values:
    """Rows of the model at the root of ``Model.objects.filter(...)``, or in a list."""
    value = rooms.pool[number]
    if isinstance(value, Class):
        return rooms.pool.one(Instance(value.scope)) if _is_model(rooms, value.scope) else NOTHING
    if isinstance(value, Box):
        items = rooms.store.peek(("item", number, "*"))
        return frozenset(one for one in items if isinstance(rooms.pool[one], Instance))
    if isinstance(value, Instance) and not _is_model(rooms, value.scope):
        return NOTHING
    if isinstance(value, External) and value.base >= 0 and depth < 30:
        return rooms.entities.of(number) or _rows_in(rooms, value.base, depth + 1)
    return NOTHING


def _is_model(rooms: Rooms, scope: int) -> bool:
    bases = rooms.classes.external_bases(scope)
    return any(base.endswith((".Model", "Model", "AbstractUser", "AbstractBaseUser")) for base in bases) or not bases


def model_rows(rooms: Rooms, scope: int) -> Values:
    """Rows of the model that a form or serializer names in its ``Meta``."""
    for meta in rooms.pool.each(held(rooms, scope, "Meta")):
        if isinstance(meta, Class):
            models = [value for value in rooms.pool.each(held(rooms, meta.scope, "model")) if isinstance(value, Class)]
            if models:
                return frozenset(rooms.pool.add(Instance(model.scope)) for model in models)
    return NOTHING


# -- reading -------------------------------------------------------------------------------------------------------


def _own(rooms: Rooms, number: int) -> tuple[int, tuple[int | str, ...]] | None:
    """The class behind a receiver, and the classes in which an attribute is looked for."""
    value = rooms.pool[number]
    if isinstance(value, Instance):
        return value.scope, rooms.classes.order(value.scope)
    if not isinstance(value, Super):
        return None
    receiver = rooms.pool[value.receiver]
    own = receiver.scope if isinstance(receiver, Instance) else value.scope
    order = rooms.classes.order(own)
    return own, order[order.index(value.scope) + 1 :] if value.scope in order else order


def _inherited(rooms: Rooms, frame: Frame, number: int, name: str, heads: tuple[str, ...], owner: str) -> Values | None:
    """A method that only a library's base has, under one name whichever base that is."""
    found = _own(rooms, number)
    if found is None:
        return None
    scope, order = found
    rooms.store.read(("bases", scope, None), frame.scope)
    for base in order:
        if isinstance(base, int):
            if rooms.store.read(("attribute", base, name), frame.scope):
                return None
        elif rooms.knowledge.canonical(base).startswith(heads):
            return rooms.pool.one(External(f"{owner}.{name}", -1, rooms.pool.add(Instance(scope))))
    return None


def _of_view(rooms: Rooms, frame: Frame, number: int, name: str, _: Position) -> Values | None:
    return _inherited(rooms, frame, number, name, VIEWS, VIEW)


def _of_form(rooms: Rooms, frame: Frame, number: int, name: str, _: Position) -> Values | None:
    return _inherited(rooms, frame, number, name, FORMS, FORM)


def _instance(rooms: Rooms, frame: Frame, number: int, name: str, at: Position) -> Values | None:
    """``form.instance``, ``serializer.instance``: a row of its model, and whatever was put there."""
    own = _own(rooms, number)
    if own is None or _of_form(rooms, frame, number, name, at) is None:
        return None
    return model_rows(rooms, own[0]) or None


def _receiver(rooms: Rooms, callee: External) -> int:
    value = rooms.pool[callee.base] if callee.base >= 0 else None
    return value.scope if isinstance(value, Instance) else -1


def _get_object(rooms: Rooms, _frame: Frame, callee: External, _: CallRecord) -> Values | None:
    return rows_of(rooms, _receiver(rooms, callee)) or None


def _get_queryset(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    scope = _receiver(rooms, callee)
    models = frozenset(one for one in held(rooms, scope, "model") if isinstance(rooms.pool[one], Class))
    found = held(rooms, scope, "queryset") - models
    found = frozenset(one for one in found if isinstance(rooms.pool[one], External | Instance | Box))
    return found or rooms.attributes.read(frame, models, "objects", record.at) or None


def _get_form(rooms: Rooms, _frame: Frame, callee: External, record: CallRecord) -> Values | None:
    given = frozenset(one for one in record.argument(0, "form_class") if isinstance(rooms.pool[one], Class))
    made = frozenset(rooms.pool.add(Instance(one.scope)) for one in rooms.pool.each(given) if isinstance(one, Class))
    return made or instances_of(rooms, _receiver(rooms, callee), "form_class") or None


def _get_serializer(rooms: Rooms, _frame: Frame, callee: External, _: CallRecord) -> Values | None:
    return instances_of(rooms, _receiver(rooms, callee), "serializer_class") or None


def _get_class(name: str) -> Call:
    def get(rooms: Rooms, _frame: Frame, callee: External, _: CallRecord) -> Values | None:
        return classes_of(rooms, _receiver(rooms, callee), name) or None

    return get


def _save(rooms: Rooms, _frame: Frame, callee: External, _: CallRecord) -> Values | None:
    return model_rows(rooms, _receiver(rooms, callee)) or None


def _dict(rooms: Rooms, _frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """A dict that the library starts and the project's methods fill: form arguments, the context of a template."""
    method = callee.name.rpartition(".")[2]
    box = rooms.pool.add(Box("dict", _receiver(rooms, callee), -3, -1 - DICTS.index(method)))
    for name, values in record.keywords.items():
        rooms.items.write_item(frozenset((box,)), rooms.pool.one(Literal(name, "str")), values)
    return frozenset((box,))


def _lazy(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``SimpleLazyObject(load)``: what ``load`` returns, whenever it is asked for."""
    found = NOTHING
    for value in rooms.pool.each(record.argument(0, "func")):
        if isinstance(value, Function):
            found |= rooms.calls.enter_function(frame, value.scope, (), {}, spread=False)
        elif isinstance(value, Bound):
            receiver = (frozenset((value.receiver,)),)
            found |= rooms.calls.enter_function(frame, value.function, receiver, {}, spread=False)
    return found or None


def _route(rooms: Rooms, _frame: Frame, _: External, record: CallRecord) -> Values | None:
    """A route hands the request to its view, and to what a decorator around it wraps."""
    request = rooms.attributes.external(REQUEST)
    queue = rooms.pool.each(record.argument(1, "view"))
    for value in queue:
        if isinstance(value, Function):
            params = rooms.index.scopes[value.scope].facts.params
            if params and params[0].kind in ("positional", "both"):
                rooms.store.write(("parameter", value.scope, params[0].name), request)
            if value.wraps >= 0:
                queue.append(rooms.pool[value.wraps])
    return None


ATTRIBUTES: dict[str, Attribute] = {
    **dict.fromkeys(
        ("get_object", "get_queryset", "get_form", "get_form_class", "get_serializer", "get_serializer_class", *DICTS),
        _of_view,
    ),
    "save": _of_form,
    "instance": _instance,
}
CALLS: dict[str, Call] = {
    f"{VIEW}.get_object": _get_object,
    f"{VIEW}.get_queryset": _get_queryset,
    f"{VIEW}.get_form": _get_form,
    f"{VIEW}.get_serializer": _get_serializer,
    f"{VIEW}.get_form_class": _get_class("form_class"),
    f"{VIEW}.get_serializer_class": _get_class("serializer_class"),
    **{f"{VIEW}.{name}": _dict for name in DICTS},
    f"{FORM}.save": _save,
    "django.utils.functional.SimpleLazyObject": _lazy,
    "django.urls.path": _route,
    "django.urls.re_path": _route,
    "django.conf.urls.url": _route,
}
