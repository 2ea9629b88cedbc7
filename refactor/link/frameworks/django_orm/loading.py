"""Functions that name a model and give it or its rows: ``get_user_model()``, ``get_model()``, ``get_object_or_404()``."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Class, External, Literal, Values
from refactor.link.frameworks.django_orm.models import registered, rows, user_models
from refactor.link.frameworks.django_orm.querysets import RELATED, list_of, model_of


def user_model(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """``get_user_model()``."""
    return user_models(rooms, frame.scope)


def model_name(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """``swapper.get_model_name("app", "Model")``: the model's label, unless settings put another in its place."""
    apps, models = rooms.pool.texts(record.argument(0, "app_label")), rooms.pool.texts(record.argument(1, "model"))
    return frozenset(rooms.pool.add(Literal(f"{app}.{model}", "str")) for app in apps[:1] for model in models[:1])


def model(rooms: Rooms, frame: Frame, record: CallRecord, names: tuple[str, ...]) -> Values | None:
    """``get_model("app", "Model")`` or ``get_model("app.Model")``, with constant names."""
    apps, models = rooms.pool.texts(record.argument(0, names[0])), rooms.pool.texts(record.argument(1, names[1]))
    labels = [text for text in apps if "." in text] if not models else [f"{apps[0]}.{models[0]}"] if apps else []
    if len(apps) != 1 or len(models) > 1 or not labels:
        return None
    found = registered(rooms, labels[0], frame.scope)
    for value in rooms.pool.each(found):
        if isinstance(value, Class):
            _mention(rooms, frame, value.scope, record)
    return found


def _mention(rooms: Rooms, frame: Frame, scope: int, record: CallRecord) -> None:
    """A model loaded by its name is mentioned, and its module imported."""
    ref = rooms.index.scopes[scope]
    rooms.lookup.mention_member(frame, ref.module, ref.facts.name, record.at)
    frame.trace.mentions.setdefault((ref.module, "load"), record.at)
    frame.trace.imports.setdefault(ref.module, record.at)


def user_loader(rooms: Rooms, frame: Frame, record: CallRecord, names: tuple[str, ...]) -> Values | None:
    """A project's own ``get_user_model()``."""
    return user_models(rooms, frame.scope) if not record.args and not record.keywords else None


def queried(rooms: Rooms, values: Values) -> Values:
    """The models behind what ``get_object_or_404`` accepts: models, managers, querysets."""
    found: set[int] = set()
    for number in sorted(values):
        value = rooms.pool[number]
        is_class = isinstance(value, Class) or (isinstance(value, External) and value.name in rooms.knowledge.models)
        model = number if is_class else model_of(rooms, number)
        if isinstance(value, External) and value.name == RELATED and value.base >= 0:
            model = model_of(rooms, value.base)
        found |= {model} if model >= 0 else set()
    return frozenset(found)


def object_or_404(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """``get_object_or_404(Model, ...)``."""
    return rows(rooms, queried(rooms, record.argument(0, "klass")))


def list_or_404(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """``get_list_or_404(Model, ...)``."""
    return list_of(rooms, frame, rows(rooms, queried(rooms, record.argument(0, "klass"))), record)
