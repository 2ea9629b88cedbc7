from flask import Blueprint, g, jsonify, request, url_for
from flask.views import MethodView

from ..checkout import cart as carts
from ..core import NotFound, atomic
from ..core.security import login_required
from ..models import Address
from ..utils import json_body
from . import accounts, sessions

bp = Blueprint("account", __name__, url_prefix="/account")


def start_session(response, customer):
    """Log in: session, cookie, and the cart filled before the login comes along."""
    token = sessions.open_session(customer)
    carts.merge_anonymous_cart(request.cookies.get(carts.COOKIE), customer.id)
    response.set_cookie(sessions.COOKIE, token, httponly=True, samesite="Lax")
    response.delete_cookie(carts.COOKIE)
    return response


@bp.post("/register")
def register():
    data = json_body(required=["email", "name", "password"])
    with atomic():
        customer = accounts.register(data["email"], data["name"], data["password"])
    response = jsonify(customer.to_dict())
    response.headers["Location"] = url_for(".me")
    return start_session(response, customer), 201


@bp.post("/login")
def login():
    data = json_body(required=["email", "password"])
    customer = accounts.authenticate(str(data["email"]), str(data["password"]))
    return start_session(jsonify(id=customer.id, name=customer.name), customer)


@bp.post("/logout")
def logout():
    if g.customer is not None:
        sessions.close_session(g.session_token)
    response = jsonify(ok=True)
    response.delete_cookie(sessions.COOKIE)
    return response


@bp.get("/me")
@login_required
def me():
    links = {"orders": url_for("orders.list_orders"), "cart": url_for("cart.show_cart")}
    return jsonify(g.customer.to_dict(links=links))


class AddressAPI(MethodView):
    decorators = [login_required]

    def get(self):
        if g.customer.address is None:
            raise NotFound("There is no address yet")
        return jsonify(g.customer.address.to_dict())

    def put(self):
        fields = accounts.address_from(json_body())
        with atomic():
            if g.customer.address is None:
                g.customer.address = Address()
            for name, value in fields.items():
                setattr(g.customer.address, name, value)
        return jsonify(g.customer.address.to_dict())


bp.add_url_rule("/address", view_func=AddressAPI.as_view("address"))
