"""Which modules of a service are the monolith's: its own checks leave them alone.

Comes in: a service's parts. Goes out: top-level names. Must not: run a check.
"""

from refactor.scaffold.package import roots_of
from refactor.scaffold.parts import Parts


def modules_of(parts: Parts) -> tuple[str, ...]:
    """The slice's modules as they are imported, by their first name; those that no import can name are left out."""
    roots = roots_of(parts)
    found = set()
    for file in parts.piece.tree.python():
        for root in ("", *(f"{root}/" for root in roots)):
            if file.path.startswith(root):
                found.add(file.path.removeprefix(root).partition("/")[0].removesuffix(".py"))
    return tuple(sorted(name for name in found if name.isidentifier()))
