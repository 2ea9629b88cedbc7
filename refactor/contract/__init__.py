"""Program + Plan + facts -> Contracts: which calls between services can be sent over a wire, and what travels.

Comes in: the linked program, the plan, the facts of every module. Goes out: ``Contracts``, and a plan whose cuts have their
levels. Must not: change who owns what, touch text, or send a call whose answer might differ.
"""

from refactor.contract.levels import with_levels
from refactor.contract.proposing import contracts

__all__ = ["contracts", "with_levels"]
