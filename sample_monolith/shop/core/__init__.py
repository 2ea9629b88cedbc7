"""Things everybody needs.

``from shop.core import db_session, Money, to_money`` is the usual import in the
domain packages; the submodules are only imported directly where a cycle would
bite otherwise.
"""
from .money import *  # noqa: F401,F403
from .clock import as_utc, isoformat, utcnow
from .db import Base, Money, SerializerMixin, TimestampMixin, UTCDateTime, atomic, db_session
from .exceptions import (
    AuthRequired,
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    ShopError,
    ValidationError,
)

__all__ = [
    "AuthRequired",
    "BadRequest",
    "Base",
    "Conflict",
    "Forbidden",
    "Money",
    "NotFound",
    "SerializerMixin",
    "ShopError",
    "TimestampMixin",
    "UTCDateTime",
    "ValidationError",
    "ZERO",
    "apply_percent",
    "as_utc",
    "atomic",
    "db_session",
    "format_money",
    "isoformat",
    "money_text",
    "split_tax",
    "to_money",
    "utcnow",
]
