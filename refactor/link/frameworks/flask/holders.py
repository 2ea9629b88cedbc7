"""Applications and blueprints: the values that hold routes."""

from dataclasses import dataclass, field

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External, Instance, Values
from refactor.link.stages.assembly import Assembly
from refactor.model.names import top_level

APP, BLUEPRINT = "flask.Flask()", "flask.Blueprint()"


@dataclass
class Holder:
    """An application or blueprint: a value that holds routes."""

    key: int
    symbol: str
    name: str
    prefix: str
    is_app: bool
    module: str
    mounts: list[tuple[int, str | None, str]] = field(default_factory=list)


class Holders:
    """Every Flask() and Blueprint() that is made, by value."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.all: dict[int, Holder] = {}
        self.subclasses: dict[int, int] = {}

    def find(self) -> None:
        """Every Flask() and Blueprint() that is made, subclasses included."""
        for scope, record in self.assembly.registrations():
            for number in sorted(record.result):
                value = self.pool[number]
                if isinstance(value, External) and value.name in (APP, BLUEPRINT) and value.site == record.site:
                    self._hold(number, record, value.name == APP)
            for made in self.assembly.classes(record.callees):
                kind = self._framework_class(made)
                if kind:
                    number = self.pool.add(Instance(made))
                    self.subclasses[made] = number
                    self._hold(number, record, kind == APP)
                    self.all[number].module = self.machine.index.scopes[scope].module

    def _framework_class(self, scope: int) -> str:
        for base in self.machine.classes.external_bases(scope):
            if f"{base}()" in (APP, BLUEPRINT):
                return f"{base}()"
        return ""

    def _hold(self, number: int, record: CallRecord, is_app: bool) -> None:
        assembly = self.assembly
        symbol = assembly.variable_of(frozenset((number,)))
        where = assembly.symbol(record.scope)
        if not symbol:
            symbol = f"{where}@{record.at[0]}" if ":" in where else f"{where}:@{record.at[0]}"
        names = self.pool.texts(record.argument(0, "name"))
        prefixes = self.pool.texts(record.keywords.get("url_prefix", frozenset()))
        module = self.machine.index.scopes[record.scope].module
        self.all.setdefault(
            number,
            Holder(number, symbol, names[0] if names else "", prefixes[0] if prefixes else "", is_app, module),
        )
        if is_app:
            assembly.factories.add(top_level(where) if ":" in where else symbol)

    def behind(self, values: Values) -> list[int]:
        """The holders behind some values (an app that came in by annotation or proxy is any app)."""
        found: list[int] = []
        for number in sorted(values):
            value = self.pool[number]
            if number in self.all:
                found.append(number)
            elif isinstance(value, Instance) and value.scope in self.subclasses:
                found.append(self.subclasses[value.scope])
            elif isinstance(value, External) and value.name in (APP, BLUEPRINT, "flask.current_app"):
                found.extend(one for one, holder in self.all.items() if holder.is_app and value.name != BLUEPRINT)
        return list(dict.fromkeys(found))
