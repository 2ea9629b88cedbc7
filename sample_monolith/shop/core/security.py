"""Passwords, tokens and the access decorators."""
import functools
import hashlib
import hmac
import secrets

from flask import current_app, g, request

from .exceptions import AuthRequired, Forbidden

PBKDF2_ROUNDS = 2000


def hash_password(password: str, salt: str | None = None) -> str:
    salt = salt or secrets.token_hex(8)
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), PBKDF2_ROUNDS)
    return "pbkdf2$%d$%s$%s" % (PBKDF2_ROUNDS, salt, digest.hex())


def check_password(password: str, stored: str) -> bool:
    try:
        _, rounds, salt, expected = stored.split("$")
    except ValueError:
        return False
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), int(rounds))
    return hmac.compare_digest(digest.hex(), expected)


def new_token(prefix):
    return "%s_%s" % (prefix, secrets.token_hex(16))


def login_required(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        if g.get("customer") is None:
            raise AuthRequired("Please log in")
        return view(*args, **kwargs)

    return wrapper


def has_admin_token() -> bool:
    expected = current_app.config.get("SHOP_ADMIN_TOKEN")
    given = request.headers.get("X-Admin-Token", "")
    return bool(expected) and hmac.compare_digest(given, expected)


def admin_required(view):
    """Admin by login, or by the token the back office scripts use."""

    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        if has_admin_token():
            g.actor = "token"
            return view(*args, **kwargs)
        customer = g.get("customer")
        if customer is None:
            raise AuthRequired("Please log in")
        if not customer.is_admin:
            raise Forbidden("Admins only")
        g.actor = customer.email
        return view(*args, **kwargs)

    return wrapper
