"""Why the split answered differently: what a finding foresaw, what follows from that, what nobody can explain.

Comes in: the rows of a replay and their divergences, the program, its graph and the findings. Goes out: the same
divergences with entry point, ``predicted_by`` and ``follows``. Must not: drop any: explained or not, all count.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec import Struct

from refactor.model.findings import SEVERITIES, Finding
from refactor.model.graph import Graph, reachable
from refactor.model.program import Program
from refactor.model.replay import Divergence
from refactor.verify.corpus import variables_of
from refactor.verify.coverage import entry_of
from refactor.verify.dialogue import Row
from refactor.verify.routing import entries_of

FORESEEING = ("STATE", "FS")
"""Groups of rules that foresee a difference in behaviour; ``FORESEEING_RULES`` are single ones."""

FORESEEING_RULES = ("PROC001", "TIME006", "TIME007")
_FOLLOWED = frozenset({"call", "enter", "publish"})
_KEPT = ("table", "state", "file")


class Touched(Struct, frozen=True):
    """What an entry point reads and writes, calls followed: ids of tables, state and files."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()


class _Known(Struct, frozen=True, dict=True):
    """All that explanations are drawn from."""

    rows: Sequence[Row]
    program: Program
    graph: Graph
    findings: Sequence[Finding]
    cold: bool = False

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """The entry point of each request, "" when none fits."""
        table = entries_of(self.program.entry_points)
        return tuple(entry_of(table, expected.sent) for _, expected, _ in self.rows)

    @cached_property
    def touched(self) -> dict[str, Touched]:
        """What each requested entry point touches."""
        return {entry: touched_by(entry, self.program, self.graph) for entry in sorted(set(self.entries))}

    @cached_property
    def foreseeing(self) -> tuple[Finding, ...]:
        """The findings that foresee a difference, the most specific first."""
        return tuple(sorted((each for each in self.findings if foresees(each)), key=_specific))

    def foreseen(self, number: int, *, lasting: bool = False) -> str:
        """The sentence of the most specific finding that can have shown by this request; "" when there is none.

        ``lasting``: it shows in what the request left behind, not in its answer.
        """
        entry = self.entries[number - 1]
        others = {each for each in self.entries[: number - 1] if self.cold or each != entry}
        for finding in self.foreseeing:
            if entry in finding.entry_points and self._has_shown(finding, others, lasting):
                return sentence(finding)
        return ""

    def _has_shown(self, finding: Finding, others: set[str], lasting: bool) -> bool:
        """Answers differ only once another entry point, in its own process, has changed that state or run that code."""
        if finding.node.startswith("state:"):
            return any(finding.node in self.touched[each].writes for each in others)
        if finding.node.startswith("external:") and not lasting:
            return any(each in finding.entry_points for each in others)
        return True


def explain(
    rows: Sequence[Row],
    divergences: Sequence[Divergence],
    program: Program,
    graph: Graph,
    findings: Sequence[Finding],
    *,
    cold: bool = False,
) -> tuple[Divergence, ...]:
    """The divergences, each with the finding that predicted it, or with the earlier request that it follows from.

    ``cold``: no process outlived a request, so that an entry point lost even what it had changed itself.
    """
    known = _Known(rows, program, graph, findings, cold)
    explained: dict[int, Divergence] = {}
    result = []
    for divergence in divergences:
        told = (
            _of_answer(divergence, known, explained) if divergence.request else _of_rest(divergence, known, explained)
        )
        if told.request and (told.predicted_by or told.follows):
            explained.setdefault(told.request, told)
        result.append(told)
    return tuple(result)


def foresees(finding: Finding) -> bool:
    """Whether a finding says that behaviour will differ once processes are many and short-lived."""
    return finding.rule.startswith(FORESEEING) or finding.rule in FORESEEING_RULES


def sentence(finding: Finding) -> str:
    """``RULE at path:line``."""
    return f"{finding.rule} at {finding.path}:{finding.line}"


def touched_by(entry: str, program: Program, graph: Graph) -> Touched:
    """What an entry point reads and writes; an event leads on to its subscribers."""
    subscribers = {channel.id: channel.subscribers for channel in program.channels}
    reached: set[str] = set()
    waiting = [entry]
    while waiting:
        found = set(reachable(graph, waiting, _FOLLOWED)) - reached
        reached |= found
        waiting = sorted({symbol for node in found for symbol in subscribers.get(node, ())} - reached)
    reads, writes = (frozenset(_kept(graph, reached, kind)) for kind in ("read", "write"))
    return Touched(
        reads | {f"state:{state.symbol}" for state in program.states if reached & set(state.readers)},
        writes | {f"state:{state.symbol}" for state in program.states if reached & set(state.writers)},
    )


def _kept(graph: Graph, nodes: Iterable[str], kind: str) -> Iterable[str]:
    for node in nodes:
        if node in graph:
            for _, target, key in graph.out_edges(node, keys=True):
                if key == kind and target.partition(":")[0] in _KEPT:
                    yield target


def _specific(finding: Finding) -> tuple[int, int, int, Finding]:
    """State says more than files, and they more than threads; the fewer entry points are reached, the more about each."""
    state = 0 if finding.node.startswith("state:") else 2 if finding.rule.startswith("STATE") else 3
    kind = 1 if finding.rule.startswith("FS") else state
    return kind, len(finding.entry_points), SEVERITIES.index(finding.severity), finding


def _of_answer(divergence: Divergence, known: _Known, explained: dict[int, Divergence]) -> Divergence:
    entry = known.entries[divergence.request - 1]
    predicted = known.foreseen(divergence.request)
    follows = 0 if predicted else _followed(divergence.request, known, explained)
    return _told(divergence, entry, predicted, follows)


def _followed(number: int, known: _Known, explained: dict[int, Divergence]) -> int:
    """The latest earlier explained divergence whose consequences reach this request; 0 when none does."""
    request = known.rows[number - 1][0]
    reads = known.touched[known.entries[number - 1]].reads
    setters = _cookie_setters(known.rows, number)
    for earlier in sorted((each for each in explained if each < number), reverse=True):
        captured = known.rows[earlier - 1][0].capture.keys()
        writes = known.touched[known.entries[earlier - 1]].writes
        if writes & reads or variables_of(request) & captured or earlier in setters:
            return earlier
    return 0


def _cookie_setters(rows: Sequence[Row], number: int) -> set[int]:
    """The requests whose answers set, last, the cookies that a request carries (or would, had they not been lost)."""
    jar = rows[number - 1][0].jar
    setters: dict[str, int] = {}
    for earlier, (request, expected, actual) in enumerate(rows[: number - 1], 1):
        if request.jar == jar:
            setters.update(dict.fromkeys(_cookies((*expected.headers, *actual.headers)), earlier))
    return set(setters.values())


def _cookies(headers: Iterable[tuple[str, str]]) -> list[str]:
    """The names of cookies in cleaned headers."""
    names = (value.partition(";")[0].partition("=")[0] for name, value in headers if name == "set-cookie")
    return [name.removesuffix(" (removed)") for name in names]


def _of_rest(divergence: Divergence, known: _Known, explained: dict[int, Divergence]) -> Divergence:
    """What is left differs because a request that writes it went wrong, or was foreseen to write something else."""
    kind, _, name = divergence.what.partition(" ")
    if kind not in ("table", "file"):
        return divergence
    touched = known.touched
    prefix = f"table:{name}" if kind == "table" else "file:"
    writers = [
        (number, entry)
        for number, entry in enumerate(known.entries, 1)
        if any(each == prefix or (kind == "file" and each.startswith(prefix)) for each in touched[entry].writes)
    ]
    for number, entry in writers:
        if number in explained:
            return _told(divergence, entry, explained[number].predicted_by, number)
    for number, entry in writers:
        predicted = known.foreseen(number, lasting=True)
        if predicted:
            return _told(divergence, entry, predicted, 0)
    return divergence


def _told(divergence: Divergence, entry: str, predicted: str, follows: int) -> Divergence:
    return Divergence(
        request=divergence.request,
        what=divergence.what,
        expected=divergence.expected,
        actual=divergence.actual,
        entry_point=entry,
        predicted_by=predicted,
        follows=follows,
    )
