"""What mapping adds to classes: the other side of a relationship, query classes, model classes, imperative mapping."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Attribute, Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Class, External, Instance, Values
from refactor.model.facts import Position

QUERY = "sqlalchemy.orm.Session().query()"
RELATIONSHIP = "sqlalchemy.orm.relationship"
BACK = -7
"""Depth of the call site that stands for the other side of a relationship."""


def _relationship(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values | None:
    """``relationship("Line", backref="order")``: the other class has the attribute too."""
    given = record.keywords.get("backref", NOTHING)
    names, keywords = rooms.pool.texts(given), {}
    for value in rooms.pool.each(given):
        made = rooms.made.get(value.site) if isinstance(value, External) else None
        if made is not None and made is not record:
            names, keywords = names + rooms.pool.texts(made.argument(0, "name")), made.keywords
    if names and frame.facts.kind == "class":
        owner = rooms.pool.one(Class(frame.scope))
        site = rooms.site(frame.scope, record.at, BACK)
        rooms.made[site] = CallRecord(
            frame.scope, site, record.at, record.end, record.text, record.callees, (owner,), keywords, loop=False
        )
        other = rooms.attributes.external(f"{RELATIONSHIP}()", site=site, base=rooms.pool.add(external))
        for target in rooms.entities.targets(record.argument(0, "argument"), frame.scope):
            for name in names:
                rooms.store.write(("attribute", target, name), other)
    return None


def _imperatively(rooms: Rooms, _: Frame, __: External, record: CallRecord) -> Values | None:
    """``registry.map_imperatively(Order, orders)``."""
    for value in rooms.pool.each(record.argument(0, "class_")):
        if isinstance(value, Class):
            rooms.store.write(("mapped", value.scope, None), record.argument(1, "local_table"))
    return None


def _query(rooms: Rooms, frame: Frame, receiver: int, _: str, at: Position) -> Values | None:
    """``Order.query`` of a class with a query class of its own has that class's methods too."""
    value = rooms.pool[receiver]
    if not isinstance(value, Class) or not rooms.entities.is_mapped(value.scope):
        return None
    classes = rooms.attributes.read(frame, frozenset((receiver,)), "query_class", at)
    own = frozenset(rooms.pool.add(Instance(v.scope)) for v in rooms.pool.each(classes) if isinstance(v, Class))
    return own | rooms.attributes.external(QUERY, base=receiver) if own else None


def _model(rooms: Rooms, _: Frame, receiver: int, __: str, ___: Position) -> Values | None:
    """``db.Model`` of ``db = SQLAlchemy(model_class=Base)`` is that class too."""
    value = rooms.pool[receiver]
    made = rooms.made.get(value.site) if isinstance(value, External) else None
    if made is None or "model_class" not in made.keywords or not isinstance(value, External):
        return None
    bases = frozenset(v for v in made.keywords["model_class"] if isinstance(rooms.pool[v], Class))
    return bases | rooms.attributes.external(f"{value.name}.Model", base=receiver)


CALLS: dict[str, Call] = {
    RELATIONSHIP: _relationship,
    "sqlalchemy.orm.registry().map_imperatively": _imperatively,
    "sqlalchemy.orm.mapper": _imperatively,
}
ATTRIBUTES: dict[str, Attribute] = {"query": _query, "Model": _model}
