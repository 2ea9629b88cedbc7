"""What a proposal costs, measures and leaves open: the numbers that a reviewer weighs.

Made by ``cluster``; read by ``report`` and the mouth. A cost is what the refinement minimises; a metric is one of the
field's published measures, told and never optimised.
"""

from msgspec import Struct


class Cost(Struct, frozen=True, order=True):
    """What a plan costs, term by term, in the units of the refinement's objective (lower is better).

    ``hops``: remote calls per use case. ``foreign_writes``/``foreign_reads``: accesses to another owner's table.
    ``transactions``: owners beyond the first, summed over transactions. ``entries``: services beyond the first, summed
    over entry points. ``balance``: sum of ln(size / median) squared. ``total`` weighs them.
    """

    hops: float = 0.0
    foreign_writes: float = 0.0
    foreign_reads: float = 0.0
    transactions: float = 0.0
    entries: float = 0.0
    balance: float = 0.0
    total: float = 0.0


class Metric(Struct, frozen=True, order=True):
    """A published measure of a decomposition. ``better``: higher | lower. ``source`` names formula and paper."""

    name: str
    value: float
    better: str
    source: str = ""
    gamed: str = ""


class Move(Struct, frozen=True, order=True):
    """One unit (``symbol``, or a module's rest) moved from one service to another.

    ``gain`` is the cost saved (negative: what the move would cost); ``terms`` are the differences by name of a term of
    ``Cost``, negative where the move is cheaper.
    """

    symbol: str
    source: str
    target: str
    gain: float
    terms: tuple[tuple[str, float], ...] = ()


class Alternative(Struct, frozen=True, order=True):
    """Another plan that no plan met beats on every count. ``name``: fewer cuts | cleaner data | smaller services ...

    ``services``: each service's name with its units and tables (node ids). ``cuts`` counts crossing edges.
    """

    name: str
    cost: Cost
    cuts: int
    services: tuple[tuple[str, tuple[str, ...]], ...]


class Cycle(Struct, frozen=True, order=True):
    """Services that depend on one another in a ring; ``consumer`` -> ``provider`` is the weakest link to break.

    ``cuts`` are the ids of that link's cuts, ``weight`` what they weigh together.
    """

    services: tuple[str, ...]
    consumer: str
    provider: str
    weight: float
    cuts: tuple[str, ...]


class Group(Struct, frozen=True, order=True):
    """Services that a report shows as one when there are many."""

    name: str
    services: tuple[str, ...]


class Shift(Struct, frozen=True, order=True):
    """A unit or ``table:NAME`` that stands elsewhere in a later plan, and ``why``: the order that says so, else its reason."""

    symbol: str
    source: str
    target: str
    why: str = ""


class Difference(Struct, frozen=True):
    """What a later plan does differently. Services are compared by what they hold, so a new name alone moves nothing.

    ``moved``: units that both plans place, differently. ``appeared``/``vanished``: units that only one of them knows.
    ``gained``/``lost``: services without a counterpart; ``renamed``: (before, after). ``new_cuts``/``gone_cuts``: ids of
    ``Cut``. ``before``/``after``: what the plans cost.
    """

    moved: tuple[Shift, ...] = ()
    appeared: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    new_cuts: tuple[str, ...] = ()
    gone_cuts: tuple[str, ...] = ()
    before: Cost = Cost()
    after: Cost = Cost()

    @property
    def is_none(self) -> bool:
        """Whether both plans cut the same code in the same places under the same names."""
        return not (
            self.moved or self.appeared or self.vanished or self.gained or self.lost or self.renamed
            or self.new_cuts or self.gone_cuts
        )  # fmt: skip


class Agreement(Struct, frozen=True, order=True):
    """How near a decomposition comes to one that people made, over the names that both hold.

    ``ari``, ``nmi``: adjusted Rand index, normalised mutual information. ``mojofm``: 0..100. ``precision``, ``recall``,
    ``f1``: of pairs that stand together. ``nodes``: names compared; ``found``/``meant``: groups of either side;
    ``unknown``: names of the truth that the decomposition lacks. See ``refactor.cluster.measures``.
    """

    ari: float
    nmi: float
    mojofm: float
    precision: float
    recall: float
    f1: float
    nodes: int
    found: int
    meant: int
    unknown: int = 0
