"""State that requests change in memory: sessions, caches, and the rest.

Comes in: ``Program.states`` with writers and readers. Goes out: hits at the state's definition, with the writes as
evidence.
"""

import re
from collections.abc import Iterable

from refactor.check.hits import Hit
from refactor.check.patterns import compiled
from refactor.check.scene import THREAD, Scene
from refactor.check.wording import listed
from refactor.model import names
from refactor.model.program import State

_COOKIES = compiled("**{.cookies,.cookies.get,.set_cookie,.delete_cookie,.cookies[]}")
_TAKE = compiled("queue.*().{get,get_nowait}")
_SESSION = re.compile(r"session|logged_?in|signed_?in|login|auth_?token", re.IGNORECASE)
_CACHE = re.compile(r"cache|memo(?!r)", re.IGNORECASE)
_TOUCH = frozenset({"read", "write"})


def written(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """State that an entry point changes, but no session store, no cache, and no thread's handle or queue."""
    return (_hit(scene, state) for state in scene.states() if _sort(scene, state) == "state")


def sessions(scene: Scene, matched: tuple[Hit, ...]) -> Iterable[Hit]:
    """State keyed by a cookie or named like a session, and extensions that keep sessions in the process or on disk."""
    yield from matched
    yield from (_hit(scene, state) for state in scene.states() if _sort(scene, state) == "session")


def caches(scene: Scene, matched: tuple[Hit, ...]) -> Iterable[Hit]:
    """State named like a cache, and functions whose results a decorator keeps.

    A cached function without parameters that no entry point changes is a lazy constant: it is no hit.
    """
    yield from (hit for hit in matched if not _constant(scene, hit))
    yield from (_hit(scene, state) for state in scene.states() if _sort(scene, state) == "cache")


def _constant(scene: Scene, hit: Hit) -> bool:
    known = scene.program.by_symbol.get(hit.symbol)
    return known is not None and known.signature.strip("() ") in {"", "self", "cls"}


def _sort(scene: Scene, state: State) -> str:
    name = names.qualname_of(state.symbol)
    if state.kind == "rebound" and all(_starts_thread(scene, writer) for writer in state.writers):
        return "thread"
    if state.kind == "object" and _feeds_thread(scene, state):
        return "queue"
    if _SESSION.search(name) or (state.kind in {"dict", "object"} and _by_cookie(scene, state)):
        return "session"
    return "cache" if _CACHE.search(name) else "state"


def _starts_thread(scene: Scene, symbol: str) -> bool:
    return any(THREAD.fullmatch(call.callee) for call in scene.calls_of.get(symbol, ()))


def _feeds_thread(scene: Scene, state: State) -> bool:
    """Whether the state is a queue that a thread empties; the rule about work after the response tells that."""
    touching = scene.in_threads.intersection((*state.writers, *state.readers))
    return any(_TAKE.fullmatch(call.callee) for symbol in touching for call in scene.calls_of.get(symbol, ()))


def _by_cookie(scene: Scene, state: State) -> bool:
    """Whether code that touches the state, or its direct caller in the same module, handles a cookie."""
    touching = {*state.writers, *state.readers}
    module = names.module_of(state.symbol)
    callers = {
        edge.source
        for symbol in touching
        for edge in scene.incoming.get(symbol, ())
        if edge.kind == "call" and names.module_of(edge.source) == module
    }
    return any(
        _COOKIES.fullmatch(call.callee) for symbol in touching | callers for call in scene.calls_of.get(symbol, ())
    )


def _hit(scene: Scene, state: State) -> Hit:
    node = names.state(state.symbol)
    writers = tuple(writer for writer in state.writers if scene.waits.hits(writer))
    sites = scene.sites(node, frozenset({"write"}), set(writers))
    return Hit(
        state.symbol,
        state.evidence,
        node,
        names.qualname_of(state.symbol),
        (("writers", listed([names.qualname_of(writer) or writer for writer in writers])), ("kind", state.kind)),
        sites,
        scene.waits.of(*state.writers, *state.readers),
        _services(scene, state),
    )


def _services(scene: Scene, state: State) -> tuple[str, ...]:
    found = {service for symbol in (*state.writers, *state.readers) for service in scene.services(symbol)}
    return tuple(sorted(found or set(scene.services(state.symbol))))


ANALYSES = (written, sessions, caches)
