"""Many files below a folder, changed together: all of them, or none.

Comes in: contents by path, and paths to remove. Goes out: the files on disk. Must not: leave a mixture behind when it is
stopped, write through a link, or take back what a person wrote since.

Before anything changes, what was there is copied to ``undo/`` in a folder of the tool's own. When a change ends, the copy is
dropped; when it fails, it is taken back at once; after a kill, by ``take_back``, which comes before any later change.
"""

import shutil
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import msgspec

from refactor.adapters.disk import in_the_way, read_folder, remove_file, safe_path, write_file, write_tree
from refactor.model.errors import RefactorError
from refactor.model.sources import SourceTree

_BASE, _LIST, _OLD, _UNDO = "base", "changes.json", "old", "undo"


class _Changes(msgspec.Struct, frozen=True):
    """``written``: path -> digest of what it is to hold, ``fresh``: those of them that were not there."""

    written: dict[str, str]
    fresh: tuple[str, ...]
    removed: tuple[str, ...]
    had_base: bool


def change(root: Path, own: Path, written: Mapping[str, bytes], removed: Sequence[str], base: SourceTree) -> None:
    """Write and remove files below ``root``, and put ``base`` in the place of the folder ``base`` in ``own``.

    Where all of that is there already, nothing is touched: a generation has thousands of files.
    """
    if not written and not removed and read_folder(own / _BASE) == base:
        return
    paths = sorted({*map(safe_path, written), *map(safe_path, removed)})
    _prepare(root, own, written, removed, paths)
    try:
        for path in removed:
            remove_file(root, path)
        for path in sorted(written):
            _refuse_obstacles(root, path)
            write_file(root / path, written[path])
        _replace_base(own, base)
    except BaseException:
        take_back(root, own)
        raise
    _drop(own / _UNDO)


def is_interrupted(own: Path) -> bool:
    """Whether a change was stopped in the middle, and nobody has taken it back."""
    return (own / _UNDO).is_dir()


def take_back(root: Path, own: Path) -> bool:
    """Take an interrupted change back, where there is one; files that a person edited since stay."""
    undo = own / _UNDO
    if not is_interrupted(own):
        return False
    changes = msgspec.json.decode((undo / _LIST).read_bytes(), type=_Changes)
    ours = [path for path, digest in changes.written.items() if _digest(root / path) == digest]
    for path in sorted({*ours} & {*changes.fresh}):
        remove_file(root, path)
    gone = [path for path in changes.removed if not (root / path).exists()]
    for path in sorted({*ours, *gone} - {*changes.fresh}):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(undo / _OLD / path, root / path)
    if (undo / _BASE).is_dir() or not changes.had_base:
        shutil.rmtree(own / _BASE, ignore_errors=True)
    if (undo / _BASE).is_dir():
        (undo / _BASE).rename(own / _BASE)
    _drop(undo)
    return True


def _prepare(root: Path, own: Path, written: Mapping[str, bytes], removed: Sequence[str], paths: Sequence[str]) -> None:
    """Copies of all that will change; they count from the moment in which their folder has its name."""
    for place in sorted(own.glob(f".{_UNDO}.*")):
        shutil.rmtree(place)
    fresh = tuple(path for path in paths if not (root / path).is_file())
    digests = {path: sha256(content).hexdigest() for path, content in sorted(written.items())}
    changes = _Changes(digests, fresh, tuple(sorted({*removed} - {*fresh})), (own / _BASE).is_dir())
    making = own / f".{_UNDO}.{uuid4().hex}"
    try:
        for path in sorted({*paths} - {*fresh}):
            (making / _OLD / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / path, making / _OLD / path)
        write_file(making / _LIST, msgspec.json.encode(changes))
        making.rename(own / _UNDO)
    except OSError as error:
        shutil.rmtree(making, ignore_errors=True)
        raise RefactorError(f"can't be written: {error.strerror}; nothing was changed", where=str(own)) from error


def _refuse_obstacles(root: Path, path: str) -> None:
    """What came into the way since somebody looked."""
    for place in in_the_way(root, [path]).get(path, ()):
        raise RefactorError(f"it stands where {path} should be; nothing was changed", where=str(root / place))


def _replace_base(own: Path, base: SourceTree) -> None:
    making = own / f".{_UNDO}.{uuid4().hex}"
    write_tree(making, base)
    if (own / _BASE).exists():
        (own / _BASE).rename(own / _UNDO / _BASE)
    making.rename(own / _BASE)


def _digest(place: Path) -> str:
    is_plain = place.is_file() and not place.is_symlink()
    return sha256(place.read_bytes()).hexdigest() if is_plain else ""


def _drop(undo: Path) -> None:
    """First its name, then its files: a half of it must not be taken back."""
    ended = undo.with_name(f".{_UNDO}.{uuid4().hex}")
    undo.rename(ended)
    shutil.rmtree(ended, ignore_errors=True)
