"""The value flow: scopes run as small abstract programs until nothing new arrives anywhere.

Comes in: the index of all scopes and what frameworks do. Goes out: a trace per scope. Within a scope the last assignment
wins and branches join; between scopes values rest in slots (see ``store``), and a scope runs again when a slot it read has
grown. Functions that nobody in the project calls are run last, with what annotations tell of their parameters.
"""

from collections.abc import Mapping

from refactor.link.flow.annotations import Annotations
from refactor.link.flow.applied import Applied
from refactor.link.flow.attributes import Attributes
from refactor.link.flow.calls import Calls
from refactor.link.flow.classes import CLASS, ROOTS, STATIC, Classes
from refactor.link.flow.definitions import Definitions
from refactor.link.flow.entities import Entities
from refactor.link.flow.expressions import Expressions
from refactor.link.flow.frame import Frame
from refactor.link.flow.imports import Origins
from refactor.link.flow.items import Items
from refactor.link.flow.knowledge import Knowledge
from refactor.link.flow.lookup import Lookup
from refactor.link.flow.making import Making
from refactor.link.flow.merging import merged
from refactor.link.flow.modules import Index
from refactor.link.flow.narrowing import Narrowing
from refactor.link.flow.operators import Operators
from refactor.link.flow.pending import Pending
from refactor.link.flow.rooms import Libraries
from refactor.link.flow.settings import Settings
from refactor.link.flow.statements import Statements
from refactor.link.flow.store import Store
from refactor.link.flow.trace import CallRecord, Trace
from refactor.link.flow.turns import Turns
from refactor.link.flow.values import NOTHING, Class, External, Instance, Pool, Values
from refactor.model.facts import Position, Scope

CLASS_METHODS = frozenset(("__new__", "__init_subclass__", "__class_getitem__"))

RUNS, FEW_RUNS, SMALL = 12, 6, 3000
"""Most runs of one scope, in a program of at most ``SMALL`` scopes and in a larger one; a scope that still changes keeps what
it has. In large programs the last runs add little and cost a third of the time."""

ROUNDS = 4
"""Most times that frameworks are asked again what they hand to the functions they call."""


class Machine:
    """All rooms of the value flow and what they share."""

    def __init__(self, index: Index, knowledge: Knowledge, libraries: Libraries) -> None:
        self.index = index
        self.knowledge = knowledge
        self.libraries = libraries
        self.pool = Pool()
        self.store = Store(self.pool)
        self.origins = Origins(index)
        self.classes = Classes(index, self.store, self.pool)
        self.traces: dict[int, Trace] = {}
        self.called: dict[int, None] = {}
        self.sites: dict[tuple[int, Position, int, int], int] = {}
        self.made: dict[int, CallRecord] = {}
        self.apart: dict[int, Trace] = {}
        self.lookup = Lookup(self)
        self.attributes = Attributes(self)
        self.items = Items(self)
        self.operators = Operators(self)
        self.pending = Pending(self)
        self.narrowing = Narrowing(self)
        self.entities = Entities(self)
        self.annotations = Annotations(self)
        self.definitions = Definitions(self)
        self.calls = Calls(self)
        self.making = Making(self)
        self.settings = Settings(self)
        self.expressions = Expressions(self)
        self.statements = Statements(self)
        self.turns = Turns(self)
        self.applied = Applied(self)
        self.guessing = False
        self.postponed: set[int] = set()
        self._most = RUNS if len(index.scopes) <= SMALL else FEW_RUNS
        self._runs: dict[int, int] = {}
        self._stars = {
            module: {name: source for star in stars for name, source in self.origins.exported(star).items()}
            for module, stars in self.origins.stars.items()
        }

    # -- running ---------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Run everything to the end."""
        for module in self.origins.importing():
            if not self.index.modules[module].is_test:
                self.run_scope(self.index.roots[module])
        self._settle()
        self._guess()
        for number, ref in enumerate(self.index.scopes):
            wanted = ref.facts.kind in ("function", "lambda") and not self.index.modules[ref.module].is_test
            if wanted and number not in self.traces:
                self.run_scope(number)
                self._drain()
        self._settle()
        self._part()

    def _part(self) -> None:
        """Run scopes whose loops register something once more, turn by turn, into traces of their own; decorators too."""
        for scope in sorted(self.applied.places):
            kept = {one: self.traces[one] for one in self._inside(scope) if one in self.traces}
            self.apart[scope] = self.applied.each(scope, apart=True)
            self.traces.update(kept)
        for scope in sorted(self.traces):
            trace = self.traces[scope]
            plain = self.index.scopes[scope].facts.kind != "class" and scope not in self.apart
            if plain and any(map(self._registers, trace.calls.values())):
                frame = Frame(scope, *self._facts(scope), self._parameters(scope), apart=True)
                self.apart[scope] = self._again(frame)

    def _registers(self, record: CallRecord) -> bool:
        """Whether a call in a loop adds something to what a framework holds, or says SQL."""
        names = [f"{one.name}()" for one in self.pool.each(record.callees) if isinstance(one, External) and record.loop]
        return any(self.knowledge.registers.match(name) or self.knowledge.sql.match(name) for name in names)

    def _settle(self) -> None:
        """Run until neither the program nor what frameworks hand to it brings anything new."""
        self._drain()
        for _ in range(ROUNDS):
            for supply in self.libraries.supplies:
                supply(self)
            if not self.called and not self.store.dirty:
                return
            self._drain()

    def _guess(self) -> None:
        """From here on annotations count where no value came, and a decorator that gives nothing changes nothing."""
        self.guessing = True
        self.store.dirty.update(dict.fromkeys(sorted(self.postponed)))
        self._drain()

    def may_guess(self, scope: int) -> bool:
        """Whether a scope may use weaker evidence yet; if not, it runs again when all values have flowed."""
        if not self.guessing:
            self.postponed.add(scope)
        return self.guessing

    def _drain(self) -> None:
        while self.called or self.store.dirty:
            while self.called:
                scope = next(iter(self.called))
                del self.called[scope]
                if scope not in self.traces:
                    self.run_scope(scope)
            if self.store.dirty:
                scope = next(iter(self.store.dirty))
                del self.store.dirty[scope]
                if scope in self.traces and self._runs.get(scope, 0) < self._most:
                    self.run_scope(scope)

    def run_scope(self, scope: int) -> None:
        """Run a module or function once; a class runs with the scope around it."""
        ref = self.index.scopes[scope]
        if ref.facts.kind == "class":
            self.run_scope(ref.parent)
            return
        self._runs[scope] = self._runs.get(scope, 0) + 1
        if scope not in self.applied.places:
            self.traces[scope] = self._run_once(scope)
            return
        self.traces.setdefault(scope, Trace())
        joined = [self._run_once(scope)] if scope in self.applied.joined else []
        self.traces[scope] = merged([self.applied.each(scope), *joined])
        self.made.update(self.traces[scope].calls)

    def _run_once(self, scope: int) -> Trace:
        ref = self.index.scopes[scope]
        frame = Frame(scope, ref.module, ref.facts, self._parameters(scope))
        frame.captured = scope in self.index.children
        if frame.captured:
            for name, values in frame.env.items():
                self.store.write(("closure", scope, name), values)
        self.traces[scope] = frame.trace
        self.statements.body(frame)
        return frame.trace

    def replay(self, scope: int, arguments: Mapping[str, Values]) -> Trace:
        """Run a function with the given parameters alone; its trace is returned and not kept."""
        given = {**self._parameters(scope, joined=False), **arguments}
        return self._again(Frame(scope, *self._facts(scope), given, apart=True, run=self.turns.fresh()))

    def unspoken(self, scope: int) -> dict[str, Values]:
        """The parameters of a function as far as no call tells them."""
        return self._parameters(scope, joined=False)

    def _facts(self, scope: int) -> tuple[str, Scope]:
        ref = self.index.scopes[scope]
        return ref.module, ref.facts

    def _again(self, frame: Frame) -> Trace:
        """Run a scope once more; the traces that are known stay."""
        kept = {one: self.traces[one] for one in self._inside(frame.scope) if one in self.traces}
        self.statements.body(frame)
        self.traces.update(kept)
        return frame.trace

    def _inside(self, scope: int) -> list[int]:
        """A function and the classes in its body, which run with it."""
        found = [scope]
        for one in found:
            found.extend(child for child in self.index.children.get(one, ()) if self._is_class(child))
        return found

    def _is_class(self, scope: int) -> bool:
        return self.index.scopes[scope].facts.kind == "class"

    def _parameters(self, scope: int, *, joined: bool = True) -> dict[str, Values]:
        ref = self.index.scopes[scope]
        env: dict[str, Values] = {}
        for position, param in enumerate(ref.facts.params):
            values = self.store.read(("parameter", scope, param.name), scope) if joined else NOTHING
            values = self._defaults(scope, values)
            if param.kind in ("star", "double"):
                values = self.annotations.starred(param, ref.module, scope, values)
            elif param.annotation is not None:
                bare = not self.annotations.known(values)
                values |= self.annotations.hinted(param.annotation, ref.module, scope, bare=bare)
            if position == 0:
                values |= self._own(scope, values)
            env[param.name] = values
        return env

    def _defaults(self, scope: int, values: Values) -> Values:
        """Parameter values, with what a framework fills in for its markers (``Depends(f)``)."""
        if not self.libraries.defaults:
            return values
        result: set[int] = set()
        for number in sorted(values):
            value = self.pool[number]
            marker = self.libraries.defaults.get(value.name) if isinstance(value, External) else None
            filled = marker(self, scope, value) if marker and isinstance(value, External) else None
            result |= {number} if filled is None else filled
        return frozenset(result)

    def _own(self, scope: int, seen: Values) -> Values:
        """The receiver of a method that nobody was seen calling, or that a framework may call as well."""
        own = self.own_receiver(scope)
        if not seen or not own:
            return own
        parent = self.index.scopes[scope].parent
        return own if any(base not in ROOTS for base in self.classes.external_bases(parent)) else NOTHING

    def own_receiver(self, scope: int) -> Values:
        """What ``self`` or ``cls`` is when nobody was seen calling: the class that holds the method."""
        ref = self.index.scopes[scope]
        if ref.parent < 0 or self.index.scopes[ref.parent].facts.kind != "class":
            return NOTHING
        flavour = self.classes.flavour.get(scope, "")
        if flavour == STATIC:
            return NOTHING
        if flavour == CLASS or ref.facts.name in CLASS_METHODS:
            return self.pool.one(Class(ref.parent))
        subclassed = bool(self.store.read(("subclasses", ref.parent, None), scope))
        return self.pool.one(Instance(ref.parent, subclassed))

    # -- shared by the rooms ---------------------------------------------------------------------------------------

    def site(self, scope: int, at: Position, depth: int, turn: int = 0) -> int:
        """The number of a call site (in one turn of a loop)."""
        return self.sites.setdefault((scope, at, depth, turn), len(self.sites))

    def stars(self, module: str) -> dict[str, str]:
        """Names that star imports bring into a module, each with the module that binds it."""
        return self._stars.get(module, {})

    def enclosing_class(self, scope: int) -> int:
        """The class whose body holds a function (through nested functions), or -1."""
        while scope >= 0 and self.index.scopes[scope].facts.kind != "class":
            scope = self.index.scopes[scope].parent
        return scope
