"""Analysis -> the files of other tools: one format a module, found by listing this folder.

Comes in: an analysis. Goes out: texts by path; a format's module has ``export(analysis)`` and is called like the format.
Must not: let a name from the analysed code act in a file; each format escapes in its own way.
"""

from importlib import import_module
from pkgutil import iter_modules

from refactor.model.analysis import Analysis
from refactor.model.errors import RefactorError

_SHARED = frozenset({"layout"})
EXPORTS = tuple(sorted(found.name.replace("_", "-") for found in iter_modules(__path__) if found.name not in _SHARED))
"""The names of the formats."""


def export_text(format: str, analysis: Analysis) -> dict[str, str]:  # noqa: A002 - the option's own name
    """The files of a format, by path."""
    if format not in EXPORTS:
        raise RefactorError(f"nothing is exported as {format!r}", hint=f"there are: {', '.join(EXPORTS)}")
    found: dict[str, str] = import_module(f"{__name__}.{format.replace('-', '_')}").export(analysis)
    return found
