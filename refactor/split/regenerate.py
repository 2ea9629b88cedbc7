"""Last generation + edited folder + new generation -> the folder's next state, with every hand edit kept.

Comes in: three trees, and what stands where a file should go. Goes out: the tree to write and what happened to its files.
Must not: throw away what a person wrote; where it can't decide, what the person has stays and the file is named.
"""

from collections.abc import Mapping

from msgspec import Struct

from refactor.model.sources import SourceTree, tree_of
from refactor.split.merge import Merge, both, marked, merge

InTheWay = Mapping[str, tuple[str, ...]]
"""Path of a file -> the files and links that stand where it, or a folder above it, should be."""


class Conflict(Struct, frozen=True, order=True):
    """A file that a person must look at: marked regions (first and last line), or why there are none.

    ``reason``: edited (both changed the same lines) | unsettled (marks of an earlier one) | deleted (by a person, yet newly
    changed) | binary | dropped (no longer generated, but edited) | yours (a person's own file has the name) | blocked (a
    file, folder or link is in the way).
    """

    path: str
    reason: str
    regions: tuple[tuple[int, int], ...] = ()


class Regeneration(Struct, frozen=True):
    """``tree`` is the whole next state, ``changes`` those of its files that are to be written.

    ``generation``: what the next merge will be based on. ``kept``: files with hand edits in them; ``updated``: new or
    replaced; ``removed``: generated no longer; ``left_out``: deleted by a person and not wanted back.
    """

    tree: SourceTree
    changes: SourceTree
    generation: SourceTree
    kept: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    removed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def regenerate(
    base: SourceTree | None, mine: SourceTree, theirs: SourceTree, in_the_way: InTheWay | None = None
) -> Regeneration:
    """``base``: the last generation (None when unknown), ``mine``: the folder as it is, ``theirs``: the new one."""
    way = in_the_way or {}
    before = {file.path: file.content for file in base.files} if base is not None else {}
    now = {file.path: file.content for file in mine.files}
    new = {file.path: file.content for file in theirs.files}
    state = _State(dict(new), knows=base is not None)
    for path in sorted({*before, *now, *new} - way.keys()):
        state.decide(path, before.get(path), now.get(path), new.get(path))
    gone = set(state.removed)
    for path in sorted(way):
        if gone.issuperset(way[path]):
            state.decide(path, before.get(path), None, new.get(path))
        else:
            state.blocked(path, before.get(path), new.get(path))
    tree = tree_of(dict(state.files))
    return Regeneration(
        tree,
        SourceTree(tuple(file for file in tree.files if now.get(file.path) != file.content)),
        tree_of(dict(state.generation)),
        tuple(sorted(state.kept)),
        tuple(sorted(state.updated)),
        tuple(sorted(state.conflicts)),
        tuple(sorted(state.removed)),
        tuple(sorted(state.left_out)),
    )


class _State:
    """The next state, file by file."""

    def __init__(self, generation: dict[str, bytes], *, knows: bool) -> None:
        self.files: dict[str, bytes | str] = {}
        self.generation = generation
        self.knows = knows
        self.kept: list[str] = []
        self.updated: list[str] = []
        self.conflicts: list[Conflict] = []
        self.removed: list[str] = []
        self.left_out: list[str] = []

    def decide(self, path: str, base: bytes | None, mine: bytes | None, theirs: bytes | None) -> None:
        if mine is None:
            self.absent(path, base, theirs)
        elif theirs is None:
            self.dropped(path, base, mine)
        elif mine in (theirs, base):
            self.files[path] = theirs
            if mine != theirs:
                self.updated.append(path)
        else:
            self.edited(path, base, mine, theirs)

    def absent(self, path: str, base: bytes | None, theirs: bytes | None) -> None:
        if theirs is None:
            return
        if theirs == base:
            self.left_out.append(path)
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

    def edited(self, path: str, base: bytes | None, mine: bytes, theirs: bytes) -> None:
        """What a person has stays, but for what only the new generation changes."""
        self.files[path] = mine
        self.kept.append(path)
        open_regions = marked(_text(mine))
        if base is None and self.knows:
            del self.generation[path]  # so that it stays a person's own
            self.conflicts.append(Conflict(path, "yours"))
        elif len(open_regions) > len(marked(_text(base or b""))):
            if base is not None:  # what is new since then comes when they are settled
                self.generation[path] = base
            self.conflicts.append(Conflict(path, "unsettled", open_regions))
        elif theirs != base:
            self.merged(path, base, mine, theirs)

    def merged(self, path: str, base: bytes | None, mine: bytes, theirs: bytes) -> None:
        if any(b"\x00" in content for content in (base or b"", mine, theirs)):
            self.conflicts.append(Conflict(path, "binary"))
            return
        result = _merge(base, mine, theirs)
        self.files[path] = result.text
        if result.conflicts:
            self.conflicts.append(Conflict(path, "edited", result.conflicts))

    def blocked(self, path: str, base: bytes | None, theirs: bytes | None) -> None:
        if theirs == base and theirs is not None:
            self.left_out.append(path)
        elif theirs is not None:
            self.conflicts.append(Conflict(path, "blocked"))


def _merge(base: bytes | None, mine: bytes, theirs: bytes) -> Merge:
    return both(_text(mine), _text(theirs)) if base is None else merge(_text(base), _text(mine), _text(theirs))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
