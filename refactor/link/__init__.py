"""ModuleFacts*, TemplateFacts* -> Program -> Graph: bind names, let values flow, apply what frameworks do.

Comes in: the facts of every file and template, and the framework files. Goes out: the linked program, and its graph. Must
not: look at source text, the disk or a plan; guess silently (what is not known is listed in ``Program.unresolved``).
"""

import gc
from collections.abc import Sequence

from refactor.link.foreign import adopt
from refactor.link.graph import graph_of
from refactor.link.needs import needs_of
from refactor.link.traced import find, unseen, with_edges
from refactor.model.facts import ModuleFacts, TemplateFacts
from refactor.model.frameworks import Framework
from refactor.model.program import Program


def link(
    project: str,
    modules: Sequence[ModuleFacts],
    frameworks: tuple[Framework, ...],
    templates: Sequence[TemplateFacts] = (),
    *,
    tests: bool = False,
) -> Program:
    """The linked program; the order of ``modules`` and ``templates`` does not matter. ``tests``: test code counts too."""
    from refactor.link.linking import build

    collecting = gc.isenabled()
    gc.disable()  # linking makes millions of small tuples and no circles: looking for them costs an eighth of the time
    try:
        return build(project, modules, frameworks, templates, tests=tests)
    finally:
        if collecting:
            gc.enable()


__all__ = ["adopt", "find", "graph_of", "link", "needs_of", "unseen", "with_edges"]
