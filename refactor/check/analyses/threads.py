"""Threads and loops: what goes on after an answer, or without end.

Comes in: thread constructions, endless loops, queues. Goes out: hits that say whether an answer waits for them: a
loop that an entry point runs itself blocks it; a loop in a thread does not, it only has no place on Lambda.
"""

import re
from collections.abc import Iterable
from itertools import groupby

from refactor.check.hits import Hit
from refactor.check.patterns import compiled
from refactor.check.scene import THREAD, Scene
from refactor.check.wording import listed
from refactor.model.names import module_of, qualname_of
from refactor.model.program import ExternalCall, LoopFact

_SLEEP = compiled("{time.sleep,asyncio.sleep,threading.Event().wait,**.sched.scheduler().run}")
_TAKE = compiled("queue.*().{get,get_nowait}")
_JOIN = compiled("threading.{Thread,Timer}().join")
_JOINED = re.compile(r"\w\.join\((timeout\s*=|[\d.]*\))")


def endless(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Loops without end that an entry point runs itself."""
    for loop in _loops(scene):
        entries = scene.waits.of(loop.symbol)
        if entries:
            yield Hit(loop.symbol, loop.evidence, loop.symbol, qualname_of(loop.symbol), entry_points=entries)


def scheduler(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Endless loops that sleep between rounds and that no entry point runs itself: a clock inside the process."""
    for loop in _loops(scene):
        if not scene.waits.hits(loop.symbol) and _sleeps(scene, loop.symbol):
            jobs = sorted({edge.target for edge in scene.program.outgoing.get(loop.symbol, ()) if edge.kind == "call"})
            words = (("jobs", listed([qualname_of(job) or job for job in jobs]) or "its work"),)
            yield Hit(loop.symbol, loop.evidence, loop.symbol, qualname_of(loop.symbol), words, entry_points=())


def resident(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Tasks that are started with the process, where ``scheduler`` does not tell of their loop."""
    told = {hit.symbol for hit in scheduler(scene, ())}
    for start in scene.tasks_at_start:
        if start.target not in told:
            what = qualname_of(start.target)
            yield Hit(start.symbol, start.evidence, start.target, what, entry_points=())


def _loops(scene: Scene) -> Iterable[LoopFact]:
    return (loop for loop in scene.program.endless if scene.counts(loop.symbol))


def _sleeps(scene: Scene, symbol: str) -> bool:
    return any(_SLEEP.fullmatch(call.callee) for call in scene.calls_of.get(symbol, ()))


def unjoined(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Threads that outlive the function that starts them, unless ``after_response`` tells them."""
    for symbol, calls in _unjoined(scene):
        if not _per_request(scene, symbol):
            yield _thread(scene, symbol, calls)


def after_response(scene: Scene, matched: tuple[Hit, ...]) -> Iterable[Hit]:
    """Work that an HTTP answer does not wait for: threads per request, queues a thread empties, matched calls."""
    for symbol, calls in _unjoined(scene):
        if _per_request(scene, symbol):
            yield _thread(scene, symbol, calls)
    takers = _takers(scene)
    for hit in matched:
        queue = (module_of(hit.symbol), hit.what.rpartition(".")[0])
        if not _is_queue(hit.what) or queue in takers or _shares(scene, hit.symbol):
            yield hit


def _is_queue(callee: str) -> bool:
    return callee.endswith((".put", ".put_nowait"))


def _takers(scene: Scene) -> frozenset[tuple[str, str]]:
    """(module, what it is) of queues that code in a thread takes from."""
    return frozenset(
        (module_of(symbol), call.callee.rpartition(".")[0])
        for symbol in scene.in_threads
        for call in scene.calls_of.get(symbol, ())
        if _TAKE.fullmatch(call.callee)
    )


def _shares(scene: Scene, symbol: str) -> bool:
    """Whether the symbol touches a variable that code in a thread touches too and that is no constant of both."""
    touched = {edge.target for edge in scene.program.outgoing.get(symbol, ()) if edge.target.startswith("state:")}
    return any(edge.source in scene.in_threads for target in touched for edge in scene.incoming.get(target, ()))


def _unjoined(scene: Scene) -> Iterable[tuple[str, tuple[ExternalCall, ...]]]:
    calls = [call for call in scene.calls if THREAD.fullmatch(call.callee) and not call.callee.endswith("submit")]
    for symbol, group in groupby(sorted(calls), key=lambda call: call.symbol):
        if not _joins(scene, symbol):
            yield symbol, tuple(group)


def _joins(scene: Scene, symbol: str) -> bool:
    """Whether the symbol joins a thread; ``.join()`` without a sequence is never a string's."""
    known = scene.program.by_symbol.get(symbol)
    text = scene.sources.lines(known.path)[known.first - 1 : known.end] if known else []
    return any(_JOIN.fullmatch(call.callee) for call in scene.calls_of[symbol]) or any(map(_JOINED.search, text))


def _per_request(scene: Scene, symbol: str) -> bool:
    """Whether a request starts the thread and the thread ends by itself (a loop is started once, for all requests)."""
    endless_ones = {loop.symbol for loop in scene.program.endless}
    targets = scene.thread_targets.get(symbol, ())
    return scene.waits.hits(symbol, scene.http_mask) and not endless_ones.intersection(targets)


def _thread(scene: Scene, symbol: str, calls: tuple[ExternalCall, ...]) -> Hit:
    first, *others = calls
    targets = scene.thread_targets.get(symbol, ())
    what = listed([qualname_of(target) for target in targets]) or first.callee
    return Hit(
        symbol, first.evidence, f"external:{first.callee}", what, related=tuple(call.evidence for call in others)
    )


ANALYSES = (endless, scheduler, resident, unjoined, after_response)
