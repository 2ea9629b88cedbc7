"""Outgoing mail.

A mail is a row first, written together with whatever caused it.  When that is
committed the row is turned into a file in the outbox, from where the mail server
picks it up.
"""
from __future__ import annotations

import logging
from functools import partial

from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from ..core import storage
from ..core.background import run_later
from ..core.clock import isoformat, utcnow
from ..core.db import SessionFactory, db_session
from .models import MailMessage

log = logging.getLogger(__name__)


def queue_mail(recipient: str, subject: str, kind: str, body: str, reference: str = "") -> None:
    message = MailMessage(
        recipient=recipient, subject=subject, kind=kind, body=body, reference=reference
    )
    db_session.add(message)
    db_session.flush()
    event.listen(db_session(), "after_commit", partial(_hand_over, message.id), once=True)


def _hand_over(message_id: int, session: Session):
    """After a rollback, a later commit finds no such mail; that is fine."""
    run_later(deliver, message_id)


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
    with SessionFactory() as session:
        message = session.get(MailMessage, message_id)
        if message is None or message.status == "sent":
            return
        message.path = storage.put("outbox/%06d-%s.eml" % (message.id, message.kind), render(message))
        message.status = "sent"
        message.sent_at = utcnow()
        session.commit()
        log.info("mail %s to %s", message.kind, message.recipient)
