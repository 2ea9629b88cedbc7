"""Before, after and around the requests."""
from flask import current_app, g, request

from .core import db_session
from .core import scheduler
from .customers import sessions
from .models import Customer
from .version import __version__


def start_scheduler():
    if current_app.config["SHOP_SCHEDULER"] == "on":
        scheduler.start(current_app._get_current_object())


def load_customer():
    """Everything downstream finds the logged-in customer in ``g.customer``."""
    g.customer = None
    g.session_token = request.cookies.get(sessions.COOKIE)
    customer_id = sessions.customer_id_of(g.session_token)
    if customer_id is not None:
        g.customer = db_session.get(Customer, customer_id)


def add_headers(response):
    response.headers["X-Shop-Version"] = __version__
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def close_session(error=None):
    db_session.remove()


def register(app):
    app.before_request(start_scheduler)
    app.before_request(load_customer)
    app.after_request(add_headers)
    app.teardown_appcontext(close_session)
