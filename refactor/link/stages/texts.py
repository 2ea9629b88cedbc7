"""SQL text: who says it, and which tables it touches.

A project function that only hands its parameter on (``def fetch(query): conn.execute(text(query))``) says nothing itself:
the text belongs to its callers.
"""

from typing import NamedTuple

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Bound, Function, Literal, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.sql import SqlAccess, parse_sql
from refactor.model.program import Query, Unresolved

SHORT = 400


class Said(NamedTuple):
    """A text in a call, and what it touches."""

    record: CallRecord
    text: str
    access: SqlAccess


class Texts:
    """All SQL text of a program."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self._callers: dict[int, list[tuple[CallRecord, int]]] = {}
        self._handed: dict[tuple[int, int], None] = {}
        self._said: dict[tuple[int, str], Said] = {}

    def accesses(self) -> None:
        """Read and write edges of all SQL text, and the statements that touch several tables."""
        for record in self._calls():
            self._look(record, record.argument(0, "statement") or record.argument(0, "text"))
        queue = list(self._handed)
        for scope, place in queue:
            for record, shift in self._callers.get(scope, ()):
                name = self.machine.index.scopes[scope].facts.params[place].name
                given = record.argument(place - shift, name) if place >= shift else frozenset()
                if any(isinstance(value, Literal) for value in self.pool.each(given)):
                    self._look(record, given)
            queue.extend(list(self._handed)[len(queue) :])
        views = {name: one.access.reads for one in self._said.values() for name in one.access.views}
        for one in self._said.values():
            self._note(one, views)

    def _calls(self) -> list[CallRecord]:
        """The calls that take SQL text; who calls what is noted on the way."""
        found = []
        for _, record in self.assembly.registrations():
            for value in self.pool.each(record.callees):
                if isinstance(value, Function | Bound):
                    scope = value.scope if isinstance(value, Function) else value.function
                    self._callers.setdefault(scope, []).append((record, isinstance(value, Bound)))
            names = (value.name for value in self.assembly.externals(record.callees))
            if any(self.machine.knowledge.sql.match(f"{name}()") for name in names):
                found.append(record)
        return found

    def _look(self, record: CallRecord, given: Values) -> None:
        """Note what a call's texts say, or whose parameter they are."""
        texts = [v for v in given if isinstance(value := self.pool[v], Literal) and isinstance(value.value, str)]
        source = self.assembly.symbol(record.scope)
        if not texts:
            evidence = self.assembly.evidence(record.scope, record.at)
            self.assembly.unresolved.append(Unresolved(source, record.text, "sql", evidence))
            return
        for place, param in enumerate(self.machine.index.scopes[record.scope].facts.params):
            slot = ("parameter", record.scope, param.name)
            handed = self.machine.store.peek(slot)
            if handed.issuperset(texts) if slot not in self.machine.store.widened else handed.intersection(texts):
                self._handed[record.scope, place] = None
                return
        for value in self.pool.each(texts):
            text = str(value.value) if isinstance(value, Literal) else ""
            found = parse_sql(text)
            self._said[record.site, text] = Said(record, text, found)
            if not found.understood:
                evidence = self.assembly.evidence(record.scope, record.at)
                self.assembly.unresolved.append(Unresolved(source, text.strip()[:80], "sql", evidence))

    def _note(self, said: Said, views: dict[str, tuple[str, ...]]) -> None:
        known = set(self.assembly.tables)
        named = [one for name in said.access.reads for one in views.get(name, (name,)) if not said.access.views]
        reads = tuple(sorted({name for name in named if name in known or not known}))
        record = said.record
        source = self.assembly.symbol(record.scope)
        evidence = self.assembly.evidence(record.scope, record.at, "sql", 0.9, loop=record.loop)
        for table in reads:
            self.assembly.edge(source, f"table:{table}", "read", evidence)
        for table in said.access.writes:
            self.assembly.edge(source, f"table:{table}", "write", evidence)
        if len({*reads, *said.access.writes}) > 1:
            text = " ".join(said.text.split())[:SHORT]
            self.assembly.queries.append(Query(source, evidence, reads, said.access.writes, text))
