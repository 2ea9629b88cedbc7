"""SQL text handed to the project's own functions: its accesses belong to those who wrote it, not to those who run it.

A function that executes SQL has parameters that SQL texts, or names of tables, arrive in. Comes in: the calls. Goes out: those
parameters, and the accesses of the callers that hand over a text or a name.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Bound, Class, Function, Literal, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.sql import LOOKS_LIKE_SQL, parse_sql, views_of
from refactor.model.facts import Const

TABLE_NAME = re.compile(r"[A-Za-z_]\w*(\.\w+)?")
EXECUTING = frozenset(
    "execute executemany executescript fetch fetchone fetchall fetchval fetchrow fetch_one fetch_all fetch_val".split()
)
"""Methods that run SQL wherever they are found, when what they are given is SQL."""


class Calling(NamedTuple):
    """A call of a project function; ``shift``: parameters filled in by the receiver."""

    scope: int
    record: CallRecord
    shift: int


class Handed(NamedTuple):
    """A text, or the name of a table, written in ``scope`` and handed to a function that runs it."""

    scope: int
    record: CallRecord
    text: str
    modes: frozenset[str] = frozenset()


def _constants(node: object) -> Iterator[str]:
    """All string constants in a piece of syntax."""
    if isinstance(node, Const):
        yield from [node.value] if isinstance(node.value, str) else []
    elif isinstance(node, tuple):
        for one in node:
            yield from _constants(one)
    elif isinstance(node, Struct):
        for name in node.__struct_fields__:
            yield from _constants(getattr(node, name))


class Layer:
    """The functions of a project's own database layer."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.views = {
            name: behind for text in assembly.machine.pool.constants() for name, behind in views_of(text).items()
        }
        self.pool = assembly.machine.pool
        self._texts: dict[int, set[str]] = {}
        self._names: dict[int, dict[str, frozenset[str]]] = {}
        self._callers: dict[int, list[Calling]] = {}
        self._running: dict[int, list[Values]] = {}
        self._standing: dict[int, frozenset[str]] = {}

    def find(self) -> None:
        """Find the parameters that SQL and table names arrive in, from those who execute up to those who hand over."""
        for scope, record in self.assembly.records():
            self._note(scope, record)
            if any(
                self.machine.knowledge.sql.match(f"{one.name}()") for one in self.assembly.externals(record.callees)
            ):
                self._running.setdefault(scope, []).append(record.argument(0, "statement"))
        queue = sorted(self._running)
        for function in queue:
            fresh = {name for name in self._parameters(function) if self._written(function, name)}
            fresh -= self._texts.get(function, set())
            self._texts.setdefault(function, set()).update(fresh)
            for name in sorted(fresh):
                for calling in self._callers.get(function, ()):
                    self._running.setdefault(calling.scope, []).append(self._given(calling, function, name))
                    queue.append(calling.scope)
        self._find_names()

    def is_handed_over(self, scope: int, literal: Literal) -> bool:
        """Whether a text came in through a parameter, or was made around one that did."""
        if not self._texts.get(scope):
            return False
        given = [text for name in self._texts[scope] for text in self._written(scope, name)]
        text = str(literal.value)
        return any(one in text for one in given) or not any(one in text for one in self._own(scope))

    def _own(self, scope: int) -> frozenset[str]:
        """The SQL texts, or beginnings of them, that stand in a function itself."""
        if scope not in self._standing:
            texts = _constants(self.machine.index.scopes[scope].facts.body)
            self._standing[scope] = frozenset(text for text in texts if LOOKS_LIKE_SQL.match(text))
        return self._standing[scope]

    def is_named_over(self, scope: int, table: str) -> bool:
        """Whether the name of a table came in through a parameter."""
        return any(table in self._slot(scope, name) for name in self._names.get(scope, {}))

    def handed(self) -> Iterator[Handed]:
        """Every text and every table name, with the function that wrote it."""
        for function in sorted(self._texts):
            for name in sorted(self._texts[function]):
                for calling in self._callers.get(function, ()):
                    for literal in self.literals(self._given(calling, function, name)):
                        if not self.is_handed_over(calling.scope, literal):
                            yield Handed(calling.scope, calling.record, str(literal.value))
        for function, names in sorted(self._names.items()):
            for name, modes in sorted(names.items()):
                for calling in self._callers.get(function, ()):
                    own = set().union(*(self._slot(calling.scope, one) for one in self._names.get(calling.scope, {})))
                    for text in self.pool.texts(self._given(calling, function, name)):
                        if TABLE_NAME.fullmatch(text) and text not in own:
                            yield Handed(calling.scope, calling.record, text, modes)

    def literals(self, values: Values) -> list[Literal]:
        """The texts among some values."""
        return [one for one in self.pool.each(values) if isinstance(one, Literal) and isinstance(one.value, str)]

    def _note(self, scope: int, record: CallRecord) -> None:
        for value in self.pool.each(record.callees):
            if isinstance(value, Function):
                self._callers.setdefault(value.scope, []).append(Calling(scope, record, 0))
            elif isinstance(value, Bound):
                self._callers.setdefault(value.function, []).append(Calling(scope, record, 1))
            elif isinstance(value, Class):
                inits = self.assembly.functions(self.machine.store.peek(("attribute", value.scope, "__init__")))
                for init in inits[:1]:
                    self._callers.setdefault(init, []).append(Calling(scope, record, 1))

    def _parameters(self, function: int) -> list[str]:
        ref = self.machine.index.scopes[function].facts
        return [param.name for param in ref.params] if ref.kind == "function" else []

    def _slot(self, function: int, name: str) -> set[str]:
        return set(self.pool.texts(self.machine.store.peek(("parameter", function, name))))

    def _written(self, function: int, name: str) -> set[str]:
        """The SQL texts that arrive in a parameter."""
        return {text for text in self._slot(function, name) if LOOKS_LIKE_SQL.match(text)}

    def _given(self, calling: Calling, function: int, name: str) -> Values:
        """What a call hands to a parameter."""
        position = self._parameters(function).index(name) - calling.shift
        if 0 <= position < len(calling.record.args):
            return calling.record.args[position]
        return calling.record.keywords.get(name, frozenset())

    # -- names of tables -------------------------------------------------------------------------------------------

    def _find_names(self) -> None:
        queue: list[tuple[int, str, frozenset[str]]] = []
        for function, given in sorted(self._running.items()):
            for name, modes in self._named(function, frozenset().union(*given)).items():
                queue.append((function, name, modes))
        for function, name, modes in queue:
            known = self._names.setdefault(function, {})
            if modes <= known.get(name, frozenset()):
                continue
            known[name] = modes | known.get(name, frozenset())
            for calling in self._callers.get(function, ()):
                texts = set(self.pool.texts(self._given(calling, function, name)))
                for outer in self._parameters(calling.scope):
                    if texts and texts & self._slot(calling.scope, outer):
                        queue.append((calling.scope, outer, modes))

    def _named(self, function: int, given: Values) -> dict[str, frozenset[str]]:
        """Parameters whose values are the tables of the SQL that a function runs, each with how they are accessed."""
        candidates = {
            name: {text for text in self._slot(function, name) if TABLE_NAME.fullmatch(text)}
            for name in self._parameters(function)
            if name not in self._texts.get(function, ())
        }
        found: dict[str, set[str]] = {}
        for literal in self.literals(given):
            parsed = parse_sql(str(literal.value))
            for name, texts in candidates.items():
                modes = {
                    mode for mode, tables in (("read", parsed.reads), ("write", parsed.writes)) if texts & {*tables}
                }
                if texts and "table" in name:
                    modes |= set(parsed.unknown)
                found.setdefault(name, set()).update(modes)
        return {name: frozenset(modes) for name, modes in found.items() if modes}
