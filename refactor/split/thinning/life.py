"""Kept + pages -> Life: which functions of the kept statements a service can run.

Comes in: the whole monolith, what the closure keeps and a service's own entry points. Goes out: the units that nothing
runs. Must not: touch text.

A function is run when something says its name: kept code, a text in it, a template or a configuration. It is run
anyway when Python or a library may call it: special methods, decorated functions, methods of a library's class,
functions of a module that is handed around as a value, names that begin or end as a text of kept code does
(``f"on_{event}"``). The view of another service is run when kept code calls it, and otherwise not.
"""

from collections.abc import Iterable, Set
from typing import Final

from msgspec.structs import replace

from refactor.model.program import EntryPoint
from refactor.split.closure import Kept
from refactor.split.effects import At, Name, symbol_name
from refactor.split.monolith import Monolith
from refactor.split.page import Page, Statement
from refactor.split.thinning.anatomy import Anatomy, Unit, anatomy_of
from refactor.split.thinning.decorators import BOUND, PASSIVE, PLAIN
from refactor.split.thinning.hollow import has_an_outline, is_worth
from refactor.split.thinning.hooks import is_read_by_requests_only, may_be_asked, may_be_called

_MAPPERS: Final = frozenset({"sqlalchemy", "flask_sqlalchemy"})


class Life:
    """Which functions of the kept statements are alive."""

    def __init__(self, monolith: Monolith, kept: Kept, own: list[EntryPoint], starts: Set[str]) -> None:
        self.monolith = monolith
        self.kept = kept
        self.pieces: dict[At, Anatomy] = {}
        for at in sorted(kept.statements):
            if self._statement(at).kind not in ("import", "exports", "typing"):
                self.pieces[at] = anatomy_of(self._statement(at).text)
        ids = {entry.id for entry in own}
        self.own = {entry.handler for entry in own} | starts
        http = [entry for entry in monolith.program.entry_points if entry.kind == "http"]
        others = {entry.handler for entry in http if entry.id not in ids}
        self.foreign = {handler for handler in others - self.own if handler}
        self.foreign_holders = {symbol_name(handler) for handler in self.foreign}
        self.own_holders = {symbol_name(handler) for handler in self.own}
        self.said: set[str] = set()
        self.called: set[str] = set()
        self._asked: set[Name] = set()
        self.bases = {at: self._bases(at) for at in self.pieces if self._statement(at).kind == "class"}
        self.derived: dict[Name, set[Name]] = {}
        for at, bases in self.bases.items():
            for base in bases:
                if isinstance(base, tuple):
                    self.derived.setdefault(base, set()).update((at[0], name) for name in self._statement(at).binds)
        self.library = {at: self._libraries(at, frozenset()) for at in self.bases}
        self.inner = frozenset().union(*(piece.inner for piece in self.pieces.values()))
        self._hand_up()

    def _statement(self, at: At) -> Statement:
        return self.monolith.pages[at[0]].statements[at[1]]

    # -- classes

    def _bases(self, at: At) -> list[Name | str]:
        """Own classes by name, those of libraries by a dotted text; "" for what is neither."""
        page, statement = self.monolith.pages[at[0]], self._statement(at)
        derived = [act.receiver for act in statement.acts if act.how == "derive"]
        found = [base for receiver in derived for base in self._base(page, receiver)]
        if "metaclass" in statement.mentions.words or "__init_subclass__" in statement.mentions.words:
            found += [] if {("", "ABCMeta"), ("", "abc", "ABCMeta")} & statement.mentions.uses else [""]
        return found

    def _base(self, page: Page, chain: tuple[str, ...]) -> Iterable[Name | str]:
        if not chain:
            return [""]
        trail = self.monolith.trails.follow((page.module, *chain))
        if trail.ends:
            return [self._own_base(end, rest) for end, rest in sorted(trail.ends.items())]
        imported = page.imported.get(chain[0], ())
        if not imported:
            return [chain[0] if len(chain) == 1 else ""]
        return [".".join((*i.chain, *chain[1:])) for i in imported]

    def _own_base(self, end: Name, rest: tuple[str, ...]) -> Name | str:
        """A class of the monolith; a variable that holds what a library made (``db.Model``, ``declarative_base()``)."""
        page = self.monolith.pages[end[0]]
        kinds = {page.statements[index].kind for index in page.bound[end[1]]}
        if kinds == {"class"} and not rest:
            return end
        acts = [act for index in page.bound[end[1]] for act in page.statements[index].acts]
        made = [act.receiver for act in acts if act.how == "make"]
        if len(made) == 1 and made[0] and rest in ((), ("Model",)):
            names = [".".join((*i.chain, *made[0][1:])) for i in page.imported.get(made[0][0], ())]
            return names[0] if len(names) == 1 and names[0].partition(".")[0] in _MAPPERS else ""
        return self._renamed(page, end[1]) if not made and not rest else ""

    def _renamed(self, page: Page, name: str) -> str:
        """A variable that stands for a mapper's class, however it is said (``Base = db.Model``), in a branch or not."""
        if (page.module, name) in self._asked:
            return ""  # two variables that say each other stand for nothing
        self._asked.add((page.module, name))
        uses = {chain for index in page.bound[name] for chain in page.statements[index].mentions.uses}
        meant: set[Name | str] = set()
        for chain in uses:
            if chain[-1] not in ("TYPE_CHECKING", name):
                meant |= set(self._base(page, chain[1:])) if not chain[0] else {".".join(chain)}
        self._asked.remove((page.module, name))
        known = [each for each in meant if isinstance(each, str) and each.partition(".")[0] in _MAPPERS]
        return min(known) if known and len(known) == len(meant) else ""

    def _libraries(self, at: At, seen: frozenset[At]) -> frozenset[str]:
        found: set[str] = set()
        for base in self.bases.get(at, [""]):
            if isinstance(base, str):
                found.add(base)
                continue
            page = self.monolith.pages[base[0]]
            for index in page.bound[base[1]]:
                place = (base[0], index)
                if place != at and place not in seen:
                    found |= self._libraries(place, seen | {at})
        return frozenset(found)

    def _hand_up(self) -> None:
        """A library that a derived class belongs to may call what the class inherits: a mixin's methods."""
        size = -1
        while size != sum(map(len, self.library.values())):
            size = sum(map(len, self.library.values()))
            for at in sorted(self.library):
                for name in self._statement(at).binds:
                    below = [(d[0], i) for d in self.derived.get((at[0], name), ()) for i in self._places(d)]
                    inner = [frozenset({""})] if name in self.inner else []
                    self.library[at] = self.library[at].union(*inner, *(self.library.get(b, set()) for b in below))

    def _places(self, name: Name) -> tuple[int, ...]:
        return self.monolith.pages[name[0]].bound.get(name[1], ())

    def is_outlined(self, at: At) -> bool:
        """Whether a class is a view of other services, and of a library that reads nothing but its verbs before one."""
        statement = self._statement(at)
        if at in self.monolith.rested or statement.kind != "class" or not self._is_foreign((at[0], statement.binds[0])):
            return False
        if self._is_decorated(at) or not all(map(is_read_by_requests_only, self.library[at])):
            return False
        return bool(self.library[at]) and has_an_outline(statement.text)

    # -- what is run

    def run(self, outside: Set[str]) -> dict[At, list[Unit]]:
        """The units that nothing runs, by statement."""
        waiting = {(at, unit) for at, piece in self.pieces.items() for unit in piece.units}
        self.said |= outside
        self.called |= {
            name for at, p in self.pieces.items() if self._statement(at).kind in ("block", "effect") for name in p.names
        }
        outlines = {at for at in self.pieces if self.is_outlined(at)}
        self.said = self.said.union(*(piece.words for at, piece in self.pieces.items() if at not in outlines))
        aliases = self._aliases()
        found: set[tuple[At, Unit]] = set()
        is_over = False
        while not is_over:
            for words in (self.said, self.called):
                words.update(*(aliases[new] for new in aliases if new in words))
            found = {(at, unit) for at, unit in waiting if self._is_run(at, unit)}
            again = {at for at in outlines if not self.is_outlined(at)}
            waiting, outlines, is_over = waiting - found, outlines - again, not found and not again
            self.said = self.said.union(*(u.words for _, u in found), *(self.pieces[at].words for at in again))
            self.called = self.called.union(*(unit.names for _, unit in found))
        return self._worth(waiting)

    def views_elsewhere(self, lists: Set[At], called: Set[str]) -> dict[At, list[Unit]]:
        """Of views of other services alone, the units that nothing runs; all else counts as run.

        ``lists`` are statements that name functions and call none but ``called``.
        """
        self.own_holders |= {name for name in self.foreign_holders if name[1] in self._loaded()}
        units = {(at, unit) for at, piece in self.pieces.items() for unit in piece.units}
        waiting = {(at, unit) for at, unit in units if not _is_special(unit.name)}
        found = units - waiting
        asked = set(called).union(*(piece.names for at, piece in self.pieces.items() if at not in lists))
        self.called = self.called.union(*(piece.names for piece in self.pieces.values()))
        aliases = self._aliases()
        while True:
            for names in (self.called, asked):
                names.update(*(unit.names for _, unit in found))
                names.update(*(aliases[new] for new in aliases if new in names))
            found = {(at, unit) for at, unit in waiting if not self._is_elsewhere(at, unit, asked)}
            if not found:
                return self._worth(waiting)
            waiting -= found

    def _is_elsewhere(self, at: At, unit: Unit, asked: Set[str]) -> bool:
        if not unit.holder:
            return f"{at[0]}:{unit.qualname}" in self.foreign and unit.name not in asked
        described = unit.name.startswith("get_view_") or bool(BOUND & set(unit.decorators))
        return not described and self._is_foreign((at[0], unit.holder.partition(".")[0]))

    def _loaded(self) -> frozenset[str]:
        """Words around bases that are no classes by name (``class Shop(get_class("views", "Shop"))``)."""
        found: set[str] = set()
        for at in self.bases:
            page = self.monolith.pages[at[0]]
            for act in self._statement(at).acts:
                ends = self.monolith.trails.follow((at[0], *act.receiver)).ends if act.receiver else {}
                for module, name in ends if act.how == "derive" else ():
                    statements = [self.monolith.pages[module].statements[i] for i in self._places((module, name))]
                    found.update(*(anatomy_of(s.text).words for s in statements if s.kind != "class"))
                    found |= self.pieces[at].words if any(s.kind == "function" for s in statements) else set()
                if act.how == "derive" and not ends and not page.imported.get(act.receiver[0] if act.receiver else ""):
                    found |= self.pieces[at].words
        return frozenset(found)

    def below(self, name: Name) -> set[Name]:
        """The classes that derive from one, at any depth."""
        found: set[Name] = set()
        queue = [name]
        for each in queue:
            queue += sorted(self.derived.get(each, set()) - found)
            found |= self.derived.get(each, set())
        return found

    def _worth(self, waiting: Iterable[tuple[At, Unit]]) -> dict[At, list[Unit]]:
        gone: dict[At, list[Unit]] = {}
        for at, unit in sorted(waiting, key=lambda each: (each[0], each[1].first, each[1].qualname)):
            if at not in self.monolith.rested and is_worth(unit, self._statement(at).text):
                gone.setdefault(at, []).append(self._without_docstring(at, unit))
        return gone

    def _without_docstring(self, at: At, unit: Unit) -> Unit:
        """Nobody asks a plain function that nothing names what it does; views and registered ones may be described."""
        holder = (at[0], unit.qualname.partition(".")[0])
        is_view = holder in self.foreign_holders
        return unit if unit.decorators or is_view or not unit.first else replace(unit, first=unit.start)

    def _aliases(self) -> dict[str, set[str]]:
        """New name -> what it was called where it was imported from."""
        found: dict[str, set[str]] = {}
        for piece in self.pieces.values():
            for new, old in piece.aliases:
                found.setdefault(new, set()).add(old)
        for module in self.kept.modules:
            for imported in (i for s in self.monolith.pages[module].statements for i in s.imports):
                if imported.name and imported.bound != imported.name:
                    found.setdefault(imported.bound, set()).add(imported.name)
        return found

    def _is_run(self, at: At, unit: Unit) -> bool:
        symbol = f"{at[0]}:{unit.qualname}"
        if symbol in self.own:
            return True
        holder = (at[0], unit.holder.partition(".")[0]) if unit.holder else None
        is_plain = not _is_special(unit.name) and not BOUND & set(unit.decorators)
        if holder is not None and is_plain and self._is_foreign(holder):
            return False
        if symbol in self.foreign:
            return unit.name in (self.said if "view_functions" in self.said else self.called)
        if _is_special(unit.name) or not set(unit.decorators) <= PASSIVE:
            return True
        if self._is_said(unit.name):
            return True
        if unit.holder:
            return self._may_be_called(at, unit)
        return at[0] in self.kept.whole

    def _is_said(self, name: str) -> bool:
        if name in self.said:
            return True
        for length in range(2, len(name)):
            if name[length - 1] == "_" and name[:length] in self.said:
                return True
            if name[length] == "_" and len(name) - length > 2 and name[length:] in self.said:
                return True
        return False

    def _may_be_called(self, at: At, unit: Unit) -> bool:
        """Whether the class of a method is a library's, or is changed by someone."""
        if "." in unit.holder or self._is_decorated(at) or may_be_asked(unit.name):
            return True
        return any(may_be_called(unit.name, base) for base in self.library[at] - {"object"})

    def _is_decorated(self, at: At) -> bool:
        acts = [act for act in self._statement(at).acts if act.how == "decorate"]
        return any(not act.receiver or act.receiver[-1] not in PLAIN for act in acts)

    def _is_foreign(self, holder: Name) -> bool:
        """Whether a class is a view of other services, and all that derive from it are."""
        if holder not in self.foreign_holders or holder in self.own_holders or holder[1] in self.called:
            return False
        return all(self._is_foreign(name) for name in self.derived.get(holder, ()) if name != holder)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
