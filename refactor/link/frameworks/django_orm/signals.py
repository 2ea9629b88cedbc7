"""Django's signals in the value flow: what is sent arrives in the parameters of the receivers."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, Box, Class, External, Function, Literal, Values
from refactor.link.frameworks.django_orm.labels import labels
from refactor.link.frameworks.django_orm.models import USER_SETTING, registered, rows, user_models
from refactor.link.frameworks.django_orm.querysets import THROUGH

SIGNAL = "django.dispatch.Signal()"
MODEL_SIGNALS = "django.db.models.signals."
OF_MODELS = "pre_init post_init pre_save post_save pre_delete post_delete m2m_changed pre_migrate post_migrate".split()
OF_USERS = "user_logged_in user_logged_out user_login_failed".split()
OTHERS = frozenset("celery kombu blinker flask scrapy".split())
"""Libraries whose signals are not Django's."""
SENDING = frozenset("send send_robust asend asend_robust".split())


def key(rooms: Rooms, number: int) -> str:
    """What tells one signal from another; "" for what is no signal."""
    value = rooms.pool[number]
    if not isinstance(value, External):
        return ""
    if value.name == SIGNAL:
        return f"signal {number}"
    head, *middle = value.name.split(".")
    is_library = middle[-2:-1] == ["signals"] and "(" not in value.name and head not in OTHERS
    return value.name if is_library and (head == "django" or labels(rooms.index).is_django) else ""


def signals(rooms: Rooms, values: Values) -> list[tuple[str, int]]:
    """The signals among some values, and in the lists among them."""
    found: dict[str, int] = {}
    for number in sorted(values):
        value = rooms.pool[number]
        inner = sorted(rooms.store.peek(("item", number, "*"))) if isinstance(value, Box) else [number]
        for one in inner:
            if name := key(rooms, one):
                found.setdefault(name, one)
    return sorted(found.items())


def senders(rooms: Rooms, values: Values, reader: int) -> Values:
    """The models (or other classes, or link tables) that a receiver listens to."""
    found: set[int] = set()
    for number in sorted(values):
        value = rooms.pool[number]
        if isinstance(value, Literal) and isinstance(value.value, str):
            found |= registered(rooms, value.value, reader)
        elif isinstance(value, External) and value.name == USER_SETTING:
            found |= user_models(rooms, reader)
        elif isinstance(value, External) and value.name in rooms.knowledge.models:
            found.add(rooms.pool.add(External(value.name)))
        elif isinstance(value, Class) or (isinstance(value, External) and value.name == THROUGH):
            found.add(number)
    return frozenset(found)


def subscription(rooms: Rooms, callee: External, record: CallRecord) -> tuple[Values, Values, Values] | None:
    """The signals, senders and receivers of ``signal.connect(f, sender=M)`` or of ``@receiver(signal, sender=M)``."""
    owner, _, name = callee.name.rpartition(".")
    if name == "receiver()" and owner == "django.dispatch":
        made = rooms.made.get(callee.site)
        if made is None:
            return None
        return made.argument(0, "signal"), made.argument(9, "sender"), record.argument(0)
    if name == "connect" and callee.base >= 0 and key(rooms, callee.base):
        return frozenset((callee.base,)), record.argument(1, "sender"), record.argument(0, "receiver")
    return None


def subscribe(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """Note receivers, and hand them the rows of the model they listen to."""
    known = subscription(rooms, callee, record)
    if known is None:
        return None
    listened = signals(rooms, known[0])
    for name, _ in listened:
        rooms.store.write(("receivers", name, None), known[2])
    models = senders(rooms, known[1], frame.scope)
    given = {"sender": models, "instance": rows(rooms, _models(rooms, models))}
    if any("auth.signals" in name for name, _ in listened):
        given["user"] = rows(rooms, user_models(rooms, frame.scope))
    for value in rooms.pool.each(known[2]):
        if isinstance(value, Function):
            for param in rooms.index.scopes[value.scope].facts.params:
                rooms.store.write(("parameter", value.scope, param.name), given.get(param.name, NOTHING))
    return NOTHING


def _models(rooms: Rooms, values: Values) -> Values:
    return frozenset(one for one in values if getattr(rooms.pool[one], "name", "") != THROUGH)


def send(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """``signal.send(sender=..., order=order)``."""
    name = key(rooms, callee.base) if callee.base >= 0 else ""
    sender = {"sender": record.args[0]} if record.args else {}
    for value in rooms.pool.each(rooms.store.read(("receivers", name, None), frame.scope)) if name else ():
        if isinstance(value, Function):
            rooms.calls.enter_function(frame, value.scope, (), {**sender, **record.keywords}, spread=False)
        elif isinstance(value, Bound):
            own = (frozenset((value.receiver,)),)
            rooms.calls.enter_function(frame, value.function, own, {**sender, **record.keywords}, spread=False)
    return NOTHING
