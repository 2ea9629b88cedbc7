"""Fields: what a model's body declares, and what reading a field of a row gives."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import Access, CallRecord
from refactor.link.flow.values import NOTHING, External, Instance, Literal, Values
from refactor.link.frameworks.django_orm.models import is_abstract, is_model, named, rows, user_models
from refactor.model.facts import Position

FOREIGN, ONE, MANY = "ForeignKey", "OneToOneField", "ManyToManyField"
RELATIONS = frozenset((FOREIGN, ONE, MANY))
VIRTUAL = frozenset(("GenericForeignKey", "GenericRelation", "CompositePrimaryKey", "FormField"))
FIELDS = "django.db.models."
RELATED = "django.db.models.related()"
REVERSE = "django.db.models.reverse()"
TYPES = {
    "builtins.str()": "CharField TextField SlugField EmailField URLField FilePathField GenericIPAddressField",
    "builtins.int()": "IntegerField PositiveIntegerField BigIntegerField SmallIntegerField PositiveSmallIntegerField "
    "AutoField BigAutoField PositiveBigIntegerField SmallAutoField",
    "builtins.float()": "FloatField",
    "builtins.bool()": "BooleanField NullBooleanField",
    "builtins.bytes()": "BinaryField",
    "decimal.Decimal()": "DecimalField",
    "datetime.date()": "DateField",
    "datetime.datetime()": "DateTimeField",
    "datetime.time()": "TimeField",
    "datetime.timedelta()": "DurationField",
    "uuid.UUID()": "UUIDField",
}
HELD = {f"{FIELDS}{kind}()": python for python, kinds in TYPES.items() for kind in kinds.split()}


class Field(NamedTuple):
    """A declared field: ``to`` and ``options`` as values, ``site`` the call that declares it (-1: from the data)."""

    name: str
    kind: str
    owner: int
    site: int
    to: Values = NOTHING
    options: Mapping[str, Values] = MappingProxyType({})
    nullable: bool = False

    def text(self, rooms: Rooms, name: str) -> str:
        """An option that is one text constant."""
        return next(iter(rooms.pool.texts(self.options.get(name, NOTHING))), "")

    def flag(self, rooms: Rooms, name: str) -> bool:
        """An option that is True."""
        held = rooms.pool.each(self.options.get(name, NOTHING))
        return any(isinstance(value, Literal) and value.value is True for value in held)


def declared(rooms: Rooms, owner: int, name: str) -> Field | None:
    """The field that a class body holds under a name."""
    for number in sorted(rooms.store.peek(("attribute", owner, name))):
        value = rooms.pool[number]
        if isinstance(value, External) and value.name.endswith("()"):
            record = rooms.made.get(value.site)
            kind = value.name.removesuffix("()").rpartition(".")[2]
            if record is not None and record.scope == owner and is_field(kind):
                return _field(rooms, name, kind, owner, value.site, record)
        if isinstance(value, Instance) and value.scope != owner:
            bases = rooms.classes.external_bases(value.scope)
            kinds = [kind for kind in (base.rpartition(".")[2] for base in bases) if is_field(kind)]
            if kinds:
                return Field(name, kinds[0], owner, -1)
    return None


def is_field(kind: str) -> bool:
    """Whether a class of this name makes a column or link table (third-party ones are named so, too)."""
    return kind.endswith(("Field", "Key")) and kind not in VIRTUAL


def _field(rooms: Rooms, name: str, kind: str, owner: int, site: int, record: CallRecord) -> Field:
    field = Field(name, kind, owner, site, record.argument(0, "to"), record.keywords)
    return field._replace(nullable=field.flag(rooms, "null"))


def local_fields(rooms: Rooms, scope: int) -> list[Field]:
    """The fields of a model's own table: declared by it and by the abstract parents that no concrete parent has."""
    order = rooms.classes.order(scope)
    parents = concrete_parents(rooms, scope)
    taken = {one for parent in parents for one in rooms.classes.order(parent)}
    found: dict[str, Field | None] = {}
    for owner in order:
        if owner in taken:
            continue
        if isinstance(owner, str):
            known = rooms.knowledge.models.get(owner)
            for name, text in known.fields.items() if known and not known.table else ():
                found.setdefault(name, from_data(rooms, scope, name, text))
        elif is_model(rooms, owner) and (owner == scope or is_abstract(rooms, owner)):
            for name in sorted(rooms.index.scopes[owner].facts.bound):
                found.setdefault(name, declared(rooms, owner, name))
    return [field for field in found.values() if field is not None]


def from_data(rooms: Rooms, scope: int, name: str, text: str) -> Field:
    """A field as the data spells it: its class, what it refers to, options."""
    kind, *words = text.split()
    given = [word.partition("=") for word in words if "=" in word]
    options = {option: rooms.pool.one(Literal(value, "str")) for option, _, value in given}
    target = next((word for word in words if "=" not in word), "")
    to = rooms.pool.one(Literal(target, "str")) if target else NOTHING
    return Field(name, kind, scope, -1, to, options, "null" in options)


def concrete_parents(rooms: Rooms, scope: int) -> list[int]:
    """Project models with a table that a model derives from, the nearest first."""
    order = rooms.classes.order(scope)[1:]
    return [one for one in order if isinstance(one, int) and is_model(rooms, one) and not is_abstract(rooms, one)]


def targets(rooms: Rooms, field: Field, scope: int, reader: int) -> Values:
    """The models that a relation of the model ``scope`` refers to."""
    if field.site < 0 and scope < 0:
        return NOTHING
    return named(rooms, field.to, scope, reader)


def through(rooms: Rooms, field: Field, scope: int, reader: int) -> Values:
    """The models that a many-to-many relation goes through, where one is given."""
    return named(rooms, field.options.get("through", NOTHING), scope, reader)


# -- reading a field -----------------------------------------------------------------------------------------------


def plain(rooms: Rooms, frame: Frame, receiver: int, raw: int, at: Position) -> Values | None:
    """A column of a row is a Python value."""
    value = rooms.pool[raw]
    if not isinstance(rooms.pool[receiver], Instance) or not isinstance(value, External):
        return None
    return rooms.attributes.external(HELD[value.name])


def to_one(rooms: Rooms, frame: Frame, receiver: int, raw: int, at: Position) -> Values | None:
    """A foreign key of a row is the row it refers to, loaded when it is read."""
    owner, value = rooms.pool[receiver], rooms.pool[raw]
    if not isinstance(owner, Instance) or not isinstance(value, External):
        return None
    made = rooms.made.get(value.site)
    if made is None:
        return NOTHING
    return loaded(rooms, frame, receiver, named(rooms, made.argument(0, "to"), owner.scope, frame.scope), at)


def reverse_one(rooms: Rooms, frame: Frame, receiver: int, raw: int, at: Position) -> Values | None:
    """The other side of a one-to-one relation."""
    value = rooms.pool[raw]
    if not isinstance(rooms.pool[receiver], Instance) or not isinstance(value, External):
        return None
    return loaded(rooms, frame, receiver, frozenset((value.base,)), at)


def loaded(rooms: Rooms, frame: Frame, receiver: int, models: Values, at: Position) -> Values:
    """Rows of a related model; the trace notes that they are read."""
    found = rows(rooms, models)
    frame.trace.reads.append(Access(frozenset((receiver,)), "", at, frame.loop > 0, found))
    return found


def generic(rooms: Rooms, frame: Frame, receiver: int, raw: int, at: Position) -> Values | None:
    """A generic foreign key may be any row: nothing is known."""
    return NOTHING if isinstance(rooms.pool[receiver], Instance) else None


def relation_class(rooms: Rooms, frame: Frame, number: int, record: CallRecord) -> Values | None:
    """A field of a project class derived from a relation, in a class body: what its base would make."""
    value = rooms.pool[number]
    if frame.facts.kind != "class" or not isinstance(value, Instance):
        return None
    kinds = (base.rpartition(".")[2] for base in rooms.classes.external_bases(value.scope))
    kind = next((kind for kind in kinds if kind in RELATIONS), "")
    return rooms.pool.one(External(f"{FIELDS}{kind}()", record.site, number)) if kind else None


def user_of_request(rooms: Rooms, frame: Frame, number: int, name: str, at: Position) -> Values | None:
    """``request.user`` is a row of the user model."""
    value = rooms.pool[number]
    if not isinstance(value, External) or not value.name.endswith(
        ("HttpRequest()", "rest_framework.request.Request()")
    ):
        return None
    return loaded(rooms, frame, number, user_models(rooms, frame.scope), at)


def reverse_rows(rooms: Rooms, number: int) -> Values:
    """The other side of a relation as a row of a library's model holds it."""
    value = rooms.pool[number]
    if isinstance(value, External) and value.name == REVERSE:
        return rows(rooms, frozenset((value.base,)))
    return frozenset((number,))
