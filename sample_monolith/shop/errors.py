"""Errors to answers: JSON for the API, a page for browsers."""
from flask import jsonify, render_template
from werkzeug.exceptions import HTTPException

from .core import ShopError, db_session
from .utils import wants_html


def _answer(status, payload):
    if wants_html():
        error = payload["error"]
        return render_template("message.html", title="Error %d" % status, text=error["message"]), status
    return jsonify(payload), status


def handle_shop_error(error: ShopError):
    db_session.rollback()
    return _answer(error.status, error.to_dict())


def handle_method_not_allowed(error):
    payload = {"error": {"code": "method_not_allowed", "message": "Not with this method"}}
    answer = _answer(405, payload)
    allowed = ", ".join(sorted(error.valid_methods or ()))
    return *answer, {"Allow": allowed}


def handle_http_error(error: HTTPException):
    payload = {"error": {"code": error.name.lower().replace(" ", "_"), "message": error.description}}
    return _answer(error.code, payload)


def register(app):
    app.register_error_handler(ShopError, handle_shop_error)
    app.register_error_handler(405, handle_method_not_allowed)
    app.register_error_handler(HTTPException, handle_http_error)
