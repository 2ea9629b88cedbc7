"""``refactor schema``: the JSON Schema of what the tool writes."""

from typing import Annotated

import typer

from refactor.cli import terminal


def schema(name: Annotated[str, typer.Argument(help="analysis, findings, partition, plan, review or traces.")]) -> None:
    """Print the JSON Schema of an artefact."""
    from refactor.report import schema as schema_text

    terminal.result(schema_text(name))
