"""``refactor init``: settings to begin with."""

from pathlib import Path

from refactor.cli import terminal
from refactor.cli.options import PathArgument
from refactor.model.errors import RefactorError


def init(path: PathArgument = Path()) -> None:
    """Write a refactor.toml in which every line is commented out."""
    from refactor.adapters.disk import write_file
    from refactor.adapters.settings import FILE, TEMPLATE

    if not path.is_dir():
        raise RefactorError("no such folder", where=str(path))
    place = path / FILE
    if place.exists():
        raise RefactorError("there are settings already; they stay as they are", where=str(place))
    write_file(place, TEMPLATE)
    terminal.result(f"{place}")
