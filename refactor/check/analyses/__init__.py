"""Analyses: what patterns can't say. One room per subject; a rule names an analysis as ``room.function``.

An analysis takes the scene and the candidates that the rule's own matches found, and yields hits. A new one is a
function listed in its room's ``ANALYSES``; nothing else registers it.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from refactor.check.analyses import calls, cuts, files, literals, permissions, reading, states, tables, threads
from refactor.check.hits import Hit
from refactor.check.scene import Scene

Analysis: TypeAlias = Callable[[Scene, tuple[Hit, ...]], Iterable[Hit]]

ANALYSES: dict[str, Analysis] = {
    f"{room.__name__.rpartition('.')[2]}.{analysis.__name__}": analysis
    for room in (calls, cuts, files, literals, permissions, reading, states, tables, threads)
    for analysis in room.ANALYSES
}
