"""Applications and routers: the values that hold routes, one for each time the code that makes them is called."""

from dataclasses import dataclass, field
from typing import TypeAlias

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External, Instance, Literal, Values
from refactor.link.stages.assembly import Assembly
from refactor.model.names import top_level
from refactor.model.program import Evidence

APP = "fastapi.FastAPI()"
ROUTER = "fastapi.APIRouter()"
APPS = frozenset((APP, "starlette.applications.Starlette()"))
KINDS = APPS | {ROUTER, "starlette.routing.Router()"}
PREFIXED = frozenset((APP, ROUTER))

Calling: TypeAlias = tuple[int, ...]
"""The call sites on the way to a run of a function; () where nobody calls."""

Key: TypeAlias = tuple[int, Calling, int]
"""(value, the way to the run that made it, call site)."""


@dataclass
class Rule:
    """One route of a holder. ``raw``: Starlette's own, which no router's prefix reaches."""

    path: str
    view: Values
    methods: tuple[str, ...]
    name: str
    evidence: Evidence
    record: CallRecord
    kind: str = "http"
    raw: bool = False
    dependencies: Values = frozenset()


@dataclass
class Inclusion:
    """Another holder whose routes are copied into this one (``mounted``: that answers below a path itself)."""

    child: Key
    prefix: str
    record: CallRecord
    mounted: bool = False
    dependencies: Values = frozenset()


@dataclass
class Holder:
    """An application or router, and the symbol that makes it. ``items`` stand in the order of their registration."""

    key: Key
    symbol: str
    factory: str
    kind: str
    module: str
    record: CallRecord
    options: dict[str, Values] = field(default_factory=dict)
    items: list[Rule | Inclusion] = field(default_factory=list)


class Holders:
    """Every application and router that is made, by value and by the way to the call that made it."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.all: dict[Key, Holder] = {}
        self._of: dict[int, list[Key]] = {}
        self._classes: dict[int, str] = {}

    def find(self, record: CallRecord, way: Calling) -> None:
        """Note the holders that a call makes, subclasses included."""
        for number in sorted(record.result):
            value = self.pool[number]
            if isinstance(value, External) and value.name in KINDS and value.site == record.site:
                self._hold(number, record, way, value.name)
        for made in self.assembly.classes(record.callees):
            if kind := self.framework_class(made):
                self._hold(self.pool.add(Instance(made)), record, way, kind)

    def framework_class(self, scope: int) -> str:
        """What a project class is an application or router by, or ""."""
        if scope not in self._classes:
            bases = (f"{base}()" for base in self.machine.classes.external_bases(scope))
            self._classes[scope] = next((base for base in bases if base in KINDS), "")
        return self._classes[scope]

    def _hold(self, number: int, record: CallRecord, way: Calling, kind: str) -> None:
        key = (number, way, record.site)
        if key in self.all:
            return
        where = self.assembly.symbol(record.scope)
        symbol = self.assembly.variable_of(frozenset((number,)))
        if not symbol:
            symbol = f"{where}@{record.at[0]}" if ":" in where else f"{where}:@{record.at[0]}"
        module = self.machine.index.scopes[record.scope].module
        factory = top_level(where) if ":" in where else symbol
        self.all[key] = Holder(key, symbol, factory, kind, module, record, dict(record.keywords))
        self._of.setdefault(number, []).append(key)
        if kind in APPS:
            self.assembly.factories.add(factory)

    def behind(self, values: Values, record: CallRecord, way: Calling) -> list[Holder]:
        """The holders behind some values; an application that came in by annotation alone is any application."""
        found: list[Key] = []
        for number in sorted(values):
            value = self.pool[number]
            if number in self._of:
                found.extend(self._nearest(self._of[number], record, way))
            elif isinstance(value, External) and value.name.endswith("().router") and value.base >= 0:
                found.extend(one.key for one in self.behind(frozenset((value.base,)), record, way))
            elif isinstance(value, External) and value.name in APPS:
                found.extend(key for key, holder in self.all.items() if holder.kind == value.name)
        return [self.all[key] for key in dict.fromkeys(found)]

    def _nearest(self, keys: list[Key], record: CallRecord, way: Calling) -> list[Key]:
        """Among the makings of one value: those with the longest common way to this run, else of this module, else all."""
        for length in range(len(way), 0, -1):
            if own := [key for key in keys if key[1][:length] == way[:length]]:
                return own
        module = self.machine.index.scopes[record.scope].module
        same = [key for key in keys if self.all[key].module == module] if len(keys) > 1 else []
        return (same if isinstance(self.pool[keys[0][0]], Instance) and same else None) or keys

    def text(self, values: Values) -> list[str]:
        """The string constants among some values; one empty text when there is none."""
        return self.pool.texts(values) or [""]

    def is_off(self, values: Values) -> bool:
        """Whether an option is None and nothing else."""
        given = self.pool.each(values)
        return bool(given) and all(isinstance(one, Literal) and one.value is None for one in given)

    def listed(self, values: Values) -> Values:
        """The items of the lists among some values."""
        return frozenset().union(*(self.machine.store.peek(("item", number, "*")) for number in values))
