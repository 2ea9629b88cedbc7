"""The calls of a function -> what of its result must travel, and what stands in the way at the caller's side.

Comes in: an operation as its function tells it, and the places that call it. Goes out: the operation with the attributes
of rows that its callers read, and hindrances. Must not: judge the function itself.
"""

from collections.abc import Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from refactor.contract.annotations import UndecidedError
from refactor.contract.handling import Follower, Handling
from refactor.contract.reach import Reach
from refactor.contract.scopes import Scopes
from refactor.contract.shapes import Shapes, holds_rows
from refactor.model import facts
from refactor.model.contracts import Hindrance, Operation, Shape
from refactor.model.program import Evidence, Program


class Site(Struct, frozen=True):
    """A call: the function it stands in, and where."""

    symbol: str
    evidence: Evidence


class Callers:
    """Judges the callers' side."""

    def __init__(self, program: Program, scopes: Scopes, shapes: Shapes) -> None:
        self._program = program
        self._scopes = scopes
        self._shapes = shapes
        self._inside = {symbol for one in program.transactions for symbol in one.via}

    def judged(
        self, operation: Operation, reached: Reach, sites: Sequence[Site], sent: Set[str]
    ) -> tuple[Operation, list[Hindrance]]:
        """The operation for these callers, and what hinders it."""
        hindrances = [*self._together(operation, reached, sites), *self._odd_calls(sites)]
        if not holds_rows(operation.result):
            return operation, hindrances
        handling = self._followed(operation, sites, sent)
        hindrances += self._missed(operation, handling)
        try:
            shape = self._filled(operation.result, handling.attributes)
        except UndecidedError as why:
            text = f"what {operation.symbol} returns {why}."
            return operation, [*hindrances, Hindrance("row-attribute", text, sites[0].evidence)]
        return replace(operation, result=shape), hindrances

    def _together(self, operation: Operation, reached: Reach, sites: Sequence[Site]) -> list[Hindrance]:
        """Calls inside a transaction, and writes that nobody commits behind the call."""
        if operation.effect == "none":
            return []
        found = [
            Hindrance("transaction", f"{site.symbol} calls it inside a transaction.", site.evidence)
            for site in sites
            if site.evidence.transaction or site.symbol in self._inside
        ][:1]
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
        follower = Follower(self._scopes, sent)
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

    def _filled(self, shape: Shape, attributes: set[str]) -> Shape:
        if shape.kind == "entity":
            return self._shapes.entity(shape.symbol, attributes)
        return replace(shape, of=tuple(self._filled(part, attributes) for part in shape.of))
