"""What an entry point does itself, beside what it sends: whether both touch the same things.

Comes in: an entry point and the wishes of its service. Goes out: a hindrance for each that would find, or leave, something
else than it does today. Must not: look into shapes.
"""

from collections.abc import Iterator, Mapping, Sequence

from refactor.contract.afterwards import afterwards
from refactor.contract.caller import Site
from refactor.contract.eventing import Events
from refactor.contract.reach import Reach, Reaches, at_start
from refactor.contract.scopes import Scopes
from refactor.contract.wishes import Wish
from refactor.model.contracts import Hindrance
from refactor.model.program import Evidence, Program

_NOTHING = Reach(frozenset(), frozenset(), frozenset())


class Meeting:
    """Judges entry points one by one."""

    def __init__(self, program: Program, scopes: Scopes, reaches: Reaches, events: Events) -> None:
        self._program = program
        self._scopes = scopes
        self._reaches = reaches
        self._events = events
        threads = {call.symbol for call in program.external_calls if call.callee.startswith("threading.Thread")}
        self._around = reaches.without(
            _around(program),
            frozenset(),
            lambda edge: edge.kind == "reference" or (edge.source in threads and edge.evidence.how == "value"),
        )
        self._places = {entry.id: entry.evidence for entry in program.entry_points}
        self._tables = {table.model: table.name for table in program.tables}

    def hindered(self, entry: str, sent: Mapping[str, Wish]) -> Iterator[tuple[Wish, Hindrance]]:
        """The wishes that an entry point stands in the way of; ``sent`` are those of its service that nothing hinders yet."""
        local = self._reaches.of([entry], sent.keys())
        around = self._around if entry.startswith("http:") else _NOTHING
        called = {symbol: sites for symbol in sorted(local.met) if (sites := self.sites(local, symbol))}
        for symbol, sites in called.items():
            wish = sent[symbol]
            if wish.is_event:
                others = [sent[each].reached for each in called if each != symbol]
                both = self._late(wish, [local, around], others) or self._before(wish, local, entry, sites, sent)
            else:
                reads = wish.reached.reads | wish.tables_of_rows(self._tables)
                touched = local.reads | local.writes | around.reads | around.writes
                both = (wish.reached.writes & touched) | (reads & (local.writes | around.writes))
            if both:
                when = "as well, and not in the order of today," if wish.is_event else "itself before or after"
                verb = "and sends" if wish.is_event else "it calls"
                text = f"{entry} touches {min(both)} {when} {verb} {symbol}."
                yield wish, Hindrance("shared-data", text, self._places.get(entry, Evidence("", 0)))

    def sites(self, local: Reach, symbol: str) -> tuple[Site, ...]:
        """Where what runs calls a function."""
        return tuple(site for site in self._events.sites(symbol) if site.symbol in local.symbols)

    def _late(self, wish: Wish, here: Sequence[Reach], others: Sequence[Reach]) -> frozenset[str]:
        """What is touched by all the rest, which an event runs after."""
        written = frozenset[str]().union(*(other.writes for other in others))
        touched = written.union(*(each.reads for each in (*here, *others)), *(each.writes for each in here))
        both = wish.reached.writes & touched
        return both | ((wish.reached.reads | wish.tables_of_rows(self._tables)) & written)

    def _before(
        self, wish: Wish, local: Reach, entry: str, sites: Sequence[Site], sent: Mapping[str, Wish]
    ) -> frozenset[str]:
        """What is written between the sending of an event and the commit that lets it go."""
        reads = wish.reached.reads | wish.tables_of_rows(self._tables)
        if not reads & local.writes:
            return frozenset()
        places = [(site.symbol, site.evidence) for site in sites]
        return reads & afterwards(self._scopes, self._reaches, [entry], places, sent.keys()).writes


def _around(program: Program) -> tuple[str, ...]:
    """What a framework runs around every request, because code that builds the application has given it to it.

    What is only mentioned on the way, or started in a thread, runs at another time.
    """
    early = {*at_start(program), *program.factories, *(module.name for module in program.modules)}
    return tuple(sorted({edge.target for edge in program.edges if edge.kind == "hook" and edge.source in early}))
