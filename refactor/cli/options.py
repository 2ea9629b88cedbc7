"""Arguments and options that commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from refactor.cli.terminal import Voice


class Format(StrEnum):
    """How a result is written."""

    text = "text"
    json = "json"
    markdown = "markdown"
    sarif = "sarif"
    github = "github"


PathArgument = Annotated[Path, typer.Argument(metavar="[PATH]", help="The folder of the monolith.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How the result is written.")]
OwnOption = Annotated[Path | None, typer.Option("--output", metavar="DIR", help="Keep results here, not in .refactor.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but errors.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Tell every phase, and where a bug lies.")]
JsonOption = Annotated[Path | None, typer.Option("--json-output", metavar="FILE", help="Write the result as JSON too.")]
SarifOption = Annotated[
    Path | None, typer.Option("--sarif-output", metavar="FILE", help="Write findings as SARIF too.")
]


def voice(quiet: bool, verbose: bool) -> Voice:
    """The voice of a command."""
    return Voice(quiet=quiet, verbose=verbose)
