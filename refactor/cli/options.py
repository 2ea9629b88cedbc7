"""Arguments and options that commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from refactor.adapters.settings import Settings
from refactor.cli.terminal import Voice
from refactor.model.names import nearest
from refactor.model.weighing import VIEWS, ViewWeights, countable


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


WeightOption = Annotated[
    list[str] | None,
    typer.Option(metavar="VIEW=FACTOR", help="Count a kind of evidence more or less: vocabulary=0 is off; repeatable."),
]
HistoryOption = Annotated[
    bool | None, typer.Option("--history/--no-history", help="Whether commits (git log) are evidence.")
]
TracesOption = Annotated[Path | None, typer.Option(help="What `refactor trace` wrote, as evidence.", metavar="FILE")]


def weighed(settings: Settings, given: list[str] | None) -> ViewWeights:
    """The settings' weights with those of the command line on top."""
    found: dict[str, float] = {}
    for text in given or ():
        name, _, factor = text.partition("=")
        view = name.strip().replace("-", "_").replace(" ", "_")
        if view not in VIEWS:
            raise typer.BadParameter(f"no view is named {name!r}; {nearest(view, VIEWS)}", param_hint="--weight")
        try:
            found[view] = float(factor)
        except ValueError:
            found[view] = -1.0
        if not countable(found[view]):
            raise typer.BadParameter(
                f"{factor!r} is no number from 0 (off) upwards, such as {view}=0.5", param_hint="--weight"
            )
    return settings.weights.over(found)


def voice(quiet: bool, verbose: bool) -> Voice:
    """The voice of a command."""
    return Voice(quiet=quiet, verbose=verbose)
