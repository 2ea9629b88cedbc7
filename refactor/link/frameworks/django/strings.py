"""Dotted paths in settings: what they name is loaded and called by the framework."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from refactor.link.flow.knowledge import Patterns
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import Bound, Class, Function, Values
from refactor.link.frameworks.django.configs import Configs
from refactor.link.stages.assembly import Assembly
from refactor.model import facts

SETTINGS = "django.conf.settings."
CONVENTIONS = {"middleware": "MIDDLEWARE", "context_processors": "TEMPLATES"}
COMMON = Patterns(("__init__", "__call__"))


class Named(NamedTuple):
    """A dotted path in a settings module: the setting it stands under, where, and what it names."""

    module: str
    setting: str
    at: facts.Position
    values: Values


def named(configs: Configs) -> list[Named]:
    """Every dotted path in settings that names a function or class of the project."""
    rooms = configs.m
    found: list[Named] = []
    for module in configs.sources:
        root = rooms.index.scopes[rooms.index.roots[module]].facts
        for statement in root.body:
            setting = _target(statement)
            for text, at in _texts(statement):
                values = loaded(rooms, text, module)
                if values:
                    found.append(Named(module, setting, at, values))
    return found + _conventional(configs)


def _conventional(configs: Configs) -> list[Named]:
    """Middleware and context processors of a library of applications, whose settings are elsewhere: by their module's name."""
    rooms = configs.m
    found: list[Named] = []
    for name, setting in CONVENTIONS.items():
        if configs.value(setting):
            continue
        for module in sorted(rooms.index.by_last.get(name, ())):
            if rooms.index.modules[module].is_test:
                continue
            for child in rooms.index.children.get(rooms.index.roots[module], ()):
                ref = rooms.index.scopes[child].facts
                values = rooms.store.peek(("global", module, ref.name))
                if values and _fits(rooms, child, setting):
                    found.append(Named(module, setting, (ref.line, ref.column), values))
    return found


def _fits(rooms: Rooms, scope: int, setting: str) -> bool:
    """Whether a definition looks like what a setting names."""
    ref = rooms.index.scopes[scope].facts
    if ref.kind == "class":
        children = [rooms.index.scopes[child].facts.name for child in rooms.index.children.get(scope, ())]
        return setting == "MIDDLEWARE" and any(name == "__call__" or name.startswith("process_") for name in children)
    first = next((param.name for param in ref.params), "")
    return ref.kind == "function" and first == ("get_response" if setting == "MIDDLEWARE" else "request")


def _target(statement: facts.Stmt) -> str:
    match statement:
        case facts.Assign(targets=(facts.Name(id=name), *_)) | facts.Augment(target=facts.Name(id=name)):
            return name
    return ""


def _texts(node: object) -> Iterator[tuple[str, facts.Position]]:
    """The string constants below a node, with their places."""
    queue = [node]
    for one in queue:
        if isinstance(one, facts.Const):
            if isinstance(one.value, str):
                yield one.value, one.at
        elif isinstance(one, tuple | list):
            queue.extend(one)
        elif isinstance(one, Struct):
            queue.extend(getattr(one, name) for name in one.__struct_fields__)


def loaded(rooms: Rooms, text: str, holder: str = "") -> Values:
    """The functions and classes behind a dotted path that stands in the module ``holder``."""
    module, _, name = rooms.index.full(text.replace(":", "."), holder).rpartition(".")
    if not name.isidentifier() or module not in rooms.index.roots:
        return frozenset()
    target = rooms.origins.origin(module, name) or f"{module}:{name}"
    owner, _, own = target.partition(":")
    values = rooms.store.peek(("global", owner, own)) if own else frozenset()
    return frozenset(one for one in values if isinstance(rooms.pool[one], Function | Bound | Class))


def methods(rooms: Rooms, one: Named, scope: int) -> list[int]:
    """The methods of a class that the framework calls because of the setting that names it."""
    wanted = [COMMON]
    for base, names in rooms.knowledge.hooks:
        if base.startswith(SETTINGS) and Patterns([base.removeprefix(SETTINGS)]).match(one.setting):
            wanted.append(Patterns(names))
    found: dict[str, int] = {}
    for owner in rooms.classes.order(scope):
        for child in rooms.index.children.get(owner, ()) if isinstance(owner, int) else ():
            ref = rooms.index.scopes[child].facts
            if ref.kind == "function" and any(names.match(ref.name) for names in wanted):
                found.setdefault(ref.name, child)
    return sorted(found.values())


def supply(rooms: Rooms) -> None:
    """The request for middleware, context processors and the like."""
    configs = Configs(rooms)
    request = rooms.attributes.external("django.http.HttpRequest()")
    for one in named(configs):
        for value in rooms.pool.each(one.values):
            functions = [value.scope] if isinstance(value, Function) else []
            if isinstance(value, Class):
                functions = methods(rooms, one, value.scope)
            functions += [inner for scope in list(functions) for inner in _returned(rooms, scope)]
            for function in functions:
                for param in rooms.index.scopes[function].facts.params:
                    if param.name == "request":
                        rooms.store.write(("parameter", function, param.name), request)


def _returned(rooms: Rooms, function: int) -> list[int]:
    """The functions that a factory returns."""
    values = rooms.pool.each(rooms.store.peek(("return", function, None)))
    return [value.scope for value in values if isinstance(value, Function)]


def edges(assembly: Assembly, configs: Configs) -> None:
    """Reference edges to what settings name, hook edges to what is called of it."""
    rooms = assembly.machine
    for one in named(configs):
        evidence = assembly.evidence(rooms.index.roots[one.module], one.at, "string", 0.95)
        for value in rooms.pool.each(one.values):
            if isinstance(value, Class):
                assembly.edge(one.module, assembly.symbol(value.scope), "reference", evidence)
                for method in methods(rooms, one, value.scope):
                    assembly.edge(assembly.symbol(value.scope), assembly.symbol(method), "hook", evidence)
            elif isinstance(value, Function):
                for function in (value.scope, *_returned(rooms, value.scope)):
                    assembly.edge(one.module, assembly.symbol(function), "hook", evidence)
