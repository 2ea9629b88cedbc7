from flask import Blueprint, g, jsonify, request, url_for
from flask.views import MethodView

from ..checkout import cart as carts
from ..core import atomic, db_session
from ..core.security import login_required
from ..models import Address
from ..utils import json_body, mask_email, required_text
from . import accounts, sessions

bp = Blueprint("account", __name__, url_prefix="/account")


def start_session(response, customer):
    """Log in: session, cookie, and the cart filled before the login comes along."""
    token = sessions.open_session(customer)
    carts.merge_anonymous_cart(request.cookies.get(carts.COOKIE), customer)
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
    customer = g.customer
    default = customer.default_address
    return jsonify(
        customer.to_dict(
            phone=customer.phone,
            default_address=default.one_line() if default else None,
            links={"orders": url_for("orders.list_orders"), "cart": url_for("cart.show_cart")},
        )
    )


@bp.patch("/me")
@login_required
def update_me():
    data = json_body()
    with atomic():
        if "name" in data:
            g.customer.name = required_text(data["name"], "name", maximum=120)
        if "phone" in data:
            g.customer.phone = required_text(data["phone"], "phone", maximum=40)
    return jsonify(g.customer.to_dict(phone=g.customer.phone))


@bp.post("/password")
@login_required
def change_password():
    data = json_body(required=["old", "new"])
    with atomic():
        accounts.change_password(g.customer, str(data["old"]), data["new"])
    sessions.close_all_sessions(g.customer, keep=g.session_token)
    return "", 204


@bp.post("/password/forgot")
def forgot_password():
    data = json_body(required=["email"])
    email = str(data["email"]).strip().lower()
    with atomic():
        accounts.start_password_reset(email)
    return jsonify(sent_to=mask_email(email)), 202


@bp.post("/password/reset")
def reset_password():
    data = json_body(required=["token", "password"])
    with atomic():
        customer = accounts.finish_password_reset(str(data["token"]), data["password"])
    sessions.close_all_sessions(customer)
    return jsonify(ok=True)


class AddressAPI(MethodView):
    decorators = [login_required]

    def get(self, address_id=None):
        if address_id is None:
            return jsonify(addresses=[address.to_dict() for address in g.customer.addresses])
        return jsonify(accounts.get_address(g.customer, address_id).to_dict())

    def post(self):
        fields = accounts.address_from(json_body())
        with atomic():
            address = Address(**fields, is_default=not g.customer.addresses)
            g.customer.addresses.append(address)
        response = jsonify(address.to_dict())
        response.headers["Location"] = url_for("account.address", address_id=address.id)
        return response, 201

    def put(self, address_id):
        address = accounts.get_address(g.customer, address_id)
        data = json_body()
        with atomic():
            for name, value in accounts.address_from(data, partial=True).items():
                setattr(address, name, value)
            if data.get("is_default"):
                accounts.make_default(g.customer, address)
        return jsonify(address.to_dict())

    def delete(self, address_id):
        address = accounts.get_address(g.customer, address_id)
        with atomic():
            g.customer.addresses.remove(address)
            db_session.flush()
        return "", 204


bp.add_url_rule(
    "/addresses", view_func=AddressAPI.as_view("addresses"), methods=["GET", "POST"]
)
bp.add_url_rule(
    "/addresses/<int:address_id>",
    view_func=AddressAPI.as_view("address"),
    methods=["GET", "PUT", "DELETE"],
)
