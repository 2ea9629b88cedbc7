"""The database along a plan: who may touch which table, and the SQL that makes it so, step by step.

Comes in: program, graph, plan and slices. Goes out: a ``Database`` value, and files below ``database/``. Must not: guess;
what the code does not say is listed, never granted.
"""

from refactor.scaffold.database.files import database_files
from refactor.scaffold.database.matrix import database_of, free, messages_of

__all__ = ["database_files", "database_of", "free", "messages_of"]
