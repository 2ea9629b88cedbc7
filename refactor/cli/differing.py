"""``refactor diff``: what changed between two analyses."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from refactor.cli import terminal


class DiffFormat(StrEnum):
    """How a difference is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="An analysis.json, or a folder to analyze now.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The same; a folder is analyzed as it is.")],
    *,
    format: Annotated[  # noqa: A002 - the option's own name
        DiffFormat, typer.Option("--format", "-f", help="How the result is written.")
    ] = DiffFormat.text,
) -> None:
    """Say what moved between services from OLD to NEW, what is new, what is gone, and what that costs."""
    from refactor import pipeline
    from refactor.report import difference_json, difference_markdown, difference_text

    found = pipeline.compare(old, new)
    render = {
        DiffFormat.json: difference_json,
        DiffFormat.markdown: difference_markdown,
        DiffFormat.text: difference_text,
    }[format]
    terminal.result(render(found))
