"""Decorators that a class of views names for its methods: ``decorators = [login_required]``, ``method_decorators``."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, Box, Class, External, Function, Instance, Values
from refactor.link.frameworks.flask.proxies import entered

VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "dispatch_request")


def _as_view(rooms: Rooms, frame: Frame, external: External, _: CallRecord) -> Values | None:
    """``Orders.as_view("orders")``."""
    if external.base >= 0:
        _decorate(rooms, frame, frozenset((external.base,)))
    return None


def _add_resource(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``api.add_resource(Orders, "/orders")``, ``@ns.route("/orders")``."""
    _decorate(rooms, frame, record.argument(0, "resource"))
    return None


def _decorate(rooms: Rooms, frame: Frame, classes: Values) -> None:
    """Hand the methods of a class to its decorators; the wrappers they return rest in the slot ``around``."""
    for value in rooms.pool.each(classes):
        if not isinstance(value, Class):
            continue
        decorators = _listed(rooms, frame, value.scope)
        if decorators:
            methods = NOTHING.union(*(_method(rooms, frame, value.scope, verb) for verb in VERBS))
            for method in sorted(methods):
                around = entered(rooms, frame, decorators, frozenset((method,)))
                own = frozenset(one for one in around if isinstance(rooms.pool[one], Function))
                rooms.store.write(("around", value.scope, None), own)


def _method(rooms: Rooms, frame: Frame, scope: int, name: str) -> Values:
    instance = rooms.pool.one(Instance(scope))
    found = rooms.attributes.read(frame, instance, name, frame.facts.body[0].at if frame.facts.body else (1, 1))
    return frozenset(one for one in found if isinstance(rooms.pool[one], Bound))


def _listed(rooms: Rooms, frame: Frame, scope: int) -> Values:
    """The functions in ``decorators`` and ``method_decorators`` of a class or of those it derives from."""
    found = NOTHING
    for owner in rooms.classes.order(scope):
        for name in ("decorators", "method_decorators") if isinstance(owner, int) else ():
            boxes = rooms.store.read(("attribute", owner, name), frame.scope)
            for box in sorted(boxes):
                if isinstance(rooms.pool[box], Box):
                    found |= rooms.store.read(("item", box, "*"), frame.scope)
    return found


CALLS: dict[str, Call] = {
    "flask.views.View.as_view": _as_view,
    "flask_restful.Api().add_resource": _add_resource,
    "flask_restx.Api().add_resource": _add_resource,
    "flask_restx.Namespace().add_resource": _add_resource,
    "flask_restx.Namespace().route()": _add_resource,
    "flask_restx.Api().route()": _add_resource,
}
