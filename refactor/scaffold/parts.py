"""What a service is generated from, gathered once.

Comes in: program, stack, slice, units. Goes out: one value for targets and pages. Must not: render.
"""

from msgspec import Struct

from refactor.model.errors import RefactorError
from refactor.model.names import module_of, qualname_of
from refactor.model.program import EntryPoint, Program
from refactor.model.resources import Stack
from refactor.model.signatures import required_parameters
from refactor.model.slices import Slice
from refactor.scaffold.naming import package_of
from refactor.scaffold.reach import Ground
from refactor.scaffold.units import Unit, is_importable

CONTAINER = "Container"
"""The task that answers HTTP and websockets."""


class Symbol(Struct, frozen=True):
    """A name to import. ``is_call``: it is a function that has to be called."""

    module: str
    name: str
    is_call: bool = False


class Parts(Struct, frozen=True):
    """One service: its stack, its slice, its units and what runs in it. The fallback has no units."""

    program: Program
    stack: Stack
    piece: Slice
    units: tuple[Unit, ...]
    ground: Ground

    @property
    def package(self) -> str:
        """The generated package."""
        return package_of(self.stack.service)

    @property
    def workers(self) -> dict[str, str]:
        """Handler module -> task id, for tasks that run a handler."""
        tasks = [task for task in self.stack.tasks if task.id != CONTAINER]
        return {task.command[-1].rpartition(".")[2]: task.id for task in tasks}

    def unit(self, module: str) -> Unit:
        """The unit with that handler module."""
        return next(unit for unit in self.units if unit.module == module)


def factory_of(parts: Parts) -> Symbol:
    """How the slice makes its WSGI application; it has to be possible without arguments."""
    symbol, service = parts.piece.factory, parts.stack.service
    if not symbol or not is_importable(symbol):
        raise RefactorError(
            f"no application factory can be imported for {service}: {symbol or 'none was found'}",
            hint='name it in refactor.toml, such as application = "package.module:app"; a function is called without arguments',
        )
    found = parts.program.by_symbol.get(symbol)
    is_call = found is not None and found.kind == "function"
    if found is not None and is_call and (missing := required_parameters(found.signature)):
        raise RefactorError(
            f"{symbol} needs arguments: {', '.join(missing)}",
            where=f"{found.path}:{found.line}",
            hint='name what calls it with them in refactor.toml, such as application = "package.module:app"',
        )
    return Symbol(parts.program.aliases.said(module_of(symbol)), qualname_of(symbol), is_call)


def symbol_of(entry: EntryPoint, program: Program) -> Symbol | None:
    """What an entry point's handler imports; None when no import reaches it."""
    if not is_importable(entry.handler):
        return None
    return Symbol(program.aliases.said(module_of(entry.handler)), qualname_of(entry.handler))
