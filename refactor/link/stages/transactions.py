"""Transactions: code that commits as one, and all it writes, calls followed."""

from refactor.link.flow.trace import Block
from refactor.link.flow.values import Box
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Edge, Transaction

FOLLOWED = frozenset(("call", "publish", "subscribe"))


def transactions(assembly: Assembly) -> None:
    """With-blocks that commit, and functions that call commit themselves."""
    committing = _committing(assembly)
    decorated = _decorated(assembly)
    outgoing: dict[str, list[Edge]] = {}
    for edge in sorted(assembly.edges):
        outgoing.setdefault(edge.source, []).append(edge)
    for scope, trace in assembly.traces():
        symbol = assembly.symbol(scope)
        blocks = [block for block in trace.blocks if _commits(assembly, block, committing)]
        for block in blocks:
            own = [edge for edge in outgoing.get(symbol, ()) if block.at[0] <= edge.evidence.line <= block.end]
            _transaction(assembly, symbol, scope, block.at, own, outgoing)
        if scope in decorated:
            _transaction(assembly, symbol, scope, decorated[scope], outgoing.get(symbol, []), outgoing)
        elif not blocks and scope in committing and not assembly.machine.index.scopes[scope].facts.is_generator:
            at = committing[scope]
            _transaction(assembly, symbol, scope, at, outgoing.get(symbol, []), outgoing)


def _decorated(assembly: Assembly) -> dict[int, tuple[int, int]]:
    """Functions that a decorator makes a transaction, and where it stands."""
    found: dict[int, tuple[int, int]] = {}
    matches = assembly.machine.knowledge.transactions.match
    for _, record in assembly.records():
        if record.text == "@decorator":
            names = [callee.name.removesuffix("()") for callee in assembly.externals(record.callees)]
            if any(matches(f"{name}()") for name in names):
                for chain in assembly.chain(record.argument(0)):
                    found.setdefault(chain[-1], record.at)
    return found


def _committing(assembly: Assembly) -> dict[int, tuple[int, int]]:
    """Functions that commit, and where."""
    found: dict[int, tuple[int, int]] = {}
    for scope, record in assembly.records():
        for callee in assembly.externals(record.callees):
            if assembly.machine.knowledge.commits.match(f"{callee.name}()"):
                found.setdefault(scope, record.at)
    return found


def _commits(assembly: Assembly, block: Block, committing: dict[int, tuple[int, int]]) -> bool:
    """A library's transaction, or a project context manager that commits."""
    for value in assembly.machine.pool.each(block.context):
        if isinstance(value, Box) and value.kind == "generator" and value.scope in committing:
            return True
    names = [value.name.removesuffix("()") for value in assembly.externals(block.context)]
    made = [assembly.machine.made.get(block.site), *map(assembly.made, assembly.externals(block.context))]
    for record in made:
        names.extend(callee.name for callee in assembly.externals(record.callees if record else frozenset()))
    return any(assembly.machine.knowledge.transactions.match(f"{name}()") for name in names)


def _transaction(
    assembly: Assembly, symbol: str, scope: int, at: tuple[int, int], own: list[Edge], outgoing: dict[str, list[Edge]]
) -> None:
    reads: set[str] = set()
    writes: set[str] = set()
    via: dict[str, None] = {}
    queue = list(own)
    for edge in queue:
        if edge.target.startswith("table:"):
            (writes if edge.kind == "write" else reads).add(edge.target.removeprefix("table:"))
        elif edge.kind in FOLLOWED and edge.target not in via and edge.target != symbol:
            via[edge.target] = None
            queue.extend(outgoing.get(edge.target, ()))
    if writes:
        evidence = assembly.evidence(scope, at, "framework", 0.9)
        followed = tuple(sorted(name for name in via if not name.startswith("event:")))
        assembly.transactions.append(
            Transaction(symbol, evidence, tuple(sorted(writes)), tuple(sorted(reads - writes)), followed)
        )
