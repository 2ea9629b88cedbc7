"""Fetch an application's source from PyPI and make an environment for it, once, in the cache folder."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from entries.pinned import Application, lock_of

CACHE = "REFACTOR_BENCH_CACHE"


class NotMadeError(Exception):
    """Something that pip or the application did not do, in its own last words."""


def cache_folder() -> Path:
    """Where everything fetched is kept."""
    given = os.environ.get(CACHE)
    return (Path(given) if given else Path.home() / ".cache" / "refactor-bench") / "entries"


class Place:
    """The folders of one application in the cache."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = cache_folder().resolve() / name
        self.source = self.folder / "source" / name
        self.state = self.folder / "state"
        self.python = self.folder / "venv" / "bin" / "python"
        self.ready = self.folder / "ready"

    def filled(self, text: str) -> str:
        """A text of ``applications.toml`` with this place's folders."""
        return text.replace("{source}", str(self.source)).replace("{state}", str(self.state))


def install(name: str, application: Application) -> Place:
    """The application's place, with its source, its files and an environment that can run it."""
    place = Place(name)
    digest = _digest(name, application)
    if not place.ready.is_file() or place.ready.read_text("utf-8") != digest:
        shutil.rmtree(place.folder, ignore_errors=True)
        place.folder.mkdir(parents=True)
        _run([interpreter(application), "-m", "venv", str(place.folder / "venv")])
        _unpack(application, place)
        _requirements(name, place)
        place.ready.write_text(digest, "utf-8")
    shutil.rmtree(place.state, ignore_errors=True)
    place.state.mkdir()
    _files(application, place)
    return place


def _digest(name: str, application: Application) -> str:
    """Changes whenever the environment has to be made anew."""
    made_of = f"{application.requirement}\n{sys.version}\n{lock_of(name).read_text('utf-8')}"
    return hashlib.sha256(made_of.encode()).hexdigest()


def _unpack(application: Application, place: Place) -> None:
    """The sdist's content, without the folder around it."""
    below = place.folder / "sdist"
    pip = [str(place.python), "-m", "pip", "download", "-q", "--no-deps", "--ignore-requires-python"]
    _run([*pip, "--no-binary", application.package, "-d", str(below), application.requirement])
    (packed,) = below.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(below / "unpacked", filter="data")
    (root,) = (below / "unpacked").iterdir()
    place.source.parent.mkdir(parents=True)
    root.rename(place.source)


def _requirements(name: str, place: Place) -> None:
    """Everything of the lock, then the application itself, which is imported from the very files that are analysed."""
    pip = [str(place.python), "-m", "pip", "install", "-q", "--no-deps", "--ignore-requires-python"]
    _run([*pip, "-r", str(lock_of(name))])
    _run([*pip, "-e", str(place.source)])


def interpreter(application: Application) -> str:
    """This Python when the application runs on it, else one on the PATH."""
    if application.since <= sys.version_info[:2] < application.below:
        return sys.executable
    minors = [minor for minor in range(11, 20) if application.since <= (3, minor) < application.below]
    for found in filter(None, (shutil.which(f"python3.{minor}") for minor in minors)):
        if not subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode:
            return found
    raise NotMadeError("needs Python " + " or ".join(f"3.{minor}" for minor in minors[:3]))


def _files(application: Application, place: Place) -> None:
    for path, text in application.files.items():
        file = Path(place.filled(path))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(place.filled(text).lstrip("\n"), "utf-8")


def _run(command: Sequence[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        words = [line for line in ended.stderr.strip().splitlines() if line.strip()] or ["no reason given"]
        raise NotMadeError(f"{' '.join(command[1:4])}: {words[-1]}")
