"""What Flask's proxies stand for, and what its error handlers are handed: values that only the framework passes on."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, External, Function, Instance, Values


def entered(rooms: Rooms, frame: Frame, functions: Values, *args: Values) -> Values:
    """What functions return that the framework calls with these arguments."""
    returned = NOTHING
    for value in rooms.pool.each(functions):
        if isinstance(value, Function):
            returned |= rooms.calls.enter_function(frame, value.scope, args, {}, spread=False)
        elif isinstance(value, Bound):
            given = (frozenset((value.receiver,)), *args)
            returned |= rooms.calls.enter_function(frame, value.function, given, {}, spread=False)
    return returned


def _application(rooms: Rooms, _: Frame, external: External, record: CallRecord) -> Values | None:
    """``Flask(__name__)``: what is written to its attributes can be read from ``current_app``."""
    made = rooms.attributes.external("flask.Flask()", site=record.site, base=rooms.pool.add(external))
    rooms.store.write(("behind", "flask.current_app", None), made)
    return None


def _loader(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values | None:
    """``@login_manager.user_loader``: ``current_user`` is what the function returns, or the anonymous user."""
    users = entered(rooms, frame, record.argument(0))
    anonymous = rooms.store.read(("external", external.base, "anonymous_user"), frame.scope)
    users |= rooms.attributes.instances(anonymous)
    own = frozenset(one for one in users if isinstance(rooms.pool[one], Instance))
    rooms.store.write(("behind", "flask_login.current_user", None), own)
    return None


def _handler(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values | None:
    """``@app.errorhandler(OutOfStock)``: the function is handed such an exception."""
    made = rooms.made.get(external.site)
    if made is not None:
        entered(rooms, frame, record.argument(0), rooms.attributes.instances(made.argument(0)))
    return None


def _registered(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    """``app.register_error_handler(OutOfStock, handler)``."""
    entered(rooms, frame, record.argument(1, "f"), rooms.attributes.instances(record.argument(0)))
    return None


CALLS: dict[str, Call] = {
    "flask.Flask": _application,
    "flask_login.LoginManager().user_loader": _loader,
    "flask_login.LoginManager().request_loader": _loader,
    "flask.Flask().errorhandler()": _handler,
    "flask.Blueprint().errorhandler()": _handler,
    "flask.Blueprint().app_errorhandler()": _handler,
    "flask.Flask().register_error_handler": _registered,
    "flask.Blueprint().register_error_handler": _registered,
}
