"""Files -> modules: dotted names, packages, test code, and what an import statement refers to."""

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from refactor.link.flow.blocks import flat
from refactor.link.flow.source_roots import parted, source_roots
from refactor.model.facts import Import, ImportFrom, ModuleFacts, Scope, Scoping
from refactor.model.names import join
from refactor.model.program import Module
from refactor.model.source_roots import Aliases

TEST = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")


class ScopeRef(NamedTuple):
    """A scope of the program: its module's name and its facts; its number is its place in ``Index.scopes``."""

    module: str
    facts: Scope
    parent: int
    path: str


def module_names(paths: Sequence[str], imported: Set[str] = frozenset()) -> dict[str, str]:
    """Path -> dotted name: from the outermost package folder, else from the tree's root (a leading ``src`` does not count).

    A folder without ``__init__.py`` inside a package is a part of the name as any other.

    Folders above a package belong to its name where the project imports it (``imported``, dotted) through them only.
    """
    packages = {path.removesuffix("__init__.py").rstrip("/") for path in paths if path.endswith("__init__.py")}
    return {path: _module_name(path, packages, imported) for path in paths}


def _module_name(path: str, packages: set[str], imported: Set[str]) -> str:
    parts = path.removesuffix(".py").split("/")
    outermost = (at for at in range(1, len(parts)) if "/".join(parts[:at]) in packages)
    first = next(outermost, len(parts)) - 1
    root = 1 if parts[0] == "src" and len(parts) > 1 else 0
    if first == len(parts) - 1:
        first = root
    elif parts[first] not in imported:
        first = next((at for at in range(root, first) if ".".join(parts[at : first + 1]) in imported), first)
    names = parts[first:]
    if names[-1] == "__init__":
        names = names[:-1] or [parts[-2] if len(parts) > 1 else "__init__"]
    return ".".join(names)


class Index:
    """All modules and scopes, and the way from one to the other; ``by_last``: modules by the last part of their name.

    ``tests``: test code is code as any other.
    """

    def __init__(self, files: Sequence[ModuleFacts], *, tests: bool = False) -> None:
        left = [] if tests else [file.path for file in files if TEST.search(file.path)]
        names, homes = parted(module_names([file.path for file in files], _imported(files)), left)
        self.modules: dict[str, Module] = {}
        kept: dict[str, ModuleFacts] = {}
        self.scopes: list[ScopeRef] = []
        self.roots: dict[str, int] = {}
        self.children: dict[int, list[int]] = {}
        for file in sorted(files, key=lambda one: one.path):
            name = names[file.path]
            if name in self.modules:
                continue
            is_test = not tests and bool(TEST.search(file.path))
            doc = next(iter(file.scopes[0].doc.strip().splitlines()), "").strip()
            self.modules[name] = Module(name, file.path, file.lines, file.path.endswith("__init__.py"), is_test, doc)
            self._add(name, file)
            kept[name] = file
        self.by_last: dict[str, list[str]] = {}
        for name in self.modules:
            self.by_last.setdefault(name.rpartition(".")[2], []).append(name)
        self.rebound = self._rebound()
        tested = frozenset(name for name, file in kept.items() if TEST.search(file.path))
        self.source_roots = tuple(sorted({*homes, *source_roots(kept, tested)}))
        self.aliases = Aliases(self.source_roots, (name.partition(".")[0] for name in self.modules))
        self.prefixes = {name[:end] for name in self.modules for end in _dots(name)}

    def _add(self, name: str, file: ModuleFacts) -> None:
        offset = len(self.scopes)
        self.roots[name] = offset
        for number, scope in enumerate(file.scopes):
            parent = offset + scope.parent if scope.parent >= 0 else -1
            self.scopes.append(ScopeRef(name, scope, parent, file.path))
            if parent >= 0:
                self.children.setdefault(parent, []).append(offset + number)

    def _rebound(self) -> dict[int, set[str]]:
        """Scope -> its variables that functions inside bind through ``global`` or ``nonlocal``."""
        found: dict[int, set[str]] = {}
        for ref in self.scopes:
            for statement in flat(ref.facts.body):
                if isinstance(statement, Scoping):
                    for name in statement.names:
                        holder = self.roots[ref.module] if statement.word == "global" else self._holder(ref, name)
                        found.setdefault(holder, set()).add(name)
        return found

    def _holder(self, ref: ScopeRef, name: str) -> int:
        """The function around a scope that binds a name, or -1."""
        scope = ref.parent
        while scope >= 0:
            facts = self.scopes[scope].facts
            if facts.kind == "function" and name in facts.bound:
                return scope
            scope = self.scopes[scope].parent
        return -1

    def number(self, parent: int, local: int) -> int:
        """The number of a scope from its index within the file that holds ``parent``."""
        return self.roots[self.scopes[parent].module] + local

    def symbol(self, scope: int) -> str:
        """The symbol of a scope."""
        ref = self.scopes[scope]
        return join(ref.module, ref.facts.qualname)

    def absolute(self, module: str, name: str, level: int) -> str:
        """The dotted module that ``from <dots>name import`` in ``module`` refers to."""
        if level == 0:
            return self.full(name, module)
        parts = module.split(".")
        keep = len(parts) - level + (1 if self.modules[module].is_package else 0)
        base = ".".join(parts[: max(keep, 0)])
        return ".".join(part for part in (base, name) if part)

    def full(self, name: str, module: str = "") -> str:
        """The name in the program of what ``module`` (or a text anywhere) calls by a dotted name."""
        known = self.modules.get(module)
        return self.aliases.full(name, known.path if known else "")

    def is_module(self, name: str) -> bool:
        """Whether a dotted name is a module or package of the project (namespace packages included)."""
        return name in self.modules or name in self.prefixes


def _imported(files: Sequence[ModuleFacts]) -> set[str]:
    """Dotted names that absolute imports mention, with all that stands before their dots."""
    found: set[str] = set()
    for statement in (one for file in files for scope in file.scopes for one in flat(scope.body)):
        if isinstance(statement, Import):
            found.update(alias.name for alias in statement.names)
        elif isinstance(statement, ImportFrom) and statement.level == 0:
            found.update(f"{statement.module}.{alias.name}" for alias in statement.names)
    return found | {name[:end] for name in found for end in _dots(name)}


def _dots(name: str) -> list[int]:
    return [at for at, letter in enumerate(name) if letter == "."]
