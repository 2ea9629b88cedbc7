"""What gets assigned: module-level definitions, module rests, and tables without a class.

Comes in: a program. Goes out: ``Units``. Must not: weigh or group anything.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from refactor.model.names import is_symbol, module_of, table, top_level
from refactor.model.program import Definition, EntryPoint, Program, Table

COMMAND = "command"
_MODULE_LEVEL = frozenset({"function", "class", "variable"})
# What runs by the operator's hand or by the clock justifies no service of its own: it works on somebody's data.
FOLLOWING = frozenset({COMMAND, "schedule"})


@dataclass(frozen=True)
class Units:
    """The units of a program, sorted; a table with a mapped class *is* that class (``alias``).

    ``module`` gives each unit's module ("" for a table that only SQL names); a module's rest is named by the module.
    ``doors``: the units whose entry points somebody outside waits for (all that have any, when there are none such).
    ``speech`` holds what ``speech`` made of the units, once it has been asked for.
    """

    names: tuple[str, ...]
    module: dict[str, str]
    alias: dict[str, str]
    tables: dict[str, tuple[Table, ...]] = field(default_factory=dict)
    entries: dict[str, tuple[EntryPoint, ...]] = field(default_factory=dict)
    doors: set[str] = field(default_factory=set)
    speech: list[object] = field(default_factory=list)

    @cached_property
    def inside(self) -> dict[str, tuple[str, ...]]:
        """The units of each module, sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for unit in self.names:
            found[self.module[unit]].append(unit)
        return {module: tuple(units) for module, units in found.items() if module}

    @cached_property
    def of(self) -> Callable[[str], str]:
        """The unit that holds a node id; "" when it lies outside (tests, libraries, resources)."""
        return _Homes(self).__getitem__

    def find(self, node: str) -> str:
        """The same, without remembering it."""
        if node in self.alias:
            return self.alias[node]
        top = top_level(node)
        if top in self.module:
            return top
        module = module_of(node)
        if module in self.module and is_symbol(node):
            return module
        kind, _, rest = node.partition(":")
        return self.of(rest) if kind in ("state", "event") and rest else ""

    @property
    def itself(self) -> dict[str, str]:
        """Each unit as a group of its own."""
        return {unit: unit for unit in self.names}

    def anchored(self, unit: str) -> bool:
        """Whether the unit alone justifies a service: it is a door or has a table."""
        return unit in self.tables or unit in self.doors


class _Homes(dict[str, str]):
    """Node -> unit, looked up once: every room asks for both ends of every edge."""

    def __init__(self, units: Units) -> None:
        self._units = units

    def __missing__(self, node: str) -> str:
        found = self[node] = self._units.find(node)
        return found


def units_of(program: Program) -> Units:
    """The units of everything that is no test."""
    tests = {module.name for module in program.modules if module.is_test}
    module = {item.name: item.name for item in program.modules if not item.is_test}
    for definition in program.definitions:
        home = module_of(definition.symbol)
        if home not in tests and _is_unit(definition):
            module[definition.symbol] = home
            module.setdefault(home, home)
    alias, tables = _tables(program, module, tests)
    units = Units(tuple(sorted(module)), module, alias, tables)
    units.entries.update(_entries(program, units))
    leading = {unit for unit, held in units.entries.items() if any(entry.kind not in FOLLOWING for entry in held)}
    units.doors.update(leading or units.entries)
    return units


def _is_unit(definition: Definition) -> bool:
    _, _, qualname = definition.symbol.partition(":")
    return definition.kind in _MODULE_LEVEL and bool(qualname) and "." not in qualname


def _tables(
    program: Program, module: dict[str, str], tests: set[str]
) -> tuple[dict[str, str], dict[str, tuple[Table, ...]]]:
    alias: dict[str, str] = {}
    held: dict[str, list[Table]] = defaultdict(list)
    for item in sorted(program.tables):
        if module_of(item.model) in tests:
            continue
        node, unit = table(item.name), top_level(item.model)
        if unit not in module:
            unit = node
            module.setdefault(node, "")
        alias[node] = unit
        held[unit].append(item)
    return alias, {unit: tuple(items) for unit, items in held.items()}


def _entries(program: Program, units: Units) -> dict[str, tuple[EntryPoint, ...]]:
    held: dict[str, list[EntryPoint]] = defaultdict(list)
    for entry in sorted(program.entry_points):
        unit = units.of(entry.handler) if entry.handler else ""
        if unit:
            held[unit].append(entry)
    return {unit: tuple(items) for unit, items in held.items()}
