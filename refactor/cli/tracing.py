"""``refactor trace``: run the user's own tests or server and write down which functions really call which."""

from pathlib import Path
from typing import Annotated

import typer

from refactor.cli.options import OwnOption, QuietOption, VerboseOption, voice


def trace(
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND...", help="What to run: pytest, flask run ...")],
    *,
    project: Annotated[Path, typer.Option(metavar="PATH", help="The folder of the monolith.")] = Path(),
    file: Annotated[
        Path | None,
        typer.Option("--file", "-o", metavar="FILE", help="Where to write (default: .refactor/traces.json)."),
    ] = None,
    output: OwnOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Run COMMAND, which is your own code, and record its calls.

    For `refactor analyze --traces FILE`. Unlike analyze, this runs the monolith: your tests, or a server until you end it.
    Ends with the command's own exit code.
    """
    from refactor import pipeline

    speech = voice(quiet, verbose)
    opened = pipeline.open_project(project, own=output)
    place = file or opened.own / "traces.json"
    code, traces = pipeline.trace(opened, command, place)
    if not traces.functions:
        speech.tell(
            "Traces", "no function of the project ran under a Python that heeds PYTHONPATH; nothing was written"
        )
        return code or 1
    speech.tell("Traces", f"{len(traces.functions):,} functions, {len(traces.calls):,} calls: {place}")
    speech.tell("Next", f"refactor analyze {project} --traces {place}")
    return code
