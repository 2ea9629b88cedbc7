"""The pinned applications, as ``applications.toml`` names them."""

import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct

HERE = Path(__file__).resolve().parent


class Application(Struct, frozen=True, forbid_unknown_fields=True):
    """One published application and how it is asked.

    ``ask`` is code that makes it: it sets ``app`` and ``metadata`` (SQLAlchemy) or ``sqlite`` (database files). ``files`` are
    written before, by path; ``environment`` is set for it. ``{source}`` is the unpacked source, which is what gets analysed,
    ``{state}`` an empty folder, in which ``ask`` runs unless ``folder`` says otherwise. It runs
    on Python ``since``, and no longer on ``below``.
    """

    package: str
    version: str
    framework: str
    ask: str
    folder: str = "{state}"
    since: tuple[int, int] = (3, 11)
    below: tuple[int, int] = (4, 0)
    environment: dict[str, str] = {}
    files: dict[str, str] = {}

    @property
    def requirement(self) -> str:
        """What pip is asked for."""
        return f"{self.package}=={self.version}"


def applications() -> dict[str, Application]:
    """All of them by name, in the file's order."""
    return msgspec.convert(tomllib.loads((HERE / "applications.toml").read_text("utf-8")), dict[str, Application])


def lock_of(name: str) -> Path:
    """The versions of everything that an application needs."""
    return HERE / "locks" / f"{name}.txt"
