"""What crosses a boundary: one cut per source, target and kind.

Comes in: the program and the finished assignment. Goes out: cuts. Must not: decide how a cut is bridged.
The kernel is no boundary: what ``shared`` uses or offers is no cut.
"""

from collections import Counter, defaultdict
from math import log

from refactor.model.names import digest, is_symbol, module_of
from refactor.model.plan import SHARED, Cut, Plan
from refactor.model.program import Edge, Evidence, Program, Transaction

# What a crossing costs, in calls: a foreign write or a torn transaction needs a saga.
COST = {"call": 1.0, "reference": 0.5, "inherit": 1.0, "read": 1.0, "write": 5.0, "publish": 0.5, "transaction": 8.0}
_KINDS = {"call": "call", "reference": "reference", "inherit": "inherit", "read": "read", "write": "write"}
# A foreign key or a registration is, to the text, a mention of the other side.
_KINDS |= {"relate": "reference", "register": "reference"}
CHATTY = 2.0


def cuts_of(program: Program, plan: Plan) -> tuple[Cut, ...]:
    """All cuts, sorted."""
    subscribers = {channel.id: channel.subscribers for channel in program.channels}
    sites: dict[tuple[str, str, str], set[Evidence]] = defaultdict(set)
    homes = _Homes(plan)
    for edge in program.edges:
        for source, target, kind in _ends(edge, subscribers):
            mine, theirs = homes[source], homes[target]
            if mine != theirs and mine and theirs and SHARED not in (mine, theirs):
                sites[source, target, kind].add(edge.evidence)
    cuts = [_cut(key, found, homes) for key, found in sites.items()]
    cuts += [cut for item in program.transactions for cut in _torn(item, homes)]
    return tuple(sorted({cut.id: cut for cut in sorted(cuts)}.values()))


class _Homes(dict[str, str]):
    """Node -> its service, looked up once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __missing__(self, node: str) -> str:
        found = self[node] = _home(node, self.plan)
        return found


def _ends(edge: Edge, subscribers: dict[str, tuple[str, ...]]) -> list[tuple[str, str, str]]:
    """What an edge does, to whom; publishing reaches every subscriber of the event."""
    if edge.kind == "publish":
        return [(edge.source, item, "publish") for item in subscribers.get(edge.target, ())]
    return [(edge.source, edge.target, _KINDS[edge.kind])] if edge.kind in _KINDS else []


def _home(node: str, plan: Plan) -> str:
    """The service of a node; state belongs to the module that holds it."""
    kind, _, rest = node.partition(":")
    return plan.service_of(node) or (plan.service_of(rest) if kind == "state" else "") or _module_home(node, plan)


def _module_home(node: str, plan: Plan) -> str:
    """What a module holds belongs to it; ``config:DEBUG`` is a setting, whatever module is called ``config``."""
    return plan.assignment.get(module_of(node), "") if is_symbol(node) else ""


def _cut(key: tuple[str, str, str], found: set[Evidence], homes: _Homes) -> Cut:
    source, target, kind = key
    chatty = kind in ("call", "read", "write") and any(site.loop for site in found)
    weight = COST[kind] * (1 + log(len(found))) * (CHATTY if chatty else 1.0)
    return Cut(
        id=digest(source, target, kind),
        consumer=homes[source],
        provider=homes[target],
        kind=kind,
        source=source,
        target=target,
        sites=tuple(sorted(found)),
        chatty=chatty,
        weight=round(weight, 3),
    )


def _torn(item: Transaction, homes: _Homes) -> list[Cut]:
    """A cut per foreign owner of a written table; code in the kernel counts as the main owner's."""
    owners: dict[str, list[str]] = defaultdict(list)
    for name in sorted(item.writes):
        node = name if name.startswith("table:") else f"table:{name}"
        if owner := homes.plan.assignment.get(node, ""):
            owners[owner].append(node)
    home = homes[item.symbol]
    if home in ("", SHARED):
        sizes = Counter({owner: len(nodes) for owner, nodes in owners.items()})
        home = min(sizes, key=lambda owner: (-sizes[owner], owner), default="")
    if len(owners) < 2:
        return []
    return [
        Cut(
            id=digest(item.symbol, nodes[0], "transaction"),
            consumer=home,
            provider=owner,
            kind="transaction",
            source=item.symbol,
            target=nodes[0],
            sites=(item.evidence,),
            weight=COST["transaction"],
        )
        for owner, nodes in sorted(owners.items())
        if owner != home
    ]
