"""Plan + slices -> stacks -> the files of every service.

Comes in: the program, the plan, verdicts, findings, slices and template texts. Goes out: ``Stack`` values and one
``SourceTree``. Must not: read or write disk, run code of the monolith, or decide what belongs to a service.
"""

from refactor.scaffold.database import database_of
from refactor.scaffold.outline import WRITERS, scaffold
from refactor.scaffold.runtimes import runtime_of
from refactor.scaffold.stacks import stacks_of
from refactor.scaffold.terraform import SAM
from refactor.scaffold.units import settled

__all__ = ["SAM", "WRITERS", "database_of", "runtime_of", "scaffold", "settled", "stacks_of"]
