from flask import g, has_request_context
from sqlalchemy import select

from ..core import db_session
from ..models import AuditEntry


def audit(action, target, detail=""):
    """Write a line into the audit log, in the transaction of the caller."""
    actor = g.get("actor", "?") if has_request_context() else "cli"
    db_session.add(AuditEntry(actor=actor, action=action, target=str(target), detail=detail))


def latest(limit=50):
    return db_session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)).all()
