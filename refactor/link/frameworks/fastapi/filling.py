"""What FastAPI fills in while values flow: dependencies in parameters, what it calls functions with, shared state."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Default, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, Box, Class, External, Instance, Values
from refactor.model.facts import Position

MARKER = "fastapi.Depends()"
APPLICATIONS = ("fastapi.FastAPI", "starlette.applications.Starlette", "fastapi.APIRouter", "starlette.routing.Router")
REQUEST = "starlette.requests.Request()"
ADDING = ("add_api_route", "add_route", "add_api_websocket_route", "add_websocket_route")
STATE = "fastapi.FastAPI().state"


def _silent(rooms: Rooms, scope: int) -> Frame:
    """A run that leaves no calls behind: here the framework calls, not the project."""
    ref = rooms.index.scopes[scope]
    return Frame(scope, ref.module, ref.facts, {})


def _call(
    rooms: Rooms, scope: int, callees: Values, args: tuple[Values, ...], keywords: dict[str, Values], at: Position
) -> Values:
    """What the framework gets when it calls some values with these arguments."""
    if not callees:
        return NOTHING
    site = rooms.site(scope, at, -7)
    return rooms.calls.call(_silent(rooms, scope), callees, args, keywords, at, "framework", site=site)


def depends(rooms: Rooms, scope: int, marker: External) -> Values | None:
    """``Depends(f)``: what ``f`` returns, or yields."""
    made = rooms.made.get(marker.site)
    if made is None:
        return NOTHING
    found = _call(rooms, scope, made.argument(0, "dependency"), (), {}, made.at)
    boxes = frozenset(one for one in found if isinstance(box := rooms.pool[one], Box) and box.kind == "generator")
    return (found - boxes) | rooms.items.iterate(_silent(rooms, scope), boxes, made.at)


def _plain(_: Rooms, __: int, ___: External) -> Values | None:
    """``Query(...)``: a value of the request, of the annotated type."""
    return NOTHING


DEFAULTS: dict[str, Default] = {
    MARKER: depends,
    **{f"fastapi.{name}()": _plain for name in ("Query", "Path", "Body", "Header", "Cookie", "Form", "File")},
}


def _add_task(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``tasks.add_task(f, x)`` calls ``f(x)`` after the response."""
    rooms.calls.call_value(
        frame, record.argument(0, "func"), record.args[1:], record.keywords, record.at, "callback:add_task"
    )
    return NOTHING


def _pool_call(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``run_in_threadpool(f, x)`` returns what ``f(x)`` does."""
    return rooms.calls.call_value(
        frame, record.argument(0, "func"), record.args[1:], record.keywords, record.at, "callback:threadpool"
    )


def _application(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """``FastAPI(lifespan=f, ...)``: the functions handed over are called with the application."""
    made = _made(rooms, callee, record)
    _call(rooms, frame.scope, record.keywords.get("lifespan", NOTHING), (made,), {}, record.at)
    for number in record.keywords.get("exception_handlers", NOTHING):
        handlers = rooms.store.read(("item", number, "*"), frame.scope)
        _call(rooms, frame.scope, handlers, (_request(rooms),), {}, record.at)
    for name in ("on_startup", "on_shutdown"):
        for number in record.keywords.get(name, NOTHING):
            _call(rooms, frame.scope, rooms.store.read(("item", number, "*"), frame.scope), (), {}, record.at)
    return None


def _made(rooms: Rooms, callee: External, record: CallRecord) -> Values:
    """The application that a call makes, or initialises as a part of a project's own class."""
    base = rooms.pool[callee.base] if callee.base >= 0 else None
    if isinstance(base, Instance):
        return frozenset((callee.base,))
    return rooms.attributes.external(f"{callee.name}()", site=record.site, base=rooms.pool.add(callee))


def _request(rooms: Rooms) -> Values:
    return rooms.pool.one(External(REQUEST))


def _middleware(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``app.add_middleware(C, x=1)``: an instance is made when the application starts."""
    _call(rooms, frame.scope, record.argument(0, "middleware_class"), (NOTHING,), record.keywords, record.at)
    return NOTHING


def _exception_handler(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``app.add_exception_handler(E, f)``: ``f(request, exception)``."""
    kinds, handler = record.argument(0, "exc_class_or_status_code"), record.argument(1, "handler")
    _call(rooms, frame.scope, handler, (_request(rooms), _raised(rooms, kinds)), {}, record.at)
    return NOTHING


def _handler_over(rooms: Rooms, frame: Frame, callee: External, record: CallRecord) -> Values | None:
    """``@app.exception_handler(E)``."""
    made = rooms.made.get(callee.site)
    kinds = made.argument(0) if made else NOTHING
    _call(rooms, frame.scope, record.argument(0), (_request(rooms), _raised(rooms, kinds)), {}, record.at)
    return None


def _raised(rooms: Rooms, kinds: Values) -> Values:
    return frozenset(rooms.pool.add(Instance(v.scope)) for v in rooms.pool.each(kinds) if isinstance(v, Class))


def _around_over(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``@app.middleware("http")``: called with each request."""
    _call(rooms, frame.scope, record.argument(0), (_request(rooms),), {}, record.at)
    return None


def _view(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``router.add_api_route("/x", self.show)``: the method is called with the instance it was read from."""
    view = record.argument(1, "endpoint") or record.keywords.get("route", NOTHING)
    methods = frozenset(one for one in view if isinstance(rooms.pool[one], Bound))
    _call(rooms, frame.scope, methods, (), {}, record.at)
    return NOTHING


def _controller(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``@cbv(router)``: the class's markers are filled in on its instances."""
    for made in rooms.pool.each(record.argument(0)):
        if isinstance(made, Class):
            for name in rooms.index.scopes[made.scope].facts.bound:
                _fill_attribute(rooms, frame.scope, made.scope, name)
    return None


def _fill_attribute(rooms: Rooms, reader: int, scope: int, name: str) -> None:
    for held in rooms.pool.each(rooms.store.read(("attribute", scope, name), reader)):
        if isinstance(held, External) and held.name == MARKER:
            rooms.store.write(("attribute", scope, name), depends(rooms, reader, held) or NOTHING)


CALLS: dict[str, Call] = {
    "starlette.background.BackgroundTasks().add_task": _add_task,
    "starlette.background.BackgroundTask": _add_task,
    "starlette.concurrency.run_in_threadpool": _pool_call,
    "fastapi_utils.cbv.cbv()": _controller,
    **dict.fromkeys(APPLICATIONS, _application),
    **{f"{name}().__init__": _application for name in APPLICATIONS},
    **{f"{name}().{method}": _view for name in APPLICATIONS for method in ADDING},
    **{f"{name}().add_middleware": _middleware for name in APPLICATIONS},
    **{f"{name}().add_exception_handler": _exception_handler for name in APPLICATIONS},
    **{f"{name}().exception_handler()": _handler_over for name in APPLICATIONS},
    **{f"{name}().middleware()": _around_over for name in APPLICATIONS},
}


def _state(rooms: Rooms, _: Frame, number: int, __: str, ___: Position) -> Values | None:
    """``app.state`` and ``request.app.state``: one namespace for all."""
    value = rooms.pool[number]
    apps = ("fastapi.FastAPI()", "starlette.applications.Starlette()", f"{REQUEST}.app")
    return rooms.pool.one(External(STATE)) if isinstance(value, External) and value.name in apps else None


ATTRIBUTES = {"state": _state}
