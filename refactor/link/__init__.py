"""ModuleFacts* -> Program -> Graph: bind names, let values flow, apply what frameworks do.

Comes in: the facts of every file and the framework files. Goes out: the linked program, and its graph. Must not: look at
source text, the disk or a plan; guess silently (what is not known is listed in ``Program.unresolved``).
"""

from collections.abc import Sequence

from refactor.link.graph import graph_of
from refactor.model.facts import ModuleFacts
from refactor.model.frameworks import Framework
from refactor.model.program import Program


def link(project: str, modules: Sequence[ModuleFacts], frameworks: tuple[Framework, ...]) -> Program:
    """The linked program. The order of ``modules`` does not matter."""
    from refactor.link.linking import build

    return build(project, modules, frameworks)


__all__ = ["graph_of", "link"]
