"""Calls of a cloud's library that no role can be given a narrow permission for."""

from collections.abc import Iterable

from refactor.check.hits import Hit
from refactor.check.scene import Scene
from refactor.model.program import Evidence


def unnamed(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Calls whose resource, or whose permission, is not known."""
    for need in scene.program.needs:
        if not need.resource and scene.counts(need.symbol):
            wanted = ", ".join(need.actions) or need.call
            yield Hit(need.symbol, Evidence(need.path, need.line), f"call:{need.call}", wanted, (("why", need.why),))


ANALYSES = (unnamed,)
