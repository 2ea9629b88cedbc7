"""One module per web framework: ``sources(parts, pages) -> {path below the service's folder: text}``.

Comes in: a program's frameworks. Goes out: the target that generates for one of them. Must not: know a framework by
name; a new module here is found by the name the program uses.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from refactor.model.errors import RefactorError
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts

Sources = Callable[[Parts, Pages], dict[str, str]]


def target_of(frameworks: tuple[str, ...]) -> Sources:
    """The generator for the first framework that has one."""
    for name in sorted(frameworks):
        if name.isidentifier() and find_spec(f"{__name__}.{name}") is not None:
            sources: Sources = import_module(f"{__name__}.{name}").sources
            return sources
    raise RefactorError(
        f"no services can be generated for {', '.join(sorted(frameworks)) or 'a program without a web framework'}",
        hint="Flask is supported so far; analyze, report and export work for every Python program.",
    )
