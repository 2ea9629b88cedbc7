"""SourceFile -> ModuleFacts: one file, one parse with libcst, one walk. SourceFile -> TemplateFacts: one pass over text.

Comes in: a source file. Goes out: its facts, or why it can't be read. Must not: know a framework, another file, or the
disk; raise on anything a user's file may hold.
"""

from refactor.model.facts import ModuleFacts, TemplateFacts
from refactor.model.sources import SourceFile, Unreadable

VERSION = 4
"""Raised whenever the facts of an unchanged file would come out differently; part of the cache key."""

TEMPLATE_VERSION = 1
"""The same of templates."""


def read(file: SourceFile) -> ModuleFacts | Unreadable:
    """The facts of one Python file, or an ``Unreadable`` with the position of what is wrong."""
    from refactor.read.parsing import parse

    return parse(file)


def read_template(file: SourceFile) -> TemplateFacts | Unreadable:
    """The facts of one template, or an ``Unreadable``."""
    from refactor.read.templates import read_template as scan

    return scan(file)


__all__ = ["TEMPLATE_VERSION", "VERSION", "read", "read_template"]
