"""Disk <-> SourceTree.

Comes in: a folder and what to leave out. Goes out: its files as one value, and a tree back on disk. Must not: follow
a link out of the folder, run anything it finds, overwrite a file that it did not write, or leave half a file behind.
"""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from uuid import uuid4

from refactor.adapters.ignored import EXCLUDES, Ignore, gitignore, ignored, is_built, is_site, patterns
from refactor.model.errors import RefactorError
from refactor.model.sources import KEEP, SourceFile, SourceTree, Unreadable, is_template

MAX_BYTES = 2_000_000


def read_tree(
    root: Path, exclude: Sequence[str] = (), *, max_bytes: int = MAX_BYTES, assets: bool = False
) -> SourceTree:
    """The Python files and templates below ``root``, and the other small files when ``assets`` is set.

    ``exclude`` and every ``.gitignore`` met on the way are honoured (not for what a build puts into a package); what
    can't be taken in is told in ``unreadable``. With ``assets`` a folder without files comes as an empty ``KEEP``.
    """
    if not root.is_dir():
        raise RefactorError("no such folder", where=str(root), hint="give the folder that holds the monolith's code")
    walk = _Walk(root.resolve(), max_bytes, assets)
    walk.folder(root.resolve(), "", (patterns([*EXCLUDES, *exclude], ""),))
    return SourceTree(tuple(sorted(walk.files)), tuple(sorted(walk.unreadable)))


class _Walk:
    """One walk over a folder; a folder's own patterns are added on the way down."""

    def __init__(self, root: Path, max_bytes: int, assets: bool) -> None:
        self.root = root
        self.max_bytes = max_bytes
        self.assets = assets
        self.files: list[SourceFile] = []
        self.unreadable: list[Unreadable] = []

    def folder(self, folder: Path, prefix: str, ignores: tuple[Ignore, ...], packed: bool = False) -> None:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self.refuse(prefix.rstrip("/") or ".", "permission", f"the folder can't be listed: {error.strerror}")
            return
        names = {entry.name for entry in entries}
        if prefix and "pyvenv.cfg" in names:
            return
        if ".gitignore" in names:
            ignores = (*ignores, gitignore(folder / ".gitignore", prefix))
        packed = packed or "__init__.py" in names
        if self.assets and packed and is_site(names):
            ignores = ignores[:1]
        before = len(self.files)
        for entry in entries:
            heard = ignores[:1] if packed and is_built(entry, self.assets) else ignores
            self.entry(entry, prefix + entry.name, heard, packed)
        if self.assets and prefix and len(self.files) == before:
            self.files.append(SourceFile(f"{prefix}{KEEP}", b""))

    def entry(self, entry: os.DirEntry[str], path: str, ignores: tuple[Ignore, ...], packed: bool) -> None:
        if entry.is_symlink():
            self.link(Path(entry.path), path, ignores)
        elif entry.is_dir(follow_symlinks=False):
            if not ignored(path + "/", ignores):
                self.folder(Path(entry.path), path + "/", ignores, packed)
            elif self.assets and not ignored(path + "/", ignores[:1]):
                self.files.append(SourceFile(f"{path}/{KEEP}", b""))
        elif self.wanted(path) and not ignored(path, ignores):
            self.file(Path(entry.path), path)

    def wanted(self, path: str) -> bool:
        return self.assets or path.endswith(".py") or is_template(path)

    def link(self, place: Path, path: str, ignores: tuple[Ignore, ...]) -> None:
        """A link to a place inside is met there by itself; one that leads outside is told and not followed."""
        if ignored(path, ignores) or ignored(path + "/", ignores):
            return
        try:
            inside = place.resolve().is_relative_to(self.root)
        except (OSError, RuntimeError):
            inside = False
        if not inside and (path.endswith(".py") or place.is_dir()):
            self.refuse(path, "symlink", "a link that leads out of the folder is not followed")

    def file(self, place: Path, path: str) -> None:
        try:
            found = place.stat(follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode):
                return
            if found.st_size > self.max_bytes:
                self.too_large(path, found.st_size)
                return
            self.files.append(SourceFile(path, place.read_bytes()))
        except OSError as error:
            self.refuse(path, "permission", f"can't be read: {error.strerror}")

    def too_large(self, path: str, size: int) -> None:
        """A template of that size is left out without a word: nothing but its own edges is lost."""
        if self.assets or path.endswith(".py"):
            self.refuse(path, "size", f"{size:,} bytes, more than the {self.max_bytes:,} that are read")

    def refuse(self, path: str, reason: str, message: str) -> None:
        self.unreadable.append(Unreadable(path, reason, message))


# -- back to disk --------------------------------------------------------------------------------------------------


def safe_path(path: str) -> str:
    """A POSIX path below a root, normalised; an absolute one or one that climbs out is refused."""
    pure = PurePosixPath(path)
    if (
        pure.is_absolute()
        or ".." in pure.parts
        or "\\" in path
        or "\x00" in path
        or not pure.parts
        or ":" in pure.parts[0]
    ):
        raise RefactorError(f"a path that leads out of its folder is not written: {path!r}")
    return pure.as_posix()


def write_tree(root: Path, tree: SourceTree) -> None:
    """Write a tree as the folder ``root``, which must not be there: it appears whole or not at all."""
    files = sorted((safe_path(file.path), file.content) for file in tree.files)
    temporary = root.with_name(f".{root.name}.{uuid4().hex}.tmp")
    try:
        temporary.mkdir(parents=True)
        for path, content in files:
            (temporary / path).parent.mkdir(parents=True, exist_ok=True)
            (temporary / path).write_bytes(content)
        temporary.rename(root)
    except OSError as error:
        raise RefactorError(f"can't be written: {error.strerror}; nothing was changed", where=str(root)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_file(place: Path, content: bytes | str) -> None:
    """Write one file under a temporary name and rename it, so that a reader sees the old or the new one.

    Who may do what with the file stays as it was.
    """
    body = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    temporary = place.with_name(f".{place.name}.{uuid4().hex}.tmp")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(body)
        if place.exists():
            shutil.copymode(place, temporary)
        temporary.replace(place)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise RefactorError(f"can't be written: {error.strerror}; it stays as it was", where=str(place)) from error


def claim(folder: Path) -> Path:
    """A folder of the tool's own inside a project, which git leaves alone."""
    mark = folder / ".gitignore"
    if not mark.exists():
        write_file(mark, "*\n")
    return folder


def remove_file(root: Path, path: str) -> None:
    """Remove a file below ``root`` and the folders that are empty after it."""
    place = root / safe_path(path)
    place.unlink(missing_ok=True)
    for folder in place.relative_to(root).parents:
        if folder.parts and (root / folder).is_dir() and not any((root / folder).iterdir()):
            (root / folder).rmdir()


def read_exact(root: Path, paths: Sequence[str]) -> SourceTree:
    """The named files below ``root`` that exist, whatever their size."""
    places = ((path, root / safe_path(path)) for path in sorted(paths))
    return SourceTree(tuple(SourceFile(path, place.read_bytes()) for path, place in places if place.is_file()))


def read_folder(root: Path) -> SourceTree:
    """Every regular file below a folder of the tool's own; an empty tree when there is none."""
    return SourceTree(tuple(sorted(_files_below(root, "")))) if root.is_dir() else SourceTree()


def _files_below(folder: Path, prefix: str) -> Iterator[SourceFile]:
    for place in folder.iterdir():
        if place.is_symlink():
            continue
        if place.is_dir():
            yield from _files_below(place, f"{prefix}{place.name}/")
        elif place.is_file():
            yield SourceFile(prefix + place.name, place.read_bytes())


def in_the_way(root: Path, paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What stands where files should: the link or file on the way to a path, or what is in a folder of its name.

    A path is missing when nothing is in its way; an empty folder is named with a slash.
    """
    found = {path: tuple(_obstacles(root, safe_path(path))) for path in sorted(paths)}
    return {path: each for path, each in found.items() if each}


def _obstacles(root: Path, path: str) -> Iterator[str]:
    for folder in reversed(PurePosixPath(path).parents):
        place = root / folder
        if folder.parts and (place.is_symlink() or (place.exists() and not place.is_dir())):
            yield folder.as_posix()
            return
    place = root / path
    if place.is_symlink() or (place.exists() and not place.is_dir() and not place.is_file()):
        yield path
    elif place.is_dir():
        inside = sorted(each for each in place.rglob("*") if each.is_symlink() or not each.is_dir())
        yield from (each.relative_to(root).as_posix() for each in inside)
        yield from () if inside else (f"{path}/",)
