"""The generated package around a slice: what is the same for every web framework.

Comes in: a service's parts and the framework's style. Goes out: ``src/service_NAME`` and its tests. Must not: know a
framework; its templates do, ``templates/scaffold/<style.name>/``.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from refactor.model.names import qualname_of
from refactor.model.program import EntryPoint
from refactor.scaffold.delivery.telemetry import telemetry_files
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts, Symbol, factory_of, symbol_of
from refactor.scaffold.units import Unit, route_key
from refactor.scaffold.wire import EVENTS, RELAY, wire_files

# Kind of entry point -> template of its handler, and what the handler calls the function it imports.
_HANDLERS = {
    "schedule": ("schedule", "job"),
    "command": ("command", "command"),
    "event": ("queue", "receiver"),
    "task": ("queue", "receiver"),
}

WIRED = ("operation", EVENTS, RELAY)
"""Triggers of the functions that are no entry point of the monolith's."""


class Style(Struct, frozen=True):
    """A framework as targets see it.

    ``name`` is the folder of its templates, ``protocol`` wsgi or asgi, ``server`` the command of a container in front of
    ``{application}``, ``requirement`` what that command needs. ``whole``: one function answers all HTTP of a service, as
    an application that starts slowly or keeps something in its process wants it; else each entry point has its own.
    """

    name: str
    protocol: str
    server: tuple[str, ...]
    requirement: str
    whole: bool = False


GUNICORN = ("python", "-m", "gunicorn", "--bind", "0.0.0.0:8080", "--threads", "8", "{application}")
UVICORN = ("python", "-m", "uvicorn", "--host", "0.0.0.0", "--port", "8080", "--proxy-headers", "{application}")


def package_files(style: Style, parts: Parts, pages: Pages, values: Mapping[str, Any]) -> dict[str, str]:
    """The generated Python of one service, tests included; ``values`` are the framework's own, for all its templates."""
    folder = f"src/{parts.package}"
    given = {"service": parts.stack.service, "package": parts.package, "project": parts.program.project, **values}
    files = {
        f"{folder}/__init__.py": pages.render("web/init.py.j2", **given, roots=roots_of(parts)),
        f"{folder}/app.py": pages.render(f"{style.name}/app.py.j2", **given | _contained(style, parts, values)),
        "tests/test_service.py": pages.render(f"{style.name}/test_service.py.j2", **given, **tested(parts)),
    }
    files |= wire_files(parts, pages) | telemetry_files(parts, pages)
    if is_gated(parts):
        files[f"{folder}/gateway.py"] = pages.render(f"{style.protocol}/gateway.py.j2", **given)
    handlers = _handlers(style, parts, pages)
    if handlers:
        files[f"{folder}/handlers/__init__.py"] = pages.render("web/handlers/init.py.j2")
    return files | {f"{folder}/handlers/{module}.py": text for module, text in handlers.items()}


def _contained(style: Style, parts: Parts, values: Mapping[str, Any]) -> dict[str, Any]:
    """In a container the application is watched by itself: no handler stands before it."""
    contained = any(task.routes for task in parts.stack.tasks)
    watching = import_lines((f"{parts.package}.telemetry" if contained else "", style.protocol.capitalize()))
    return {"contained": contained, "own_imports": sorted([*values["own_imports"], *watching])}


def roots_of(parts: Parts) -> tuple[str, ...]:
    """Folders of the slice that the monolith has on its path besides the first, as the slice's code imports from them."""
    names = [root.name.replace(".", "/") for root in parts.program.source_roots]
    held = {file.path for file in parts.piece.tree.python()}
    return tuple(name for name in names if any(path.startswith(f"{name}/") for path in held))


def elsewhere_file(style: Style, parts: Parts, pages: Pages) -> dict[str, str]:
    """The module that keeps the rules of other services' routes."""
    page = pages.render(f"{style.name}/elsewhere.py.j2", foreign=parts.piece.foreign_routes)
    return {f"src/{parts.package}/elsewhere.py": page}


def is_gated(parts: Parts) -> bool:
    """Whether a function of the service answers HTTP."""
    return any(function.routes for function in parts.stack.functions)


def application_values(parts: Parts) -> dict[str, Any]:
    """How the monolith's application object is built, for ``app.py``."""
    factory = factory_of(parts)
    monolith = _import(factory if factory.is_call else None, "monolith")
    return {
        "factory": factory,
        "own_imports": import_lines((parts.package, "elsewhere"), monolith),
        "imports": tuple(parts.program.aliases.said(module) for module in parts.piece.imports),
        "proxied": any(task.routes for task in parts.stack.tasks),
    }


def _handlers(style: Style, parts: Parts, pages: Pages) -> dict[str, str]:
    handlers = {}
    for function in parts.stack.functions:
        if function.trigger in WIRED:
            operations = parts.piece.heard if function.trigger == EVENTS else parts.piece.replied
            given = {"package": parts.package, "service": parts.stack.service}
            page = f"{style.name}/handlers/{function.module}.py.j2"
            handlers[function.module] = pages.render(page, **given, symbols=[each.symbol for each in operations])
            continue
        if not function.routes:
            handlers[function.module] = _job(style, parts.unit(function.module), parts, pages, worker=False)
            continue
        keys = _keys(parts, function.module)
        entries = [entry for unit in parts.units if unit.module == function.module for entry in unit.entries]
        title = _title_of(function.entry_point, keys, parts)
        views = sorted({entry.handler for entry in entries})
        handlers[function.module] = pages.render(
            "web/handlers/http.py.j2", package=parts.package, title=title, views=views, route_keys=keys
        )
    for module in parts.workers:
        handlers[module] = _job(style, parts.unit(module), parts, pages, worker=True)
    return handlers


def _title_of(entry_point: str, keys: tuple[str, ...], parts: Parts) -> str:
    if not parts.units:
        return "What no route matches"
    return keys[0] if entry_point else f"All HTTP of {parts.stack.service}"


def _keys(parts: Parts, module: str) -> tuple[str, ...]:
    """The route keys of a function, the one that names it first."""
    function = next(function for function in parts.stack.functions if function.module == module)
    routes = sorted(function.routes, key=lambda route: (route.method == "HEAD", route))
    return tuple(route_key(route) for route in routes)


def _job(style: Style, unit: Unit, parts: Parts, pages: Pages, *, worker: bool) -> str:
    entry = unit.first
    symbol = symbol_of(entry, parts.program)
    template, role = _HANDLERS[entry.kind]
    return pages.render(
        f"{style.name}/handlers/{template}.py.j2",
        package=parts.package,
        own_imports=import_lines(
            (f"{parts.package}.app", "application"),
            (f"{parts.package}.telemetry", "carried, observed" if template == "queue" else "observed"),
            _import(symbol, role),
        ),
        module=unit.module,
        title=_title(entry),
        symbol=symbol,
        words=() if symbol else tuple(_words(entry)),
        name=entry.id.partition(":")[2],
        worker=worker,
    )


def _import(symbol: Symbol | None, role: str) -> tuple[str, str]:
    return (symbol.module, f"{symbol.name} as {role}") if symbol else ("", "")


def import_lines(*wanted: tuple[str, str]) -> list[str]:
    """Import lines of the service's own tree, in the order formatters like; without those that have no module."""
    return [f"from {module} import {name}" for module, name in sorted(wanted) if module]


def _title(entry: EntryPoint) -> str:
    rest = entry.id.partition(":")[2]
    return f"Command {rest}" if entry.kind == "command" else qualname_of(entry.handler)


def _words(entry: EntryPoint) -> list[str]:
    """A command that no import reaches is run by its words on the command line."""
    return entry.id.partition(":")[2].split()


def tested(parts: Parts) -> dict[str, Any]:
    """What the service's own tests ask about: its routes, its functions."""
    entries = [entry for unit in parts.units for entry in unit.entries if entry.kind == "http"]
    return {
        "own": sorted({(entry.rule, entry.method or "GET") for entry in entries}),
        "functions": tuple(
            (function.module, _keys(parts, function.module) if function.routes else ())
            for function in parts.stack.functions
        ),
        "gated": is_gated(parts),
    }
