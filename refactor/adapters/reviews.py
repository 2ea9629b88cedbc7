"""``review.json`` files -> marks.

Comes in: the files of one or more reviewers. Goes out: their marks, merged. Must not: know what a plan holds. Where one
says accept and another reject, nobody has decided: both lines are named. Discuss beats accept and reject, for it asks
for talk; comments of all are kept.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from refactor.model.errors import ConfigError
from refactor.model.review import REVIEW_VERSION, Placed, Review

_SUBJECT = re.compile(r'"subject"\s*:')
_HINT = "Export it from the report page; `refactor schema review` says what it holds."


def load_reviews(paths: Sequence[Path]) -> tuple[Placed, ...]:
    """The marks of all files, one a subject, sorted. ConfigError: no review, or two that contradict each other."""
    chosen: dict[tuple[str, str], Placed] = {}
    for path in paths:
        for found in _load(path):
            key = (found.mark.kind, found.mark.subject)
            chosen[key] = _merged(chosen[key], found) if key in chosen else found
    return tuple(sorted(chosen.values()))


def _load(path: Path) -> list[Placed]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        review = msgspec.json.decode(text, type=Review)
    except OSError as broken:
        raise ConfigError(f"the review can't be read: {broken.strerror}", where=str(path), hint=_HINT) from broken
    except (UnicodeDecodeError, msgspec.DecodeError) as broken:
        raise ConfigError(f"not a review: {broken}", where=str(path), hint=_HINT) from broken
    if review.version != REVIEW_VERSION:
        told = f"this review has version {review.version}, this tool reads version {REVIEW_VERSION}"
        raise ConfigError(told, where=str(path), hint=_HINT)
    lines = [text.count("\n", 0, found.start()) + 1 for found in _SUBJECT.finditer(text)]
    known = lines if len(lines) == len(review.marks) else [1] * len(review.marks)
    return [Placed(mark, path.name, line) for mark, line in zip(review.marks, known, strict=True)]


def _merged(first: Placed, second: Placed) -> Placed:
    one, other = first.mark, second.mark
    places = (one.mark == other.mark or "discuss" in (one.mark, other.mark)) and (
        one.service == other.service or not (one.service and other.service)
    )
    if not places:
        raise ConfigError(
            f"line {first.line} of {first.file} and line {second.line} of {second.file} contradict each other: "
            f"{one.kind} {one.subject}: {_said(first)}, {_said(second)}",
            where=f"{second.file}:{second.line}",
            hint="Agree on one mark, or mark it discuss.",
        )
    comments = [text for text in dict.fromkeys((one.comment, other.comment)) if text]
    word = one.mark if one.mark == other.mark else "discuss"
    merged = replace(one, mark=word, comment="\n".join(comments), service=one.service or other.service)
    return Placed(merged, first.file, first.line)


def _said(placed: Placed) -> str:
    return placed.mark.mark + (f" in {placed.mark.service}" if placed.mark.service else "")
