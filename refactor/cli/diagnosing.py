"""``refactor doctor``: says whether everything is there that the commands need."""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from refactor import __version__
from refactor.cli import terminal
from refactor.cli.options import PathArgument
from refactor.model.errors import RefactorError

NEEDED = (
    "libcst", "networkx", "typer", "rich", "jinja2", "msgspec", "pathspec", "tomlkit", "sqlglot", "graspologic-native",
)  # fmt: skip
FOR_SERVING = ("awslambdaric", "pyyaml")


def doctor(path: PathArgument = Path()) -> int:
    """Check the installation and the settings of PATH.

    Exit 1 when something that is needed is missing.
    """
    terminal.result(f"ok       refactor {__version__}, Python {platform.python_version()}, {platform.system()}")
    lines = [*_libraries(), *_folders(), *_settings(path)]
    terminal.result("".join(f"{state:<8} {text}\n" for state, text in lines))
    return 1 if any(state == "missing" for state, _ in lines) else 0


def _libraries() -> Iterator[tuple[str, str]]:
    for name in (*NEEDED, *FOR_SERVING):
        try:
            yield "ok", f"{name} {version(name)}"
        except PackageNotFoundError:
            if name in NEEDED:
                yield "missing", f"{name}: install the package again"
            else:
                yield "absent", f"{name}: serve and verify need it: pip install 'monolith-refactor[serve]'"


def _folders() -> Iterator[tuple[str, str]]:
    from refactor.adapters.disk import read_folder
    from refactor.adapters.rulepacks import templates_folder
    from refactor.pipeline import rules_of

    try:
        yield "ok", f"{len(rules_of())} rules, {len(read_folder(templates_folder()).files)} templates"
    except RefactorError as error:
        yield "missing", f"{error.message} ({error.where})"


def _settings(path: Path) -> Iterator[tuple[str, str]]:
    from refactor.pipeline import open_project

    try:
        settings = open_project(path).settings
    except RefactorError as error:
        yield "missing", f"settings: {error.message} ({error.where})"
        return
    yield "ok", f"settings of {path}"
    if not settings.verify.boot:
        yield "absent", "settings: [verify] boot: verify needs to know how the monolith is started"
