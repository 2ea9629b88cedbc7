"""Monolith + a service's entry points -> Swept: what stays of a Django project.

Comes in: the monolith and a service's own entry points. Goes out: the text of every page that stays, and the views that
are answered elsewhere, by module. Must not: touch what a module that stays says, apart from what nobody asks for in
modules that only define.

All modules stay but those that only define things, are not found by name and have a known asker: of these stays what
somebody asks for. Lists of URLs ask only for the views that the service answers with; for the others stand-ins do.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Final

from msgspec import Struct

from refactor.model.program import EntryPoint
from refactor.model.slices import StandIn
from refactor.split.closure import Closure, Kept
from refactor.split.django.benign import Benign
from refactor.split.django.conventions import called_commands, is_by_name, is_command, lonely, named_in_part
from refactor.split.django.elsewhere import without_bodies
from refactor.split.django.routes import Views, cut_chains, is_url_page, met
from refactor.split.effects import At, Name, symbol_name
from refactor.split.monolith import Monolith
from refactor.split.page import Page
from refactor.split.prune import Cutting, cuttings
from refactor.split.reaching import eager_imports, lazy_imports
from refactor.split.syntax import Chain
from refactor.split.thinning import Key, Thinned

_ROUNDS: Final = 3


class Swept(Struct, frozen=True):
    """What stays: text by module, and the names that modules lack of those that lists of URLs ask them for."""

    kept: Kept
    content: dict[str, bytes]
    stand_ins: tuple[StandIn, ...]


class Project:
    """What is the same for every service of a project."""

    def __init__(self, monolith: Monolith) -> None:
        self.monolith = monolith
        pages = monolith.pages
        self.views = Views(monolith.trails, monolith.program.entry_points)
        self.urls = {name for name, page in pages.items() if is_url_page(page)}
        self.benign = Benign(monolith.trails, monolith.effects)
        asked = _asked(monolith)
        self.called = called_commands(pages)
        self.away = lonely(pages, asked)
        fixed = self.urls | named_in_part(pages)
        self.defining = {
            name
            for name, page in pages.items()
            if name in asked and name not in fixed and not is_by_name(page) and self.benign.module(name)
        }
        self.replaceable = frozenset(
            name for name in self.views.handlers if name[0] in self.defining and self._is_view(name)
        )

    def over(self, thinned: Thinned) -> "Project":
        """The same project without some bodies."""
        return self.seen_as(self.monolith.without(thinned.pages, thinned.spans))

    def seen_as(self, monolith: Monolith) -> "Project":
        """The same project with other bodies: those that are left out, or that ask another service."""
        if monolith is self.monolith:
            return self
        other = copy(self)
        other.monolith = monolith
        other.views = Views(monolith.trails, monolith.program.entry_points)
        return other

    def _is_view(self, name: Name) -> bool:
        page = self.monolith.pages[name[0]]
        return {page.statements[index].kind for index in page.bound.get(name[1], ())} <= {"class", "function"}

    def roots(self, own: list[EntryPoint]) -> list[str]:
        """The modules that stay whole."""
        commands = {symbol_name(entry.handler)[0] for entry in own if entry.kind != "http" and entry.handler}
        swept = self.defining | self.away
        swept |= {n for n, page in self.monolith.pages.items() if is_command(page) and n not in self.called}
        return [name for name in self.monolith.pages if name not in swept or name in commands]


def _asked(monolith: Monolith) -> set[str]:
    """Modules that another module asks for, by import or by a dotted text."""
    trails = monolith.trails
    found: set[str] = set()
    for name, page in monolith.pages.items():
        asked = {module for i in (*eager_imports(page), *lazy_imports(page)) for module in trails.loaded(i)}
        for statement in page.statements:
            for text, _ in statement.mentions.strings:
                pieces = text.replace(":", ".").rstrip(".").split(".")
                asked |= {".".join(pieces[:length]) for length in range(1, len(pieces) + 1)} & trails.packages
        found |= {module for module in asked if module != name and not name.startswith(f"{module}.")}
    return found


def sweep(project: Project, own: list[EntryPoint], asked_for: Sequence[str] = ()) -> Swept:
    """What a service with these entry points needs; ``asked_for``: symbols that its wire imports."""
    ids = frozenset(entry.id for entry in own)
    answered = met(project.monolith.program.entry_points, ids)
    views = frozenset(name for entry in answered for name in project.views.of(entry))
    closing = _Sweeping(project, views, own)
    kept = closing.run_all(project.roots(own), asked_for)
    gone: frozenset[Key] = frozenset()
    for _ in range(_ROUNDS):
        thinned = without_bodies(project.monolith, project.views, project.urls, kept, [*answered, *own])
        if thinned.units == gone:
            break
        gone = thinned.units
        swept = project.over(thinned)
        closing = _Sweeping(swept, views, own)
        kept = closing.run_all(project.roots(own), asked_for)
    project = closing.project
    cut = cuttings(project.monolith, kept)
    content = {name: _content(cutting, kept, project) for name, cutting in cut.items()}
    stand_ins = _missing(project, cut, closing.elsewhere)
    for stand_in in stand_ins:
        content.setdefault(stand_in.module, b"")
    return Swept(kept, content, stand_ins)


def _content(cutting: Cutting, kept: Kept, project: Project) -> bytes:
    is_whole = cutting.page.module in kept.whole or cutting.page.module in project.urls
    return cutting.page.content if is_whole else cutting.content


def _missing(project: Project, cut: Mapping[str, Cutting], wanted: set[Name]) -> tuple[StandIn, ...]:
    """Of the names that lists of URLs ask for, those that their modules do not have any more."""
    found: list[StandIn] = []
    for module, name in sorted(wanted):
        if module not in project.urls and name not in _bound(cut.get(module)):
            ends = project.monolith.trails.follow((module, name)).ends
            kinds = {project.monolith.pages[end[0]].statements[i].kind for end in ends for i in _at(project, end)}
            found.append(StandIn(module, name, "class" if "class" in kinds else "function"))
    return tuple(found)


def _at(project: Project, name: Name) -> tuple[int, ...]:
    return project.monolith.pages[name[0]].bound.get(name[1], ())


def _bound(cutting: Cutting | None) -> set[str]:
    found: set[str] = set()
    for index, names in cutting.statements.items() if cutting is not None else ():
        statement = cutting.page.statements[index] if cutting is not None else None
        bound = set(statement.binds) | {i.bound for i in statement.imports} if statement is not None else set()
        found |= bound if names is None else bound & names
    return found


class _Sweeping(Closure):
    """A closure that begins with whole modules and asks lists of URLs for the service's own views only."""

    def __init__(self, project: Project, views: frozenset[Name], own: list[EntryPoint]) -> None:
        super().__init__(project.monolith, {entry.id for entry in project.monolith.program.entry_points})
        self.project = project
        self.views = views
        self.entries = own
        self.elsewhere: set[Name] = set()
        """Names that lists of URLs ask other modules for, without a need for what they name."""

    def run_all(self, roots: list[str], asked_for: Sequence[str] = ()) -> Kept:
        """Everything that the roots, the views, the service's other entry points and its wire need."""
        for module in roots:
            self.all_of(module, "")
        for symbol in asked_for:
            self.symbol(symbol, "")
        for entry in self.entries:
            self.symbol(entry.handler, entry.id)
        for view in sorted(self.views):
            self.symbol(":".join(view), "")
        for at in self.queue:  # grows while it is read
            self.needs(at)
        return self.kept

    def module(self, module: str, because: str) -> None:
        """A module that only defines has nothing that would stay for its own sake."""
        for name in self.above(module):
            if name in self.project.defining and name not in self.kept.modules:
                self.kept.modules[name] = because
                page = self.monolith.pages[name]
                for index, statement in enumerate(page.statements):
                    if statement.kind == "fixed":
                        self.statement((name, index), because)
        super().module(module, because)

    def all_of(self, module: str, because: str) -> None:
        """Whole modules keep what only runs by hand too."""
        page = self.monolith.pages.get(module)
        if module in self.project.urls and page is not None:
            self.url_page(page, because)
            return
        super().all_of(module, because)
        for index, statement in enumerate(page.statements if page is not None else ()):
            if statement.kind == "main":
                self.statement((module, index), module)

    def url_page(self, page: Page, because: str) -> None:
        """A list of URLs: its imports count where something other than a foreign view uses them."""
        if page.module in self.kept.whole:
            return
        self.kept.whole[page.module] = because
        self.module(page.module, because)
        cut = {chain for index in range(len(page.statements)) for chain in self.cut(page, index)}
        used = {c[1] for s in page.statements for c in s.mentions.uses - cut if not c[0]}
        spared = {chain[1] for chain in cut if not chain[0]} - used
        for index, statement in enumerate(page.statements):
            if statement.kind in ("import", "exports"):
                for imported in statement.imports:
                    if imported.bound not in spared:
                        self.load(imported, page.module)
                        self.name((page.module, imported.bound), page.module)
            elif statement.kind != "typing":
                self.statement((page.module, index), page.module)

    def cut(self, page: Page, index: int) -> list[Chain]:
        """The chains of a statement that name views answered elsewhere."""
        project = self.project
        return cut_chains(page, index, project.views, self.views, project.replaceable)

    def mentioned(self, page: Page, index: int, label: str) -> None:
        """Names that lead to a foreign view need the modules on the way, not the view."""
        cut = frozenset(self.cut(page, index)) if page.module in self.project.urls else frozenset()
        for chain in sorted(cut):
            self.spare(page, chain, label)
        self.mention(page, page.statements[index], label, cut)

    def spare(self, page: Page, chain: Chain, label: str) -> None:
        """Remember the names on the way to a foreign view, and keep the packages they lie in."""
        trail = self.project.views.trail(page, chain)
        for module, name in sorted(trail.passed):
            if module != page.module:
                self.elsewhere.add((module, name))
            for above in self.above(module)[:-1]:
                self.module(above, label)

    def edge_counts(self, at: At, target: str) -> bool:
        """A list of URLs needs a view of another service no more by the program's word than by its text."""
        name = symbol_name(target)
        return at[0] not in self.project.urls or name not in self.project.replaceable or name in self.views
