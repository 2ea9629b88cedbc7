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
    from refactor.verify.dialogue import Replayed, Row, System
    from refactor.verify.normalise import Cleaner

SETTLE_SECONDS = 1.0

Advance: TypeAlias = Callable[[str, int, int], None]
"""Told (what is done, how far, of how many)."""

Serve: TypeAlias = "Callable[[Side], Served]"
"""Starts the split with one side's variables and folder."""


class Left(Struct, frozen=True):
    """What a system leaves behind: its rows, and what it did beside answering."""

    rows: "Sequence[Rows]" = ()
    effects: tuple[Effect, ...] = ()


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
            replayed = replay(corpus, _system(booted.url, sides.expected), _system(served.url, sides.actual))
            settle(SETTLE_SECONDS)
        expected, actual = _left(monolith, sides.expected), _left(monolith, sides.actual)
        found = _differing(replayed, expected, actual, corpus.volatile_columns)
        if found:
            advance("asking the monolith again", 0, 1)
            found = _unlearned(found, replayed, (expected, actual), corpus, monolith, sides)
    return replayed.rows, found


def _system(url: str, side: "Side") -> "System":
    from refactor.adapters.replaying import Sender
    from refactor.verify.dialogue import System

    return System(url, Sender(url), ((str(side.folder), "<dir>"), *side.sinks.own))


def _left(monolith: "Monolith", side: "Side") -> Left:
    from refactor.adapters.databases import snapshot
    from refactor.adapters.written import written

    database = monolith.database_in(side)
    return Left(snapshot(database) if database else (), (*side.sinks.effects, *written(side.folder)))


def _differing(replayed: "Replayed", expected: Left, actual: Left, volatile: Sequence[str]) -> tuple[Divergence, ...]:
    from refactor.verify import divergences_of, effects_differ

    found = divergences_of(replayed, expected.rows, actual.rows, volatile)
    return (*found, *effects_differ(_effects(expected, replayed.expected), _effects(actual, replayed.actual)))


def _effects(left: Left, cleaner: "Cleaner") -> tuple[Effect, ...]:
    from refactor.verify import clean_effects

    return clean_effects(left.effects, cleaner)


def _unlearned(
    found: tuple[Divergence, ...],
    replayed: "Replayed",
    left: tuple[Left, Left],
    corpus: Corpus,
    monolith: "Monolith",
    sides: "Sides",
) -> tuple[Divergence, ...]:
    """The divergences that a second run of the monolith does not have from its first."""
    from refactor.verify import cleaned, lasting_effects, volatile_columns, without_volatile

    answers, cleaner = _again(corpus, monolith, sides)
    again, volatile = _left(monolith, sides.again), corpus.volatile_columns
    if again.rows:
        learned = volatile_columns(
            cleaned(left[0].rows, replayed.expected, volatile), cleaned(again.rows, cleaner, volatile)
        )
        found = _differing(replayed, *left, (*volatile, *learned))
    first, actual = [row[1] for row in replayed.rows], [row[2] for row in replayed.rows]
    kept = without_volatile(found, first, answers, actual)
    return lasting_effects(
        kept,
        _effects(left[0], replayed.expected),
        _effects(again, cleaner),
        _effects(left[1], replayed.actual),
    )


def _again(corpus: Corpus, monolith: "Monolith", sides: "Sides") -> "tuple[tuple[Answer, ...], Cleaner]":
    from refactor.adapters.monolith import Booted
    from refactor.adapters.replaying import settle
    from refactor.verify import recite

    with Booted(monolith, sides, again=True) as booted:
        told = recite(corpus, _system(booted.url, sides.again))
        settle(SETTLE_SECONDS)
    return told
