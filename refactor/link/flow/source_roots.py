"""Which folders are on the path: read off the imports that nothing else answers.

Comes in: the facts of all files with their modules' names. Goes out: source roots, each with the names that are imported
from it. An absolute import without an answer is looked for below every folder; a folder counts when several imports,
compared with what the files there bind, agree on it and none speaks against it. Must not: take a name that an installed
package explains better: one wrong binding is enough to drop it.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from refactor.link.flow.blocks import flat
from refactor.model.facts import Attribute, Call, Do, Import, ImportFrom, ModuleFacts, Name, Stmt
from refactor.model.source_roots import SourceRoot

STANDARD: Final = frozenset(sys.stdlib_module_names) | {"__future__", "distutils"}
MARKS: Final = ("manage", "wsgi", "asgi", "conftest", "settings", "__main__")
"""Modules that are run from their own folder, or found in it."""
FEW: Final = 8
"""Candidates for one name; with more of them a name says nothing."""
VENDORED: Final = frozenset(
    ("dist", "vendor", "vendored", "_vendor", "third_party", "thirdparty", "extern", "site-packages")
)
"""Folders of other people's packages: an import of one of those means the package, which frameworks are known by."""
WRONG: Final = 10
"""So many right imports outweigh a wrong one (of a name that has gone)."""


class Wanted(NamedTuple):
    """An absolute import without an answer; ``names`` is None for ``import module``."""

    importer: str
    path: str
    module: str
    names: tuple[str, ...] | None


class Places:
    """Modules by name, and the folders below which a first name is found."""

    def __init__(self, files: Mapping[str, ModuleFacts], tests: frozenset[str]) -> None:
        self.files = files
        self.tests = tests
        self.holders: dict[str, set[str]] = defaultdict(set)
        self.known = set(files)
        for name in files:
            parts = name.split(".")
            for end in range(1, len(parts)):
                self.known.add(".".join(parts[:end]))
                if not VENDORED.isdisjoint(parts[:end]):
                    continue
                self.holders[parts[end]].add(".".join(parts[:end]))
        self.tops = {name.partition(".")[0] for name in files}

    def around(self, top: str, importer: str) -> list[str]:
        """Folders around a module that hold a name, the nearest first."""
        parts, holders = importer.split("."), self.holders.get(top, ())
        return [one for end in range(len(parts), 0, -1) if (one := ".".join(parts[:end])) in holders]

    def elsewhere(self, one: Wanted) -> list[str]:
        """Folders that hold a name, the importer anywhere; test code answers nothing but test code."""
        holders = self.holders.get(one.module.partition(".")[0], set())
        if len(holders) > FEW:
            return []
        mine = one.importer in self.tests
        return sorted(root for root in holders if mine or f"{root}.{one.module}" not in self.tests)

    def answers(self, root: str, one: Wanted) -> bool | None:
        """Whether a folder holds what is imported; None when the import does not say enough to tell."""
        target = f"{root}.{one.module}"
        if target == one.importer or target not in self.known:
            return False
        if one.names is None:
            return True if "." in one.module else self._beside(root, target, one)
        return all(name == "*" or f"{target}.{name}" in self.known or self._binds(target, name) for name in one.names)

    def _beside(self, root: str, target: str, one: Wanted) -> bool | None:
        """``import other`` of a script that lies beside it, in a folder that is no package."""
        return (
            True
            if root not in self.files and one.importer.rpartition(".")[0] == root and target in self.files
            else None
        )

    def _binds(self, module: str, name: str) -> bool:
        facts = self.files.get(module)
        if facts is None:
            return False
        bound = facts.scopes[0].bound
        return name in bound or "__getattr__" in bound or any(map(_is_star, flat(facts.scopes[0].body)))


class Tally:
    """What speaks for a first name below a folder, and how much against it."""

    def __init__(self) -> None:
        self.right: set[str] = set()
        self.importers: set[str] = set()
        self.count = self.wrong = 0

    @property
    def holds(self) -> bool:
        """Whether nearly all imports of the name are right."""
        return bool(self.right) and self.wrong * WRONG <= self.count


def source_roots(files: Mapping[str, ModuleFacts], tests: frozenset[str]) -> tuple[SourceRoot, ...]:
    """The source roots of a program; ``files``: facts by module name, ``tests``: the modules that are test code."""
    places = Places(files, tests)
    tallies: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    asked: Counter[str] = Counter()
    for one in _unanswered(files, places):
        asked[one.module.partition(".")[0]] += 1
        _weigh(one, places, tallies)
    found = (_accepted(root, tallies[root], places, asked) for root in sorted(tallies))
    return tuple(root for root in found if root is not None)


def _unanswered(files: Mapping[str, ModuleFacts], places: Places) -> Iterator[Wanted]:
    for importer in sorted(files):
        file = files[importer]
        for statement in (one for scope in file.scopes for one in flat(scope.body)):
            for module, names in _absolute(statement):
                top = module.partition(".")[0]
                if top not in STANDARD and top not in places.tops and top in places.holders:
                    yield Wanted(importer, file.path, module, names)


def _absolute(statement: Stmt) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    if isinstance(statement, Import):
        yield from ((alias.name, None) for alias in statement.names)
    elif isinstance(statement, ImportFrom) and statement.level == 0:
        yield statement.module, tuple(alias.name for alias in statement.names)


def _weigh(one: Wanted, places: Places, tallies: dict[str, dict[str, Tally]]) -> None:
    """The nearest folder around the importer that answers; else the only one elsewhere; else all around are wrong."""
    top = one.module.partition(".")[0]
    around = [(root, places.answers(root, one)) for root in places.around(top, one.importer)]
    right = [root for root, answer in around if answer][:1]
    if not right:
        for root in (root for root, answer in around if answer is False):
            tallies[root][top].wrong += 1
        near = {root for root, _ in around}
        answers = [(root, places.answers(root, one)) for root in places.elsewhere(one) if root not in near]
        right = [root for root, answer in answers if answer]
        for root in (root for root, answer in answers if answer is False and not right):
            tallies[root][top].wrong += 1
    if len(right) == 1:
        tally = tallies[right[0]][top]
        tally.count += 1
        tally.right.add(one.module)
        tally.importers.add(one.importer)


def _accepted(root: str, tallies: Mapping[str, Tally], places: Places, asked: Mapping[str, int]) -> SourceRoot | None:
    good = {top: tally for top, tally in tallies.items() if tally.holds}
    importers = {one for tally in good.values() for one in tally.importers}
    inner = all(one.startswith(f"{root}.") for one in importers)
    if not good or not _is_enough(root, good, inner, places):
        return None
    unasked = {top for top, holders in places.holders.items() if root in holders and top not in asked}
    left = places.tops | STANDARD | {top for top in unasked if f"{root}.{top}" in places.tests}
    tops = sorted({*good, *(unasked - left if root in places.files else ())})
    return SourceRoot(root, _folder(root, places), tuple(tops), inner)


def _is_enough(root: str, good: Mapping[str, Tally], inner: bool, places: Places) -> bool:
    """A folder that is no package needs one witness inside it; a package several names, fewer where something runs in it."""
    names = {name for tally in good.values() for name in tally.right}
    if root not in places.files:
        return inner or len(names) > 1
    if any(f"{root}.{mark}" in places.files for mark in MARKS) or _extends_path(root, places):
        return len(names) > 1
    return len(names) > 2 and len(good) > 1


def _extends_path(root: str, places: Places) -> bool:
    """Whether a module right in a folder puts something on ``sys.path``."""
    beside = (f"{root}.{last}" for last, holders in places.holders.items() if root in holders)
    modules = (places.files[name] for name in (*beside, root) if name in places.files)
    return any(_is_path_call(one) for file in modules for scope in file.scopes for one in flat(scope.body))


def _is_path_call(statement: Stmt) -> bool:
    match statement:
        case Do(value=Call(func=Attribute(value=Attribute(value=Name(id="sys"), attr="path"), attr=word))):
            return word in ("insert", "append")
    return False


def _is_star(statement: Stmt) -> bool:
    return isinstance(statement, ImportFrom) and any(alias.name == "*" for alias in statement.names)


def _folder(root: str, places: Places) -> str:
    """The path of the folder that a dotted name stands for."""
    prefix = f"{root}."
    if root in places.files:
        return places.files[root].path.removesuffix("/__init__.py")
    name = next(one for one in sorted(places.files) if one.startswith(prefix))
    parts = places.files[name].path.removesuffix("/__init__.py").removesuffix(".py").split("/")
    return "/".join(parts[: len(parts) - name.removeprefix(prefix).count(".") - 1])


def parted(names: Mapping[str, str], tests: Sequence[str]) -> tuple[dict[str, str], tuple[SourceRoot, ...]]:
    """Two packages of one name in different folders: the larger keeps it, the other's begins with its folder's.

    ``names``: path -> module name; ``tests``: paths of test code, which is not told apart. The folders of those that had to
    give way are source roots for what lies in them.
    """
    left = set(tests)
    holders: dict[str, Counter[str]] = defaultdict(Counter)
    taken = Counter(name for path, name in names.items() if path not in left)
    homes = {path: _home(path, name) for path, name in names.items()}
    for path, name in names.items():
        holders[name.partition(".")[0]][homes[path]] += 1
    packages = {
        name for path, name in names.items() if path.endswith("__init__.py")
    }  # parts of one may all have theirs
    clashing = {name.partition(".")[0] for name, count in taken.items() if count > 1 and name not in packages}
    losers: dict[str, set[str]] = defaultdict(set)
    for top in clashing:
        homes_of = sorted(holders[top], key=lambda home: (-holders[top][home], home.count("/"), home))
        for home in homes_of[1:]:
            losers[home].add(top)
    losers.pop("", None)
    result = {
        path: f"{homes[path].replace('/', '.')}.{name}"
        if name.partition(".")[0] in losers.get(homes[path], ())
        else name
        for path, name in names.items()
    }
    roots = [
        SourceRoot(home.replace("/", "."), home, tuple(sorted(tops)), True) for home, tops in sorted(losers.items())
    ]
    return result, tuple(roots)


def _home(path: str, name: str) -> str:
    """The folder that a module's name starts in."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    return "/".join(parts[: len(parts) - name.count(".") - 1])
