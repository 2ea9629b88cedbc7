"""Click, Typer and Flask's command line: commands by the words that a shell types, groups inside groups."""

from refactor.link.frameworks.click.commands import Commands
from refactor.link.frameworks.click.options import callbacks
from refactor.link.stages.assembly import Assembly


def entries(assembly: Assembly) -> None:
    """An entry point for each command; groups give their commands a prefix and are none themselves."""
    commands = Commands(assembly, callbacks(assembly))
    commands.find()
    commands.publish()
