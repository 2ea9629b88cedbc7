"""What two systems did beside answering: mails, calls to the outside, files.

Comes in: effects of both, and of the monolith's second run. Goes out: divergences, one a name. Must not: forgive more
than what the monolith's own two runs differ in.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from refactor.model.replay import Divergence, Effect
from refactor.verify.learned import fits
from refactor.verify.normalise import Cleaner

SHOWN = 200
ABSENT = "(absent)"
KINDS = ("mail", "call", "file")
_RANDOM = re.compile(r"[0-9a-fA-F-]{8,}|\w*\d\w*")
"""Pieces of a name that may have been drawn by lot or taken from a clock."""

Named: TypeAlias = dict[tuple[str, str], list[str]]
Timed: TypeAlias = Counter[tuple[int, str]]
"""(requests sent before, text) -> how often."""


def clean_effects(effects: Iterable[Effect], cleaner: Cleaner) -> tuple[Effect, ...]:
    """Effects as they are compared: their texts cleaned as those of that system's answers are, sorted."""
    return tuple(sorted(_cleaned(one, cleaner) for one in effects))


def _cleaned(one: Effect, cleaner: Cleaner) -> Effect:
    return Effect(one.kind, cleaner.text(one.name), cleaner.text(one.text), one.after)


def effects_differ(expected: Sequence[Effect], actual: Sequence[Effect]) -> Iterator[Divergence]:
    """One divergence for each name whose texts differ, in order of kind and name."""
    left, right = _named(expected), _named(actual)
    for kind, name in sorted(left.keys() | right.keys()):
        old, new = left.get((kind, name), []), right.get((kind, name), [])
        what = f"{kind} {name}"
        if old != new:
            yield Divergence(0, what, *_told(old, new))
        elif (times := _times(what, expected)) != (others := _times(what, actual)) and times[:1] == [0]:
            yield Divergence(0, what, f"after requests {times}", f"after requests {others}")


def _times(what: str, effects: Sequence[Effect]) -> list[int]:
    """How many requests had been sent each time."""
    return sorted(after for after, _ in _timed(what, effects).elements())


def _named(effects: Iterable[Effect]) -> Named:
    found: Named = {}
    for one in sorted(effects):
        found.setdefault((one.kind, one.name), []).append(one.text)
    return found


def _told(old: list[str], new: list[str]) -> tuple[str, str]:
    if len(old) != len(new):
        return f"{len(old)} times" if old else ABSENT, f"{len(new)} times" if new else ABSENT
    first = next((pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]), ("", ""))
    start = max(0, next((i for i, (a, b) in enumerate(zip(*first, strict=False)) if a != b), min(map(len, first))) - 40)
    return first[0][start : start + SHOWN] or "(ends)", first[1][start : start + SHOWN] or "(ends)"


def is_effect(divergence: Divergence) -> bool:
    """Whether a divergence speaks of an effect."""
    return divergence.request == 0 and divergence.what.partition(" ")[0] in KINDS


def lasting_effects(
    divergences: Iterable[Divergence], first: Sequence[Effect], again: Sequence[Effect], actual: Sequence[Effect]
) -> tuple[Divergence, ...]:
    """The divergences that the monolith's own two runs do not explain; those of other kinds stay as they are."""
    runs = [_named(effects) for effects in (first, again, actual)]
    drawn = [_drawn(runs[0], runs[1]), _drawn(runs[1], runs[0]), _drawn(runs[2], runs[0])]
    kept = []
    for one in divergences:
        timed = [_timed(one.what, effects) for effects in (first, again, actual)] if is_effect(one) else []
        is_noise = bool(timed) and _answers(*timed) and (_explained(one, runs, drawn) or _by_itself(*timed))
        kept += [] if is_noise else [one]
    return tuple(kept)


def _answers(first: Timed, again: Timed, actual: Timed) -> bool:
    """Whether the split does during a request what both of the monolith's runs did during it, of what its start does too."""
    asked = {key: count for key, count in (first & again).items() if key[0]}
    return not _start(first) or all(actual[key] >= count for key, count in asked.items())


def _by_itself(first: Timed, again: Timed, actual: Timed) -> bool:
    """Whether a system does this before anybody asks it: at each process's start, and by the clock from then on.

    How often is then no answer to requests; all that its start does has to happen, and nothing that no run of the
    monolith did.
    """
    known, done = {text for _, text in (*first, *again)}, {text for _, text in actual}
    return bool(_start(first)) and _start(first) <= done <= known


def _start(run: Timed) -> set[str]:
    return {text for after, text in run if not after}


def _timed(what: str, effects: Sequence[Effect]) -> Timed:
    """Texts of a name by when they came; nothing for files, which are looked at in the end."""
    kind, _, name = what.partition(" ")
    if kind == "file":
        return Counter()
    return Counter((each.after, each.text) for each in effects if (each.kind, each.name) == (kind, name))


def _drawn(run: Named, other: Named) -> Counter[tuple[str, str]]:
    """How often each shape of name occurs among the names that another run has not."""
    names = [name for name in run if name not in other]
    return Counter((kind, _RANDOM.sub("~", name)) for kind, name in names)


def _explained(one: Divergence, runs: Sequence[Named], drawn: Sequence[Counter[tuple[str, str]]]) -> bool:
    kind, _, name = one.what.partition(" ")
    old, again, new = (run.get((kind, name), []) for run in runs)
    if len(old) == len(again) == len(new):
        return all(fits(*texts) for texts in zip(old, again, new, strict=True))
    shape = (kind, _RANDOM.sub("~", name))
    return drawn[0][shape] == drawn[1][shape] == drawn[2][shape] > 0
