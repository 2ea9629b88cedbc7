"""What runs when a function does: the functions behind it, and the tables, states and other things that they touch.

Comes in: a program. Goes out: ``Reach`` of a symbol, or of an entry point without what lies behind some calls. Must not:
judge.
"""

from collections.abc import Iterable, Set

from msgspec import Struct

from refactor.model.program import Evidence, Program

_FOLLOWED = frozenset({"call", "reference", "publish", "enter", "hook", "render"})
_TOUCHED = frozenset({"read", "write"})


class Reach(Struct, frozen=True):
    """``symbols`` are what runs; ``reads`` and ``writes`` node ids of tables, states, files, hosts and the like."""

    symbols: frozenset[str]
    reads: frozenset[str]
    writes: frozenset[str]

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


def reach(program: Program, starts: Iterable[str], sent: Set[str] = frozenset()) -> Reach:
    """What runs from some nodes on; calls of what is sent over a wire run elsewhere."""
    receivers = {channel.id: channel.subscribers for channel in program.channels}
    seen = dict.fromkeys(starts)
    touched: dict[str, set[str]] = {"read": set(), "write": set()}
    queue = list(seen)
    for node in queue:  # grows while it is read
        following = list(receivers.get(node, ()))
        for edge in program.outgoing.get(node, ()):
            if edge.kind in _TOUCHED:
                touched[edge.kind].add(edge.target)
            elif edge.kind in _FOLLOWED and edge.target not in sent:
                following.append(edge.target)
        new = [target for target in sorted(set(following)) if target not in seen]
        seen.update(dict.fromkeys(new))
        queue += new
    states = _states(program, frozenset(seen))
    return Reach(frozenset(seen), frozenset(touched["read"]) | states[0], frozenset(touched["write"]) | states[1])


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


def _states(program: Program, symbols: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The states that some functions read and write."""
    read = frozenset(f"state:{state.symbol}" for state in program.states if symbols & set(state.readers))
    return read, frozenset(f"state:{state.symbol}" for state in program.states if symbols & set(state.writers))
