"""``refactor record``: a corpus from what people do with a running monolith."""

import threading
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from refactor.cli import terminal
from refactor.cli.options import QuietOption, VerboseOption, voice
from refactor.model.errors import RefactorError

LoginOption = Annotated[
    list[str] | None,
    typer.Option(metavar="TEXT", help='With --openapi: "POST /login name=ann password=x csrf=?", asked first.'),
]
CaptureOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=HOW", help="Of the login's answer: token=json:PATH, csrf=cookie:NAME, x=header:NAME."),
]
HeaderOption = Annotated[
    list[str] | None,
    typer.Option(metavar="TEXT", help='With --openapi: for each request, such as "X-CSRFToken: {{csrf}}".'),
]
UserOption = Annotated[
    str, typer.Option(metavar="NAME:PASSWORD", help="With --openapi: log in as the document declares.")
]


def record(
    path: Annotated[Path, typer.Argument(metavar="[PATH]", help="The folder of the monolith.")] = Path(),
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The corpus; a HAR if FILE ends so.")],
    target: Annotated[
        str, typer.Option(metavar="URL", help="A monolith that runs already; else [verify] boot starts it on a copy.")
    ] = "",
    profile: Annotated[str, typer.Option(help="A profile of the settings, [verify.profiles.NAME].")] = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The proxy's port; 0 takes a free one.")] = 8090,
    har: Annotated[Path | None, typer.Option("--from", metavar="HAR", help="Make the corpus from a HAR file.")] = None,
    openapi: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Make a corpus from an OpenAPI 3 document in JSON.")
    ] = None,
    taking: Annotated[
        bool, typer.Option("--taking", help="With --openapi: also DELETE and what may take something away.")
    ] = False,
    login: LoginOption = None,
    capture: CaptureOption = None,
    header: HeaderOption = None,
    user: UserOption = "",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Proxy a running monolith and write down a corpus until Ctrl-C.

    Cookies, CSRF tokens, ids and other values that answers gave are captured anew at each replay.
    """
    from refactor import pipeline
    from refactor.adapters.disk import write_file
    from refactor.verify import WayIn

    speech = voice(quiet, verbose)
    if (login or capture or header or user) and openapi is None:
        raise RefactorError("only generated requests are told how to log in", hint="--openapi FILE")
    if har is not None:
        text = pipeline.corpus_of_har(_text(har), har.name)
    elif openapi is not None:
        way = WayIn(tuple(login or ()), tuple(capture or ()), tuple(header or ()))
        text = pipeline.corpus_of_openapi(_text(openapi), openapi.name, taking=taking, way=way, user=user)
    else:
        with pipeline.record(path, target=target, profile=profile, port=port) as proxy:
            terminal.result(proxy.url)
            speech.tell("Recording", "use it there; Ctrl-C ends it")
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
        text = pipeline.corpus_of_recording(proxy.exchanges, proxy.url, har=output.suffix == ".har")
        speech.tell("Recorded", f"{len(proxy.exchanges)} requests")
    write_file(output, text)
    speech.tell("Next", f"refactor verify OUT --against {path} --requests {output}")


def _text(place: Path) -> str:
    try:
        return place.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefactorError(f"can't be read: {error}", where=str(place)) from error
