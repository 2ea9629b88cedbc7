"""``refactor rules``: what is looked for."""

from typing import Annotated

import msgspec
import typer

from refactor.cli import terminal
from refactor.cli.options import Format
from refactor.model.errors import RefactorError


def rules(
    format: Annotated[  # noqa: A002 - the option's own name
        Format, typer.Option("--format", "-f", help="text, json or markdown (the reference).")
    ] = Format.text,
) -> None:
    """List the rules that ship with the tool."""
    from refactor.check import reference
    from refactor.pipeline import rules_of

    known = rules_of()
    if format is Format.json:
        terminal.result(msgspec.json.format(msgspec.json.encode(known, order="sorted"), indent=1).decode())
    elif format is Format.markdown:
        terminal.result(reference(known))
    elif format is Format.text:
        width = max((len(rule.id) for rule in known), default=0)
        terminal.result("".join(f"{rule.id:<{width}}  {rule.severity:<7}  {rule.name}\n" for rule in known))
    else:
        raise RefactorError(f"rules can't be written as {format.value}", hint="-f text, json or markdown")
