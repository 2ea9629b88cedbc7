"""The whole program after linking: definitions, entry points, tables, state and the edges between them.

Everything is sorted, everything carries its evidence, nothing holds a syntax tree.
"""

import re
from functools import cached_property

from msgspec import Struct

from refactor.model.names import is_symbol
from refactor.model.permissions import Need
from refactor.model.source_roots import Aliases, SourceRoot

# How Django REST framework spells the format in a route, at its end.
_FORMAT = re.compile(r"[./]\{format\}/?$")


class Evidence(Struct, frozen=True, order=True):
    """Where an edge or node was seen and how surely.

    ``how`` says how it was resolved: direct, value (flowed), wrapped (through the wrapper that is called), annotation, name
    (nothing but a name says so), framework, sql, string, trace (it was seen to happen).
    ``confidence`` is 0..1. ``loop``: inside a loop or comprehension of the same scope. ``transaction``: inside a block that
    commits as one (see ``Program.transactions``).
    """

    path: str
    line: int
    column: int = 1
    how: str = "direct"
    confidence: float = 1.0
    loop: bool = False
    transaction: bool = False


class Module(Struct, frozen=True, order=True):
    """A Python file as a module. ``is_test``: test code (never becomes a service, not linked into the proposal).

    ``doc`` is the first line of its docstring.
    """

    name: str
    path: str
    lines: int
    is_package: bool = False
    is_test: bool = False
    doc: str = ""


class Definition(Struct, frozen=True, order=True):
    """A function, class or module-level variable.

    ``kind``: function | method | class | lambda | variable. ``first``..``end`` are lines, decorators included.
    ``decorators`` and ``bases`` are symbols or dotted external names. ``raises``/``catches``: exception symbols or names.
    ``signature`` is the parameter list as written in the source's words, for people.
    """

    symbol: str
    kind: str
    path: str
    line: int
    first: int
    end: int
    signature: str = ""
    doc: str = ""
    decorators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    catches: tuple[str, ...] = ()
    is_async: bool = False


class EntryPoint(Struct, frozen=True, order=True):
    """A way into the program from outside.

    ``kind``: http | websocket | task | schedule | event | command. ``id`` is its node id: ``http:GET /orders/{id}``,
    ``websocket:/orders/{id}`` (rule, path, endpoint and app as for http, no method),
    ``command:seed``, ``schedule:shop.jobs:expire``, ``event:shop.signals:order_placed->shop.mail:on_order``.
    For http: ``rule`` is the framework's own route text (``/orders/<int:id>``), ``path`` the gateway form (``/orders/{id}``,
    a path converter is ``{id+}``), ``endpoint`` the framework's name, ``app`` the symbol or label of the object that
    holds the route (an app or blueprint). ``handler`` is the symbol that runs ("" when the framework itself answers,
    as for static files). ``schedule`` is a rate or cron text when known. ``root`` is the factory of the application that has
    the route in the end, as far as a framework tells (see ``Program.application``). ``message`` is what a schedule hands
    over: JSON with ``args`` and ``kwargs`` ("": nothing, "?": something that is not known).
    """

    id: str
    kind: str
    handler: str
    evidence: Evidence
    method: str = ""
    rule: str = ""
    path: str = ""
    endpoint: str = ""
    app: str = ""
    framework: str = ""
    schedule: str = ""
    root: str = ""
    message: str = ""


class Column(Struct, frozen=True, order=True):
    """A column of a table; ``references`` is ``table.column`` for a foreign key."""

    name: str
    type: str = ""
    references: str = ""
    nullable: bool = True
    primary: bool = False


class Table(Struct, frozen=True, order=True):
    """A table; ``model`` is the symbol of the mapped class or table variable ("" when only SQL text names it)."""

    name: str
    model: str
    evidence: Evidence
    columns: tuple[Column, ...] = ()


class State(Struct, frozen=True, order=True):
    """A mutable module- or class-level value. ``writers``/``readers`` are function symbols that mutate/read it at run time.

    ``kind``: dict | list | set | counter | object | rebound (assigned through ``global``).
    """

    symbol: str
    kind: str
    evidence: Evidence
    writers: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()


class Resource(Struct, frozen=True, order=True):
    """Something outside the process. ``id`` is ``file:var/labels``, ``network:api.example.com``, ``env:DATABASE_URL`` ...

    An unresolved name ends in ``?`` (``file:?``).
    """

    id: str
    kind: str
    name: str


class Channel(Struct, frozen=True, order=True):
    """A signal or event inside the process, by symbol; ``id`` is ``event:`` + symbol."""

    id: str
    symbol: str
    evidence: Evidence
    subscribers: tuple[str, ...] = ()


class Edge(Struct, frozen=True, order=True):
    """``source`` does ``kind`` to ``target`` (node ids).

    ``kind``: call | reference | inherit | import | read | write | publish | subscribe | config | enter | relate | register
    | wrap | hook | render.
    read/write: tables, state, files, network. config: env and settings keys. enter: entry point -> handler.
    relate: mapped class -> table or class it refers to (foreign key, relationship). register: an import-time effect by
    ``source`` (a definition or a module) on the object ``target`` (a blueprint, a registry, a signal).
    wrap: a wrapper calls what it wraps (its callers have call edges to both, so reachability leaves it out).
    hook: a framework or library that was given ``source`` (a class, a template, or code that hands something over) calls
    ``target``; with a confidence of 0.5 and less nothing but a name or the lack of another caller says so.
    render: a function or view makes a page of the template ``target``; a template extends or includes it.
    reference: the source's text needs the target to exist (any mention that is no call).
    """

    source: str
    target: str
    kind: str
    evidence: Evidence


class Transaction(Struct, frozen=True, order=True):
    """Code that commits as one. ``writes`` are the tables written inside, calls followed; ``via`` the functions followed."""

    symbol: str
    evidence: Evidence
    writes: tuple[str, ...]
    reads: tuple[str, ...] = ()
    via: tuple[str, ...] = ()


class Query(Struct, frozen=True, order=True):
    """One statement that touches tables together (a join in SQL text or ORM); ``text`` is shortened SQL when there is any."""

    symbol: str
    evidence: Evidence
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    text: str = ""


class Argument(Struct, frozen=True, order=True):
    """An argument of an external call: ``name`` is the keyword or the position; ``value`` a constant's text, or ``?``.

    A name with ``^`` is an argument of the call that made the object whose method is called (``^^``: of the one before).
    ``setting``: the environment variable whose value it is, or may be.
    """

    name: str
    value: str
    setting: str = ""


class ExternalCall(Struct, frozen=True, order=True):
    """A call that leaves the project, for rules to match: ``callee`` is the dotted name after aliases.

    A method of an object made by an external call is ``threading.Thread().start``. ``symbol`` is the calling definition
    (the module itself for import-time code).
    """

    symbol: str
    callee: str
    evidence: Evidence
    arguments: tuple[Argument, ...] = ()


class Unresolved(Struct, frozen=True, order=True):
    """A call whose callee is not known, or SQL that can't be read, and why.

    ``reason``: parameter | container | return | attribute | unknown-name | sql.
    """

    symbol: str
    text: str
    reason: str
    evidence: Evidence


class LoopFact(Struct, frozen=True, order=True):
    """A loop without an end: ``while True`` with neither break, return nor raise."""

    symbol: str
    evidence: Evidence


class Start(Struct, frozen=True, order=True):
    """``symbol`` starts ``target`` and does not wait for it.

    ``kind``: task (a coroutine handed to the event loop where the evidence stands), process (a framework runs it once,
    when the process starts or ends; ``symbol`` is who hands it over).
    """

    symbol: str
    target: str
    kind: str
    evidence: Evidence


class Program(Struct, frozen=True, dict=True):
    """The linked program. Every tuple is sorted. ``factories`` are symbols of functions that build the application.

    ``application`` is the one of them whose application answers most, as far as a framework tells ("").
    ``externals``: top-level names of third-party imports with the modules that import them.
    ``calls_resolved``/``calls_total`` count call sites.
    ``source_roots``: folders on the path whose modules are named from further above.
    ``needs``: what calls of the cloud's library need permission for.
    """

    project: str
    modules: tuple[Module, ...] = ()
    definitions: tuple[Definition, ...] = ()
    entry_points: tuple[EntryPoint, ...] = ()
    tables: tuple[Table, ...] = ()
    states: tuple[State, ...] = ()
    resources: tuple[Resource, ...] = ()
    channels: tuple[Channel, ...] = ()
    edges: tuple[Edge, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    queries: tuple[Query, ...] = ()
    external_calls: tuple[ExternalCall, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    endless: tuple[LoopFact, ...] = ()
    starts: tuple[Start, ...] = ()
    factories: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    externals: tuple[tuple[str, tuple[str, ...]], ...] = ()
    calls_total: int = 0
    calls_resolved: int = 0
    source_roots: tuple[SourceRoot, ...] = ()
    needs: tuple[Need, ...] = ()
    application: str = ""

    @cached_property
    def by_symbol(self) -> dict[str, Definition]:
        """Definitions by symbol."""
        return {definition.symbol: definition for definition in self.definitions}

    def is_own(self, node: str) -> bool:
        """Whether a node is a definition or module: a module may be named ``state`` or ``config``, as nodes begin."""
        return is_symbol(node) or node in self.by_symbol

    @cached_property
    def variants(self) -> dict[str, str]:
        """Ids of http entry points that only name the format of another (``/orders.{format}``), with that other's id."""
        plain = {(entry.method, entry.handler, entry.path.rstrip("/")): entry.id for entry in self.entry_points}
        found = {}
        for entry in self.entry_points:
            ending = _FORMAT.search(entry.path) if entry.kind == "http" else None
            same = plain.get((entry.method, entry.handler, entry.path[: ending.start()])) if ending else None
            if same is not None:
                found[entry.id] = same
        return found

    @cached_property
    def aliases(self) -> Aliases:
        """From what a file calls a module to the module's name."""
        return Aliases(self.source_roots, (module.name.partition(".")[0] for module in self.modules))

    @cached_property
    def by_module(self) -> dict[str, Module]:
        """Modules by name."""
        return {module.name: module for module in self.modules}

    @cached_property
    def outgoing(self) -> dict[str, tuple[Edge, ...]]:
        """Edges by source."""
        grouped: dict[str, list[Edge]] = {}
        for edge in self.edges:
            grouped.setdefault(edge.source, []).append(edge)
        return {source: tuple(edges) for source, edges in grouped.items()}

    @cached_property
    def incoming(self) -> dict[str, tuple[Edge, ...]]:
        """Edges by target."""
        grouped: dict[str, list[Edge]] = {}
        for edge in self.edges:
            grouped.setdefault(edge.target, []).append(edge)
        return {target: tuple(edges) for target, edges in grouped.items()}

    @cached_property
    def unknown_calls(self) -> dict[str, tuple[Unresolved, ...]]:
        """What could not be resolved, by the definition it stands in."""
        grouped: dict[str, list[Unresolved]] = {}
        for call in self.unresolved:
            grouped.setdefault(call.symbol, []).append(call)
        return {symbol: tuple(calls) for symbol, calls in grouped.items()}
