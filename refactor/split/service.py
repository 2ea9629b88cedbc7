"""Program + Plan + SourceTree -> Slice*: the source of every service, and of the fallback.

Comes in: the linked monolith, the plan and the source. Goes out: one slice per service of the plan, in the plan's
order, and ``fallback``: the application with its hooks and error handlers and no entry points of its own. Must not:
run the code.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from refactor.model.contracts import NO_CONTRACTS, Contracts
from refactor.model.graph import Graph
from refactor.model.plan import SHARED, Plan
from refactor.model.program import EntryPoint, Program
from refactor.model.slices import ForeignRoute, Origin, Slice
from refactor.model.sources import SourceTree, tree_of
from refactor.split.application import application_of
from refactor.split.belongings import data_files, environments, import_path
from refactor.split.closure import Kept, closure
from refactor.split.effects import symbol_name
from refactor.split.importing import left_to_import
from refactor.split.jobs import homes_of
from refactor.split.migrations import without_migrations
from refactor.split.monolith import Monolith
from refactor.split.page import Page, page_of
from refactor.split.proxies import asked_for, proxied, still_called
from refactor.split.prune import Cutting, cuttings
from refactor.split.reaching import eager_imports, lazy_imports, named_modules, reached
from refactor.split.requirements import requirements_of, stated
from refactor.split.syntax import Imported
from refactor.split.thinning import Key, outside_words, rested, thin, without_steps
from refactor.split.trails import Trails

FALLBACK = "fallback"
WHOLE = frozenset({"django"})
"""Frameworks that find code by convention (apps, migrations, template tags): see ``refactor.split.django``."""
WHOLE_FALLBACK = frozenset({"fastapi", "starlette"})
"""Frameworks whose application describes all its routes (a schema): whoever answers that has them all."""
WORKER = "celery"
"""The framework whose worker calls receivers (``task_prerun``) around each task: they go with the tasks."""
_ROUNDS = 4


def slices_of(
    program: Program,
    graph: Graph,
    plan: Plan,
    tree: SourceTree,
    contracts: Contracts = NO_CONTRACTS,
    named: Sequence[str] = (),
) -> tuple[Slice, ...]:
    """One slice per service and the fallback; what the contracts name is called over the wire.

    ``named``: symbols that may be the application, the surest first.
    """
    del graph  # the same edges, less handy: statements are found by line
    own = [module.path for module in program.modules if not module.is_test and module.path in tree.by_path]
    of = sum(_lines(tree.by_path[path].content) for path in own)
    slices = _slices(program, plan, tree, contracts, named)
    return tuple(replace(each, lines=sum(_lines(f.content) for f in each.tree.python()), of=of) for each in slices)


def _lines(content: bytes) -> int:
    return len(content.splitlines())


def _slices(
    program: Program, plan: Plan, tree: SourceTree, contracts: Contracts, named: Sequence[str]
) -> Iterable[Slice]:
    pages = _pages(program, tree)
    factory = application_of(program, pages, named)
    names = [service.name for service in plan.services if service.name != FALLBACK]
    if WHOLE & set(program.frameworks):
        yield from _of_project(program, plan, tree, pages, contracts, names)
        yield whole_slice(program, plan, tree, pages, factory, FALLBACK)
        return
    monolith = Monolith(program, pages, _reached(program, pages, factory))
    homes = homes_of(monolith, plan, FALLBACK)
    for name in [*names, FALLBACK]:
        called, answered = contracts.called_by(name), contracts.by_provider.get(name, ())
        resting = {job: services for job, services in homes.items() if name not in services}
        seen = proxied(rested(monolith, resting), called, name)
        piece = _slice(seen, plan, tree, factory, name, [*asked_for(name, called, answered)])
        told = tuple((job, tuple(sorted(services))) for job, services in resting.items())
        yield replace(piece, called=still_called(called, piece.origins), answered=answered, resting=told)


def _of_project(
    program: Program,
    plan: Plan,
    tree: SourceTree,
    pages: dict[str, Page],
    contracts: Contracts,
    names: Iterable[str],
) -> Iterable[Slice]:
    """Slices of a Django project: what its conventions find stays, and what a service asks for of the rest."""
    from refactor.split.django import Project, sweep, with_stand_ins

    known: dict[bool, Project] = {}
    for name in names:
        called, answered = contracts.called_by(name), contracts.by_provider.get(name, ())
        needed = without_migrations(pages, _commands(program, plan, name))
        is_whole = len(needed) == len(pages)
        project = known.get(is_whole) or Project(Monolith(program, needed, frozenset(needed)))
        known[is_whole] = project
        own = [entry for entry in program.entry_points if entry.id in plan.by_name[name].entry_points]
        seen = project.seen_as(proxied(project.monolith, called, name))
        swept = sweep(seen, own, [*asked_for(name, called, answered)])
        python = {import_path(needed[module]): with_stand_ins(swept, module, name) for module in swept.content}
        yield Slice(
            service=name,
            tree=tree_of({**python, **data_files(tree, pages.values(), pages)}),
            origins=_origins_of(plan, name, swept.content),
            requirements=tuple(sorted(set(stated(tree)))),
            environment=_named_environment(program),
            stand_ins=swept.stand_ins,
            called=called,
            answered=answered,
        )


def _origins_of(plan: Plan, service: str, modules: Iterable[str], because: str = "") -> tuple[Origin, ...]:
    owners = {module: plan.service_of(module) or SHARED for module in sorted(modules)}
    levels = {service: "own", SHARED: "shared"}
    return tuple(Origin(module, owner, because, levels.get(owner, "copied")) for module, owner in owners.items())


def _named_environment(program: Program) -> tuple[str, ...]:
    return tuple(sorted({r.id.partition(":")[2] for r in program.resources if r.kind == "env"}))


def _commands(program: Program, plan: Plan, service: str) -> list[str]:
    """The modules of a service's own commands, tasks and schedules."""
    ids = set(plan.by_name[service].entry_points)
    return [
        symbol_name(entry.handler)[0]
        for entry in program.entry_points
        if entry.id in ids and entry.kind != "http" and entry.handler
    ]


def whole_slice(
    program: Program, plan: Plan, tree: SourceTree, pages: dict[str, Page], factory: str, service: str
) -> Slice:
    """The application uncut: what is not proven needless stays. A service's routes are then a matter of its handlers."""
    python = {import_path(page): page.content for page in pages.values()}
    return Slice(
        service=service,
        tree=tree_of({**python, **data_files(tree, pages.values(), pages)}),
        origins=_origins_of(plan, service, pages, factory),
        factory=factory,
        requirements=tuple(sorted(set(stated(tree)))),
        environment=_named_environment(program),
    )


def _pages(program: Program, tree: SourceTree) -> dict[str, Page]:
    """Pages of the code, and of those test modules that the code imports."""
    pages: dict[str, Page] = {}
    waiting = [module for module in program.modules if not module.is_test]
    while waiting:
        read = [
            page_of(tree.by_path[module.path], module, program.aliases)
            for module in waiting
            if module.path in tree.by_path
        ]
        pages.update({page.module: page for page in read})
        trails = Trails(pages)
        wanted = {imported.module for page in read for imported in (*eager_imports(page), *lazy_imports(page))}
        waiting = [program.by_module[n] for n in sorted(wanted) if n in program.by_module and not trails.is_module(n)]
    return dict(sorted(pages.items()))


def _reached(program: Program, pages: dict[str, Page], factory: str) -> frozenset[str]:
    """Modules that the running monolith imports at some time."""
    trails = Trails(pages)
    starts = {symbol_name(factory)[0]}
    starts |= {
        symbol_name(symbol)[0] for entry in program.entry_points for symbol in (entry.handler, entry.app) if symbol
    }
    starts |= {name for page in pages.values() for name in named_modules(page, trails)}

    def imports(module: str) -> list[Imported]:
        page = pages.get(module)
        return [*eager_imports(page), *lazy_imports(page)] if page is not None else []

    return frozenset(reached(sorted(starts), trails, imports))


def _slice(whole: Monolith, plan: Plan, tree: SourceTree, factory: str, service: str, asked_for: list[str]) -> Slice:
    program = whole.program
    known = plan.by_name.get(service)
    ids = set(known.entry_points) if known is not None else set()
    own = [entry for entry in program.entry_points if entry.id in ids]
    if any(entry.kind == "task" and entry.framework == WORKER for entry in own):
        own += [e for e in program.entry_points if e.kind == "event" and e.framework == WORKER and e not in own]
    describes = service == FALLBACK and bool(WHOLE_FALLBACK & set(program.frameworks))
    registered = [e for e in program.entry_points if e.kind in ("http", "websocket")] if describes else own
    owns_schema = _owns_schema(whole, service, own)
    folders = tuple(f"{folder}/" for folder in environments(tree)) if owns_schema else ()
    scripts = [name for name, page in whole.pages.items() if page.path.startswith(folders)] if folders else []
    more = [*asked_for, *(_mapped(whole) if service == FALLBACK else [])]
    monolith, kept = _thinned(whole, tree, factory, own, (sorted({*own, *registered}), scripts, more))
    cut = cuttings(monolith, kept)
    python = {import_path(cutting.page): cutting.content for cutting in cut.values()}
    return Slice(
        service=service,
        tree=tree_of({**python, **_data(tree, cut, monolith, owns_schema=owns_schema)}),
        origins=_origins(monolith, plan, service, kept, factory),
        foreign_routes=tuple(_foreign_routes(monolith, plan, kept, ids)),
        imports=left_to_import(monolith, cut, factory),
        factory=factory,
        requirements=requirements_of(tree, program, cut.values()),
        environment=_environment(monolith, kept),
    )


def _thinned(
    whole: Monolith,
    tree: SourceTree,
    factory: str,
    own: list[EntryPoint],
    roots: tuple[list[EntryPoint], list[str], list[str]],
) -> tuple[Monolith, Kept]:
    """Close, leave out the bodies that nothing runs, close again, until nothing more falls out."""
    monolith, kept = whole, closure(whole, factory, *roots)
    gone: frozenset[Key] = frozenset()
    for _ in range(_ROUNDS):
        data = data_files(tree, [whole.pages[module] for module in sorted(kept.modules)], whole.pages)
        thinned = thin(whole, kept, own, {factory, *roots[2]}, outside_words(tree, data))
        if thinned.units == gone:
            break
        gone = thinned.units
        monolith = whole.without(thinned.pages, thinned.spans)
        kept = closure(monolith, factory, *roots)
    return monolith, kept


def _mapped(whole: Monolith) -> list[str]:
    """What the monolith maps to tables, where it makes all tables at once."""
    pages = (page for name, page in whole.pages.items() if name in whole.reached)
    if not any("create_all" in statement.mentions.words for page in pages for statement in page.statements):
        return []
    return [t.model for t in whole.program.tables if t.model and symbol_name(t.model)[0] in whole.reached]


def _owns_schema(monolith: Monolith, service: str, own: Iterable[EntryPoint]) -> bool:
    """The fallback, and whoever has a command that might change the schema."""
    modules = {symbol_name(entry.handler)[0] for entry in own if entry.kind == "command"} & set(monolith.pages)
    contents = (monolith.pages[module].content.lower() for module in sorted(modules))
    return service == FALLBACK or any(b"alembic" in content or b"migrat" in content for content in contents)


def _data(tree: SourceTree, cut: dict[str, Cutting], monolith: Monolith, *, owns_schema: bool) -> dict[str, bytes]:
    imported = {
        i.module.partition(".")[0] for cutting in cut.values() for i in (*cutting.imports, *cutting.lazy_imports)
    }
    migrates = any("alembic" in name or "migrate" in name for name in imported)
    found = data_files(tree, [cutting.page for cutting in cut.values()], monolith.pages, migrates=migrates)
    if owns_schema:
        return found
    return {path: without_steps(text) if path.endswith(".py") else text for path, text in found.items()}


def _origins(monolith: Monolith, plan: Plan, service: str, kept: Kept, factory: str) -> tuple[Origin, ...]:
    found: list[Origin] = []
    for (module, name), because in kept.names.items():
        if monolith.trails.is_own(monolith.pages[module], name):
            found.append(_origin(plan, service, f"{module}:{name}", because or factory))
    found += [_origin(plan, service, module, because or factory) for module, because in kept.whole.items()]
    return tuple(sorted(found))


def _origin(plan: Plan, service: str, symbol: str, because: str) -> Origin:
    owner = plan.service_of(symbol) or plan.service_of(symbol.partition(":")[0]) or SHARED
    level = {service: "own", SHARED: "shared"}.get(owner, "copied")
    return Origin(symbol, owner, because, level)


def _foreign_routes(monolith: Monolith, plan: Plan, kept: Kept, own: set[str]) -> Iterable[ForeignRoute]:
    """Rules that the slice's own code does not register, methods of a rule together."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for entry in monolith.program.entry_points:
        if entry.kind == "http" and entry.handler and entry.id not in own and not _registers(monolith, kept, entry):
            key = (entry.rule, entry.endpoint, plan.assignment.get(entry.id, FALLBACK))
            found.setdefault(key, set()).add(entry.method)
    for (rule, endpoint, service), methods in sorted(found.items()):
        yield ForeignRoute(rule, endpoint, tuple(sorted(methods)), service)


def _registers(monolith: Monolith, kept: Kept, entry: EntryPoint) -> bool:
    at = monolith.registering(entry)
    return at is not None and at in kept.statements


def _environment(monolith: Monolith, kept: Kept) -> tuple[str, ...]:
    edges = (edge for at in kept.statements for edge in monolith.edges.get(at, ()))
    return tuple(sorted({edge.target.partition(":")[2] for edge in edges if edge.target.startswith("env:")}))
