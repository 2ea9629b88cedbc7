"""What rules look at: program, plan and sources, with the questions they share answered once.

Comes in: the arguments of ``check``. Goes out: ``Scene``. Must not: judge.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from refactor.check.flow import handed, task_starts, with_process, with_process_steps
from refactor.check.patterns import compiled
from refactor.check.reach import Reach, reach_of
from refactor.model.facts import Pragma
from refactor.model.graph import Graph
from refactor.model.names import module_of
from refactor.model.plan import SHARED, Plan
from refactor.model.program import Edge, EntryPoint, Evidence, ExternalCall, Program, Start, State
from refactor.model.sources import SourceTree

# What runs when something runs: a call, the way in, and a signal's way from sender to receiver.
FLOW = frozenset({"call", "enter", "publish"})
THREAD = compiled(
    "{threading.{Thread,Timer},_thread.start_new_thread,concurrent.futures.**.submit,**Executor().submit}"
)
_MAIN = re.compile(r"""if\s+__name__\s*==\s*(['"])__main__\1""")


class Scene(Struct, frozen=True, dict=True):
    """Program, plan and sources, and what follows from them.

    ``waits``: what an entry point's answer waits for. ``reaches``: what it sets going at all, threads included.
    """

    program: Program
    graph: Graph
    plan: Plan
    sources: SourceTree
    pragmas: Mapping[str, tuple[Pragma, ...]]
    rule_ids: frozenset[str] = frozenset()

    @cached_property
    def tests(self) -> frozenset[str]:
        """The names of test modules."""
        return frozenset(module.name for module in self.program.modules if module.is_test)

    def counts(self, symbol: str) -> bool:
        """Whether the symbol belongs to the application, not to its tests."""
        return module_of(symbol) not in self.tests

    @cached_property
    def calls(self) -> tuple[ExternalCall, ...]:
        """External calls of the application, without those under ``if __name__ == "__main__"``."""
        return tuple(
            call for call in self.program.external_calls if self.counts(call.symbol) and not self._guarded(call)
        )

    @cached_property
    def calls_of(self) -> dict[str, tuple[ExternalCall, ...]]:
        """External calls by the definition that makes them."""
        grouped: dict[str, list[ExternalCall]] = {}
        for call in self.calls:
            grouped.setdefault(call.symbol, []).append(call)
        return {symbol: tuple(calls) for symbol, calls in grouped.items()}

    def _guarded(self, call: ExternalCall) -> bool:
        start = self._main_block.get(call.evidence.path)
        return start is not None and call.symbol in self.program.by_module and call.evidence.line > start

    @cached_property
    def _main_block(self) -> dict[str, int]:
        """By path, the line of ``if __name__ == "__main__"`` (which closes a file by custom)."""
        found: dict[str, int] = {}
        for file in self.sources.python():
            if b"__main__" in file.content:
                lines = [number for number, line in enumerate(file.text.splitlines(), 1) if _MAIN.match(line)]
                found |= {file.path: lines[0]} if lines else {}
        return found

    # -- reachability ----------------------------------------------------------------------------------------------

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """Ids of the application's entry points, sorted."""
        return tuple(sorted(entry.id for entry in self.program.entry_points if self.counts(entry.handler)))

    @cached_property
    def entry(self) -> dict[str, EntryPoint]:
        """Entry points by id."""
        return {entry.id: entry for entry in self.program.entry_points}

    @cached_property
    def waits(self) -> Reach:
        """What an entry point runs itself."""
        return reach_of(self.entries, self._waiting)

    @cached_property
    def reaches(self) -> Reach:
        """What an entry point runs itself, starts in a thread or as a task, or needs to have run before it."""
        return reach_of(self.entries, (*self._flow, *sorted(self._thread_starts | self._task_starts)))

    @cached_property
    def _waiting(self) -> tuple[tuple[str, str], ...]:
        """The flow without what is started beside it, and what runs with the process."""
        beside = self._thread_starts | self._task_starts | with_process_steps(self.program)
        return tuple(pair for pair in self._flow if pair not in beside)

    @cached_property
    def at_start(self) -> frozenset[str]:
        """Everything that runs as the process starts or ends, by calls that wait."""
        return frozenset(reach_of(sorted(with_process(self.program)), self._waiting).bits)

    @cached_property
    def _flow(self) -> tuple[tuple[str, str], ...]:
        steps = [
            (source, target)
            for source, target, kind in self.graph.edges(keys=True)
            if kind in FLOW and not (kind == "publish" and target in self.entry)
        ]
        steps += [(entry.id, entry.handler) for entry in self.program.entry_points if entry.handler]
        steps += [(channel.id, receiver) for channel in self.program.channels for receiver in channel.subscribers]
        return tuple(sorted({*steps, *self._hooks(), *handed(self.program)}))

    def _hooks(self) -> Iterator[tuple[str, str]]:
        """A request runs the hooks of its blueprint and of the app that holds it: entry point -> holder -> hook."""
        handlers = {entry.handler for entry in self.program.entry_points}
        yield from ((entry.id, entry.app) for entry in self.program.entry_points if entry.kind == "http" and entry.app)
        for edge in self.program.edges:
            if edge.kind == "register":
                known = self.program.by_symbol.get(edge.source)
                if known is not None and _runs(known.kind):
                    yield from [(edge.target, edge.source)] if edge.source not in handlers else ()
                elif edge.source not in self.program.by_module:
                    yield edge.source, edge.target

    @cached_property
    def _thread_starts(self) -> frozenset[tuple[str, str]]:
        """(who starts a thread, what runs in it): edges whose every site is the construction of a thread."""
        sites = {
            (call.symbol, call.evidence.path, call.evidence.line)
            for call in self.calls
            if THREAD.fullmatch(call.callee)
        }
        starters = {symbol for symbol, _, _ in sites}
        seen: dict[tuple[str, str], list[bool]] = {}
        for edge in self.program.edges:
            if edge.source in starters and edge.kind in {"call", "reference"}:
                seen.setdefault((edge.source, edge.target), []).append(self._at_thread(edge, sites))
        calls = {(edge.source, edge.target) for edge in self.program.edges if edge.kind == "call"}
        functions = self.program.by_symbol
        return frozenset(
            pair
            for pair, inside in seen.items()
            if any(inside)
            and (all(inside) or pair not in calls)
            and _runs(functions[pair[1]].kind if pair[1] in functions else "")
        )

    def _at_thread(self, edge: Edge, sites: set[tuple[str, str, int]]) -> bool:
        path, line = edge.evidence.path, edge.evidence.line
        if (edge.source, path, line) in sites:
            return True
        lines = self.sources.lines(path)
        return (
            0 < line <= len(lines)
            and "target=" in lines[line - 1]
            and any((edge.source, path, line - back) in sites for back in range(1, 7))
        )

    @cached_property
    def _task_starts(self) -> frozenset[tuple[str, str]]:
        return task_starts(self.program)

    @cached_property
    def tasks_at_start(self) -> tuple[Start, ...]:
        """Coroutines that are started as tasks while the process starts."""
        beside = self._task_starts
        return tuple(
            start
            for start in self.program.starts
            if (start.symbol, start.target) in beside and start.symbol in self.at_start and self.counts(start.symbol)
        )

    @cached_property
    def in_threads(self) -> frozenset[str]:
        """Everything that runs in a thread or task the application starts."""
        starts = sorted({target for _, target in self._thread_starts | self._task_starts})
        return frozenset(reach_of(starts, self._flow).bits)

    @cached_property
    def thread_targets(self) -> dict[str, tuple[str, ...]]:
        """By starter, the functions it runs in threads."""
        grouped: dict[str, list[str]] = {}
        for source, target in sorted(self._thread_starts):
            grouped.setdefault(source, []).append(target)
        return {source: tuple(targets) for source, targets in grouped.items()}

    @cached_property
    def _module_bits(self) -> Reach:
        """Import-time code serves every entry point that uses a definition of its module."""
        bits: dict[str, int] = {}
        for node, reached in self.reaches.bits.items():
            bits[module_of(node)] = bits.get(module_of(node), 0) | reached
        return Reach(self.reaches.entries, bits)

    def at_import(self, symbol: str) -> bool:
        """Whether the symbol's own code runs at import: a module, or a class body."""
        known = self.program.by_symbol.get(symbol)
        return ":" not in symbol or (known is not None and known.kind == "class")

    def entry_points(self, symbol: str, among: int = -1) -> tuple[str, ...]:
        """The entry points (of ``among``) that need the symbol's code: by running it, or by importing it."""
        if self.at_import(symbol):
            return self._module_bits.of(module_of(symbol), among=among)
        return self.reaches.of(symbol, among=among)

    @cached_property
    def http(self) -> frozenset[str]:
        """Ids of HTTP entry points."""
        return frozenset(entry.id for entry in self.program.entry_points if entry.kind == "http")

    @cached_property
    def http_mask(self) -> int:
        """The bits of HTTP entry points."""
        return self.waits.mask(self.http)

    # -- services --------------------------------------------------------------------------------------------------

    def services(self, symbol: str) -> tuple[str, ...]:
        """The services concerned with a symbol: its own, or for shared code those whose entry points need it."""
        own = self.plan.service_of(symbol)
        if own and own != SHARED:
            return (own,)
        needing = self.entry_points(symbol)
        if needing not in self._owned:
            self._owned[needing] = self.owners(*needing)
        return self._owned[needing]

    @cached_property
    def _owned(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        return {}

    def owners(self, *nodes: str) -> tuple[str, ...]:
        """The services that own any of the nodes, sorted; nodes in no service or in the shared kernel don't count."""
        found = {self.plan.service_of(node) for node in nodes}
        return tuple(sorted(found - {"", SHARED}))

    # -- state and tables ------------------------------------------------------------------------------------------

    def sites(self, target: str, kinds: frozenset[str], sources: "set[str] | frozenset[str]") -> tuple[Evidence, ...]:
        """Where any of the sources touches the target, by edge kind; sorted."""
        edges = self.incoming.get(target, ())
        return tuple(sorted({edge.evidence for edge in edges if edge.kind in kinds and edge.source in sources}))

    @cached_property
    def incoming(self) -> dict[str, tuple[Edge, ...]]:
        """Edges of application code by target."""
        grouped: dict[str, list[Edge]] = {}
        for edge in self.program.edges:
            if self.counts(edge.source):
                grouped.setdefault(edge.target, []).append(edge)
        return {target: tuple(edges) for target, edges in grouped.items()}

    def states(self) -> Iterator[State]:
        """States of the application that an entry point itself changes at run time."""
        for state in self.program.states:
            if self.counts(state.symbol) and any(self.waits.hits(writer) for writer in state.writers):
                yield state


def _runs(kind: str) -> bool:
    return kind in {"function", "method", "lambda"}
