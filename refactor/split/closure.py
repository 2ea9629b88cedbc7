"""Start names -> Kept: everything a service needs, to the fixpoint.

Comes in: the pages, the program, the effects of importing modules, and a service's own entry points. Goes out: the
names, statements and modules to keep, each with what needs it. Two witnesses are believed: the program's edges and the
names in the text of what is kept; each covers what the other misses. Must not: touch text.
"""

import re
from collections.abc import Iterable, Set
from typing import Final

from refactor.model.program import Edge, EntryPoint
from refactor.split.effects import At, Name, symbol_name
from refactor.split.monolith import Monolith
from refactor.split.page import Page, Statement
from refactor.split.reaching import eager_imports, lazy_imports, reached
from refactor.split.syntax import Chain, Imported
from refactor.split.trails import Trail, ancestors

_HEARD: Final = frozenset({"string", "framework"})
_SCAN: Final = re.compile(r"sys\.modules\.(items|values|keys|copy)\b|(list|sorted|tuple|set|dict)\(sys\.modules\b")
_COMPARED: Final = frozenset({"autogenerate", "compare_metadata", "drop_all", "produce_migrations"})
"""What holds a database against all mapped tables, or drops them: with some of them missing it means another database."""
_FLOWED: Final = frozenset({"value", "annotation", "name"})


class Kept:
    """The result: what is kept, and because of whom (a symbol or entry point id; "" for the application itself)."""

    def __init__(self) -> None:
        self.names: dict[Name, str] = {}
        self.statements: dict[At, str] = {}
        self.modules: dict[str, str] = {}
        self.whole: dict[str, str] = {}
        self.stars: set[tuple[str, str]] = set()


def closure(
    monolith: Monolith, factory: str, own: Iterable[EntryPoint], scripts: Iterable[str] = (), more: Iterable[str] = ()
) -> Kept:
    """What the application and the given entry points need, what modules import that are run by their path, and more."""
    return Closure(monolith, {entry.id for entry in own}).run(factory, list(own), scripts, more)


class Closure:
    """The worklist: every new statement may ask for names, every new name for statements."""

    def __init__(self, monolith: Monolith, own: set[str]) -> None:
        self.monolith = monolith
        self.trails = monolith.trails
        self.own = own
        self.kept = Kept()
        self.queue: list[At] = []
        self.factory = ""
        self.scanned = False
        self.entered: set[str] = set()

    def run(self, factory: str, own: list[EntryPoint], scripts: Iterable[str] = (), more: Iterable[str] = ()) -> Kept:
        """What an application made by a factory needs, and more symbols."""
        self.factory = factory
        for symbol in (factory, *more):
            self.symbol(symbol, "")
        for entry in own:
            self.symbol(entry.handler, entry.id)
            self.symbol(entry.app, entry.id)
            at = self.monolith.registering(entry)
            if at is not None and self.monolith.pages[at[0]].statements[at[1]].kind not in ("import", "typing"):
                self.statement(at, entry.id)
        for script in scripts:
            page = self.monolith.pages[script]
            for imported in (*eager_imports(page), *lazy_imports(page)):
                self.load(imported, script)
            for statement in page.statements:
                self.mention(page, statement, script, frozenset())
        for at in self.queue:  # grows while it is read
            self.needs(at)
        return self.kept

    # -- asking for things

    def symbol(self, symbol: str, because: str) -> None:
        """Keep a definition, or a module."""
        module, name = symbol_name(symbol)
        if name and module in self.monolith.pages:
            self.trail(self.trails.follow((module, name)), because, value=False)
        elif module in self.monolith.pages:
            self.module(module, because)

    def chain(self, chain: Chain, because: str, value: bool) -> None:
        """Keep what a chain of names leads to."""
        self.trail(self.trails.follow(chain), because, value)

    def trail(self, trail: Trail, because: str, value: bool) -> None:
        """Keep what a trail met. ``value``: a module it ends at is used as a value, so all of it may be needed."""
        for name in sorted(trail.passed):
            self.name(name, because)
        for module in sorted(trail.modules):
            self.module(module, because)
        self.kept.stars |= trail.stars
        for module in sorted(trail.values) if value else ():
            self.all_of(module, because)

    def module(self, module: str, because: str) -> None:
        """Keep a module and the packages above it: what they do for their own sake."""
        if module in self.entered:
            return
        self.entered.add(module)
        for name in self.above(module):
            if name not in self.kept.modules:
                self.kept.modules[name] = because
                page = self.monolith.pages[name]
                for index, statement in enumerate(page.statements):
                    if page.opaque or statement.kind == "fixed":
                        self.statement((name, index), because)
                for at in self.monolith.effects.of.get(name, ()):
                    self.effect(at, name)

    def above(self, module: str) -> list[str]:
        """A module and the packages above it, as far as they have a page."""
        return [name for name in ancestors(module) if name in self.monolith.pages]

    def all_of(self, module: str, because: str) -> None:
        """Keep a module that escapes: its names may be reached in ways that no text shows."""
        if module in self.kept.whole:
            return
        self.kept.whole[module] = because
        self.module(module, because)
        page = self.monolith.pages.get(module)
        for index, statement in enumerate(page.statements if page is not None else ()):
            if statement.kind in ("import", "exports"):
                for imported in statement.imports:
                    self.load(imported, module)
                    self.name((module, imported.bound), module)
            elif statement.kind not in ("main", "typing"):
                self.effect((module, index), module)

    def name(self, name: Name, because: str) -> None:
        """Keep a module-level name: what binds it, and what acts on its object."""
        if name in self.kept.names:
            return
        self.kept.names[name] = because
        page = self.monolith.pages[name[0]]
        self.module(name[0], because)
        for index in page.bound.get(name[1], ()):
            if page.statements[index].kind not in ("import", "exports"):
                self.statement((name[0], index), because)
        imports = page.imported.get(name[1], ())
        if len(imports) == 1 and not imports[0].whole:
            self.load(imports[0], because)  # nothing else brings the package
        for at in self.monolith.effects.on.get(name, ()):
            if at[0] in self.monolith.reached or at[0] == name[0]:
                self.effect(at, ":".join(name))

    def effect(self, at: At, because: str) -> None:
        """Keep a statement for what it does, unless it registers entry points and none of them is the service's own."""
        entries = self.monolith.entries.get(at, ())
        if not entries or any(entry.id in self.own for entry in entries):
            self.statement(at, because)

    def statement(self, at: At, because: str) -> None:
        """Keep a statement."""
        if at not in self.kept.statements:
            self.kept.statements[at] = because
            self.queue.append(at)

    # -- what a kept statement needs

    def needs(self, at: At) -> None:
        """Keep what a kept statement needs."""
        page = self.monolith.pages[at[0]]
        statement = page.statements[at[1]]
        label = f"{page.module}:{statement.binds[0]}" if statement.binds else page.module
        self.module(page.module, self.kept.statements[at])
        for name in (*(bound for bound in statement.binds if bound not in statement.own), *statement.exports):
            self.chain((page.module, name), self.kept.statements[at], value=False)
        if statement.kind == "typing":
            return
        self.mentioned(page, at[1], label)
        for edge in self.monolith.edges.get(at, ()):
            if self.edge_counts(at, edge.target):
                self.edge(edge, label)

    def edge_counts(self, at: At, target: str) -> bool:
        """Whether an edge of a statement is a need; here each one is."""
        del at, target
        return True

    def mentioned(self, page: Page, index: int, label: str) -> None:
        """Keep what the text of a statement names."""
        self.mention(page, page.statements[index], label, frozenset())

    def mention(self, page: Page, statement: Statement, label: str, spared: Set[Chain]) -> None:
        """Keep what a statement's text names, apart from some chains."""
        mentions = statement.mentions
        for chain in sorted(mentions.uses - spared):
            inside = chain[0] or page.module
            if not chain[0] and chain[1] in statement.own:
                continue
            if chain[0] or chain[1] in page.bound or not chain[1].startswith("__"):
                self.chain((inside, *chain[1:]), label, value=True)
        for imported in sorted({*mentions.imports, *mentions.eager, *statement.imports}):
            self.load(imported, label)
        for text, how in sorted(mentions.strings):
            self.text(text, how, label)
        if "modules" in mentions.words and _SCAN.search(statement.text):
            self.scan(label)
        if {"globals", "vars"} & mentions.words or ("modules" in mentions.words and "__name__" in statement.text):
            self.all_of(page.module, label)
        if mentions.words & _COMPARED:
            self.models(label)
        if "__path__" in mentions.words and page.is_package:
            self.below(f"{page.module}.", label)

    def models(self, because: str) -> None:
        """Something looks at all tables that are mapped: what the monolith maps stays."""
        for table in self.monolith.program.tables:
            if table.model and symbol_name(table.model)[0] in self.monolith.reached:
                self.symbol(table.model, because)

    def scan(self, because: str) -> None:
        """Something looks through all loaded modules: those that start with the application stay, and hooks in them."""
        if self.scanned:
            return
        self.scanned = True
        pages = self.monolith.pages
        starts = [symbol_name(self.factory)[0], *sorted(self.kept.modules)]
        for module in reached(starts, self.trails, lambda m: eager_imports(pages[m]) if m in pages else []):
            self.module(module, because)
            for index, statement in enumerate(pages[module].statements):
                if statement.kind == "function" and any(act.how == "decorate" for act in statement.acts):
                    self.effect((module, index), because)

    def load(self, imported: Imported, because: str) -> None:
        """Keep what an import brings."""
        for module in sorted(self.trails.loaded(imported)):
            self.module(module, because)
        if imported.name == "*":
            self.all_of(imported.module, because)
        elif imported.name:
            self.chain(imported.chain, because, value=False)

    def text(self, text: str, how: str, because: str) -> None:
        """A dotted text: a definition's path, or a module's (``from_object("shop.settings")`` imports it)."""
        if text.endswith("."):
            self.below(text, because) if how == "import" else None
            return
        path = text.replace(":", ".")
        if self.trails.is_module(path):
            self.all_of(path, because)
            return
        pieces = path.split(".")
        for length in range(len(pieces) - 1, 0, -1):
            module = ".".join(pieces[:length])
            if self.trails.is_module(module):
                self.chain((module, *pieces[length:]), because, value=False)
                return

    def below(self, prefix: str, because: str) -> None:
        """Keep every module whose name starts so: a computed import may ask for any of them."""
        for module in sorted(self.monolith.pages):
            if module.startswith(prefix):
                self.all_of(module, because)

    def edge(self, edge: Edge, because: str) -> None:
        """Keep what an edge of the program leads to."""
        target = edge.target
        if edge.kind == "call" and edge.evidence.how in _FLOWED:
            return  # the value came in as an argument or out of a container: who put it there mentions it
        if edge.evidence.how in _HEARD and symbol_name(target) in self.monolith.handlers:
            return  # url_for("orders.show") needs the rule, not the view
        if self.monolith.program.is_own(target):
            self.symbol(target, because)
        elif target.startswith("state:"):
            self.symbol(target.partition(":")[2], because)
        elif target.startswith("event:"):
            self.event(target, because)
        elif target.startswith("config:"):
            for setting in self.monolith.program.outgoing.get(target, ()):
                self.symbol(setting.target, because)
        elif edge.kind == "relate":
            self.symbol(self.monolith.models.get(target, ""), because)

    def event(self, event: str, because: str) -> None:
        """Keep who receives an event."""
        receivers = set(self.monolith.receivers.get(event, ()))
        receivers |= {edge.target for edge in self.monolith.program.outgoing.get(event, ()) if edge.kind == "subscribe"}
        for receiver in sorted(receivers):
            if self.monolith.program.is_own(receiver):
                self.symbol(receiver, because)
