"""``refactor analyze --graph``: cluster and measure a graph that others made."""

from pathlib import Path
from typing import Any, NamedTuple

import typer

from refactor.cli import terminal
from refactor.cli.options import Format
from refactor.cli.terminal import Voice


class Asked(NamedTuple):
    """What a person wants of a graph. ``attribute``: the attribute of its nodes that is the truth."""

    services: tuple[int, int] | None
    seed: int
    truth: Path | None
    attribute: str
    shared: bool | None


def partition(file: Path, asked: Asked, output: Path | None, chosen: Format, speech: Voice) -> None:
    """Read a graph, group its nodes, tell the metrics; the JSON goes to a file too when a folder is given."""
    from refactor import pipeline
    from refactor.adapters.disk import write_file
    from refactor.report import partition_json, partition_text

    if chosen not in (Format.text, Format.json):
        raise typer.BadParameter(f"a graph's result is text or json, not {chosen.value}", param_hint="--format")
    if asked.truth is not None and asked.attribute:
        raise typer.BadParameter("give a file or an attribute, not both", param_hint="--truth-attribute")
    found = pipeline.partition(
        file,
        services=asked.services,
        seed=asked.seed,
        truth=asked.truth,
        attribute=asked.attribute,
        kernel=asked.shared,
    )
    if output is not None:
        write_file(output / "partition.json", partition_json(found))
        speech.finished(f"{output}/partition.json")
    if chosen is Format.json:
        terminal.result(partition_json(found))
    else:
        shape: dict[str, Any] = terminal.shape()
        terminal.results(partition_text(found, **shape))
