"""SQLAlchemy and its kin: what relationships, mappers and listeners do behind one's back."""

from refactor.link.frameworks.sqlalchemy import listeners, mapping
from refactor.link.frameworks.sqlalchemy.continuum import accesses, tables

__all__ = ["ATTRIBUTES", "CALLS", "accesses", "tables"]

CALLS = {**mapping.CALLS, **listeners.CALLS}
ATTRIBUTES = mapping.ATTRIBUTES
