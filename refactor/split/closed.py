"""Slice -> Dangling*: the static proof that a slice is closed.

Comes in: a slice's own text and the program it was cut from. Goes out: every import or attribute of a project module,
and every name, that resolves nowhere inside the slice; empty when the slice is closed. Must not: trust the closure: it
reads only what the slice says. Imports for type checkers only are not run and not followed.
"""

import builtins
from collections.abc import Iterable
from functools import cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from refactor.model.names import module_of
from refactor.model.program import Module, Program
from refactor.model.slices import Slice
from refactor.model.source_roots import Aliases
from refactor.model.sources import SourceFile, SourceTree
from refactor.split.belongings import import_path
from refactor.split.loading import Loading
from refactor.split.page import Page, Statement, page_of
from refactor.split.syntax import Chain, Imported
from refactor.split.trails import Trails, ancestors

_KNOWN: Final = frozenset(dir(builtins)) | {
    "__class__",
    "__file__",
    "__path__",
    "__annotations__",
    "__builtins__",
    "WindowsError",
}


class Dangling(Struct, frozen=True, order=True):
    """A need without an answer. ``reason``: module (not in the slice) | name (its module lacks it) | unbound | early.

    ``early``: imported in a circle from a module that has not bound it yet.
    """

    path: str
    line: int
    name: str
    reason: str


def dangling(slice_: Slice, program: Program) -> tuple[Dangling, ...]:
    """What a slice asks for and does not hold."""
    pages = _pages(slice_, program)
    proof = _Proof(Trails(pages), {name.partition(".")[0] for name in program.by_module})
    found = {need for page in pages.values() for need in proof.read(page)}
    starts = [*slice_.imports, module_of(slice_.factory)]
    early = Loading(proof.trails).run(start for start in starts if start).early
    found |= {Dangling(pages[module].path, line, name, "early") for module, line, name in early}
    return tuple(sorted(found))


def place_of(module: Module) -> str:
    """Where a module of the monolith lies in a slice."""
    return import_path(Page(module.name, module.path, module.is_package, "utf-8", b""))


def lacking(tree: SourceTree, program: Program) -> frozenset[tuple[str, str, str]]:
    """What the monolith itself asks for and does not hold, as (path, name, reason): no slice can have it."""
    kept = tuple(file for file in tree.files if file.path.endswith(".py"))
    paths = {module.path: module for module in program.modules}
    own = ((file, paths[file.path]) for file in kept if file.path in paths)
    pages = {module.name: page_of(file, module, program.aliases) for file, module in own}
    proof = _Proof(Trails(pages), {name.partition(".")[0] for name in program.by_module})
    needs = ((import_path(page), need) for page in pages.values() for need in proof.read(page))
    return frozenset((path, need.name, need.reason) for path, need in needs)


def _pages(slice_: Slice, program: Program) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for file in slice_.tree.python():
        path = file.path.removesuffix(".py")
        name = path.removesuffix("/__init__").replace("/", ".")
        if name in program.by_module:
            source = program.by_module[name].path
            pages[name] = _page(file, name, path.endswith("/__init__"), source, program.aliases)
    return pages


@cache
def _page(file: SourceFile, name: str, is_package: bool, source: str, aliases: Aliases) -> Page:
    """Slices share most of their files, and parsing is the dear part. ``source``: the module's path in the monolith."""
    page = page_of(file, Module(name, source, 0, is_package), aliases)
    return replace(page, path=file.path)


class _Proof:
    def __init__(self, trails: Trails, roots: set[str]) -> None:
        self.trails = trails
        self.roots = roots

    def read(self, page: Page) -> Iterable[Dangling]:
        blind = any(not self._is_ours(star.module) for star in page.imported.get("*", ()))
        for statement in page.statements:
            if statement.kind == "typing":
                continue
            imports = {*statement.imports, *statement.mentions.eager, *statement.mentions.imports}
            for name, reason in (*self._imports(imports), *self._uses(page, statement, blind)):
                yield Dangling(page.path, statement.first, name, reason)

    def _is_ours(self, module: str) -> bool:
        return module.partition(".")[0] in self.roots

    def _imports(self, imports: Iterable[Imported]) -> Iterable[tuple[str, str]]:
        for imported in sorted(imports):
            if not self._is_ours(imported.module):
                continue
            missing = [name for name in ancestors(imported.module) if not self.trails.is_module(name)]
            if missing:
                yield missing[0], "module"
            elif imported.name not in ("", "*") and not self._holds((imported.module, imported.name)):
                yield f"{imported.module}.{imported.name}", "name"

    def _holds(self, chain: Chain) -> bool:
        trail = self.trails.follow(chain)
        return bool(trail.ends or trail.passed or trail.stars or trail.values)

    def _uses(self, page: Page, statement: Statement, blind: bool) -> Iterable[tuple[str, str]]:
        for chain in sorted(statement.mentions.uses):
            start = (page.module, chain[1]) if not chain[0] else chain[:2]
            known = chain[1] in _KNOWN or chain[1] in statement.mentions.inner
            if not chain[0] and not (blind or known or self._holds(start)):
                yield chain[1], "unbound"
            else:
                yield from self._attribute(chain if chain[0] else (page.module, *chain[1:]))

    def _attribute(self, chain: Chain) -> Iterable[tuple[str, str]]:
        """An attribute of a project module that is not there, at any length of the chain."""
        for length in range(2, len(chain)):
            trail = self.trails.follow(chain[:length])
            if trail.ends or not trail.values:
                return
            if len(trail.values) == 1 and not chain[length].startswith("__"):
                further = self.trails.follow(chain[: length + 1])
                if not (further.ends or further.values or further.passed - trail.passed):
                    yield ".".join((min(trail.values), chain[length])), "name"
                    return
