"""Program + Graph -> Plan: which code and data belong together, and what crosses the boundaries.

Comes in: the linked program, its graph, and what a person decided. Goes out: a ``Plan``. Must not: read the plan
file, look at source text, or depend on the order of its input. The rooms, in the order the proposal walks through
them: ``units`` (what is assigned) -> ``touches`` (who touches which table) -> ``operations`` (what only commands run,
and follows) -> ``views`` (how strongly units hang together) -> ``reviewed``, ``resolve``, ``orders`` and
``contradictions`` (what a person decided) -> ``atoms`` (what moves as one) -> ``ensemble`` and ``consensus``
(communities) -> ``placement`` with ``kernel``, ``refine`` and ``repair`` (services) -> ``speech`` and ``titles``
(names), ``descriptions`` -> ``cuts``, ``waves``, ``firmness`` and ``explain`` (why, how surely), ``moves``,
``roadmap`` (``cycles``, ``groups``, ``waves``, ``scores``, ``metrics``), ``alternatives``. ``cases`` and ``placing``
hold the two halves of that walk. ``traffic`` and ``objective`` are what a placement costs; ``standing`` makes a plan
of any placement, for ``suppose`` (what if) and the alternatives. ``truth`` compares a plan with what people intend
(``measures``), ``difference`` with an earlier plan, ``effect`` with the plan without traces; ``assigned`` tells a
foreign graph's nodes where they are.
"""

from refactor.cluster.assigned import assigned
from refactor.cluster.difference import difference
from refactor.cluster.effect import effect
from refactor.cluster.propose import cluster
from refactor.cluster.reviewed import orders_of_review
from refactor.cluster.suppose import prospects, suppose
from refactor.cluster.truth import agreement, compared

__all__ = [
    "agreement", "assigned", "cluster", "compared", "difference", "effect", "orders_of_review", "prospects", "suppose",
]  # fmt: skip
