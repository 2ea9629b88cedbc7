"""A program whose tables have the worst names there are, its plan, and the database that follows from both."""

from refactor.model.plan import Ownership, Plan, Service
from refactor.model.program import (
    Argument,
    Column,
    Definition,
    Edge,
    EntryPoint,
    Evidence,
    ExternalCall,
    Program,
    Table,
    Unresolved,
)
from refactor.model.schemas import Database
from refactor.model.slices import Origin, Slice
from refactor.model.sources import SourceTree
from refactor.scaffold import database_of

QUOTES = """o"rd'ers"; DROP TABLE x; --"""
DOLLARS = "$step$ END $step$"
FORMAT = "100%I \\ %s"
LINES = "Zeile\n-- zwei"
HOSTILE = (QUOTES, DOLLARS, FORMAT, LINES)


def at(line: int) -> Evidence:
    return Evidence("mono/a.py", line)


def enters(kind: str, name: str, handler: str) -> tuple[EntryPoint, Edge]:
    entry = EntryPoint(f"{kind}:{name}", kind, handler, at(1))
    return entry, Edge(entry.id, handler, "enter", at(1))


def program(*more: Edge) -> Program:
    """Orders are taken by ``take``, which warns ``mono.b:tell``; parcels are sent by ``send``; ``hook`` runs for both."""
    take, send = enters("http", "POST /take", "mono.a:take"), enters("http", "POST /send", "mono.b:send")
    key = Column("order", references=f"{QUOTES}.id")
    edges = [
        take[1],
        send[1],
        Edge("mono:create_app", "mono.a:hook", "hook", at(2)),
        Edge("mono.a:hook", "table:sessions", "read", at(3)),
        Edge("mono.a:take", f"table:{QUOTES}", "write", at(10)),
        Edge("mono.a:take", "mono.b:tell", "call", at(11)),
        Edge("mono.b:tell", f"table:{LINES}", "write", at(20)),
        Edge("mono.b:send", f"table:{FORMAT}", "write", at(21)),
        Edge("mono.b:send", f"table:{QUOTES}", "read", at(22)),
        Edge("mono.b:never", "table:sessions", "write", at(23)),
        Edge("mono.a:Order", f"table:{QUOTES}", "relate", at(5)),
        Edge("mono.a:Order", f"table:{DOLLARS}", "read", at(6)),
        *more,
    ]
    return Program(
        "mono",
        definitions=tuple(
            Definition(symbol, kind, "mono/a.py", 1, 1, 2)
            for symbol, kind in sorted(
                {
                    edge.source: "function" for edge in edges if ":" in edge.source and edge.source.startswith("mono")
                }.items()
            )
        ),
        entry_points=(take[0], send[0]),
        tables=tuple(
            sorted(
                (
                    Table(QUOTES, "mono.a:Order", at(5), (Column("id", primary=True),)),
                    Table(DOLLARS, "mono.a:Line", at(7), (key,)),
                    Table(FORMAT, "mono.b:Parcel", at(8), (key,)),
                    Table(LINES, "", at(9)),
                    Table("sessions", "mono.a:Session", at(4)),
                    Table("outbox", "", at(30)),
                    Table("alembic_version", "", at(31)),
                )
            )
        ),
        edges=tuple(sorted(edges)),
        external_calls=(
            ExternalCall("mono.b:send", "alembic.command.upgrade", at(25)),
            ExternalCall("mono.a:take", "sqlalchemy.Sequence", at(12), (Argument("0", "numbers"),)),
        ),
        unresolved=(Unresolved("mono.b:send", "db.execute(text)", "sql", at(24)),),
        externals=(("alembic", ("mono.migrations",)),),
    )


def plan() -> Plan:
    taking = Service(
        "order-desk",
        "",
        tables=(Ownership(QUOTES, "w"), Ownership(DOLLARS, "w"), Ownership("sessions", "w")),
        entry_points=("http:POST /take",),
        wave=2,
    )
    sending = Service(
        "public", "", tables=(Ownership(FORMAT, "w"), Ownership(LINES, "w")), entry_points=("http:POST /send",)
    )
    return Plan("mono", (sending, taking), shared_tables=(Ownership("outbox", "nobody"),))


def piece(service: str, *symbols: str, away: tuple[str, ...] = ()) -> Slice:
    origins = [Origin(symbol, service, service, "own") for symbol in ("mono:create_app", "mono.a:hook", *symbols)]
    origins += [Origin(symbol, "other", service, "remote") for symbol in away]
    return Slice(service, SourceTree(()), tuple(sorted(origins)), factory="mono:create_app")


def database(*more: Edge, slices: tuple[Slice, ...] = ()) -> Database:
    whole = program(*more)
    given = slices or (
        piece("fallback"),
        piece("order-desk", "mono.a:take", "mono.b:tell", "mono.a:Order"),
        piece("public", "mono.b:send"),
    )
    return database_of(whole, plan(), given)
