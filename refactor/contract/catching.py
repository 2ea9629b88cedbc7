"""Calls that stand in a ``try`` -> which of the exceptions caught there a wire would not bring.

Comes in: the places of calls, and what runs behind them. Goes out: hindrances. Must not: look at exceptions that the program
raises itself; ``raising`` does, and they cross.
"""

import builtins
from collections.abc import Iterable, Iterator, Sequence

from refactor.contract.quiet import is_quiet
from refactor.contract.reach import Reach
from refactor.contract.scopes import Scopes
from refactor.contract.sites import Site
from refactor.model import facts
from refactor.model.contracts import Hindrance

_ALL = frozenset({"Exception", "BaseException"})


class Catching:
    """Looks at handlers around calls, in the functions that make them and in those that lead there."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self._libraries: dict[str, set[str]] = {}
        self._loud: set[str] = set()
        for call in scopes.program.external_calls:
            self._libraries.setdefault(call.symbol, set()).add(call.callee.partition(".")[0])
            if not is_quiet(call.callee):
                self._loud.add(call.symbol)

    def hindrances(self, reached: Reach, sites: Sequence[Site]) -> list[Hindrance]:
        """The first handler that waits for what a library behind the call raises; its exceptions stay on the other side."""
        behind = set[str]().union(*(self._libraries.get(symbol, set()) for symbol in reached.symbols))
        is_loud = not self._loud.isdisjoint(reached.symbols)
        for symbol, handler in self._around(sites) if behind else ():
            caught = self._caught(symbol, handler, behind, is_loud=is_loud)
            if caught:
                text = f"{symbol} catches {caught}, which a library behind it may raise."
                return [Hindrance("exception", text, self._scopes.place(symbol, handler.at[0]))]
        return []

    def _caught(self, symbol: str, handler: facts.Handler, behind: set[str], *, is_loud: bool) -> str:
        """What a handler names that only a library raises, or all exceptions where it looks at them; "" for others."""
        types = handler.type.items if isinstance(handler.type, facts.Collection) else (handler.type,)
        for each in types:
            said = self._scopes.meant(symbol, each) if each is not None else "Exception"
            if said in _ALL:
                if handler.name and is_loud:
                    return said
            elif (is_loud or said.partition(".")[0] in behind) and not self._crosses(said):
                return said
        return ""

    def _crosses(self, said: str) -> bool:
        """Whether an exception is the program's own or Python's."""
        return said in self._scopes.program.by_symbol or hasattr(builtins, said.removeprefix("builtins."))

    def _around(self, sites: Iterable[Site]) -> Iterator[tuple[str, facts.Handler]]:
        """The handlers around some calls, and around the calls that lead to them."""
        waiting = [(site.symbol, (site.evidence.line, site.evidence.column)) for site in sites]
        seen = set(waiting)
        for symbol, at in waiting:  # grows while it is read
            for node in self._scopes.nodes(symbol):
                if isinstance(node, facts.Call) and node.at == at:
                    yield from ((symbol, handler) for handler in self._handlers(symbol, node))
            for edge in self._scopes.program.incoming.get(symbol, ()):
                place = edge.source, (edge.evidence.line, edge.evidence.column)
                if edge.kind == "call" and place not in seen:
                    seen.add(place)
                    waiting.append(place)

    def _handlers(self, symbol: str, node: object) -> Iterator[facts.Handler]:
        """The handlers of each ``try`` in whose body a node stands."""
        while node is not None:
            above = self._scopes.parent(symbol, node)
            if isinstance(above, facts.Try) and any(each is node for each in above.body):
                yield from above.handlers
            node = above
