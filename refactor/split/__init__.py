"""Program + Plan + SourceTree -> Slice*: cut the source along the plan; merge a new generation with a person's edits.

Comes in: values of ``refactor.model``. Goes out: slices of the monolith's own text. Must not: touch disk, run the code,
or load libcst before it is needed.
"""

from refactor.model.contracts import NO_CONTRACTS, Contracts
from refactor.model.graph import Graph
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.slices import Slice
from refactor.model.sources import SourceTree
from refactor.split.merge import Merge, merge
from refactor.split.origins import origins
from refactor.split.regenerate import Regeneration, regenerate

__all__ = ["Merge", "Regeneration", "merge", "origins", "regenerate", "split"]


def split(
    program: Program, graph: Graph, plan: Plan, tree: SourceTree, contracts: Contracts = NO_CONTRACTS
) -> tuple[Slice, ...]:
    """One slice per service of the plan, in the plan's order, and the ``fallback`` at the end."""
    from refactor.split.service import slices_of

    return slices_of(program, graph, plan, tree, contracts)
