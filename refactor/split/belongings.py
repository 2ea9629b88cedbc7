"""Which files that are no Python go with a slice, and where its files lie.

Comes in: the source tree and the kept pages. Goes out: files by their path in the slice, which is their import path: a
source root such as ``src/`` is left away. Must not: read what the files say.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from refactor.model.sources import KEEP, SourceFile, SourceTree
from refactor.split.page import Page

_NOT_SHIPPED: Final = frozenset(
    {"test", "tests", "var", "instance", "node_modules", "__pycache__", ".git", ".venv", "venv", "build", "dist"}
)
_NOT_SHIPPED_ENDINGS: Final = (".py", ".pyc", ".pyo", ".db", ".sqlite", ".sqlite3", ".log", ".pid")
_LEFT_BY_RUNS: Final = (".log", ".pid")
_BESIDE_MODULES: Final = frozenset({"templates", "static"})


def import_path(page: Page) -> str:
    """The path of a module in a slice."""
    path = page.module.replace(".", "/")
    return f"{path}/__init__.py" if page.is_package else f"{path}.py"


def data_files(
    tree: SourceTree, kept: Iterable[Page], pages: Mapping[str, Page], *, migrates: bool = True
) -> dict[str, bytes]:
    """Files in the kept packages and in folders below them; beside top-level modules only templates and static files.

    A migration environment goes with the package it lies in, its Python too: Alembic runs it by path, no import does.
    It stays away when the service does not import Alembic at all (``migrates``).
    """
    chosen = _folders(kept)
    folders = _packages(pages.values()) | chosen
    found = _standing(tree, chosen)
    made = environments(tree)
    for file in tree.files:
        if environment := next((e for e in made if file.path.startswith(f"{e}/")), ""):
            home = _above(_parent(environment), chosen)
            if migrates and home is not None and not file.path.endswith((".pyc", ".pyo")):
                found[_moved(file.path, home, chosen[home])] = file.content
            continue
        owner = _owner(file, folders)
        if owner is not None and owner in chosen and _is_shipped(file.path, owner, chosen[owner]):
            found[_moved(file.path, owner, chosen[owner])] = file.content
    return found


def _folders(pages: Iterable[Page]) -> dict[str, str]:
    """Folder of a module -> the same folder in a slice."""
    return {_parent(page.path): _parent(import_path(page)) for page in pages}


def _packages(pages: Iterable[Page]) -> dict[str, str]:
    """Folders as ``_folders``, without those below packages that are none: files among scripts are the package's own."""
    pages = list(pages)
    real = {_parent(page.path) for page in pages if page.is_package or "/" not in import_path(page)}
    return {folder: target for folder, target in _folders(pages).items() if folder in real}


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _standing(tree: SourceTree, chosen: Mapping[str, str]) -> dict[str, bytes]:
    """Folders that hold nothing but what a run left there (logs): code counts on the folder, not on the files."""
    left: dict[str, bool] = {}
    for file in tree.files:
        folder, _, name = file.path.rpartition("/")
        left[folder] = left.get(folder, True) and (name == KEEP or name.endswith(_LEFT_BY_RUNS))
    found: dict[str, bytes] = {}
    for folder in (folder for folder, only in sorted(left.items()) if folder and only):
        home = _above(_parent(folder), chosen)
        if home is not None and not _NOT_SHIPPED & set(folder.split("/")):
            found[_moved(f"{folder}/{KEEP}", home, chosen[home])] = b""
    return found


def environments(tree: SourceTree) -> list[str]:
    """Folders that Alembic works in: they hold the template of a revision."""
    return sorted(_parent(file.path) for file in tree.files if file.path.endswith("/script.py.mako"))


def _owner(file: SourceFile, folders: Mapping[str, str]) -> str | None:
    """The nearest folder above a file that holds modules."""
    return _above(_parent(file.path), folders)


def _above(folder: str, folders: Mapping[str, str]) -> str | None:
    """A folder, or else the nearest above it, that is among the given ones."""
    while folder not in folders:
        if not folder:
            return None
        folder = _parent(folder)
    return folder


def _is_shipped(path: str, owner: str, target: str) -> bool:
    parts = _inside(path, owner).split("/")
    if path.endswith(_NOT_SHIPPED_ENDINGS) or _NOT_SHIPPED & set(parts[:-1]):
        return False
    return bool(target) or parts[0] in _BESIDE_MODULES


def _moved(path: str, owner: str, target: str) -> str:
    inside = _inside(path, owner)
    return f"{target}/{inside}" if target else inside


def _inside(path: str, folder: str) -> str:
    return path.removeprefix(f"{folder}/") if folder else path
