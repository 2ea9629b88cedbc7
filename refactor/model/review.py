"""What a reviewer said about a proposal: marks on its parts, as ``review.json`` holds them.

Made by the report page, read back by ``analyze --review``. The ids are names that survive edits.
"""

from typing import Literal

from msgspec import Struct

REVIEW_VERSION = 1
KINDS = ("cut", "decision", "finding", "member", "service")


class Mark(Struct, frozen=True, order=True, omit_defaults=True, forbid_unknown_fields=True):
    """One mark. ``subject``: a service's name, a member's symbol, the id of a cut, decision or finding.

    ``service``: for a member, the service it was proposed for. ``comment`` is for people.
    """

    kind: Literal["cut", "decision", "finding", "member", "service"]
    subject: str
    mark: Literal["accept", "discuss", "reject"]
    comment: str = ""
    service: str = ""


class Review(Struct, frozen=True, forbid_unknown_fields=True):
    """A reviewer's file. ``project`` and ``reviewer`` are for people."""

    version: int
    marks: tuple[Mark, ...] = ()
    project: str = ""
    reviewer: str = ""


class Placed(Struct, frozen=True, order=True):
    """A mark with the file that holds it and its line there."""

    mark: Mark
    file: str
    line: int
