"""Functions that code outside the project may call though no library is known to: hook edges of low confidence.

Runs last, for what no other stage found a caller for: methods of classes with an external base of which no framework file
tells, special methods, and functions and classes handed to calls that leave the project. ``how`` is "name" (a method by its
class) or "value" (handed over).
"""

from refactor.link.flow.calls import TRANSPARENT
from refactor.link.flow.classes import ROOTS
from refactor.link.flow.knowledge import Patterns
from refactor.link.flow.trace import Trace
from refactor.link.flow.values import Bound, Box, Class, Function, Values
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Evidence

REACHED = frozenset(("call", "wrap", "hook", "enter", "subscribe"))

SILENT = ("builtins.", "abc.", "typing.", "functools.", "contextlib.", "dataclasses.", "enum.", *TRANSPARENT)
"""Names of callees that call what they are handed at once or never: the value flow follows those itself."""

NEVER = frozenset(("__init__", "__call__", "__new__"))
"""Special methods that somebody has to call by intent."""

LIKELY, POSSIBLE = 0.5, 0.4
"""Confidence: something was handed over; a class is known outside."""


def offered(assembly: Assembly) -> None:
    """Hook edges to what may be called from outside and has no caller yet."""
    reached = {edge.target for edge in assembly.edges if edge.kind in REACHED}
    reached |= {entry.handler for entry in assembly.entry_points}
    _Offers(assembly, reached).find()


class _Offers:
    def __init__(self, assembly: Assembly, reached: set[str]) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.reached = reached
        self.known = [Patterns([base]) for base, _ in self.machine.knowledge.hooks]

    def find(self) -> None:
        """Methods by their classes, then what is handed over."""
        for scope, ref in enumerate(self.machine.index.scopes):
            if ref.facts.kind == "class" and not self.machine.index.modules[ref.module].is_test:
                self._methods(scope)
        for scope, trace in self.assembly.traces():
            self._handed(scope, trace)

    def _methods(self, scope: int) -> None:
        index = self.machine.index
        outside = [base for base in self.machine.classes.external_bases(scope) if base not in ROOTS]
        if outside and all(self._is_known(base) for base in outside):
            return
        facts = index.scopes[scope].facts
        evidence = self.assembly.evidence(scope, (facts.line, facts.column), "name", POSSIBLE)
        for owner in self.machine.classes.order(scope) if outside else (scope,):
            for child in index.children.get(owner, ()) if isinstance(owner, int) else ():
                method = index.scopes[child].facts
                special = method.name.startswith("__") and method.name.endswith("__") and method.name not in NEVER
                if method.kind == "function" and (outside or special):
                    self._offer(self.assembly.symbol(scope), child, evidence)

    def _is_known(self, base: str) -> bool:
        """Whether a framework file says which methods of a base class's heirs are called."""
        return any(pattern.match(self.machine.knowledge.canonical(base)) for pattern in self.known)

    def _handed(self, scope: int, trace: Trace) -> None:
        source = self.assembly.symbol(scope)
        for record in trace.calls.values():
            callees = self.assembly.externals(record.callees)
            if not callees or all(callee.name.startswith(SILENT) for callee in callees):
                continue
            evidence = self.assembly.evidence(scope, record.at, "value", LIKELY)
            for child in self._callables(frozenset().union(*record.args, *record.keywords.values())):
                self._offer(source, child, evidence)
        for access in (*trace.writes, *trace.item_writes):
            if self.assembly.externals(access.receiver):
                evidence = self.assembly.evidence(scope, access.at, "value", LIKELY)
                for child in self._callables(access.value):
                    self._offer(source, child, evidence)

    def _callables(self, given: Values) -> list[int]:
        """The functions among some values and in the containers among them; of a class, its constructor."""
        pool, store = self.machine.pool, self.machine.store
        boxes = [number for number in given if isinstance(pool[number], Box)]
        found: dict[int, None] = {}
        for value in pool.each(given.union(*(store.peek(("item", number, "*")) for number in boxes))):
            if isinstance(value, Function | Bound):
                found[value.scope if isinstance(value, Function) else value.function] = None
            elif isinstance(value, Class):
                held = store.peek(("attribute", value.scope, "__init__"))
                found.update(dict.fromkeys(self.assembly.functions(held)))
        return list(found)

    def _offer(self, source: str, scope: int, evidence: Evidence) -> None:
        target = self.assembly.symbol(scope)
        if target not in self.reached:
            self.assembly.edge(source, target, "hook", evidence)
