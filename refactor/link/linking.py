"""The stages of linking, in order."""

from collections.abc import Sequence

from msgspec.structs import replace

from refactor.link import frameworks
from refactor.link.flow.knowledge import Knowledge
from refactor.link.flow.machine import Machine
from refactor.link.flow.modules import Index
from refactor.link.stages import (
    access,
    definitions,
    effects,
    events,
    factories,
    hooks,
    jobs,
    presumed,
    registries,
    relations,
    starts,
    states,
    structure,
    tables,
    templates,
    transactions,
)
from refactor.link.stages.assembly import Assembly
from refactor.model.facts import ModuleFacts, TemplateFacts
from refactor.model.frameworks import Framework
from refactor.model.names import module_of
from refactor.model.program import Edge, Program


def build(
    project: str,
    modules: Sequence[ModuleFacts],
    known: tuple[Framework, ...],
    pages: Sequence[TemplateFacts],
    *,
    tests: bool = False,
) -> Program:
    """Run the value flow, then let each stage add what it knows."""
    knowledge = Knowledge(known)
    machine = Machine(Index(modules, tests=tests), knowledge, frameworks.libraries(knowledge))
    machine.run()
    assembly = Assembly(machine)
    total, resolved = structure.calls(assembly)
    structure.references(assembly)
    tables.tables(assembly)
    frameworks.apply("tables", assembly)
    access.accesses(assembly)
    relations.always(assembly)
    frameworks.apply("accesses", assembly)
    access.lazy_loads(assembly)
    states.states(assembly)
    effects.effects(assembly)
    events.events(assembly)
    frameworks.apply("entries", assembly)
    factories.factories(assembly)
    jobs.jobs(assembly)
    hooks.hooks(assembly)
    if pages:
        frameworks.apply("variables", assembly)
        templates.templates(assembly, pages)
    else:
        frameworks.apply("unread", assembly)
    presumed.presumed(assembly)
    starts.starts(assembly)
    registries.registries(assembly)
    transactions.transactions(assembly)
    return _program(project, assembly, total, resolved)


def _program(project: str, assembly: Assembly, total: int, resolved: int) -> Program:
    index = assembly.machine.index
    found = definitions.definitions(assembly)
    known = {definition.symbol for definition in found}
    used = {edge.target for edge in assembly.edges}
    factories = sorted(one for one in assembly.factories if one in known or module_of(one) in index.modules)
    return Program(
        project=project,
        modules=tuple(sorted(index.modules.values())),
        source_roots=index.source_roots,
        definitions=tuple(found),
        entry_points=tuple(sorted(assembly.entry_points)),
        tables=tuple(sorted(assembly.tables.values())),
        states=tuple(sorted(assembly.states)),
        resources=tuple(sorted(one for one in assembly.resources.values() if one.id in used)),
        channels=tuple(sorted(assembly.channels)),
        edges=tuple(sorted(_inside(assembly))),
        transactions=tuple(sorted(set(assembly.transactions))),
        queries=tuple(sorted(set(assembly.queries))),
        external_calls=tuple(sorted(set(assembly.external_calls))),
        unresolved=tuple(sorted(set(assembly.unresolved))),
        endless=tuple(sorted(set(assembly.endless))),
        starts=tuple(sorted(assembly.starts)),
        factories=tuple(factories),
        application=_application(assembly, factories),
        frameworks=tuple(sorted(assembly.frameworks)),
        externals=structure.third_party(assembly),
        calls_total=total,
        calls_resolved=resolved,
    )


def _application(assembly: Assembly, factories: list[str]) -> str:
    """The factory of the application with most entry points, of equal ones that nearest to the top."""
    counts = {one: assembly.applications[one] for one in factories if one in assembly.applications}
    return min(counts, key=lambda one: (-counts[one], one.count("."), one), default="")


def _inside(assembly: Assembly) -> list[Edge]:
    """Edges with the transaction mark of the block they stand in."""
    blocks: dict[str, list[tuple[int, int]]] = {}
    for scope, trace in assembly.traces():
        for block in trace.blocks:
            blocks.setdefault(assembly.symbol(scope), []).append((block.at[0], block.end))
    starts = {(one.symbol, one.evidence.line) for one in assembly.transactions}
    result = []
    for edge in assembly.edges:
        inside = any(
            first <= edge.evidence.line <= last and (edge.source, first) in starts
            for first, last in blocks.get(edge.source, ())
        )
        result.append(replace(edge, evidence=replace(edge.evidence, transaction=True)) if inside else edge)
    return result
