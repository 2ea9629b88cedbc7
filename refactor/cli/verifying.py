"""``refactor verify``: run both systems and compare."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from refactor.cli import terminal
from refactor.cli.options import Format, FormatOption, QuietOption, VerboseOption, voice
from refactor.model.errors import RefactorError

if TYPE_CHECKING:
    from refactor.pipeline import Verified


def verify(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of the split.")],
    *,
    against: Annotated[Path, typer.Option(metavar="PATH", help="The folder of the monolith.")],
    profile: Annotated[str, typer.Option(help="A profile of the settings, [verify.profiles.NAME].")] = "",
    requests: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The requests to replay, or a HAR file.")
    ] = None,
    cold: Annotated[
        bool, typer.Option("--cold", help="End each function's process after each request: state in memory then shows.")
    ] = False,
    format: FormatOption = Format.text,  # noqa: A002 - the option's own name
    json_output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the replay as JSON too.")] = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Run both systems and compare their answers.

    Both RUN on loopback, each on a copy of the same seeded database; answers and rows are compared.
    """
    from refactor import pipeline
    from refactor.adapters.disk import write_file

    if format not in (Format.text, Format.json):
        raise RefactorError(f"a replay can't be written as {format.value}", hint="-f text or -f json")
    speech = voice(quiet, verbose)
    project = pipeline.open_project(against)
    with speech.progress() as advance:
        verified = pipeline.verify(out, project, profile=profile, requests=requests, cold=cold, advance=advance)
    document = _json(verified)
    if json_output is not None:
        write_file(json_output, document)
    if format is Format.json:
        terminal.result(document)
    else:
        _write_text(verified)
    failed = bool(verified.replay.divergences or verified.dangling)
    explained = f"refactor explain {_foremost_rule(verified)} {against}"
    speech.tell("Next", explained if failed else f"deploy {out}/platform, then wave by wave")
    return 1 if failed else 0


def _foremost_rule(verified: "Verified") -> str:
    """The rule that predicted most divergences; RULE when none was predicted."""
    rules = [one.predicted_by.partition(" ")[0] for one in verified.replay.divergences if one.predicted_by]
    return max(sorted(set(rules)), key=rules.count, default="RULE")


def _json(verified: "Verified") -> str:
    import msgspec

    document = {"version": 1, "dangling": verified.dangling, "slices": verified.slices, "replay": verified.replay}
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=1).decode() + "\n"


def _write_text(verified: "Verified") -> None:
    from refactor.report import replay_text

    for one in verified.dangling:
        terminal.result(f"error: {one.name} is not in its slice ({one.reason})\n  --> {one.path}:{one.line}\n")
    if not verified.dangling:
        terminal.result(f"{verified.slices} slices are closed: every import and name in them resolves\n")
    shape: dict[str, Any] = terminal.shape()
    terminal.results(replay_text(verified.replay, **shape))
