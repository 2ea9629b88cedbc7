"""What an application says of itself: asked in a child process, inside its own environment."""

import os
import subprocess
from pathlib import Path

import msgspec
from msgspec import Struct

from entries.installing import NotMadeError, Place
from entries.pinned import HERE, Application

PATIENCE = 300


class Route(Struct, frozen=True):
    """A route that the framework reports.

    ``method`` is ``*`` when the view looks at the method by itself, ``WEBSOCKET`` or ``MOUNT`` for what has none.
    ``handler`` is what answers: the function inside all decorators, the method of a class view, or the class itself when only
    a framework's class defines that method; ``path`` and ``qualname`` say the same by file. ``own``: defined below the
    analysed folder. ``language``: the prefix of the rule that depends on the visitor's language.
    """

    method: str
    rule: str
    name: str | None
    handler: str
    path: str
    qualname: str
    line: int
    own: bool
    view: str = ""
    language: str = ""


class Table(Struct, frozen=True):
    """A table that the ORM (or the database, after the application's migrations) reports."""

    name: str
    model: str
    own: bool


class Truth(Struct, frozen=True):
    """All of them."""

    framework: str
    routes: tuple[Route, ...]
    tables: tuple[Table, ...]
    root: str


def ask(application: Application, place: Place) -> Truth:
    """Run the application in a child and let it answer."""
    out, log = place.folder / "truth.json", place.folder / "ask.log"
    out.unlink(missing_ok=True)
    asker, code = str(HERE / "asking" / "ask.py"), place.filled(application.ask)
    with log.open("wb") as told:
        ended = subprocess.run(
            [str(place.python), asker, application.framework, str(place.source), code, str(out)],
            cwd=place.filled(application.folder),
            env=_environment(application, place),
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
    if ended.returncode or not out.is_file():
        raise NotMadeError(f"can't be asked: {_last_line(log)} ({log})")
    return msgspec.json.decode(out.read_bytes(), type=Truth)


def _environment(application: Application, place: Place) -> dict[str, str]:
    base = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    own = {name: place.filled(value) for name, value in application.environment.items()}
    return {**base, "HOME": str(place.state), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", **own}


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
