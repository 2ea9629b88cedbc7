"""Source -> Linked: read, name, link.

Comes in: folders and settings. Goes out: values of the model. Must not: print, or hold knowledge of its own.
"""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from refactor.model.facts import ModuleFacts, TemplateFacts
from refactor.model.graph import Graph
from refactor.model.program import Program
from refactor.model.sources import SourceTree
from refactor.pipeline.project import Advance, Project, quiet


class Linked(Struct, frozen=True):
    """A monolith read and linked: sources (with what could not be read), facts, program and graph."""

    sources: SourceTree
    facts: tuple[ModuleFacts, ...]
    program: Program
    graph: Graph


def link(project: Project, *, assets: bool = False, tests: bool = False, advance: Advance = quiet) -> Linked:
    """Disk -> sources -> facts -> program -> graph; ``tests``: test code is code as any other."""
    from refactor.adapters.rulepacks import load_frameworks, load_permissions, rules_folder
    from refactor.link import graph_of, needs_of
    from refactor.link import link as linked

    sources, facts = read_sources(project, assets=assets, advance=advance)
    pages = read_pages(project, sources)
    advance("linking", 0, 1)
    program = linked(project.name, facts, load_frameworks(rules_folder() / "frameworks"), pages, tests=tests)
    program = replace(program, needs=needs_of(program, load_permissions(rules_folder() / "permissions")))
    program = replace(program, needs=needs_of(program, load_permissions(rules_folder() / "permissions")))
    advance("linking", 1, 1)
    return Linked(sources, facts, program, graph_of(program))


def read_sources(
    project: Project, *, assets: bool = False, advance: Advance = quiet
) -> tuple[SourceTree, tuple[ModuleFacts, ...]]:
    """The sources, with everything that could not be read, and the facts of the rest."""
    from refactor.adapters.cache import Cache
    from refactor.adapters.disk import read_tree
    from refactor.adapters.workers import read_all
    from refactor.read import VERSION, read

    settings = project.settings
    sources = read_tree(project.folder / settings.source, settings.exclude, assets=assets)
    with Cache(_cache_file(project), VERSION) as cache:
        facts, unreadable = read_all(
            sources,
            read,
            cache,
            jobs=settings.jobs or None,
            advance=lambda done, total: advance("reading", done, total),
        )
    return SourceTree(sources.files, unreadable), facts


def read_pages(project: Project, sources: SourceTree) -> tuple[TemplateFacts, ...]:
    """The facts of the templates among the sources."""
    from refactor.adapters.cache import Cache
    from refactor.adapters.workers import read_templates
    from refactor.read import TEMPLATE_VERSION, read_template

    with Cache(_cache_file(project), TEMPLATE_VERSION) as cache:
        return read_templates(sources, read_template, cache)


def _cache_file(project: Project) -> Path:
    from refactor.adapters.disk import claim

    return claim(project.own) / "cache.sqlite"
