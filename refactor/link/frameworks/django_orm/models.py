"""Model classes in the value flow: which classes are models, their options, the registry, who refers to whom.

A model is a value: a project class, or an external class that the data knows. What it refers to may be written as text
("app.Model"), so the registry is a slot per label: whoever reads it runs again when the model turns up.
"""

import re

from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Class, External, Instance, Literal, Values
from refactor.link.frameworks.django_orm.labels import labels

MODULES = frozenset(("models", "abstract_models"))
"""Modules whose classes are models, where nothing more is known of them than the place."""
OTHER = re.compile(r"(Manager|QuerySet|Queryset|Field|Meta|Iterable|Form|Choices|Error|Exception|Enum|Base|File|\))$")
"""Names of classes that stand beside models."""

USER_SETTING = "django.conf.settings.AUTH_USER_MODEL"


def is_model(rooms: Rooms, scope: int) -> bool:
    """Whether a class derives from a model."""
    bases = rooms.classes.external_bases(scope)
    if any(base in rooms.knowledge.models for base in bases):
        return True
    here = MODULES.intersection(rooms.index.scopes[scope].module.split("."))
    return bool(here) and labels(rooms.index).is_django and any(_is_like_model(base) for base in bases)


def _is_like_model(base: str) -> bool:
    """Whether an external class that nobody knows is a model by its place and name."""
    *holder, name = base.split(".")
    return bool(MODULES.intersection(holder)) and holder[0] != "django" and not OTHER.search(name)


def own_meta(rooms: Rooms, scope: int) -> int:
    """The ``Meta`` in a class's own body, by scope; -1 when there is none."""
    if "Meta" not in rooms.index.scopes[scope].facts.bound:
        return -1
    held = rooms.pool.each(rooms.store.peek(("attribute", scope, "Meta")))
    return next((value.scope for value in held if isinstance(value, Class)), -1)


def is_abstract(rooms: Rooms, scope: int) -> bool:
    """Whether a model has no table of its own because its own ``Meta`` says so."""
    return _flag(rooms, own_meta(rooms, scope), "abstract")


def is_proxy(rooms: Rooms, scope: int) -> bool:
    """Whether a model is another face of its parent's table."""
    return _flag(rooms, own_meta(rooms, scope), "proxy")


def _flag(rooms: Rooms, meta: int, name: str) -> bool:
    held = rooms.pool.each(rooms.store.peek(("attribute", meta, name)))
    return any(isinstance(value, Literal) and value.value is True for value in held)


def option(rooms: Rooms, scope: int, name: str) -> Values:
    """An option of a model's ``Meta``, or of that of the first abstract parent where it has none."""
    order = [one for one in rooms.classes.order(scope) if isinstance(one, int)]
    metas = [own_meta(rooms, scope), *(own_meta(rooms, one) for one in order[1:] if is_abstract(rooms, one))]
    meta = next((one for one in metas if one >= 0), -1)
    for owner in rooms.classes.order(meta) if meta >= 0 else ():
        if isinstance(owner, int) and (found := rooms.store.peek(("attribute", owner, name))):
            return found
    return NOTHING


def app_label(rooms: Rooms, scope: int) -> str:
    """The label of the app that a model belongs to."""
    texts = rooms.pool.texts(option(rooms, scope, "app_label"))
    return texts[0] if texts else labels(rooms.index).of(rooms.index.scopes[scope].module)


def key(rooms: Rooms, scope: int) -> str:
    """``app.model`` in small letters: a model's name in the registry."""
    return f"{app_label(rooms, scope)}.{rooms.index.scopes[scope].facts.name}".lower()


def registered(rooms: Rooms, label: str, reader: int) -> Values:
    """The models behind ``app.Model``."""
    found = rooms.store.read(("model", label.lower(), None), reader)
    return found or NOTHING.union(
        *(rooms.pool.one(External(name)) for name in rooms.knowledge.model_labels.get(label.lower(), ()))
    )


def user_models(rooms: Rooms, reader: int) -> Values:
    """The model that AUTH_USER_MODEL names."""
    return registered(rooms, labels(rooms.index).user, reader)


def named(rooms: Rooms, values: Values, scope: int, reader: int) -> Values:
    """The models that the first argument of a relation of the model ``scope`` means."""
    result: set[int] = set()
    for number in sorted(values):
        value = rooms.pool[number]
        if isinstance(value, Class) or (isinstance(value, External) and value.name in rooms.knowledge.models):
            result.add(rooms.pool.add(External(value.name)) if isinstance(value, External) else number)
        elif isinstance(value, External) and value.name == USER_SETTING:
            result |= user_models(rooms, reader)
        elif isinstance(value, Literal) and isinstance(value.value, str):
            result |= labelled(rooms, value.value, scope, reader)
    return frozenset(result)


def labelled(rooms: Rooms, text: str, scope: int, reader: int) -> Values:
    """The models that a text such as "self", "Model" or "app.Model" names within the model ``scope``."""
    if text == "self":
        return rooms.pool.one(Class(scope))
    return registered(rooms, text if "." in text else f"{app_label(rooms, scope)}.{text}", reader)


def rows(rooms: Rooms, models: Values) -> Values:
    """Instances of models."""
    return frozenset(row(rooms, number) for number in models)


def row(rooms: Rooms, model: int) -> int:
    """An instance of a model."""
    value = rooms.pool[model]
    if isinstance(value, Class):
        return rooms.pool.add(Instance(value.scope))
    name = value.name if isinstance(value, External) else ""
    return rooms.pool.add(External(f"{name}()"))


def model_of_row(rooms: Rooms, number: int) -> int:
    """The model that a row is an instance of; -1 for what is no row."""
    value = rooms.pool[number]
    if isinstance(value, Instance):
        return rooms.pool.add(Class(value.scope)) if is_model(rooms, value.scope) else -1
    if isinstance(value, External) and value.name.removesuffix("()") in rooms.knowledge.models:
        return rooms.pool.add(External(value.name.removesuffix("()")))
    return -1
