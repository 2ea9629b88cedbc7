"""Cuts of the plan: calls that would be made many times, receivers that would get an event twice."""

from collections.abc import Iterable

from refactor.check.hits import Hit
from refactor.check.scene import Scene
from refactor.check.wording import listed
from refactor.model import names
from refactor.model.program import Evidence


def chatty(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Cuts with a call inside a loop; the hit lies at the first such site."""
    for cut in scene.plan.cuts:
        if cut.chatty and cut.kind == "call" and scene.counts(cut.source):
            looped = sorted(site for site in cut.sites if site.loop) or sorted(cut.sites)
            words = (("consumer", cut.consumer), ("provider", cut.provider), ("target", cut.target))
            services = tuple(sorted({cut.consumer, cut.provider}))
            what = names.qualname_of(cut.target) or cut.target
            yield Hit(cut.source, looped[0], cut.target, what, words, tuple(looped[1:]), services=services)


def not_idempotent(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Consumers (tasks, schedules, and receivers in another service than the sender) that write tables they never read.

    A consumer that reads a table before it writes it may be checking for a repeat, and is given the benefit of the
    doubt.
    """
    for entry in scene.program.entry_points:
        if entry.kind not in {"task", "event", "schedule"} or not scene.counts(entry.handler):
            continue
        if entry.kind == "event" and not _crosses(scene, entry.id, entry.handler):
            continue
        blind = sorted(_touched(scene, entry.id, "write") - _touched(scene, entry.id, "read"))
        known = scene.program.by_symbol.get(entry.handler)
        if blind and known is not None:
            what = names.qualname_of(entry.handler)
            words = (("tables", listed([table.removeprefix("table:") for table in blind])),)
            at = Evidence(known.path, known.first)
            yield Hit(entry.handler, at, entry.id, what, words, entry_points=(entry.id,))


def _crosses(scene: Scene, entry: str, handler: str) -> bool:
    """Whether a sender of the event lives in another service than its receiver."""
    channels = [channel for channel in scene.program.channels if entry.startswith(f"{channel.id}->")]
    senders = (
        edge.source for channel in channels for edge in scene.incoming.get(channel.id, ()) if edge.kind == "publish"
    )
    receiver = set(scene.owners(handler))
    return bool(receiver) and any(set(scene.services(sender)) - receiver for sender in senders)


def _touched(scene: Scene, entry: str, kind: str) -> set[str]:
    position = 1 << scene.entries.index(entry)
    return {
        names.table(table.name)
        for table in scene.program.tables
        for edge in scene.incoming.get(names.table(table.name), ())
        if edge.kind == kind and scene.waits.bits.get(edge.source, 0) & position
    }


ANALYSES = (chatty, not_idempotent)
