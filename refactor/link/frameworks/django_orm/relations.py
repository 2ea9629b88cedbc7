"""When a model's class statement has run: its name in the registry, its managers, and what other models see of it."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Class, External, Instance, Values
from refactor.link.frameworks.django_orm import fields, querysets
from refactor.link.frameworks.django_orm.fields import ONE, RELATED, RELATIONS, REVERSE, Field
from refactor.link.frameworks.django_orm.models import app_label, is_abstract, is_model, is_proxy, key, named, row
from refactor.model.facts import Position

MANAGERS = frozenset((querysets.DECLARED, f"{querysets.MANAGER}()"))


def complete(rooms: Rooms, frame: Frame, scope: int) -> None:
    """A model with rows of its own becomes known to all who name it."""
    if not is_model(rooms, scope) or is_abstract(rooms, scope):
        return
    model = rooms.pool.add(Class(scope))
    rooms.store.write(("model", key(rooms, scope), None), frozenset((model,)))
    _managers(rooms, scope, model)
    _receivers(rooms, scope)
    if not is_proxy(rooms, scope):
        for field in fields.local_fields(rooms, scope):
            if field.kind in RELATIONS:
                _reverse(rooms, frame, scope, field)
        for parent in fields.concrete_parents(rooms, scope)[:1]:
            _seen_by(rooms, frame, rooms.pool.add(Class(parent)), _name(rooms, scope), _one(rooms, model))


def _managers(rooms: Rooms, scope: int, model: int) -> None:
    """``objects`` where nothing else is declared, and the default manager."""
    held = {
        name: declared
        for owner in reversed(rooms.classes.order(scope))
        if isinstance(owner, int)
        for name in sorted(rooms.index.scopes[owner].facts.bound)
        if (declared := _declared(rooms, owner, name, scope))
    }
    for number in sorted(NOTHING.union(*held.values())):
        value = rooms.pool[number]
        inner = rooms.pool[value.base] if isinstance(value, External) and value.base >= 0 else None
        if isinstance(inner, Instance):
            querysets.bound(rooms, inner.scope, model)
    default = held.get("objects") or next(iter(held.values()), rooms.pool.one(External(f"{querysets.MANAGER}()")))
    if not held:
        rooms.store.write(("attribute", scope, "objects"), default)
    rooms.store.write(("attribute", scope, "_default_manager"), default)
    rooms.store.write(("attribute", scope, "_base_manager"), rooms.pool.one(External(f"{querysets.MANAGER}()")))


def _declared(rooms: Rooms, owner: int, name: str, reader: int) -> Values:
    slot = ("attribute", owner, name)
    # what an abstract parent holds may turn up later
    held = rooms.store.read(slot, reader) if name == "objects" and owner != reader else rooms.store.peek(slot)
    return frozenset(one for one in held if isinstance(value := rooms.pool[one], External) and value.name in MANAGERS)


def _receivers(rooms: Rooms, scope: int) -> None:
    """The methods of abstract parents are called on the models made from them."""
    number = rooms.pool.add(Instance(scope))
    for owner in rooms.classes.order(scope)[1:]:
        if isinstance(owner, int) and is_model(rooms, owner) and is_abstract(rooms, owner):
            querysets.hand_self(rooms, owner, number)


def _name(rooms: Rooms, scope: int) -> str:
    return rooms.index.scopes[scope].facts.name.lower()


def accessor(rooms: Rooms, scope: int, field: Field) -> str:
    """The name under which the model a field refers to sees the field's model; "" for hidden."""
    texts = rooms.pool.texts(field.options.get("related_name", NOTHING))
    if not texts:
        return _name(rooms, scope) + ("" if field.kind == ONE else "_set")
    name = texts[0].replace("%(class)s", _name(rooms, scope))
    if "%(" in name:
        name = name.replace("%(app_label)s", app_label(rooms, scope).lower()).replace(
            "%(model_name)s", _name(rooms, scope)
        )
    return "" if name.endswith("+") else name


def _reverse(rooms: Rooms, frame: Frame, scope: int, field: Field) -> None:
    name = accessor(rooms, scope, field)
    model = rooms.pool.add(Class(scope))
    for target in sorted(fields.targets(rooms, field, scope, frame.scope)):
        if name and field.kind == ONE:
            _seen_by(rooms, frame, target, name, _one(rooms, model))
        elif name:
            _seen_by(rooms, frame, target, name, related(rooms, frame, field.site, model))


def _one(rooms: Rooms, model: int) -> Values:
    return rooms.pool.one(External(REVERSE, -1, model))


def _seen_by(rooms: Rooms, frame: Frame, target: int, name: str, values: Values) -> None:
    """Rows of the target have an attribute of this name."""
    value = rooms.pool[target]
    if isinstance(value, Class):
        rooms.store.write(("attribute", value.scope, name), values)
    elif isinstance(value, External):
        plain = (fields.reverse_rows(rooms, one) for one in sorted(values))
        rooms.store.write(("external", row(rooms, target), name), NOTHING.union(*plain))


def related(rooms: Rooms, frame: Frame, site: int, model: int) -> Values:
    """The manager of the other side of a relation."""
    inner = querysets.managers(rooms, frame, model)
    return frozenset(rooms.pool.add(External(RELATED, site, one)) for one in inner)


def to_many(rooms: Rooms, frame: Frame, receiver: int, raw: int, at: Position) -> Values | None:
    """A many-to-many field of a row is a manager; that of a class has the model of its link table."""
    owner, value = rooms.pool[receiver], rooms.pool[raw]
    made = rooms.made.get(value.site) if isinstance(value, External) else None
    if made is None or not isinstance(owner, Instance | Class) or not isinstance(value, External):
        return None
    if isinstance(owner, Class):
        return rooms.pool.one(External("django.db.models.ManyToManyDescriptor()", value.site, receiver))
    to = named(rooms, made.argument(0, "to"), owner.scope, frame.scope)
    return NOTHING.union(*(related(rooms, frame, value.site, model) for model in sorted(to)))


def member_of_link(rooms: Rooms, frame: Frame, number: int, name: str, at: Position) -> Values | None:
    """``Model.field.through``."""
    value = rooms.pool[number]
    made = rooms.made.get(value.site) if isinstance(value, External) else None
    owner = rooms.pool[value.base] if isinstance(value, External) and value.base >= 0 else None
    if name != "through" or made is None or not isinstance(owner, Class) or not isinstance(value, External):
        return None
    given = made.keywords.get("through", NOTHING)
    if given:
        return named(rooms, given, owner.scope, frame.scope)
    return rooms.pool.one(External(querysets.THROUGH, value.site, value.base))
