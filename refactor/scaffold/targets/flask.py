"""Flask: the package around a slice.

Comes in: a service's parts. Goes out: ``src/service_NAME`` and its tests. Must not: touch the slice's own files.
"""

from refactor.model.names import qualname_of
from refactor.model.program import EntryPoint
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts, Symbol, factory_of, symbol_of
from refactor.scaffold.units import Unit, route_key

# Kind of entry point -> template of its handler, and what the handler calls the function it imports.
_HANDLERS = {
    "schedule": ("schedule", "job"),
    "command": ("command", "command"),
    "event": ("queue", "receiver"),
    "task": ("queue", "receiver"),
}


def sources(parts: Parts, pages: Pages) -> dict[str, str]:
    """The generated Python of one service, tests included."""
    folder = f"src/{parts.package}"
    files = {
        f"{folder}/__init__.py": pages.render(
            "flask/init.py.j2", service=parts.stack.service, project=parts.program.project
        ),
        f"{folder}/app.py": _app(parts, pages),
        f"{folder}/elsewhere.py": pages.render("flask/elsewhere.py.j2", foreign=parts.piece.foreign_routes),
        "tests/test_service.py": _tests(parts, pages),
    }
    if _is_gated(parts):
        files[f"{folder}/gateway.py"] = pages.render("flask/gateway.py.j2", package=parts.package)
    handlers = _handlers(parts, pages)
    if handlers:
        files[f"{folder}/handlers/__init__.py"] = pages.render("flask/handlers/init.py.j2")
    return files | {f"{folder}/handlers/{module}.py": text for module, text in handlers.items()}


def _is_gated(parts: Parts) -> bool:
    return any(function.routes for function in parts.stack.functions)


def _app(parts: Parts, pages: Pages) -> str:
    factory = factory_of(parts)
    return pages.render(
        "flask/app.py.j2",
        service=parts.stack.service,
        factory=factory,
        own_imports=_imports((parts.package, "elsewhere"), _import(factory if factory.is_call else None, "monolith")),
        imports=parts.piece.imports,
        proxied=any(task.routes for task in parts.stack.tasks),
    )


def _handlers(parts: Parts, pages: Pages) -> dict[str, str]:
    handlers = {}
    for function in parts.stack.functions:
        if not function.routes:
            handlers[function.module] = _job(parts.unit(function.module), parts, pages, worker=False)
            continue
        keys = _keys(parts, function.module)
        views = sorted(
            {entry.handler for unit in parts.units if unit.module == function.module for entry in unit.entries}
        )
        title = keys[0] if parts.units else "What no route matches"
        handlers[function.module] = pages.render(
            "flask/handlers/http.py.j2", package=parts.package, title=title, views=views, route_keys=keys
        )
    for module in parts.workers:
        handlers[module] = _job(parts.unit(module), parts, pages, worker=True)
    return handlers


def _keys(parts: Parts, module: str) -> tuple[str, ...]:
    """The route keys of a function, the one that names it first."""
    function = next(function for function in parts.stack.functions if function.module == module)
    routes = sorted(function.routes, key=lambda route: (route.method == "HEAD", route))
    return tuple(route_key(route) for route in routes)


def _job(unit: Unit, parts: Parts, pages: Pages, *, worker: bool) -> str:
    entry = unit.first
    symbol = symbol_of(entry)
    template, role = _HANDLERS[entry.kind]
    return pages.render(
        f"flask/handlers/{template}.py.j2",
        own_imports=_imports((f"{parts.package}.app", "application"), _import(symbol, role)),
        title=_title(entry),
        symbol=symbol,
        words=() if symbol else tuple(_words(entry)),
        worker=worker,
    )


def _import(symbol: Symbol | None, role: str) -> tuple[str, str]:
    return (symbol.module, f"{symbol.name} as {role}") if symbol else ("", "")


def _imports(*wanted: tuple[str, str]) -> list[str]:
    """Import lines of the service's own tree, in the order formatters like; without those that have no module."""
    return [f"from {module} import {name}" for module, name in sorted(wanted) if module]


def _title(entry: EntryPoint) -> str:
    rest = entry.id.partition(":")[2]
    return f"Command {rest}" if entry.kind == "command" else qualname_of(entry.handler)


def _words(entry: EntryPoint) -> list[str]:
    """A command that no import reaches is run by its words on the command line."""
    return entry.id.partition(":")[2].split()


def _tests(parts: Parts, pages: Pages) -> str:
    entries = [entry for unit in parts.units for entry in unit.entries if entry.kind == "http"]
    return pages.render(
        "flask/test_service.py.j2",
        service=parts.stack.service,
        package=parts.package,
        own=sorted({(entry.rule, entry.method or "GET") for entry in entries}),
        functions=tuple(
            (function.module, _keys(parts, function.module) if function.routes else ())
            for function in parts.stack.functions
        ),
        gated=_is_gated(parts),
    )
