"""Tables across services: second writers, joins, transactions, relations.

Comes in: the program's reads, writes, queries and transactions, and the plan's owners. Goes out: hits that name the
tables and the services.
"""

from collections.abc import Iterable, Sequence

from refactor.check.hits import Hit
from refactor.check.scene import Scene
from refactor.check.wording import listed
from refactor.model import names
from refactor.model.plan import SHARED
from refactor.model.program import Edge, Evidence

LAMBDA_AND_FARGATE = ("fargate", "lambda")


def second_writer(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Tables that code of two or more services writes; the hit lies at the first write outside the owner."""
    for table in scene.program.tables:
        node = names.table(table.name)
        writes = [edge for edge in scene.incoming.get(node, ()) if edge.kind == "write"]
        services = {service for edge in writes for service in scene.services(edge.source)}
        owner = scene.plan.service_of(node)
        foreign = [edge for edge in writes if set(scene.services(edge.source)) - {owner}]
        if len(services) > 1 and foreign:
            yield _second(scene, table.name, owner, foreign, services | ({owner} - {"", SHARED}))


def _second(scene: Scene, table: str, owner: str, foreign: list[Edge], services: set[str]) -> Hit:
    first, *others = sorted(foreign, key=lambda edge: (edge.source, edge.evidence))
    words = (("owner", owner or "no service"), ("writers", listed(sorted(services - {owner}))), ("table", table))
    entries = scene.reaches.of(*(edge.source for edge in foreign))
    return Hit(
        first.source,
        first.evidence,
        names.table(table),
        table,
        words,
        tuple(edge.evidence for edge in others),
        entries,
        tuple(sorted(services)),
    )


def join(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Statements that touch tables of several services together."""
    for query in scene.program.queries:
        if scene.counts(query.symbol):
            yield from _spanning(scene, query.symbol, query.evidence, sorted({*query.reads, *query.writes}))


def transaction(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Transactions that write tables of several services.

    The code can move to one of the owners. With two or more others left, undoing one write can fail after another was
    undone: the hit then blocks Lambda and Fargate alike, and the code is kept until the writes are redesigned.
    """
    for spanning in scene.program.transactions:
        if scene.counts(spanning.symbol) and not _operates(scene, spanning.symbol):
            via = tuple(scene.program.by_symbol[symbol] for symbol in spanning.via if symbol in scene.program.by_symbol)
            followed = tuple(Evidence(function.path, function.line) for function in via)
            yield from _spanning(scene, spanning.symbol, spanning.evidence, spanning.writes, followed, keeps=True)


def _operates(scene: Scene, symbol: str) -> bool:
    """Whether only entry points of no service run the symbol, such as a seed: it works on all tables before any cut."""
    return bool(scene.entry_points(symbol)) and not scene.services(symbol)


def _spanning(
    scene: Scene,
    symbol: str,
    at: Evidence,
    tables: Sequence[str],
    related: tuple[Evidence, ...] = (),
    *,
    keeps: bool = False,
) -> Iterable[Hit]:
    owned = {table: scene.plan.service_of(names.table(table)) for table in tables}
    owners = {owner for owner in owned.values() if owner not in {"", SHARED}}
    if len(owners) < 2:
        return
    home = scene.plan.service_of(symbol)
    told = listed([f"{table} ({owned[table] or 'no owner'})" for table in sorted(owned)], 6)
    words = (("tables", told), ("owners", listed(sorted(owners), 6)))
    blocks = LAMBDA_AND_FARGATE if keeps and len(owners) > 2 else None
    services = tuple(sorted(owners | ({home} - {"", SHARED})))
    node = " ".join(names.table(table) for table in sorted(owned))
    yield Hit(symbol, at, node, ", ".join(sorted(owned)), words, related, services=services, blocks=blocks)


def relation(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Foreign keys and relationships whose ends belong to different services."""
    models = {table.model: table.name for table in scene.program.tables if table.model}
    for edge in scene.program.edges:
        if edge.kind == "relate" and scene.counts(edge.source):
            ends = [models.get(end, end.removeprefix("table:")) for end in (edge.source, edge.target)]
            own, other = (_owner(scene, end, models) for end in (edge.source, edge.target))
            if len({own, other} - {"", SHARED}) == 2:
                words = (("source", ends[0]), ("target", ends[1]), ("owner", own), ("other", other))
                what = f"{ends[0]} to {ends[1]}"
                yield Hit(
                    edge.source, edge.evidence, names.table(ends[1]), what, words, services=tuple(sorted({own, other}))
                )


def _owner(scene: Scene, end: str, models: dict[str, str]) -> str:
    return scene.plan.service_of(names.table(models[end]) if end in models else end)


ANALYSES = (second_writer, join, transaction, relation)
