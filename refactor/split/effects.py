"""Pages + Program -> Effects: which statements act on which objects when modules are imported.

Comes in: all pages and the program. Goes out: for each object (a module-level name) the statements that act on it, for
each module those that belong to the module as such. An import-time effect on an object is kept when the object is kept;
registrations of another service's entry points are the exception, and ``refactor.split.closure`` makes it.
"""

from collections.abc import Iterable
from typing import Final, TypeAlias

from refactor.model.names import module_of, qualname_of
from refactor.model.program import Edge, Program
from refactor.split.acts import Act
from refactor.split.page import Page, Statement
from refactor.split.trails import Trails

Name: TypeAlias = tuple[str, str]
"""(module, name)."""
At: TypeAlias = tuple[str, int]
"""(module, index of the statement)."""

# decorators from these packages change what they decorate and nothing else
PURE: Final = frozenset(
    {"abc", "attr", "attrs", "cachetools", "click", "contextlib", "dataclasses", "deprecated", "enum", "functools"}
    | {"marshmallow", "numba", "numpy", "pydantic", "tenacity", "typing", "typing_extensions", "unittest", "werkzeug"}
)
_COLLECTING: Final = frozenset({"__init_subclass__", "__subclasses__", "polymorphic_on", "__mapper_args__"})
DEFINITIONS: Final = ("function", "class")
_KINDS: Final = frozenset({*DEFINITIONS, "assignment", "effect", "block"})


class Effects:
    """``on`` maps an object to the statements that act on it, ``of`` a module to those that act on no known object."""

    def __init__(self, program: Program, trails: Trails) -> None:
        self._trails = trails
        self._edges = _by_place(program)
        self._written = _states_written(program)
        self._holders = {symbol_name(entry.app) for entry in program.entry_points if entry.app}
        self.on: dict[Name, list[At]] = {}
        self.of: dict[str, list[At]] = {}
        for module in sorted(trails.pages):
            self._read(trails.pages[module])

    def _read(self, page: Page) -> None:
        for index, statement in enumerate(page.statements):
            if statement.kind in _KINDS:
                objects, unbound = self._judge(page, statement)
                for found in sorted(objects - {(page.module, name) for name in statement.binds}):
                    self.on.setdefault(found, []).append((page.module, index))
                if unbound:
                    self.of.setdefault(page.module, []).append((page.module, index))

    def _judge(self, page: Page, statement: Statement) -> tuple[set[Name], bool]:
        objects = set(self._registered(page, statement))
        open_kind = statement.kind == "effect" or (statement.kind == "block" and not statement.imports)
        unbound = open_kind and not statement.acts and not statement.binds
        for act in statement.acts:
            found, unknown = self._act(page, self._through_loops(statement, act))
            objects |= found
            unbound = unbound or (unknown and (open_kind or act.how == "decorate"))
        return objects, unbound

    @staticmethod
    def _through_loops(statement: Statement, act: Act) -> Act:
        """An act on a loop's variable is one on what the loop goes over, and on what it is given."""
        if act.how == "loop" or not act.receiver or act.receiver[0] not in statement.own:
            return act
        over = (chain for loop in statement.acts if loop.how == "loop" for chain in loop.objects)
        return Act("call", (), (*act.objects, *over))

    def _act(self, page: Page, act: Act) -> tuple[set[Name], bool]:
        """The objects of an act, and whether it acts on something that is no object of the monolith."""
        if act.how == "loop":
            return set(), False
        if not act.receiver:
            objects = self._objects(page, act)
            return objects, not objects and act.how in ("call", "store")
        trail = self._trails.follow((page.module, *act.receiver))
        if act.how == "derive":
            return {end for end in trail.ends if self._collects(end)}, False
        if act.how == "make":
            return self._objects(page, act) & self._holders, False
        direct = {end for end, rest in trail.ends.items() if self._is_object(end, bool(rest) or act.how == "store")}
        if direct:
            return direct, False
        written = {state for end in trail.ends for state in self._changed(end)}
        if act.how == "decorate" and trail.ends:
            return written, False
        objects = written or self._objects(page, act)
        if not trail.ends and act.how == "call":
            return objects, True  # a library does it: nobody knows to what else
        return objects, not objects and not (act.how == "decorate" and self._is_pure(page, act.receiver[0]))

    def _changed(self, function: Name) -> Iterable[Name]:
        """The objects that calling a function changes, by the program's word and by the function's own text."""
        yield from self._written.get(function, ())
        page = self._trails.pages[function[0]]
        for index in page.bound[function[1]]:
            for name in page.statements[index].writes:
                ends = self._trails.follow((page.module, name)).ends
                yield from (end for end in ends if self._is_object(end, True))

    def _objects(self, page: Page, act: Act) -> set[Name]:
        """The objects among an act's arguments."""
        found: set[Name] = set()
        for chain in act.objects:
            ends = self._trails.follow((page.module, *chain)).ends
            found |= {end for end in ends if self._is_object(end, True)}
        return found

    def _is_object(self, name: Name, through: bool) -> bool:
        """Whether a name holds an object that can be acted on: a variable, or (through an attribute) a class."""
        page = self._trails.pages[name[0]]
        kinds = {page.statements[index].kind for index in page.bound[name[1]]}
        return (through and "class" in kinds) or not kinds <= set(DEFINITIONS)

    def _is_pure(self, page: Page, root: str) -> bool:
        imported = page.imported.get(root)
        return imported is None or any(i.module.partition(".")[0] in PURE for i in imported)

    def _collects(self, name: Name) -> bool:
        """Whether a class (or one of its bases) takes note of the classes derived from it."""
        seen: set[Name] = set()
        queue = [name]
        for current in queue:
            if current in seen:
                continue
            seen.add(current)
            page = self._trails.pages[current[0]]
            for index in page.bound[current[1]]:
                statement = page.statements[index]
                if statement.mentions.words & _COLLECTING or _has_metaclass(statement):
                    return True
                bases = [act.receiver for act in statement.acts if act.how == "derive" and act.receiver]
                queue += [end for base in bases for end in self._trails.follow((page.module, *base)).ends]
        return False

    def _registered(self, page: Page, statement: Statement) -> Iterable[Name]:
        """Objects that the program says the statement registers something on, and related classes given a backref."""
        for edge, last in self._edges.get(page.path, ()):
            line = edge.evidence.line
            if not statement.first <= line <= statement.last:
                continue
            if edge.kind == "relate":
                matters = "backref" in statement.mentions.words
            else:
                matters = statement.kind not in DEFINITIONS or line <= (last or line)
            target = symbol_name(edge.target)
            if matters and target in self._trails.follow(target).passed:
                yield target


def _has_metaclass(statement: Statement) -> bool:
    metaclasses = {("", "ABCMeta"), ("", "abc", "ABCMeta")}
    return "metaclass" in statement.mentions.words and not statement.mentions.uses & metaclasses


def symbol_name(symbol: str) -> Name:
    """(module, module-level name) of a symbol or of a label ``module:qualname@line``."""
    return module_of(symbol), qualname_of(symbol).partition(".")[0].partition("@")[0]


def _by_place(program: Program) -> dict[str, list[tuple[Edge, int]]]:
    """Register and relate edges by file, each with the line of its source's ``def`` or ``class``."""
    found: dict[str, list[tuple[Edge, int]]] = {}
    for edge in program.edges:
        if edge.kind in ("register", "relate") and program.is_own(edge.target) and program.is_own(edge.source):
            definition = program.by_symbol.get(":".join(symbol_name(edge.source)))
            found.setdefault(edge.evidence.path, []).append((edge, definition.line if definition else 0))
    return found


def _states_written(program: Program) -> dict[Name, set[Name]]:
    """The module-level states that each function writes: calling it is an act on them."""
    found: dict[Name, set[Name]] = {}
    for state in program.states:
        for writer in state.writers:
            found.setdefault(symbol_name(writer), set()).add(symbol_name(state.symbol))
    return found
