"""The last clause of the sentence: both systems run side by side, and what they did is compared.

Comes in: a monolith, requests, and the folder of a split. Goes out: rows and divergences. Must not: explain or print; the
pipeline does the one, the mouth the other.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from refactor.model.replay import Answer, Corpus, Divergence, Effect

if TYPE_CHECKING:
    from refactor.adapters.monolith import Monolith, Side, Sides
    from refactor.adapters.serving import Served
    from refactor.model.serving import Rows
    from refactor.verify.dialogue import Row, System
    from refactor.verify.normalise import Cleaner

SETTLE_SECONDS = 1.0

Advance: TypeAlias = Callable[[str, int, int], None]
"""Told (what is done, how far, of how many)."""

Serve: TypeAlias = "Callable[[Side], Served]"
"""Starts the split with one side's variables and folder."""


class Told(Struct, frozen=True):
    """What came of one system: its answers, how its texts are cleaned, its rows, what it did beside answering."""

    answers: tuple[Answer, ...]
    cleaner: "Cleaner"
    rows: "tuple[Rows, ...]"
    effects: tuple[Effect, ...]


def run_both(
    monolith: "Monolith", corpus: Corpus, serve: Serve, advance: Advance
) -> "tuple[tuple[Row, ...], tuple[Divergence, ...]]":
    """Replay the requests to both systems, each on its own copy; rows of answers, and everything that differs."""
    from refactor.adapters.monolith import Booted, Sides
    from refactor.adapters.replaying import settle
    from refactor.verify import replay

    advance("starting both systems", 0, 1)
    with Sides(monolith) as sides:
        with ExitStack() as running:
            booted = running.enter_context(Booted(monolith, sides))
            served = running.enter_context(serve(sides.actual))
            advance("replaying requests", 0, len(corpus.requests))
            replayed = replay(corpus, *_systems(booted.url, served.url, sides, monolith.pause))
            settle(SETTLE_SECONDS)
        expected = _told(monolith, sides.expected, tuple(row[1] for row in replayed.rows), replayed.expected)
        actual = _told(monolith, sides.actual, tuple(row[2] for row in replayed.rows), replayed.actual)
        found = differing(corpus, expected, actual)
        if found:
            advance("asking the monolith again", 0, 1)
            found = differing(corpus, expected, actual, ask(monolith, corpus, sides, again=True, called=booted.url))
    return replayed.rows, found


def ask(monolith: "Monolith", corpus: Corpus, sides: "Sides", *, again: bool = False, called: str = "") -> Told:
    """Every request to the monolith alone; ``again``: on its second copy, ``called`` as its first was."""
    from refactor.adapters.monolith import Booted

    with Booted(monolith, sides, again=again) as booted:
        return listen(monolith, corpus, sides.again if again else sides.expected, booted.url, called)


def listen(monolith: "Monolith", corpus: Corpus, side: "Side", url: str, called: str = "") -> Told:
    """Every request to a system that runs; ``called`` is the URL that it is asked by, where it is another one."""
    from refactor.adapters.replaying import settle
    from refactor.verify import recite

    answers, cleaner = recite(corpus, _system(url, side, called, monolith.pause))
    settle(SETTLE_SECONDS)
    return _told(monolith, side, answers, cleaner)


def _systems(url: str, other: str, sides: "Sides", pause: float) -> "tuple[System, System]":
    return _system(url, sides.expected, pause=pause), _system(other, sides.actual, called=url)


def _system(url: str, side: "Side", called: str = "", pause: float = 0.0) -> "System":
    from refactor.adapters.replaying import Sender
    from refactor.verify.dialogue import System

    return System(url, Sender(url, side.sinks.asked, pause), ((str(side.folder), "<dir>"), *side.sinks.own), called)


def _told(monolith: "Monolith", side: "Side", answers: tuple[Answer, ...], cleaner: "Cleaner") -> Told:
    from refactor.adapters.databases import snapshot
    from refactor.adapters.written import written
    from refactor.verify import clean_effects

    database = monolith.database_in(side)
    effects = clean_effects((*side.sinks.effects, *written(side.folder)), cleaner)
    return Told(answers, cleaner, snapshot(database) if database else (), effects)


def differing(corpus: Corpus, expected: Told, actual: Told, again: Told | None = None) -> tuple[Divergence, ...]:
    """Everything in which two systems differ; with a second run of the first one, less what its own two runs differ in."""
    from refactor.verify import cleaned, lasting_effects, volatile_columns, without_volatile

    volatile = corpus.volatile_columns
    if again is None:
        return _differing(corpus, expected, actual, volatile)
    runs = [cleaned(told.rows, told.cleaner, volatile) for told in (expected, again)]
    found = _differing(corpus, expected, actual, (*volatile, *volatile_columns(*runs)))
    kept = without_volatile(found, expected.answers, again.answers, actual.answers)
    return lasting_effects(kept, expected.effects, again.effects, actual.effects)


def _differing(corpus: Corpus, expected: Told, actual: Told, volatile: Sequence[str]) -> tuple[Divergence, ...]:
    from refactor.verify import divergences_of, effects_differ
    from refactor.verify.dialogue import Replayed

    rows = tuple(zip(corpus.requests, expected.answers, actual.answers, strict=True))
    replayed = Replayed(rows, expected.cleaner, actual.cleaner)
    found = divergences_of(replayed, expected.rows, actual.rows, volatile)
    return (*found, *effects_differ(expected.effects, actual.effects))
