"""One system: the field's methods and ours on the same graph, against the truth.

Comes in: a system and its program. Goes out: a ``Row``. Must not: print, or let a method see more than another.
"""

import hashlib
import inspect
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

import msgspec

from refactor.cluster import cluster
from refactor.cluster.units import Units, units_of
from refactor.link import graph_of
from refactor.model.plan import SHARED, Plan
from refactor.model.program import Program

from . import fields, hidden
from .figures import Figures, figures, mean
from .systems import System, cache_folder, truth

GRAPHS = ("unit", "file")


@dataclass(frozen=True)
class Ours:
    """Our answer: its figures, the number of services, and the share of the truth's units that went to ``shared``."""

    figures: Figures
    services: int
    shared: float


@dataclass(frozen=True)
class Row:
    """One line of the table. ``field``: method and graph ("leiden/unit") -> the mean figures over its seeds."""

    name: str
    units: int
    groups: int
    held_out: bool
    small: bool
    field: dict[str, Figures]
    hidden: Ours
    visible: Ours | None = None

    @property
    def best(self) -> str:
        """The best of the field by ARI."""
        return max(self.field, key=lambda name: (self.field[name].ari, name))

    @property
    def lead(self) -> float:
        """How much we are ahead of the best of the field, in ARI."""
        return self.hidden.figures.ari - self.field[self.best].ari


class Case:
    """A system as it is measured: the program without its folders, and the truth about it."""

    def __init__(self, system: System, program: Program, *, blank: bool = False, routes: bool = True) -> None:
        self.system = system
        self.visible = hidden.contracted(program) if system.level == "file" else program
        self.program, self.node = hidden.hide(self.visible, blank=blank, routes=routes)

    @cached_property
    def units(self) -> Units:
        """The units of the program without folders."""
        return units_of(self.program)

    @cached_property
    def weights(self) -> fields.Weighted:
        """The graph that everybody gets."""
        return fields.weighted(self.program, self.units)

    @cached_property
    def truth(self) -> dict[str, str]:
        """Visible unit -> domain."""
        units = units_of(self.visible)
        linked = {unit for pair in fields.weighted(self.visible, units) for unit in pair}
        return truth(self.system, units, linked)

    @cached_property
    def hidden_truth(self) -> dict[str, str]:
        """Unit -> domain."""
        return {self.node(unit): domain for unit, domain in self.truth.items()}

    def field(self) -> dict[str, Figures]:
        """The field's methods; measured once as long as program, truth and methods stay as they are."""
        kept = cache_folder() / "field" / f"{self.system.name}.json"
        key = self._key()
        if kept.is_file():
            known = json.loads(kept.read_text("utf-8"))
            if known["key"] == key:
                return {name: Figures(**found) for name, found in known["field"].items()}
        found = self._field()
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({"key": key, "field": {name: asdict(one) for name, one in found.items()}}))
        return found

    def _key(self) -> str:
        parts = [sorted(self.weights.items()), sorted(self.hidden_truth.items()), inspect.getsource(fields)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def _field(self) -> dict[str, Figures]:
        result = {}
        for graph in GRAPHS if self.system.level == "unit" else GRAPHS[:1]:
            weights = fields.weighted(self.program, self.units, files=graph == "file")
            for method, runs in fields.all_methods(weights):
                spread = [self._spread(run) if graph == "file" else run for run in runs]
                result[f"{method}/{graph}"] = mean(figures(self.hidden_truth, run) for run in spread)
        return result

    def _spread(self, found: Mapping[str, str]) -> dict[str, str]:
        """A partition of files as one of units."""
        homes = {unit: self.units.module[unit] or unit for unit in self.hidden_truth}
        return {unit: found.get(home, f"alone {home}") for unit, home in homes.items()}


def measure(case: Case, *, visible: bool = True, seed: int = 0) -> Row:
    """Everything about one system."""
    found = judged(cluster(case.program, graph_of(case.program), seed=seed), case.hidden_truth)
    seen = judged(cluster(case.visible, graph_of(case.visible), seed=seed), case.truth) if visible else None
    system = case.system
    groups = len(set(case.truth.values()))
    small = len(case.truth) < 60
    return Row(system.name, len(case.truth), groups, system.held_out, small, case.field(), found, seen)


def judged(plan: Plan, meant: Mapping[str, str]) -> Ours:
    """Our answer against the truth. What goes to ``shared`` is one group, as ``refactor.cluster.agreement`` has it."""
    found = {unit: plan.assignment[unit] for unit in meant if unit in plan.assignment}
    shared = sum(service == SHARED for service in found.values()) / len(meant)
    return Ours(figures(meant, found), len(plan.services), shared)


def by_files(meant: Mapping[str, str], found: Mapping[str, str], units: Units) -> tuple[dict[str, str], dict[str, str]]:
    """Truth and partition of files: each file where most of its units are."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for unit in sorted(meant):
        votes[units.module[unit]][found.get(unit, f"alone {unit}")] += 1
    homes = {units.module[unit]: domain for unit, domain in sorted(meant.items())}
    return homes, {file: min(count, key=lambda label: (-count[label], label)) for file, count in votes.items()}


def encoded(rows: list[Row]) -> bytes:
    """The rows as JSON, sorted by name."""
    return msgspec.json.format(msgspec.json.encode(sorted(rows, key=lambda row: row.name)), indent=1)
