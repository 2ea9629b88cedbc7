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
from typing import TypeAlias

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
Field: TypeAlias = tuple[dict[str, Figures], dict[str, Figures]]


@dataclass(frozen=True)
class Ours:
    """Our answer: its figures over units and over files, the number of services, the share of the truth in ``shared``."""

    figures: Figures
    files: Figures
    services: int
    shared: float


@dataclass(frozen=True)
class Row:
    """One line of the table. ``field``: method and graph ("leiden/unit") -> the mean figures over its seeds.

    ``files``: the same, where each file counts once and stands where most of its units do.
    """

    name: str
    units: int
    groups: int
    held_out: bool
    small: bool
    field: dict[str, Figures]
    files: dict[str, Figures]
    hidden: Ours
    visible: Ours | None = None

    @property
    def best(self) -> str:
        """The best of the field by ARI."""
        return max(self.field, key=lambda name: (self.field[name].ari, name))

    @property
    def lead_by_files(self) -> float:
        """The same where files count."""
        return self.hidden.files.ari - max(one.ari for one in self.files.values())

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

    def field(self) -> Field:
        """The field's methods; measured once as long as program, truth and methods stay as they are."""
        kept = cache_folder() / "field" / f"{self.system.name}.json"
        key = self._key()
        if kept.is_file():
            known = json.loads(kept.read_text("utf-8"))
            if known["key"] == key:
                return known_field(known["units"]), known_field(known["files"])
        units, files = self._field()
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({"key": key, "units": as_json(units), "files": as_json(files)}))
        return units, files

    def _key(self) -> str:
        sources = [inspect.getsource(fields), inspect.getsource(Case)]
        parts = [sorted(self.weights.items()), sorted(self.hidden_truth.items()), sources]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def _field(self) -> Field:
        of_units, of_files = {}, {}
        for graph in GRAPHS if self.system.level == "unit" else GRAPHS[:1]:
            weights = fields.weighted(self.program, self.units, files=graph == "file")
            for method, runs in fields.all_methods(weights):
                spread = [self._spread(run) if graph == "file" else run for run in runs]
                name = f"{method}/{graph}"
                of_units[name] = mean(figures(self.hidden_truth, run) for run in spread)
                of_files[name] = mean(figures(*by_files(self.hidden_truth, run, self.units)) for run in spread)
        return of_units, of_files

    def _spread(self, found: Mapping[str, str]) -> dict[str, str]:
        """A partition of files as one of units."""
        homes = {unit: self.units.module[unit] or unit for unit in self.hidden_truth}
        return {unit: found.get(home, f"alone {home}") for unit, home in homes.items()}


def measure(case: Case, *, visible: bool = True, seed: int = 0) -> Row:
    """Everything about one system."""
    found = judged(cluster(case.program, graph_of(case.program), seed=seed), case.hidden_truth, case.units)
    seen = None
    if visible:
        seen = judged(cluster(case.visible, graph_of(case.visible), seed=seed), case.truth, units_of(case.visible))
    system = case.system
    groups = len(set(case.truth.values()))
    small = len(case.truth) < 60
    return Row(system.name, len(case.truth), groups, system.held_out, small, *case.field(), found, seen)


def judged(plan: Plan, meant: Mapping[str, str], units: Units) -> Ours:
    """Our answer against the truth. What goes to ``shared`` is one group, as ``refactor.cluster.agreement`` has it."""
    found = {unit: plan.assignment[unit] for unit in meant if unit in plan.assignment}
    shared = sum(service == SHARED for service in found.values()) / len(meant)
    return Ours(figures(meant, found), figures(*by_files(meant, found, units)), len(plan.services), shared)


def as_json(field: Mapping[str, Figures]) -> dict[str, dict[str, float]]:
    """Figures by method, as JSON has them."""
    return {name: asdict(one) for name, one in field.items()}


def known_field(known: Mapping[str, dict[str, float]]) -> dict[str, Figures]:
    """The other way."""
    return {name: Figures(**one) for name, one in known.items()}


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
