"""What an entry point does itself, beside what it sends: whether both touch the same things.

Comes in: an entry point and the wishes of its service. Goes out: a hindrance for each that would find, or leave, something
else than it does today. Must not: look into shapes.
"""

from collections.abc import Iterator, Mapping, Sequence

from refactor.contract.afterwards import afterwards
from refactor.contract.eventing import Events
from refactor.contract.parts import rows_in, rows_within
from refactor.contract.reach import FOLLOWED, Reach, Reaches, at_start
from refactor.contract.scopes import Scopes
from refactor.contract.sites import Site
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
        # Django commits each statement outside of a transaction, and inside of one the inner commits nothing.
        committing = () if "django" in program.frameworks else program.transactions
        self._committing = frozenset(one.symbol for one in committing)
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
                later = self._later(wish)
                reads = wish.reached.reads | wish.tables_of_rows(self._tables) | later
                touched = local.reads | local.writes | around.reads | around.writes
                both = (wish.reached.writes & touched) | (reads & (local.writes | around.writes))
            if both:
                when = "as well, and not in the order of today," if wish.is_event else "itself before or after"
                verb = "and sends" if wish.is_event else "it calls"
                text = f"{entry} touches {min(both)} {when} {verb} {symbol}."
                yield wish, Hindrance("shared-data", text, self._places.get(entry, Evidence("", 0)))
            elif not wish.is_event and (changing := [each for each in called if later & sent[each].reached.writes]):
                text = f"{entry} may read rows of it after {changing[0]} has changed them."
                yield wish, Hindrance("shared-data", text, self._places.get(entry, Evidence("", 0)))
            elif not (wish.is_event or wish.hindrances) and (own := self._committed_along(wish.reached, local, symbol)):
                text = f"{entry} writes {own} itself, and {symbol} commits that along with its own work."
                yield wish, Hindrance("transaction", text, self._places.get(entry, Evidence("", 0)))

    def _later(self, wish: Wish) -> frozenset[str]:
        """What attributes of rows lead on to, or are worked out of: the caller would read it when it reads them."""
        if wish.operation is None:
            return frozenset()
        worked_out, further = wish.operation.computed, rows_within(wish.operation.result)
        rows = rows_in([wish.operation.result]) if worked_out else further
        own = frozenset(f"table:{self._tables[row.symbol]}" for row in rows)
        return own.union(*(self._reaches.of([symbol]).reads for symbol in worked_out))

    def sites(self, local: Reach, symbol: str) -> tuple[Site, ...]:
        """Where what runs calls a function."""
        return tuple(site for site in self._events.sites(symbol) if site.symbol in local.symbols)

    def _committed_along(self, reached: Reach, local: Reach, symbol: str) -> str:
        """A table that a caller writes and that the commit of what it calls commits too, "" if none."""
        if not reached.symbols & self._committing:
            return ""
        left = (table for table in local.written("table:") if not self._is_done(table, local, symbol))
        return min(left, default="")

    def _is_done(self, table: str, local: Reach, symbol: str) -> bool:
        """Whether all that is written to a table is committed by those who write it, before or after a call elsewhere."""
        edges = self._program.incoming.get(table, ())
        writers = {edge.source for edge in edges if edge.kind == "write" and edge.source in local.symbols}
        return bool(writers) and all(self._commits(writer, local, symbol) for writer in writers)

    def _commits(self, writer: str, local: Reach, symbol: str) -> bool:
        """Whether a function commits its own work, or is only called in blocks that do."""
        if writer in self._committing:
            return symbol not in self._reaches.of([writer]).symbols
        calls = [edge for edge in self._program.incoming.get(writer, ()) if edge.source in local.symbols]
        made = [edge for edge in calls if edge.kind in FOLLOWED and edge.kind != "reference"]
        return bool(made) and all(edge.kind == "call" and edge.evidence.transaction for edge in made)

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
