"""Services as tools of modules see them: which module is whose, and which import crosses today.

Comes in: an analysis. Goes out: ``Layout``, and TOML texts. Must not: know a tool. A module whose definitions belong to
several services counts as the one's that holds its rest, or most of it; modules that Python can't import as part of a
package (no ``__init__.py`` on the way) are left out.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from refactor.model.analysis import Analysis
from refactor.model.names import module_of
from refactor.model.plan import SHARED
from refactor.model.program import Program


class Layout(Struct, frozen=True):
    """``homes``: module -> service or ``shared``. ``imports``: (importing, imported) across homes. ``roots``: packages.

    ``folders``: where the packages lie, relative to the project. ``loose``: modules without a home, such as tests.
    """

    homes: dict[str, str]
    imports: tuple[tuple[str, str], ...]
    roots: tuple[str, ...]
    folders: tuple[str, ...]
    loose: tuple[str, ...]

    @property
    def services(self) -> dict[str, list[str]]:
        """The modules of each service, all sorted."""
        return {name: found for name, found in self.groups.items() if name != SHARED}

    @property
    def groups(self) -> dict[str, list[str]]:
        """The modules of each service and of the kernel, all sorted."""
        grouped: dict[str, list[str]] = defaultdict(list)
        for module, home in sorted(self.homes.items()):
            grouped[home].append(module)
        return dict(sorted(grouped.items()))

    def crossing(self, home: str) -> list[tuple[str, str]]:
        """Today's imports from a home into services that are not it."""
        return [
            (one, other)
            for one, other in self.imports
            if self.homes[one] == home and self.homes[other] not in (home, SHARED)
        ]


def layout_of(analysis: Analysis) -> Layout:
    """The layout of everything that can be imported; of source folders inside one another the fuller one counts."""
    program = analysis.program
    homes = {module: home for module, home in _homes(analysis).items() if _importable(module, program)}
    within = {module: _folder(module, program) for module in homes}
    folders = _side_by_side(Counter(within.values()))
    homes = {module: home for module, home in homes.items() if within[module] in folders}
    pairs = {
        (one, other)
        for one, other in imports_of(program)
        if one in homes and other in homes and homes[one] != homes[other]
    }
    roots = tuple(sorted({module.partition(".")[0] for module in homes}))
    loose = sorted(module for module in program.by_module if module not in homes and module.partition(".")[0] in roots)
    return Layout(homes, tuple(sorted(pairs)), roots, tuple(sorted(folders)), tuple(loose))


def _folder(module: str, program: Program) -> str:
    """The folder that a module's top package lies in."""
    root = module.partition(".")[0]
    return program.by_module[root].path.removesuffix(f"{root}/__init__.py").rstrip("/") or "."


def _side_by_side(sizes: Counter[str]) -> frozenset[str]:
    """The fullest folders none of which lies in another: a file must be found below one of them only."""
    kept: list[str] = []
    for folder in sorted(sizes, key=lambda name: (-sizes[name], name)):
        if not any(_nested(folder, other) or _nested(other, folder) for other in kept):
            kept.append(folder)
    return frozenset(kept)


def _nested(inner: str, outer: str) -> bool:
    return outer == "." or inner.startswith(f"{outer}/")


def _homes(analysis: Analysis) -> dict[str, str]:
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for symbol, home in analysis.plan.assignment.items():
        module = module_of(symbol)
        if module in analysis.program.by_module:
            held[module][home] += 1
    rests = analysis.plan.assignment
    return {
        module: rests.get(module) or min(found, key=lambda home: (-found[home], home))
        for module, found in sorted(held.items())
    }


def _importable(module: str, program: Program) -> bool:
    parts = module.split(".")
    above = [".".join(parts[:depth]) for depth in range(1, len(parts))]
    packages = all(name in program.by_module and program.by_module[name].is_package for name in above)
    named = all(part.isidentifier() for part in parts)
    return named and packages and (bool(above) or program.by_module[module].is_package)


def imports_of(program: Program) -> set[tuple[str, str]]:
    """(importing, imported) modules, with all that an import runs on the way.

    An import of ``a.b`` runs ``a`` too, and one of ``a`` may hand on a name of ``a.b``: which of them a statement names
    is not told apart, so a contract allows all of them where one is imported today.
    """
    modules = program.by_module
    found = ((module_of(edge.source), edge.target) for edge in program.edges if edge.kind == "import")
    return {(one, other) for one, other in found if other in modules and one != other}


def toml_text(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for what lies beyond sixteen bits."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_list(key: str, items: Iterable[str]) -> str:
    """A key with one text a line; nothing for no items is still a list."""
    rows = "".join(f"    {toml_text(item)},\n" for item in items)
    return f"{key} = [\n{rows}]\n" if rows else f"{key} = []\n"
