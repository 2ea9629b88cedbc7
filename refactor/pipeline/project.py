"""A monolith on disk with its settings, and whom to tell how far something is.

Comes in: folders and settings. Goes out: values of the model. Must not: print, or hold knowledge of its own.
"""

import os
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from refactor.adapters.settings import Settings
from refactor.model.errors import RefactorError

OWN = ".refactor"
"""The folder of the tool's own, in the analysed project and in a split."""

Advance: TypeAlias = Callable[[str, int, int], None]
"""Told (what is done, how far, of how many)."""


_SYMBOL = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*(\(\))?")
"""How servers are told what to serve: ``shop.main:app``."""


def quiet(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


class Project(Struct, frozen=True):
    """A monolith on disk: its folder, its settings, and where the tool keeps its own files."""

    folder: Path
    settings: Settings
    own: Path

    @property
    def name(self) -> str:
        """The name in reports and templates."""
        return self.settings.project or self.folder.name or "project"

    @property
    def plan_file(self) -> Path:
        """Where the plan is, or will be."""
        return self.folder / self.settings.plan

    @property
    def applications(self) -> tuple[str, ...]:
        """Symbols that may be the application: what the settings name, then what the command that boots it does."""
        words = shlex.split(self.settings.verify.boot)
        booted = [word.removesuffix("()") for word in words if _SYMBOL.fullmatch(word)]
        return tuple(filter(None, (self.settings.application, *booted)))

    def over(self, **options: object) -> "Project":
        """The project with options of the command line on top of its settings; None means not given."""
        return Project(self.folder, self.settings.over(**options), self.own)


def open_project(folder: Path, *, own: Path | None = None, environment: Mapping[str, str] | None = None) -> Project:
    """The project in a folder, with its settings."""
    from refactor.adapters.settings import load_settings

    if not folder.is_dir():
        raise RefactorError("no such folder", where=str(folder), hint="give the folder that holds the monolith's code")
    place = folder.resolve()
    settings = load_settings(place, os.environ if environment is None else environment)
    return Project(place, settings, own or place / OWN)
