"""The registering code, run by run: a function that makes or fills a router is looked at once for each call of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from refactor.link.flow.trace import CallRecord, Trace
from refactor.link.flow.values import Bound, Class, External, Function, Instance, Literal, Values
from refactor.link.frameworks.fastapi.holders import KINDS, Calling
from refactor.link.stages.assembly import Assembly
from refactor.model.facts import Const

DEPTH = 6
"""Deepest chain of functions that hand a registration on."""

MOST = 400
"""Most runs looked at one by one; a program with more has its registering functions looked at as a whole."""


@dataclass
class Step:
    """One call of registering code: the way that leads to its run, and the run."""

    record: CallRecord
    way: Calling
    trace: Trace
    assembly: Assembly

    def made(self, value: External) -> CallRecord | None:
        """The call that made an external value, as it was in this run."""
        return self.trace.calls.get(value.site) or self.assembly.made(value)


class Runs:
    """Calls of registering code with the way that leads to them, in the order in which they happen."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.registrars: set[int] = set()
        self._callers: dict[int, set[int]] = {}
        self._count = 0

    def each(self) -> Iterator[Step]:
        """Every call that modules, classes and registering functions make."""
        self._find()
        for scope, trace in self.assembly.traces():
            plain = self.machine.index.scopes[scope].facts.kind in ("module", "class")
            if plain or (scope in self.registrars and not self._callers.get(scope, set()) - {scope}):
                yield from self._walk(scope, self.machine.apart.get(scope, trace), (), ())

    def _find(self) -> None:
        """Functions that make or fill an application or router, and those that call them."""
        for scope, record in self.assembly.records():
            for function, _ in self._targets(record):
                self._callers.setdefault(function, set()).add(scope)
            names = (value.name for value in self.assembly.externals(record.callees))
            if any(f"{name}()" in KINDS or name.rpartition(".")[0].removesuffix(".router") in KINDS for name in names):
                self.registrars.add(scope)
        queue = sorted(self.registrars)
        for scope in queue:
            fresh = self._callers.get(scope, set()) - self.registrars
            self.registrars |= fresh
            queue.extend(sorted(fresh))

    def _targets(self, record: CallRecord) -> list[tuple[int, Values]]:
        """The functions that a call runs, each with its receiver; a class runs its constructor."""
        found: list[tuple[int, Values]] = []
        for value in self.pool.each(record.callees):
            if isinstance(value, Function):
                found.append((value.scope, frozenset()))
            elif isinstance(value, Bound):
                found.append((value.function, frozenset((value.receiver,))))
            elif isinstance(value, Class):
                for init in constructor(self.assembly, value.scope):
                    found.append((init, self.pool.one(Instance(value.scope))))
        return found

    def _walk(self, scope: int, trace: Trace, way: Calling, above: tuple[int, ...]) -> Iterator[Step]:
        for record in list(trace.calls.values()):
            yield Step(record, way, trace, self.assembly)
            if scope not in self.registrars:
                continue
            for place, (function, receiver) in enumerate(self._targets(record)):
                if function not in self.registrars or function in above or len(way) >= DEPTH:
                    continue
                self._count += 1
                inner = (*way, record.site * 1000 + place)
                run = self._run(function, receiver, record)
                yield from self._walk(function, run, inner if self._count < MOST else way, (*above, function))

    def _run(self, function: int, receiver: Values, record: CallRecord) -> Trace:
        known = self.machine.traces.get(function, Trace())
        if self._count >= MOST:
            return known
        if record.site in self.machine.applied.places.get(function, ()):
            run = self.machine.applied.once(function, record.site)
        else:
            run = self.machine.replay(function, self._bind(function, receiver, record))
        self.machine.made.update(known.calls)
        return run

    def _bind(self, function: int, receiver: Values, record: CallRecord) -> dict[str, Values]:
        """A function's parameters in one call: what is given, the constant default, else what is known of all calls."""
        args = [receiver, *record.args] if receiver else list(record.args)
        bound: dict[str, Values] = {}
        for position, param in enumerate(self.machine.index.scopes[function].facts.params):
            bound[param.name] = self.machine.store.peek(("parameter", function, param.name))
            if param.kind in ("star", "double"):
                continue
            if position < len(args) and param.kind != "keyword":
                bound[param.name] = args[position]
            elif param.name in record.keywords:
                bound[param.name] = record.keywords[param.name]
            elif isinstance(param.default, Const) and not record.spread:
                bound[param.name] = self.pool.one(Literal(param.default.value, param.default.kind))
        return bound


def constructor(assembly: Assembly, scope: int) -> list[int]:
    """The project's ``__init__`` that making an instance of a class runs."""
    for owner in assembly.machine.classes.order(scope):
        if isinstance(owner, int):
            found = assembly.functions(assembly.machine.store.peek(("attribute", owner, "__init__")))
            if found:
                return found[:1]
    return []
