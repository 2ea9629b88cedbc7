"""Rules x Program x Graph x Plan -> findings and verdicts.

Comes in: rules (data), the linked program with its graph, the plan, the source tree and the pragmas of each file.
Goes out: findings (with evidence, entry points, services), verdicts, and the reference text of the rules.
Must not: read files, change the plan, or know a rule id; what a rule is called stands in ``rules/`` only.
"""

from refactor.check.checking import check
from refactor.check.gate import gate, new_cuts
from refactor.check.ignores import accept
from refactor.check.reference import reference
from refactor.check.sagas import open_sagas
from refactor.check.settled import settled
from refactor.check.verdicts import judge

__all__ = ["accept", "check", "gate", "judge", "new_cuts", "open_sagas", "reference", "settled"]
