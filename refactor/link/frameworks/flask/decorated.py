"""Decorators that a class of views names for its methods: ``decorators = [login_required]``, ``method_decorators``."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, Box, Class, External, Function, Instance, Values
from refactor.link.frameworks.flask.proxies import entered
from refactor.link.stages.assembly import Assembly

VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "dispatch_request")


def _as_view(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values | None:
    """``Orders.as_view("orders", limit=10)``: the class is made anew for each request, with what stands behind the name."""
    owner = rooms.pool[external.base] if external.base >= 0 else None
    if isinstance(owner, Class):
        _decorate(rooms, frame, frozenset((external.base,)))
        made = rooms.pool.one(Instance(owner.scope))
        found = rooms.attributes.read(frame, made, "__init__", record.at)
        for init in rooms.pool.each(found):
            if isinstance(init, Bound):
                given = (made, *record.args[1:])
                rooms.calls.enter_function(frame, init.function, given, record.keywords, spread=record.spread)
    return None


def _add_resource(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``api.add_resource(Orders, "/orders")``, ``@ns.route("/orders")``."""
    _decorate(rooms, frame, record.argument(0, "resource"))
    return None


def _decorate(rooms: Rooms, frame: Frame, classes: Values) -> None:
    """Hand the methods of a class to its decorators; the wrappers they return rest in ``around``."""
    for value in rooms.pool.each(classes):
        if not isinstance(value, Class):
            continue
        decorators = _listed(rooms, frame, value.scope)
        if decorators:
            rooms.store.write(("decorators", value.scope, None), decorators)
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


def hooks(assembly: Assembly) -> None:
    """The framework calls what a class lists as decorators."""
    for (kind, scope, _), values in sorted(assembly.machine.store.slots.items(), key=lambda item: str(item[0])):
        if kind == "decorators" and isinstance(scope, int):
            ref = assembly.machine.index.scopes[scope].facts
            evidence = assembly.evidence(scope, (ref.line, ref.column), "framework", 0.9)
            for function in assembly.functions(values):
                assembly.edge(assembly.symbol(scope), assembly.symbol(function), "hook", evidence)


CALLS: dict[str, Call] = {
    "flask.views.View.as_view": _as_view,
    "flask_restful.Api().add_resource": _add_resource,
    "flask_restx.Api().add_resource": _add_resource,
    "flask_restx.Namespace().add_resource": _add_resource,
    "flask_restx.Namespace().route()": _add_resource,
    "flask_restx.Api().route()": _add_resource,
}
