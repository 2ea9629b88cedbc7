"""How near a decomposition comes to what people who know the application intend.

Comes in: what was found, and the intended domains or groups. Goes out: numbers. Must not: be known to anything that makes
plans.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TypeAlias

from refactor.cluster.measures import agreement_of
from refactor.model.errors import RefactorError
from refactor.model.measures import Agreement
from refactor.model.names import module_of, qualname_of, table
from refactor.model.plan import Plan

# domain -> modules (names or globs), tables (names) and symbols (node ids or globs) -> ...
Domains: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
Groups: TypeAlias = Mapping[str, str]


def agreement(plan: Plan, domains: Domains) -> float:
    """The adjusted Rand index between plan and intention over definitions and tables: 1 = the same, about 0 = chance.

    What the intention names and the plan shares counts as put into a service of its own. RefactorError: the intention
    names something in two domains, or nothing that the plan has.
    """
    return compared(plan.assignment, domains=domains).ari


def compared(found: Mapping[str, str], *, domains: Domains | None = None, groups: Groups | None = None) -> Agreement:
    """Every measure between what was found (node -> service) and what was meant, over the nodes that both name.

    ``groups``: node -> group; a module stands for all that it defines, unless they are named too. ``shared`` is a group
    like any other. RefactorError as for ``agreement``.
    """
    if groups is not None:
        meant, unknown = _grouped(found, groups)
    else:
        meant, unknown = _meant(found, domains or {}), 0
    if not meant:
        raise RefactorError("the intended domains name nothing of the plan", hint='modules = ["shop.orders.*"]')
    return agreement_of(found, meant, unknown)


def _meant(found: Mapping[str, str], domains: Domains) -> dict[str, str]:
    meant: dict[str, str] = {}
    for domain, parts in sorted(domains.items()):
        for node in _named(found, parts):
            if meant.setdefault(node, domain) != domain:
                raise RefactorError(f"{node} is meant for {meant[node]} and {domain}", hint="Name it in one domain.")
    return meant


def _named(found: Iterable[str], parts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    wanted = {table(name) for name in parts.get("tables", ())}
    for node in sorted(found):
        module = module_of(node) if qualname_of(node) else ""
        symbols = any(fnmatchcase(node, glob) for glob in parts.get("symbols", ()))
        if node in wanted or symbols or any(fnmatchcase(module, glob) for glob in parts.get("modules", ())):
            yield node


def _grouped(found: Mapping[str, str], groups: Groups) -> tuple[dict[str, str], int]:
    """Node -> group for what the groups name, and how many names meet nothing."""
    inside: dict[str, list[str]] = defaultdict(list)
    for node in sorted(found):
        inside[module_of(node)].append(node)
    meant: dict[str, str] = {}
    unknown = 0
    for name, group in sorted(groups.items()):
        nodes = [name] if name in found else []
        if not qualname_of(name):
            nodes += [node for node in inside.get(name, ()) if node not in groups]
        unknown += not nodes
        meant.update(dict.fromkeys(nodes, group))
    return meant, unknown
