"""What becomes of the database: a schema, an owner and a login role for each service, and what each may touch.

Made by ``scaffold`` from program, graph, plan and slices. Every name is a plain text; whoever writes SQL quotes it.
"""

from msgspec import Struct

from refactor.model.names import digest, slug
from refactor.model.program import Evidence

PUBLIC = "public"
"""The schema that a monolith's tables stand in."""
LONGEST_NAME = 63
"""Bytes of a PostgreSQL identifier; longer ones are cut off silently."""
_TAKEN = ("pg_", "public", "information_schema", "refactor_")


class Grant(Struct, frozen=True, order=True):
    """A service may use a table. ``mode``: read | readwrite; a writer reads too, since ``WHERE`` and ``RETURNING`` do.

    ``because`` is the symbol that needs it, or "" where the service owns the table; ``evidence`` is where.
    """

    table: str
    mode: str
    because: str = ""
    evidence: Evidence | None = None


class Schema(Struct, frozen=True, order=True):
    """A service's part of the database, in strangler order.

    ``name`` is the schema, ``owner`` the role without login that owns what is in it ("" for both: the fallback, which owns
    nothing), ``login`` the role that the service's processes sign in with. ``tables`` are those that it owns.
    ``outbox``, ``inbox`` and ``answers`` ("" where no saga of others calls it) are the tables made for it. ``sees``: tables of
    others that it must find in place, without any right to their rows, since its code makes those that are missing.
    """

    wave: int
    service: str
    name: str
    owner: str
    login: str
    tables: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    outbox: str = ""
    inbox: str = ""
    answers: str = ""
    sees: tuple[str, ...] = ()

    @property
    def made(self) -> tuple[str, ...]:
        """The tables made for it."""
        return tuple(name for name in (self.outbox, self.inbox, self.answers) if name)


class ForeignKey(Struct, frozen=True, order=True):
    """A foreign key from one service's table into another's."""

    table: str
    column: str
    target: str
    target_column: str
    service: str
    provider: str


class Undecided(Struct, frozen=True, order=True):
    """What the matrix leaves out because the code does not say it. ``kind``: sql | unowned | sequence | lock."""

    kind: str
    subject: str
    why: str
    evidence: Evidence | None = None


class Database(Struct, frozen=True):
    """The whole database along a plan. ``bookkeeping``: tables of migration tools, which keep their one owner."""

    schemas: tuple[Schema, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    bookkeeping: tuple[str, ...] = ()

    @property
    def homes(self) -> dict[str, Schema]:
        """The schema that each owned table moves to."""
        return {table: schema for schema in self.schemas for table in schema.tables}


def schema_name(service: str) -> str:
    """The schema of a service; what PostgreSQL or these scripts call their own is avoided."""
    name = slug(service, "_")
    return _short(f"service_{name}" if name.startswith(_TAKEN) else name)


def owner_role(service: str) -> str:
    """The role without login that owns a service's tables."""
    return _short(f"owner_{slug(service, '_')}")


def login_role(service: str) -> str:
    """The role that a service's processes sign in with: the template's ``rds-db:connect`` names it."""
    return _short(f"svc_{slug(service, '_')}")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 9]}_{digest(name, length=8)}"
