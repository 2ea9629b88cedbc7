"""Outgoing mail.

A mail is a row first, written together with whatever caused it.  After the
response the queued rows are turned into files in the outbox, from where the
mail server picks them up.
"""
import logging

from flask import current_app
from sqlalchemy import event

from ..core import storage
from ..core.background import run_later
from ..core.clock import isoformat, utcnow
from ..core.db import SessionFactory, db_session
from .models import MailMessage

log = logging.getLogger(__name__)

PENDING = "pending_mail"


def queue_mail(recipient, subject, kind, body, reference="") -> MailMessage:
    message = MailMessage(
        recipient=recipient, subject=subject, kind=kind, body=body, reference=reference
    )
    db_session.add(message)
    db_session.flush()
    db_session.info.setdefault(PENDING, []).append(message.id)
    return message


@event.listens_for(SessionFactory, "after_rollback")
def _forget_pending(session):
    session.info.pop(PENDING, None)


def flush_pending() -> int:
    """Hand the mails of this request over to delivery."""
    pending = db_session.info.pop(PENDING, [])
    for message_id in pending:
        run_later(deliver, message_id)
    return len(pending)


def render(message: MailMessage) -> str:
    headers = [
        "From: %s" % current_app.config["SHOP_MAIL_FROM"],
        "To: %s" % message.recipient,
        "Subject: %s" % message.subject,
        "Date: %s" % isoformat(message.created_at),
        "X-Shop-Kind: %s" % message.kind,
    ]
    if message.reference:
        headers.append("X-Shop-Reference: %s" % message.reference)
    return "\n".join(headers) + "\n\n" + message.body


def deliver(message_id: int):
    message = db_session.get(MailMessage, message_id)
    if message is None or message.status == "sent":
        return
    message.path = storage.put("outbox/%06d-%s.eml" % (message.id, message.kind), render(message))
    message.status = "sent"
    message.sent_at = utcnow()
    db_session.commit()
    log.info("mail %s to %s", message.kind, message.recipient)
