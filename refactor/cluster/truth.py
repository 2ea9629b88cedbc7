"""How near a plan comes to what people who know the application intend.

Comes in: a plan and the intended domains. Goes out: a number. Must not: be known to anything that makes plans.
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TypeAlias

from refactor.cluster.measures import adjusted_rand
from refactor.model.errors import RefactorError
from refactor.model.names import module_of, qualname_of, table
from refactor.model.plan import Plan

# domain -> modules (names or globs) and tables (names) -> ...
Domains: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]


def agreement(plan: Plan, domains: Domains) -> float:
    """The adjusted Rand index between plan and intention over definitions and tables: 1 = the same, about 0 = chance.

    What the intention names and the plan shares counts as put into a service of its own. RefactorError: the intention
    names something in two domains, or nothing that the plan has.
    """
    meant: dict[str, str] = {}
    for domain, parts in sorted(domains.items()):
        for node in _named(plan, parts):
            if meant.setdefault(node, domain) != domain:
                raise RefactorError(f"{node} is meant for {meant[node]} and {domain}", hint="Name it in one domain.")
    if not meant:
        raise RefactorError("the intended domains name nothing of the plan", hint='modules = ["shop.orders.*"]')
    return adjusted_rand(meant, plan.assignment)


def _named(plan: Plan, parts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    wanted = {table(name) for name in parts.get("tables", ())}
    for node in sorted(plan.assignment):
        module = module_of(node) if qualname_of(node) else ""
        if node in wanted or any(fnmatchcase(module, glob) for glob in parts.get("modules", ())):
            yield node
