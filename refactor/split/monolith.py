"""The monolith as a closure walks it: pages, trails, effects, and the program's edges by the statement that needs them.

Comes in: a program, its pages, what an import reaches, and lines that are left out. Goes out: ``Monolith``. Must not: decide
what is kept.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Final, TypeAlias

from refactor.model.names import module_of
from refactor.model.program import Edge, EntryPoint, Program
from refactor.split.effects import At, Effects, symbol_name
from refactor.split.page import Page
from refactor.split.trails import Trails

FOLLOWED: Final = frozenset(
    {"call", "reference", "inherit", "import", "relate", "config", "publish", "read", "write", "subscribe"}
)
REGISTERED: Final = frozenset({"http", "command", "schedule", "task"})

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""First and last lines."""


class Monolith:
    """Pages, trails, effects, and the program's edges by statement; none from lines that are ``left_out``, by path.

    ``rested`` are statements whose text is shorter already: their lines are those of the file no more.
    """

    def __init__(
        self,
        program: Program,
        pages: dict[str, Page],
        reached: Set[str],
        left_out: Mapping[str, Spans] | None = None,
        rested: frozenset[At] = frozenset(),
    ) -> None:
        self.program = program
        self.pages = pages
        self.trails = Trails(pages)
        self.effects = Effects(program, self.trails)
        self.reached = reached
        self.left_out = dict(left_out or {})
        self.rested = rested
        self.modules_by_path = {page.path: name for name, page in pages.items()}
        self.models = {f"table:{table.name}": table.model for table in program.tables if table.model}
        self.receivers = {channel.id: channel.subscribers for channel in program.channels}
        self.handlers = {symbol_name(entry.handler) for entry in program.entry_points if entry.handler}
        self.edges: dict[At, list[Edge]] = {}
        for edge in program.edges:
            if edge.kind in FOLLOWED and program.is_own(edge.source) and not _is_in(edge, left_out or {}):
                for at in self._places(edge):
                    self.edges.setdefault(at, []).append(edge)
        self.entries: dict[At, list[EntryPoint]] = {}
        for entry in program.entry_points:
            place = self.registering(entry)
            if place is not None and entry.kind in REGISTERED:
                self.entries.setdefault(place, []).append(entry)

    def place(self, path: str, line: int) -> At | None:
        """The statement at a line of a file."""
        module = self.modules_by_path.get(path)
        index = self.pages[module].at(line) if module is not None else -1
        return (module, index) if module is not None and index >= 0 else None

    def registering(self, entry: EntryPoint) -> At | None:
        """The statement that registers an entry point: the handler's own, where a decorator of the project does it."""
        at = self.place(entry.evidence.path, entry.evidence.line)
        module, name = symbol_name(entry.handler)
        if at is None or module not in self.pages:
            return at
        decorators = {(at[0], bound) for bound in self.pages[at[0]].statements[at[1]].binds}
        for index in self.pages[module].bound.get(name, ()):
            chains = [act.receiver for act in self.pages[module].statements[index].acts if act.how == "decorate"]
            if any(decorators & self.trails.follow((module, *chain)).ends.keys() for chain in chains if chain):
                return (module, index)
        return at

    def _places(self, edge: Edge) -> Iterable[At]:
        """The statements whose need an edge is: the one at its line, or those that bind its source."""
        at = self.place(edge.evidence.path, edge.evidence.line)
        if at is not None and at[0] == module_of(edge.source):
            return (at,)
        module, name = symbol_name(edge.source)
        page = self.pages.get(module)
        return ((module, index) for index in page.bound.get(name, ())) if page is not None and name else ()

    def without(
        self,
        pages: dict[str, Page],
        spans: Mapping[str, Iterable[tuple[int, int]]],
        rested: frozenset[At] = frozenset(),
    ) -> "Monolith":
        """The same with thinner pages, more lines left out, and more statements that are rested."""
        paths = sorted({*self.left_out, *spans})
        left_out = {path: tuple(sorted({*self.left_out.get(path, ()), *spans.get(path, ())})) for path in paths}
        return Monolith(self.program, pages, self.reached, left_out, self.rested | rested)


def _is_in(edge: Edge, left_out: Mapping[str, Spans]) -> bool:
    line = edge.evidence.line
    return any(first <= line <= last for first, last in left_out.get(edge.evidence.path, ()))
