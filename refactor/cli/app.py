"""All commands under one name; ``refactor --help`` loads none of what they need."""

from typing import Annotated

import typer

from refactor import __version__
from refactor.cli import (
    analyzing,
    checking,
    diagnosing,
    differing,
    explaining,
    exporting,
    graphing,
    initialising,
    recording,
    reporting,
    ruling,
    schemas,
    serving,
    splitting,
    tracing,
    verifying,
)
from refactor.cli.terminal import result

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("analyze")(analyzing.analyze)
app.command("split")(splitting.split)
app.command("verify")(verifying.verify)
app.command("serve")(serving.serve)
app.command("record")(recording.record)
app.command("trace")(tracing.trace)
app.command("check")(checking.check)
app.command("diff")(differing.diff)
app.command("explain")(explaining.explain)
app.command("graph")(graphing.graph)
app.command("export")(exporting.export)
app.command("report")(reporting.report)
app.command("rules")(ruling.rules)
app.command("schema")(schemas.schema)
app.command("init")(initialising.init)
app.command("doctor")(diagnosing.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        result(f"refactor {__version__}")
        raise typer.Exit


@app.callback()
def everything(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Cut a Python monolith into serverless microservices, and prove that the cut answers like the original.

    Start with: refactor analyze PATH
    """
