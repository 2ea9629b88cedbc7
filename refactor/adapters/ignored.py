"""Names and .gitignore files -> what a walk over a folder leaves out, and what it takes in although git ignores it.

Comes in: entries of folders, patterns. Goes out: yes or no. Must not: read other files than .gitignore.
"""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from refactor.model.errors import RefactorError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

EXCLUDES = (
    ".*/", "__pycache__/", "node_modules/", "venv/", "/build/", "/dist/", "*.egg-info/", "site-packages/",
)  # fmt: skip
"""Always left out, in the words of .gitignore; ``build`` and ``dist`` only at the root, as packages may be named so."""

BUILT = frozenset(("static", "dist", "build", "assets", "bundles", "locale", "locales", "translations", "generated"))
"""Folders inside a package that a build fills: taken in with ``assets`` whatever git ignores."""

SITE = "index.html"
"""The file that tells a folder inside a package from one with uploads: below it everything is taken in as well."""


def is_built(entry: os.DirEntry[str], assets: bool) -> bool:
    """What a build puts into a package and git need not know: a version module; compiled translations, bundles."""
    if entry.name.endswith(".py"):
        return "version" in entry.name
    if not assets or entry.name.endswith((".pyc", ".pyo")):
        return False
    if not entry.is_dir(follow_symlinks=False) or entry.name in BUILT:
        return True
    try:
        return is_site([path.name for path in Path(entry.path).iterdir()])
    except OSError:
        return False


def is_site(names: Collection[str]) -> bool:
    """Whether a folder with these files is what a frontend's build wrote: it is served whole, with all below it."""
    return SITE in names and not any(name.endswith(".py") for name in names)


class Ignore:
    """Patterns of one .gitignore, which speak about paths below its folder."""

    def __init__(self, prefix: str, spec: "GitIgnoreSpec") -> None:
        self.prefix = prefix
        self.spec = spec

    def says(self, path: str) -> bool | None:
        """True: leave out, False: take in after all, None: nothing said."""
        return self.spec.check_file(path.removeprefix(self.prefix)).include


def ignored(path: str, ignores: tuple[Ignore, ...]) -> bool:
    """Whether a path is left out: the deepest .gitignore that says anything about it decides."""
    said = (ignore.says(path) for ignore in reversed(ignores))
    return next((answer for answer in said if answer is not None), False)


def patterns(lines: Sequence[str], prefix: str) -> Ignore:
    """Patterns about paths below a folder; ``prefix`` is its path with a slash, or empty."""
    from pathspec import GitIgnoreSpec

    try:
        return Ignore(prefix, GitIgnoreSpec.from_lines(lines))
    except ValueError as error:
        raise RefactorError(f"a pattern of what to leave out can't be understood: {error}") from None


def gitignore(place: Path, prefix: str) -> Ignore:
    """The patterns of a file; none where it can't be read."""
    try:
        return patterns(place.read_text("utf-8", "replace").splitlines(), prefix)
    except (OSError, RefactorError):
        return patterns((), prefix)
