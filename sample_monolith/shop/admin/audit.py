from sqlalchemy import select

from ..core import db_session
from ..models import AuditEntry


def audit(actor: str, action: str, target: str, detail: str = "") -> None:
    """Write a line into the audit log, in the transaction of the caller."""
    db_session.add(AuditEntry(actor=actor, action=action, target=target, detail=detail))


def latest(limit=50):
    return db_session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)).all()
