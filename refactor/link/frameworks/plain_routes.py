"""Frameworks whose routes are said by one call each: the path, the verb and the view stand in its arguments."""

import re

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Class, External, Instance, Values
from refactor.link.stages.assembly import Assembly
from refactor.model.program import EntryPoint

ANGLE = re.compile(r"<(\w+)(?::(\w+)[^>]*)?>")
CURLY = re.compile(r"{(\w+)(?::([^{}]*))?}")
REST = frozenset(("path", ".*", ".+"))
VERBS = ("get", "post", "put", "delete", "patch", "head", "options")


def entries(assembly: Assembly) -> None:
    """An entry point for each such call."""
    routing = assembly.machine.knowledge.routing
    seen: set[str] = set()
    for _, record in assembly.registrations():
        for callee in assembly.externals(record.callees):
            over = routing.get(callee.name, "") if callee.name.endswith("()") else ""
            made = assembly.made(callee) if over.endswith(" over") else None
            if made is not None:
                _route(assembly, made, over, record.argument(0), callee, seen)
            direct = routing.get(f"{callee.name}()", "")
            if direct and not direct.endswith(" over"):
                view = record.argument(int(direct.rpartition(" ")[2]))
                _route(assembly, record, direct, view, callee, seen)


def _route(assembly: Assembly, made: CallRecord, how: str, view: Values, callee: External, seen: set[str]) -> None:
    method, place, _ = how.split(" ")
    handlers = _by_verb(assembly, view) if method == "on_" else _handlers(assembly, made, method, view)
    names = assembly.machine.pool.texts(made.keywords.get("name", frozenset()))
    for rule in assembly.machine.pool.texts(made.argument(int(place), "path")):
        for verb, scopes in handlers.items():
            identity = f"http:{verb} {_gateway(rule)}"
            if identity in seen or not scopes:
                continue
            seen.add(identity)
            evidence = assembly.evidence(made.scope, made.at, "framework")
            name = names[0] if names else assembly.machine.index.scopes[scopes[-1]].facts.name
            framework = callee.name.partition(".")[0]
            handler = assembly.symbol(scopes[-1])
            assembly.frameworks.add(framework)
            entry = EntryPoint(
                identity,
                "http",
                handler,
                evidence,
                verb,
                rule,
                _gateway(rule),
                name,
                _holder(assembly, callee),
                framework,
            )
            assembly.entry_points.append(entry)
            for scope in scopes:
                assembly.edge(identity, assembly.symbol(scope), "enter", evidence)


def _handlers(assembly: Assembly, made: CallRecord, method: str, view: Values) -> dict[str, list[int]]:
    """Verb -> the functions that answer, the view last."""
    pool = assembly.machine.pool
    if method.isupper():
        verbs = [method]
    elif method.isdigit():
        verbs = pool.texts(made.argument(int(method)))
    else:
        given = made.keywords.get(method, frozenset())
        items = frozenset().union(*(assembly.machine.store.peek(("item", number, "*")) for number in given))
        verbs = sorted({*pool.texts(given), *pool.texts(items)}) or ["GET"]
    chains = assembly.chain(view)
    return {verb.upper(): chains[0] for verb in verbs} if chains else {}


def _by_verb(assembly: Assembly, view: Values) -> dict[str, list[int]]:
    """``on_get``, ``on_post`` ... of a resource."""
    found: dict[str, list[int]] = {}
    for value in assembly.machine.pool.each(view):
        for owner in assembly.machine.classes.order(value.scope) if isinstance(value, Class | Instance) else ():
            for verb in VERBS if isinstance(owner, int) else ():
                held = assembly.machine.store.peek(("attribute", owner, f"on_{verb}"))
                found.setdefault(verb.upper(), assembly.functions(held)[:1])
    return {verb: scopes for verb, scopes in found.items() if scopes}


def _holder(assembly: Assembly, callee: External) -> str:
    """The variable that holds the application, when the route is made by a method of it."""
    current = callee
    for _ in range(4):
        if named := assembly.variable_of(frozenset((assembly.machine.pool.add(current),))):
            return named
        base = assembly.machine.pool[current.base] if current.base >= 0 else None
        if not isinstance(base, External):
            return ""
        current = base
    return ""


def _gateway(rule: str) -> str:
    """``/files/<name:path>``, ``/files/{name:.*}`` -> ``/files/{name+}``."""
    text = ANGLE.sub(lambda found: f"{{{found[1]}{'+' if found[2] == 'path' else ''}}}", rule)
    return CURLY.sub(lambda found: f"{{{found[1]}{'+' if found[2] in REST else ''}}}", text)
