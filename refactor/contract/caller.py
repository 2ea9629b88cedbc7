"""The calls of a function -> what of its result must travel, and what stands in the way at the caller's side.

Comes in: an operation as its function tells it, and the places that call it. Goes out: the operation with the attributes
of rows that its callers read, and hindrances. Must not: judge the function itself.
"""

from collections.abc import Sequence, Set

from msgspec.structs import replace

from refactor.contract.annotations import UndecidedError
from refactor.contract.catching import Catching
from refactor.contract.computed import Attribute, Computed
from refactor.contract.handling import Follower
from refactor.contract.parts import holds_rows, rows_in, rows_within
from refactor.contract.reach import Reach
from refactor.contract.sagas import unfit
from refactor.contract.scopes import Scopes
from refactor.contract.settings import whole_requests
from refactor.contract.shapes import Shapes
from refactor.contract.sights import Handling
from refactor.contract.sites import Site
from refactor.model import facts
from refactor.model.contracts import Field, Hindrance, Operation
from refactor.model.program import Program


class Callers:
    """Judges the callers' side."""

    def __init__(self, program: Program, scopes: Scopes, shapes: Shapes, computed: Computed) -> None:
        self._program = program
        self._scopes = scopes
        self._shapes = shapes
        self._computed = computed
        self._catching = Catching(scopes)
        self._inside = {symbol for one in program.transactions for symbol in one.via}
        self._whole = whole_requests(scopes.names) if "django" in program.frameworks else None

    def judged(
        self, operation: Operation, reached: Reach, sites: Sequence[Site], sent: Set[str], *, saga: str = ""
    ) -> tuple[Operation, list[Hindrance]]:
        """The operation for these callers, and what hinders it. ``saga``: the consumer, where a person ordered one."""
        together = self._together(operation, reached, sites)
        if saga:
            written = tuple(sorted(node.partition(":")[2] for node in reached.written("table:")))
            operation = replace(operation, sagas=(saga,), written=written)
            together = list(unfit(self._program, operation, reached, sites[0].evidence))
        hindrances = [*together, *self._odd_calls(sites), *self._catching.hindrances(reached, sites)]
        if not holds_rows(operation.result):
            return operation, hindrances
        handling = self._followed(operation, sites, sent)
        worked_out = self._worked_out(operation, handling)
        hindrances += self._missed(operation, handling)
        try:
            shape = self._shapes.filled(operation.result, handling.read_of, lambda row: self._own(row, worked_out))
        except UndecidedError as why:
            text = f"what {operation.symbol} returns {why}."
            return operation, [*hindrances, Hindrance("row-attribute", text, sites[0].evidence)]
        further = {self._shapes.table(row.symbol) for row in rows_within(shape)}
        return _with(replace(operation, result=shape), worked_out, further), hindrances

    def _worked_out(self, operation: Operation, handling: Handling) -> list[Attribute]:
        """Attributes of rows that run code, as far as the provider can run it; what is among them is no escape."""
        entities = sorted({row.symbol for row in rows_in([operation.result])} | handling.attributes.keys() - {""})
        found: dict[str, Attribute] = {}
        for sight, (name, way, targets) in sorted(handling.asked.items()):
            each = [one for entity in entities if (one := self._try(entity, name, way)) is not None]
            if each and targets <= {one.symbol for one in each} and not operation.is_async:
                handling.escapes.discard(sight)
                found |= {one.symbol: one for one in each}
        for name in sorted(handling.read):
            unknown = [
                entity
                for entity in entities
                if name in handling.read_of(entity) and not self._shapes.has_column(entity, name)
            ]
            each = [one for entity in unknown if (one := self._try(entity, name, "property")) is not None]
            found |= {one.symbol: one for one in each if not operation.is_async}
        return [found[symbol] for symbol in sorted(found)]

    def _try(self, entity: str, name: str, way: str) -> Attribute | None:
        try:
            return self._computed.of(entity, name, way)
        except UndecidedError:
            return None

    def _together(self, operation: Operation, reached: Reach, sites: Sequence[Site]) -> list[Hindrance]:
        """Calls inside a transaction, and writes that nobody commits behind the call."""
        if operation.effect == "none":
            return []
        found = [
            Hindrance("transaction", f"{site.symbol} calls it inside a transaction.", site.evidence)
            for site in sites
            if site.evidence.transaction or site.symbol in self._inside
        ][:1]
        if self._whole is not None:
            found = [Hindrance("transaction", "each request is one transaction (ATOMIC_REQUESTS).", self._whole)]
        committed = {
            table for one in self._program.transactions if one.symbol in reached.symbols for table in one.writes
        }
        left = sorted(node.partition(":")[2] for node in reached.written("table:"))
        open_ones = [table for table in left if table not in committed]
        if open_ones:
            text = f"it writes {', '.join(open_ones)} and leaves the commit to its caller."
            found.append(Hindrance("uncommitted", text, sites[0].evidence))
        return found

    def _odd_calls(self, sites: Sequence[Site]) -> list[Hindrance]:
        """Calls with ``*`` arguments, and calls that are only known by the value that flows there."""
        found = []
        for site in sites:
            if site.evidence.how not in ("direct", "annotation"):
                text = f"{site.symbol} comes to it through a value."
                found.append(Hindrance("indirect", text, site.evidence))
        return found[:1]

    def _followed(self, operation: Operation, sites: Sequence[Site], sent: Set[str]) -> Handling:
        follower = Follower(self._scopes, sent, self._shapes.leads)
        for site in sites:
            place = (site.evidence.line, site.evidence.column)
            for node in self._scopes.nodes(site.symbol):
                if isinstance(node, facts.Call) and node.at == place:
                    follower.value(site.symbol, node, operation.result)
        return follower.run()

    def _missed(self, operation: Operation, handling: Handling) -> list[Hindrance]:
        seen = sorted(handling.escapes) + [
            sight for sight in sorted(handling.changes) if sight.text.startswith("has its")
        ]
        return [
            Hindrance(
                "row-escapes",
                f"what {operation.symbol} returns {sight.text}.",
                self._scopes.place(sight.symbol, sight.line),
            )
            for sight in seen[:3]
        ]

    def _own(self, row: str, worked_out: Sequence[Attribute]) -> list[Field]:
        """Those of the attributes that run code which a mapped class has."""
        return [one.field for one in worked_out if self._try(row, one.field.name, one.field.way) == one]


def _with(operation: Operation, worked_out: Sequence[Attribute], further: Set[str]) -> Operation:
    """The operation whose provider works out some attributes as well, and reads the ``further`` tables of other rows."""
    tables = set(further).union(*(one.reached.tables for one in worked_out))
    effect = "reads" if tables and operation.effect == "none" else operation.effect
    return replace(
        operation,
        computed=tuple(one.symbol for one in worked_out),
        tables=tuple(sorted({*operation.tables, *tables})),
        effect=effect,
    )
