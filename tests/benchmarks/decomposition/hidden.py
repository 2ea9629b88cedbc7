"""The same program without its folders: what a clustering can know from the code alone.

Comes in: a linked program. Goes out: the program with every module under an opaque flat name, tables without the app's
label, routes without the segment that repeats the package, templates without paths; and where each node went. Must not:
change what links to what. ``blank`` hides every name that the program's authors chose.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from refactor.model.names import join, module_of
from refactor.model.program import Column, Definition, EntryPoint, Evidence, Program

# Kinds of node whose rest is a symbol, and those whose rest names a place on disk.
_OF_SYMBOLS = frozenset({"state", "event", "schedule", "task", "command", "websocket", "http"})
_OF_PATHS = frozenset({"template", "file"})


@dataclass(frozen=True)
class Hiding:
    """Old names and new ones. ``node`` maps any node id of the program."""

    modules: Mapping[str, str]
    paths: Mapping[str, str]
    tables: Mapping[str, str]
    blank: bool = False
    routes: bool = True
    seen: dict[str, str] = field(default_factory=dict)

    def node(self, node: str) -> str:
        """The new id of a node."""
        found = self.seen.get(node)
        if found is None:
            found = self.seen[node] = self._node(node)
        return found

    def _node(self, node: str) -> str:
        kind, colon, rest = node.partition(":")
        if kind in self.modules:
            return join(self.modules[kind], self.qualname(kind, rest))
        if not colon:
            return self.dotted(node)
        if kind == "table":
            return f"table:{self.tables.get(rest, rest)}"
        if kind in _OF_SYMBOLS and not rest.startswith("/"):
            return f"{kind}:{'->'.join(map(self.node, rest.split('->')))}"
        if kind in _OF_PATHS or self.blank:
            return f"{kind}:{_opaque(node, 'x')}"
        return node

    def qualname(self, module: str, qualname: str) -> str:
        """The name inside a module; in a blank program one that tells nothing but what it is nested in."""
        if not self.blank or not qualname:
            return qualname
        parts = qualname.split(".")
        return ".".join(_opaque(join(module, ".".join(parts[: at + 1])), "n") for at in range(len(parts)))

    def dotted(self, name: str) -> str:
        """A dotted name that may begin with a module of the program; an external one stays."""
        parts = name.split(".")
        for at in range(len(parts), 0, -1):
            if (module := ".".join(parts[:at])) in self.modules:
                rest = ".".join(parts[at:])
                return join(self.modules[module], self.qualname(module, rest))
        return name

    def evidence(self, evidence: Evidence) -> Evidence:
        """The evidence at its new place."""
        return replace(evidence, path=self.paths.get(evidence.path, "x.py"))


def hide(program: Program, *, blank: bool = False, routes: bool = True) -> tuple[Program, Callable[[str], str]]:
    """The program without folders, and the map of its nodes. ``routes`` False: without the texts of routes as well."""
    order = sorted((one.name for one in program.modules), key=_digest)
    modules = {name: f"m{number:05d}" for number, name in enumerate(order)}
    paths = {one.path: f"{modules[one.name]}.py" for one in program.modules}
    hiding = Hiding(modules, paths, _tables(program, blank=blank), blank, routes and not blank)
    hiding.seen.update({one.id: new for one, new in zip(*_numbered(program, hiding), strict=True)})
    return _hidden(program, hiding), hiding.node


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _opaque(text: str, letter: str) -> str:
    return letter + str(int(_digest(text)[:12], 16))


def _tables(program: Program, *, blank: bool) -> dict[str, str]:
    """Old -> new table names: without the label that Django takes from the package; numbered where they meet."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for item in sorted(program.tables, key=lambda item: _digest(item.name)):
        bare = _opaque(item.name, "t") if blank else _without_label(item.name, module_of(item.model))
        number, name = 1, bare
        while name in taken:
            number += 1
            name = f"{bare}_{number}"
        taken.add(name)
        names.setdefault(item.name, name)
    return names


def _without_label(table: str, module: str) -> str:
    parts = module.split(".")
    labels = {*parts, *(parts[0] + part for part in parts[1:])}
    fitting = [label for label in labels if label and table.startswith(f"{label}_") and table != f"{label}_"]
    return table[len(max(fitting, key=len)) + 1 :] if fitting else table


def _hidden(program: Program, hiding: Hiding) -> Program:
    node, nodes, at = hiding.node, _each(hiding.node), hiding.evidence
    tables = _each(lambda name: hiding.tables.get(name, name))
    return Program(
        project="hidden",
        modules=_sorted(
            replace(one, name=hiding.modules[one.name], path=hiding.paths[one.path], is_package=False)
            for one in program.modules
        ),
        definitions=_sorted(_definition(one, hiding) for one in program.definitions),
        entry_points=_sorted(_entry(one, hiding) for one in program.entry_points),
        tables=_sorted(
            replace(
                one,
                name=hiding.tables[one.name],
                model=node(one.model) if one.model else "",
                evidence=at(one.evidence),
                columns=tuple(_column(column, hiding) for column in one.columns),
            )
            for one in program.tables
        ),
        states=_sorted(
            replace(
                one,
                symbol=node(one.symbol),
                evidence=at(one.evidence),
                writers=nodes(one.writers),
                readers=nodes(one.readers),
            )
            for one in program.states
        ),
        resources=_sorted(
            replace(one, id=node(one.id), name=node(one.id).partition(":")[2]) for one in program.resources
        ),
        channels=_sorted(
            replace(
                one,
                id=node(one.id),
                symbol=node(one.symbol),
                evidence=at(one.evidence),
                subscribers=nodes(one.subscribers),
            )
            for one in program.channels
        ),
        edges=_sorted(
            replace(one, source=node(one.source), target=node(one.target), evidence=at(one.evidence))
            for one in program.edges
        ),
        transactions=_sorted(
            replace(
                one,
                symbol=node(one.symbol),
                evidence=at(one.evidence),
                writes=tables(one.writes),
                reads=tables(one.reads),
                via=nodes(one.via),
            )
            for one in program.transactions
        ),
        queries=_sorted(
            replace(
                one,
                symbol=node(one.symbol),
                evidence=at(one.evidence),
                reads=tables(one.reads),
                writes=tables(one.writes),
                text="",
            )
            for one in program.queries
        ),
        external_calls=_sorted(
            replace(one, symbol=node(one.symbol), evidence=at(one.evidence), arguments=())
            for one in program.external_calls
        ),
        factories=nodes(program.factories),
        frameworks=program.frameworks,
        externals=tuple((name, nodes(users)) for name, users in program.externals),
        calls_total=program.calls_total,
        calls_resolved=program.calls_resolved,
    )


def _sorted(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(values))


def _each(change: Callable[[str], str]) -> Callable[[Iterable[str]], tuple[str, ...]]:
    return lambda names: tuple(sorted(map(change, names)))


def _definition(one: Definition, hiding: Hiding) -> Definition:
    ordered = {
        name: tuple(map(hiding.node, getattr(one, name))) for name in ("decorators", "bases", "raises", "catches")
    }
    return replace(
        one, symbol=hiding.node(one.symbol), path=hiding.paths.get(one.path, "x.py"), signature="", doc="", **ordered
    )


def _column(one: Column, hiding: Hiding) -> Column:
    table, dot, name = one.references.rpartition(".")
    to = f"{hiding.tables.get(table, table)}{dot}{_opaque(name, 'c') if hiding.blank else name}"
    return replace(one, name=_opaque(one.name, "c") if hiding.blank else one.name, references=to if dot else "")


def _numbered(program: Program, hiding: Hiding) -> tuple[list[EntryPoint], list[str]]:
    """Entry points and their new ids; those that come out alike are numbered."""
    entries, names, taken = sorted(program.entry_points, key=lambda one: _digest(one.id)), [], set()
    for one in entries:
        given = _entry_id(one, hiding)
        number, name = 1, given
        while name in taken:
            number += 1
            name = f"{given} {number}"
        taken.add(name)
        names.append(name)
    return entries, names


def _entry_id(one: EntryPoint, hiding: Hiding) -> str:
    if one.path:
        return f"{one.kind}:{one.method} {_route(one.path, _packages(one), hiding)}".replace(": ", ":")
    return f"command:{_opaque(one.id, 'x')}" if one.kind == "command" and hiding.blank else hiding.node(one.id)


def _packages(one: EntryPoint) -> set[str]:
    return {*module_of(one.handler).split("."), *module_of(one.app).split(".")} - {""}


def _entry(one: EntryPoint, hiding: Hiding) -> EntryPoint:
    return replace(
        one,
        id=hiding.node(one.id),
        handler=hiding.node(one.handler) if one.handler else "",
        rule=_route(one.rule, _packages(one), hiding),
        path=_route(one.path, _packages(one), hiding),
        endpoint="" if hiding.blank else one.endpoint.replace(":", ".").rpartition(".")[2],
        app=hiding.node(one.app) if module_of(one.app) in hiding.modules else "",
        evidence=hiding.evidence(one.evidence),
    )


def _route(text: str, packages: set[str], hiding: Hiding) -> str:
    """A route without its first static segments as long as they repeat the package."""
    if not hiding.routes:
        return "/" if text else ""
    begins = "/" if text.startswith("/") else ""
    steps = text.removeprefix("/").split("/")
    while len(steps) > 1 and steps[0].replace("-", "_") in packages:
        steps = steps[1:]
    return begins + "/".join(steps)


def contracted(program: Program) -> Program:
    """The small graph of a program: every file is one node, with all that its definitions do."""

    def home(node: str) -> str:
        kind, _, rest = node.partition(":")
        if kind in files:
            return kind
        return f"{kind}:{home(rest)}" if kind in ("state", "event") and home(rest) in files else node

    files = {one.name for one in program.modules}
    between = (replace(one, source=home(one.source), target=home(one.target)) for one in program.edges)
    return replace(
        program,
        definitions=(),
        edges=_sorted(one for one in between if one.source != one.target),
        entry_points=_sorted(replace(one, handler=home(one.handler)) for one in program.entry_points),
        tables=_sorted(replace(one, model=home(one.model)) for one in program.tables),
        states=(),
        channels=(),
        transactions=_sorted(
            replace(one, symbol=home(one.symbol), via=tuple(sorted(set(map(home, one.via)))))
            for one in program.transactions
        ),
        queries=(),
        external_calls=(),
        factories=tuple(sorted(set(map(home, program.factories)))),
    )
