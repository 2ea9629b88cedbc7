"""Where all the code went: every module, definition and table of the program, counted once.

Comes in: program and plan. Goes out: one ``Account`` a place, with its reason. Must not:
place anything.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from refactor.model.names import module_of
from refactor.model.plan import SHARED, Plan
from refactor.model.program import Program

_MIGRATION = re.compile(r"(^|\.)(migrations|alembic)\.")
_GENERATED = re.compile(r"(_pb2|_pb2_grpc|_version|\.generated)$|\.generated\.")
_SERVICES, _KERNEL, _TESTS, _NOWHERE = "services", "shared kernel", "tests", "nowhere"
_REASONS = {
    _SERVICES: "each in exactly one service; every member says why",
    _KERNEL: "ships with every service that needs it; every member says why",
    _TESTS: "left out: test code becomes no service, and is not linked",
    _NOWHERE: "placed nowhere: please report this",
}
_PARTS = (
    ("migrations", _MIGRATION, "of these: they belong to the database as a whole"),
    ("generated code", _GENERATED, "of these: made by a tool, by its name"),
)


class Account(Struct, frozen=True):
    """What stands in one place; ``part`` when it is counted in another row already."""

    place: str
    modules: int
    definitions: int
    tables: int
    reason: str
    part: bool = False


class Accounts(Struct, frozen=True, dict=True):
    """All of a program by place."""

    program: Program
    plan: Plan

    @cached_property
    def rows(self) -> tuple[Account, ...]:
        """Services, kernel, tests, what was placed nowhere (if anything), then parts of these."""
        return tuple(self._rows())

    @property
    def complete(self) -> bool:
        """Whether everything has a place, and nothing two."""
        return _NOWHERE not in self.homes.values() and not self.twice

    @property
    def twice(self) -> list[str]:
        """Nodes that the plan holds more than once; there must be none."""
        held = Counter(member.symbol for member in self.plan.shared)
        for service in self.plan.services:
            held.update(member.symbol for member in service.members)
            held.update(f"table:{owned.table}" for owned in service.tables)
        held.update(f"table:{owned.table}" for owned in self.plan.shared_tables)
        return sorted(node for node, count in held.items() if count > 1)

    @cached_property
    def homes(self) -> dict[tuple[str, str], str]:
        """(kind, name) -> place, for every module, definition and table."""
        return dict(self._homes())

    @cached_property
    def _ownerless(self) -> set[str]:
        return {f"table:{owned.table}" for owned in self.plan.shared_tables}

    def _homes(self) -> Iterator[tuple[tuple[str, str], str]]:
        tests = {module.name for module in self.program.modules if module.is_test}
        for module in self.program.modules:
            yield ("module", module.name), self._place(module.name, module.name, tests)
        for item in self.program.definitions:
            yield ("definition", item.symbol), self._place(item.symbol, module_of(item.symbol), tests)
        for table in self.program.tables:
            yield ("table", table.name), self._place(f"table:{table.name}", module_of(table.model), tests)

    def _place(self, node: str, module: str, tests: set[str]) -> str:
        if module in tests:
            return _TESTS
        # A lambda or a computed class runs with the rest of its module.
        home = self.plan.service_of(node) or self.plan.assignment.get(module, "")
        if not home and node in self._ownerless:
            return _KERNEL
        return (_KERNEL if home == SHARED else _SERVICES) if home else _NOWHERE

    def _rows(self) -> Iterator[Account]:
        counts = Counter((place, kind) for (kind, _), place in self.homes.items())
        for place, reason in _REASONS.items():
            modules, definitions, tables = (counts[place, kind] for kind in ("module", "definition", "table"))
            if modules or definitions or tables or place in (_SERVICES, _KERNEL):
                yield Account(place, modules, definitions, tables, reason)
        for name, pattern, reason in _PARTS:
            found = self._matching(pattern)
            if found:
                inside = {module for _, module in found}
                definitions = sum(module_of(item.symbol) in inside for item in self.program.definitions)
                yield Account(name, len(inside), definitions, 0, reason, part=True)

    def _matching(self, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
        return [
            key
            for key, place in self.homes.items()
            if key[0] == "module" and place != _TESTS and pattern.search(key[1])
        ]
