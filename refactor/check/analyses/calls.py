"""Matched calls that need a second look: is the client kept, does the answer wait long."""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from refactor.check.hits import Hit
from refactor.check.patterns import compiled
from refactor.check.scene import Scene
from refactor.model.names import qualname_of, top_level

_KEPT = compiled("functools.{cache,lru_cache,cached_property}")
_SLEEP = compiled("{time,asyncio}.sleep")
_LONG = re.compile(
    r"(?<![a-z])(report|export|backup|re-?index|rebuild|import|bulk|nightly|yearly|monthly)(?!ance)", re.IGNORECASE
)


def uncached(scene: Scene, matched: tuple[Hit, ...]) -> Iterable[Hit]:
    """Clients made anew at each call: not in a cached accessor, and not stored in a module variable by their maker."""
    keepers = {writer for state in scene.program.states for writer in state.writers}
    for hit in matched:
        known = scene.program.by_symbol.get(hit.symbol)
        kept = known is not None and any(_KEPT.fullmatch(name) for name in known.decorators)
        if not kept and hit.symbol not in keepers:
            yield hit


def long_operation(scene: Scene, matched: tuple[Hit, ...]) -> Iterable[Hit]:
    """Long work an HTTP answer waits for: matched operations, and reports that sleep or read in loops.

    A sleep of unknown length alone is no proof (it may be a retry), nor is a name; together they are. The same holds
    for an entry point named like a report whose handlers read two or more tables inside loops.
    """
    reports = scene.waits.mask(entry for entry in sorted(scene.http) if _LONG.search(_spoken(scene, entry)))
    for hit in matched:
        if _SLEEP.fullmatch(hit.what):
            named = scene.waits.of(hit.symbol, among=reports)
            if named or _constant(scene, hit):
                yield replace(hit, entry_points=named or None)
        else:
            yield hit
    yield from _looped_reports(scene, scene.waits.of(*(hit.symbol for hit in matched)))


def _constant(scene: Scene, hit: Hit) -> bool:
    calls = (call for call in scene.calls_of.get(hit.symbol, ()) if call.evidence == hit.at)
    return any(argument.value != "?" for call in calls for argument in call.arguments)


def _spoken(scene: Scene, entry: str) -> str:
    """What an entry point calls itself: its route and its handler."""
    return f"{entry} {qualname_of(_handler(scene, entry))}"


def _handler(scene: Scene, entry: str) -> str:
    point = scene.entry.get(entry)
    return point.handler if point else ""


def _looped_reports(scene: Scene, told: tuple[str, ...]) -> Iterable[Hit]:
    reads = [
        edge
        for edge in scene.program.edges
        if edge.kind == "read" and edge.target.startswith("table:") and edge.evidence.loop and scene.counts(edge.source)
    ]
    for entry in sorted(scene.http.difference(told)):
        if not _LONG.search(_spoken(scene, entry)):
            continue
        position = 1 << scene.entries.index(entry) if entry in scene.entries else 0
        mine = [edge for edge in reads if scene.waits.bits.get(edge.source, 0) & position]
        if len({edge.target for edge in mine}) > 1:
            handler = _handler(scene, entry)
            at = scene.program.by_symbol.get(handler)
            sites = tuple(sorted(edge.evidence for edge in mine))
            what = qualname_of(handler) or entry
            if at is not None:
                where = replace(sites[0], path=at.path, line=at.line, column=1)
                yield Hit(handler, where, top_level(handler), what, related=sites, entry_points=(entry,))


ANALYSES = (uncached, long_operation)
