"""One module per web framework: ``STYLE``, and ``sources(parts, pages) -> {path below the service's folder: text}``.

Comes in: a program's frameworks. Goes out: the target that generates for one of them. Must not: know a framework by
name; a new module here is found by the name the program uses.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from msgspec import Struct

from refactor.model.errors import RefactorError
from refactor.model.program import Program
from refactor.scaffold.package import Style
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts

Sources = Callable[[Parts, Pages], dict[str, str]]


class Target(Struct, frozen=True):
    """How services of one framework are generated."""

    style: Style
    sources: Sources


def target_of(program: Program) -> Target:
    """The generator for the framework that has one and answers most entry points."""
    counts = {name: 0 for name in sorted(program.frameworks) if _has_target(name)}
    for entry in program.entry_points:
        if entry.framework in counts:
            counts[entry.framework] += 1
    if not counts:
        named = ", ".join(sorted(program.frameworks)) or "a program without a web framework"
        raise RefactorError(
            f"no services can be generated for {named}",
            hint="Flask, FastAPI, Starlette and Django are supported; analyze, report and export work for every program.",
        )
    module = import_module(f"{__name__}.{max(counts, key=lambda name: counts[name])}")
    return Target(module.STYLE, module.sources)


def _has_target(name: str) -> bool:
    return name.isidentifier() and find_spec(f"{__name__}.{name}") is not None
