"""``refactor export``: the last analysis in the files of other tools."""

from pathlib import Path
from typing import Annotated

import typer

from refactor.cli import terminal
from refactor.cli.options import OwnOption, PathArgument
from refactor.model.errors import RefactorError


def export(
    format: Annotated[  # noqa: A002 - the argument's own name
        str, typer.Argument(help="backstage, csv, import-linter, openapi, sarif, structurizr or tach.")
    ],
    path: PathArgument = Path(),
    *,
    into: Annotated[
        Path | None, typer.Option("--into", "-o", metavar="DIR", help="Write the files there, not on stdout.")
    ] = None,
    output: OwnOption = None,
) -> None:
    """Write the last analysis of PATH for another tool."""
    from refactor import pipeline
    from refactor.adapters.disk import write_file
    from refactor.report import export_text

    files = export_text(format, pipeline.load_analysis(pipeline.open_project(path, own=output)))
    if into is not None:
        for name, text in sorted(files.items()):
            write_file(into / name, text)
            terminal.result(f"{into / name}")
    elif len(files) == 1:
        terminal.result(next(iter(files.values())))
    else:
        names = ", ".join(sorted(files)) or "no file"
        raise RefactorError(
            f"{format} makes {names}; nothing was written", hint=f"refactor export {format} {path} -o DIR"
        )
