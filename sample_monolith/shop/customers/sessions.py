"""Logins on the server side: the cookie only holds a token.

By default the sessions are in this process; SHOP_STATE=database puts them in a
table so that several processes see them.
"""
import json

from sqlalchemy import delete

from ..core import db_session, isoformat, utcnow
from ..core.security import new_token
from ..core.state import uses_database_state
from .models import LoginSession

COOKIE = "shop_session"
MAX_RECENT = 5

# token -> {"customer_id": ..., "created_at": ..., "data": {...}}
SESSIONS: dict[str, dict] = {}


def open_session(customer) -> str:
    token = new_token("ses")
    if uses_database_state():
        db_session.add(LoginSession(token=token, customer_id=customer.id))
        db_session.commit()
    else:
        SESSIONS[token] = {
            "customer_id": customer.id,
            "created_at": isoformat(utcnow()),
            "data": {},
        }
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


def close_all_sessions(customer, keep=None):
    """After a password change, or when somebody is locked out."""
    if uses_database_state():
        db_session.execute(
            delete(LoginSession).where(
                LoginSession.customer_id == customer.id, LoginSession.token != (keep or "")
            )
        )
        db_session.commit()
        return
    for token in [t for t, e in SESSIONS.items() if e["customer_id"] == customer.id and t != keep]:
        del SESSIONS[token]


def _read(token) -> dict:
    if uses_database_state():
        record = db_session.get(LoginSession, token)
        return json.loads(record.data) if record else {}
    return SESSIONS.get(token, {}).get("data", {})


def _write(token, data):
    if uses_database_state():
        record = db_session.get(LoginSession, token)
        if record is not None:
            record.data = json.dumps(data, sort_keys=True)
            db_session.commit()
    elif token in SESSIONS:
        SESSIONS[token]["data"] = data


def remember_viewed(token, sku: str):
    data = dict(_read(token))
    recent = [sku] + [other for other in data.get("recent", []) if other != sku]
    data["recent"] = recent[:MAX_RECENT]
    _write(token, data)


def recently_viewed(token) -> list[str]:
    return list(_read(token).get("recent", []))
