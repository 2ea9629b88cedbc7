"""Logins on the server side: the cookie only holds a token.

By default the sessions are in this process; SHOP_STATE=database puts them in a
table so that several processes see them.
"""
from sqlalchemy import delete

from ..core import db_session, isoformat, utcnow
from ..core.security import new_token
from ..core.state import uses_database_state
from .models import LoginSession

COOKIE = "shop_session"

# token -> {"customer_id": ..., "created_at": ...}
SESSIONS: dict[str, dict] = {}


def open_session(customer) -> str:
    token = new_token("ses")
    if uses_database_state():
        db_session.add(LoginSession(token=token, customer_id=customer.id))
        db_session.commit()
    else:
        SESSIONS[token] = {"customer_id": customer.id, "created_at": isoformat(utcnow())}
    return token


def customer_id_of(token):
    if not token:
        return None
    if uses_database_state():
        record = db_session.get(LoginSession, token)
        return record.customer_id if record else None
    entry = SESSIONS.get(token)
    return entry["customer_id"] if entry else None


def close_session(token):
    if uses_database_state():
        db_session.execute(delete(LoginSession).where(LoginSession.token == token))
        db_session.commit()
    else:
        SESSIONS.pop(token, None)
