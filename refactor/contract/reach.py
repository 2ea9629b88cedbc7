"""What runs when a function does: the functions behind it, and the tables, states and other things that they touch.

Comes in: a program. Goes out: ``Reach`` of a symbol, or of an entry point without what lies behind some calls. Must not:
judge.
"""

from collections.abc import Callable, Iterable, Sequence, Set

from msgspec import Struct

from refactor.contract.callbacks import NO_CALLBACKS, Callbacks
from refactor.model.program import Edge, Evidence, Program

FOLLOWED = frozenset({"call", "reference", "publish", "enter", "hook", "render"})
_TOUCHED = frozenset({"read", "write"})


class Reach(Struct, frozen=True):
    """``symbols`` are what runs; ``reads`` and ``writes`` node ids of tables, states, files, hosts and the like.

    ``met`` is what would run as well, had it not been sent.
    """

    symbols: frozenset[str]
    reads: frozenset[str]
    writes: frozenset[str]
    met: frozenset[str] = frozenset()

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables touched."""
        return tuple(sorted({n.partition(":")[2] for n in self.reads | self.writes if n.startswith("table:")}))

    def written(self, prefix: str) -> frozenset[str]:
        """The nodes of a kind that are written."""
        return frozenset(node for node in self.writes if node.startswith(prefix))

    @property
    def effect(self) -> str:
        """What it does to them: none | reads | writes."""
        if self.writes:
            return "writes"
        return "reads" if self.reads else "none"


def _is_not_over(_edge: Edge) -> bool:
    return False


class Reaches:
    """What runs behind the nodes of one program; an answer is kept for as long as it holds.

    ``given``: what a function runs only because a caller handed it over runs for that caller alone.
    """

    def __init__(self, program: Program, given: Callbacks = NO_CALLBACKS) -> None:
        self._program = program
        self._given = given
        self._receivers = {channel.id: channel.subscribers for channel in program.channels}
        self._read = _by_symbol((state.symbol, state.readers) for state in program.states)
        self._written = _by_symbol((state.symbol, state.writers) for state in program.states)
        self._kept: dict[tuple[str, ...], tuple[Set[str], Reach]] = {}

    def of(self, starts: Sequence[str], sent: Set[str] = frozenset()) -> Reach:
        """What runs from some nodes on; calls of what is sent over a wire run elsewhere.

        Where less is sent than before, the answer is another one only if something of that was met.
        """
        key = tuple(starts)
        before = self._kept.get(key)
        if before is None or not (before[1].met <= sent <= before[0]):
            self._kept[key] = frozenset(sent), self._walked(starts, sent)
        return self._kept[key][1]

    def without(self, starts: Iterable[str], sent: Set[str], is_over: Callable[[Edge], bool]) -> Reach:
        """The same without what lies behind some edges alone."""
        return self._walked(starts, sent, is_over)

    def _walked(self, starts: Iterable[str], sent: Set[str], is_over: Callable[[Edge], bool] = _is_not_over) -> Reach:
        seen = dict.fromkeys(starts)
        met: set[str] = set()
        touched: dict[str, set[str]] = {"read": set(), "write": set()}
        queue = list(seen)
        for node in queue:  # grows while it is read
            following: set[str] = set()
            for receiver in self._receivers.get(node, ()):
                (met if receiver in sent else following).add(receiver)
            for edge in (*self._program.outgoing.get(node, ()), *self._given.given.get(node, ())):
                if is_over(edge) or edge in self._given.settled:
                    continue
                if edge.kind in _TOUCHED:
                    touched[edge.kind].add(edge.target)
                elif edge.kind in FOLLOWED:
                    (met if edge.target in sent else following).add(edge.target)
            new = sorted(target for target in following if target not in seen)
            seen.update(dict.fromkeys(new))
            queue += new
            touched["read"].update(self._read.get(node, ()))
            touched["write"].update(self._written.get(node, ()))
        return Reach(frozenset(seen), frozenset(touched["read"]), frozenset(touched["write"]), frozenset(met))


def _by_symbol(states: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    """The nodes of states by the functions that touch them."""
    found: dict[str, list[str]] = {}
    for state, symbols in states:
        for symbol in symbols:
            found.setdefault(symbol, []).append(f"state:{state}")
    return found


def at_start(program: Program) -> dict[str, Evidence]:
    """What runs while modules are imported and factories build the application: symbol -> where it is called."""
    modules = {one.symbol for one in program.definitions if one.kind == "module"} | {
        one.name for one in program.modules
    }
    queue = sorted({*modules, *program.factories})
    found: dict[str, Evidence] = {}
    for symbol in queue:  # grows while it is read
        for edge in program.outgoing.get(symbol, ()):
            if edge.kind == "call" and edge.target not in found:
                found[edge.target] = edge.evidence
                queue.append(edge.target)
    return found
