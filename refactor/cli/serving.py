"""``refactor serve``: the split on loopback."""

import threading
from pathlib import Path
from typing import Annotated

import typer

from refactor.cli import terminal
from refactor.cli.options import QuietOption, VerboseOption, voice
from refactor.model.errors import RefactorError


def serve(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of the split.")],
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The gateway's port; 0 takes a free one.")] = 8080,
    env: Annotated[
        list[str] | None, typer.Option("--env", "-e", metavar="NAME=VALUE", help="For every function.")
    ] = None,
    python: Annotated[str, typer.Option(help="The interpreter that runs the functions.")] = "",
    cold: Annotated[
        bool, typer.Option("--cold", help="End each function's process after each request: no memory outlives one.")
    ] = False,
    parallel: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="At most so many processes of one function at once.")
    ] = 8,
    work: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder that all processes work in (default: one each).")
    ] = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Run the split on loopback until Ctrl-C.

    One gateway, real Lambda events. A process answers one request at a time; a second request at the same time starts a
    second process of that function. Containers answer all in one process, websockets too.
    """
    from refactor import pipeline

    speech = voice(quiet, verbose)
    variables = _variables(env or [])
    with pipeline.serve(
        out, environment=variables, python=python, port=port, work=work, cold=cold, parallel=parallel
    ) as served:
        terminal.result(f"{served.url}")
        speech.tell("Serving", f"{out} until Ctrl-C")
        threading.Event().wait()


def _variables(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, equals, _ in pairs:
        if not name or not equals:
            raise RefactorError(f"--env {name} has no value", hint="--env NAME=VALUE")
    return {name: value for name, _, value in pairs}
