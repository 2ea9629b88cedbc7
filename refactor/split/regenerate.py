"""Last generation + edited folder + new generation -> the folder's next state, with every hand edit kept.

Comes in: three trees. Goes out: the tree to write and what happened to its files. Must not: throw away what a person
wrote; where it can't decide, both versions stay and the file is named.
"""

from msgspec import Struct

from refactor.model.sources import SourceTree, tree_of
from refactor.split.grown import grown, is_grown
from refactor.split.merge import merge


class Conflict(Struct, frozen=True, order=True):
    """A file that a person must look at: marked regions (first and last line), or why there are none.

    ``reason``: edited (both changed the same lines) | deleted (by a person, yet newly changed) | binary | dropped (no
    longer generated, but edited).
    """

    path: str
    reason: str
    regions: tuple[tuple[int, int], ...] = ()


class Regeneration(Struct, frozen=True):
    """``tree`` is the whole next state.

    ``kept``: files with hand edits in them; ``updated``: new or replaced; ``removed``: generated no longer, or deleted
    by a person and not wanted back.
    """

    tree: SourceTree
    kept: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    removed: tuple[str, ...] = ()


def regenerate(base: SourceTree | None, mine: SourceTree, theirs: SourceTree) -> Regeneration:
    """``base``: the last generation (None when unknown), ``mine``: the folder as it is, ``theirs``: the new one."""
    state = _State()
    before = {file.path: file.content for file in base.files} if base is not None else {}
    now = {file.path: file.content for file in mine.files}
    new = {file.path: file.content for file in theirs.files}
    for path in sorted({*before, *now, *new}):
        state.decide(path, before.get(path), now.get(path), new.get(path))
    return Regeneration(
        tree_of(dict(state.files)),
        tuple(state.kept),
        tuple(state.updated),
        tuple(state.conflicts),
        tuple(state.removed),
    )


class _State:
    """The next state, file by file."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | str] = {}
        self.kept: list[str] = []
        self.updated: list[str] = []
        self.conflicts: list[Conflict] = []
        self.removed: list[str] = []

    def decide(self, path: str, base: bytes | None, mine: bytes | None, theirs: bytes | None) -> None:
        if mine is None:
            self.absent(path, base, theirs)
        elif theirs is None:
            self.dropped(path, base, mine)
        elif is_grown(path) and mine not in (theirs, base):
            self.grew(path, mine, theirs)
        elif mine in (theirs, base):
            self.files[path] = theirs
            if mine != theirs:
                self.updated.append(path)
        elif theirs == base:
            self.files[path] = mine
            self.kept.append(path)
        else:
            self.merged(path, base, mine, theirs)

    def absent(self, path: str, base: bytes | None, theirs: bytes | None) -> None:
        if theirs is None or theirs == base:
            self.removed.append(path)
            return
        self.files[path] = theirs
        if base is None:
            self.updated.append(path)
        else:
            self.conflicts.append(Conflict(path, "deleted"))

    def dropped(self, path: str, base: bytes | None, mine: bytes) -> None:
        if mine == base:
            self.removed.append(path)
            return
        self.files[path] = mine
        if base is not None:
            self.kept.append(path)
            self.conflicts.append(Conflict(path, "dropped"))

    def grew(self, path: str, mine: bytes, theirs: bytes) -> None:
        """A file of a person's own: what it lacks is added, nothing else happens to it."""
        self.kept.append(path)
        try:
            self.files[path] = grown(_text(mine), _text(theirs)).encode("utf-8", "surrogateescape")
        except (SyntaxError, ValueError):
            self.files[path] = mine
            self.conflicts.append(Conflict(path, "edited"))

    def merged(self, path: str, base: bytes | None, mine: bytes, theirs: bytes) -> None:
        self.kept.append(path)
        if any(b"\x00" in content for content in (base or b"", mine, theirs)):
            self.files[path] = mine
            self.conflicts.append(Conflict(path, "binary"))
            return
        result = merge(_text(base or b""), _text(mine), _text(theirs))
        self.files[path] = result.text
        if result.conflicts:
            self.conflicts.append(Conflict(path, "edited", result.conflicts))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
