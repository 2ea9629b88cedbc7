"""SQLAlchemy and its kin: what relationships, mappers and listeners do behind one's back."""

from refactor.link.frameworks.sqlalchemy import continuum, listeners, made, mapping
from refactor.link.frameworks.sqlalchemy.continuum import accesses
from refactor.link.stages.assembly import Assembly

__all__ = ["ATTRIBUTES", "CALLS", "accesses", "tables"]

CALLS = {**mapping.CALLS, **listeners.CALLS, **made.CALLS}
ATTRIBUTES = mapping.ATTRIBUTES


def tables(assembly: Assembly) -> None:
    """Tables that code makes for classes, and version tables."""
    made.tables(assembly)
    continuum.tables(assembly)
