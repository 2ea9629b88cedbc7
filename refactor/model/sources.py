"""Source files as values: what disk gives, what split and scaffold return, what disk writes."""

import hashlib
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

PAGES = frozenset(("html", "htm", "xhtml", "txt", "xml", "md", "tpl"))
"""Endings of templates below a folder that is named so."""

TEMPLATES = frozenset(("jinja", "jinja2", "j2", "djhtml"))
"""Endings that nothing but a template has."""

KEEP = ".gitkeep"
"""The empty file that stands for a folder that holds nothing."""


def is_template(path: str) -> bool:
    """Whether a file is read as a template."""
    *folders, name = path.split("/")
    ending = name.rpartition(".")[2].lower()
    return ending in TEMPLATES or (
        ending in PAGES and any(one == "jinja2" or one.endswith(("template", "templates")) for one in folders)
    )


class SourceFile(Struct, frozen=True, order=True, dict=True):
    """One file: a POSIX path relative to the tree's root, and its bytes."""

    path: str
    content: bytes

    @cached_property
    def text(self) -> str:
        """The content as UTF-8; undecodable bytes survive as surrogates, so that writing gives the same bytes."""
        return self.content.decode("utf-8", "surrogateescape")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


class Unreadable(Struct, frozen=True, order=True):
    """A file that could not be read as Python, and why; it becomes a finding.

    ``reason``: syntax | encoding | size | permission | symlink | depth.
    """

    path: str
    reason: str
    message: str
    line: int = 1
    column: int = 1


class SourceTree(Struct, frozen=True, dict=True):
    """A folder of files, sorted by path; ``unreadable`` holds what was met but not taken in."""

    files: tuple[SourceFile, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    @cached_property
    def by_path(self) -> dict[str, SourceFile]:
        """The files by path."""
        return {file.path: file for file in self.files}

    def python(self) -> Iterator[SourceFile]:
        """The Python files."""
        return (file for file in self.files if file.path.endswith(".py"))

    def templates(self) -> Iterator[SourceFile]:
        """The templates."""
        return (file for file in self.files if is_template(file.path))

    def lines(self, path: str) -> list[str]:
        """The lines of a file without their ends; empty when the file is unknown."""
        file = self.by_path.get(path)
        return file.text.splitlines() if file else []


def tree_of(files: dict[str, bytes | str]) -> SourceTree:
    """A tree from a mapping of paths to contents, sorted."""
    encoded = {
        path: body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body for path, body in files.items()
    }
    return SourceTree(tuple(SourceFile(path, encoded[path]) for path in sorted(encoded)))
