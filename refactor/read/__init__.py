"""SourceFile -> ModuleFacts: one file, one parse with libcst, one walk.

Comes in: a source file. Goes out: its facts, or why it can't be read. Must not: know a framework, another file, or the
disk; raise on anything a user's file may hold.
"""

from refactor.model.facts import ModuleFacts
from refactor.model.sources import SourceFile, Unreadable

VERSION = 4
"""Raised whenever the facts of an unchanged file would come out differently; part of the cache key."""


def read(file: SourceFile) -> ModuleFacts | Unreadable:
    """The facts of one Python file, or an ``Unreadable`` with the position of what is wrong."""
    from refactor.read.parsing import parse

    return parse(file)


__all__ = ["VERSION", "read"]
