"""The program while it is being put together: stages add edges and nodes, each with its evidence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from refactor.link.flow.machine import Machine
from refactor.link.flow.trace import CallRecord, Trace
from refactor.link.flow.values import Bound, Box, Class, External, Function, Instance, Values
from refactor.model.facts import Position
from refactor.model.program import (
    Channel,
    Edge,
    EntryPoint,
    Evidence,
    ExternalCall,
    LoopFact,
    Query,
    Resource,
    Start,
    State,
    Table,
    Transaction,
    Unresolved,
)  # fmt: skip


@dataclass
class Assembly:
    """What the stages share. ``tables_of`` maps mapped classes (scopes) and table objects (sites) to table names.

    ``views``: what a framework puts into the context of the templates of a class. ``applications``: how many entry points
    the application of a factory has that is no part of another one.
    """

    machine: Machine
    edges: set[Edge] = field(default_factory=set)
    entry_points: list[EntryPoint] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)
    class_tables: dict[int, str] = field(default_factory=dict)
    site_tables: dict[int, str] = field(default_factory=dict)
    states: list[State] = field(default_factory=list)
    resources: dict[str, Resource] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    external_calls: list[ExternalCall] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    endless: list[LoopFact] = field(default_factory=list)
    starts: set[Start] = field(default_factory=set)
    factories: set[str] = field(default_factory=set)
    applications: dict[str, int] = field(default_factory=dict)
    frameworks: set[str] = field(default_factory=set)
    views: dict[int, dict[str, Values]] = field(default_factory=dict)

    def symbol(self, scope: int) -> str:
        """The symbol of a scope."""
        return self.machine.index.symbol(scope)

    def evidence(
        self, scope: int, at: Position, how: str = "direct", confidence: float = 1.0, *, loop: bool = False
    ) -> Evidence:
        """Where something stands."""
        path = self.machine.index.scopes[scope].path
        return Evidence(path, max(at[0], 1), max(at[1], 1), how, confidence, loop)

    def edge(self, source: str, target: str, kind: str, evidence: Evidence) -> None:
        """Add an edge."""
        self.edges.add(Edge(source, target, kind, evidence))

    def traces(self) -> Iterator[tuple[int, Trace]]:
        """Every scope that ran, with its trace, in order."""
        for scope in sorted(self.machine.traces):
            yield scope, self.machine.traces[scope]

    def records(self) -> Iterator[tuple[int, CallRecord]]:
        """Every call site, with its scope, in order."""
        for scope, trace in self.traces():
            for record in trace.calls.values():
                yield scope, record

    def registrations(self) -> Iterator[tuple[int, CallRecord]]:
        """Every call site as ``records``; where loops register something, one record for each turn."""
        for scope, trace in self.traces():
            for record in self.machine.apart.get(scope, trace).calls.values():
                yield scope, record

    def externals(self, values: Values) -> list[External]:
        """The external values among some."""
        return [value for value in self.machine.pool.each(values) if isinstance(value, External)]

    def functions(self, values: Values) -> list[int]:
        """The scopes of the functions, methods and lambdas among some values."""
        found = []
        for value in self.machine.pool.each(values):
            if isinstance(value, Function):
                found.append(value.scope)
            elif isinstance(value, Bound):
                found.append(value.function)
        return found

    def chain(self, values: Values) -> list[list[int]]:
        """For each function among some values: its scope, then what it wraps, the innermost last."""
        found: list[list[int]] = []
        for value in self.machine.pool.each(values):
            scopes: list[int] = []
            current = value
            while isinstance(current, Function | Bound):
                scopes.append(current.scope if isinstance(current, Function) else current.function)
                if current.wraps < 0:
                    break
                current = self.machine.pool[current.wraps]
            if scopes:
                found.append(scopes)
        return found

    def classes(self, values: Values) -> list[int]:
        """The scopes of the classes among some values."""
        return [value.scope for value in self.machine.pool.each(values) if isinstance(value, Class)]

    def instances(self, values: Values) -> list[int]:
        """The scopes of the classes whose instances are among some values."""
        return [value.scope for value in self.machine.pool.each(values) if isinstance(value, Instance)]

    def made(self, value: External) -> CallRecord | None:
        """The call that made an external value."""
        return self.machine.made.get(value.site)

    def variable_of(self, values: Values) -> str:
        """The module-level variable that holds one of these values, by symbol; "" when none does."""
        return next((self.holders[value] for value in sorted(values) if value in self.holders), "")

    @cached_property
    def holders(self) -> dict[int, str]:
        """Value -> symbol of the module-level variable that holds it where it was made."""
        holders: dict[int, str] = {}
        variables = (item for item in self.machine.store.slots.items() if item[0][0] == "global")
        for (_, owner, name), values in sorted(variables, key=lambda item: str(item[0])):
            for value in values:
                here = value in holders and holders[value].startswith(f"{owner}:")
                if value not in holders or (self._home(value) == owner and not here):
                    holders[value] = f"{owner}:{name}"
        return holders

    @cached_property
    def attributes_of(self) -> dict[int, list[str]]:
        """Class scope -> the names of its attributes, sorted."""
        found: dict[int, list[str]] = {}
        for kind, owner, name in self.machine.store.slots:
            if kind == "attribute" and isinstance(owner, int):
                found.setdefault(owner, []).append(str(name))
        return {owner: sorted(names) for owner, names in found.items()}

    def _home(self, number: int) -> str:
        """The module in which a value was made."""
        value = self.machine.pool[number]
        scope = -1
        if isinstance(value, External) and value.site in self.machine.made:
            scope = self.machine.made[value.site].scope
        elif isinstance(value, Function | Class | Instance | Box):
            scope = value.scope
        return self.machine.index.scopes[scope].module if scope >= 0 else ""
