"""Program + pages -> the symbol of the application that all services build: a factory, or the variable that holds it.

Comes in: a program, its pages, and what the settings name. Goes out: a symbol; "" when there is no application. Must
not: run the code; framework knowledge is in ``Program.factories`` and ``Program.application``.
"""

import ast
import textwrap
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from refactor.model.names import module_of, qualname_of
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.signatures import required_parameters
from refactor.split.page import Page, Statement
from refactor.split.trails import Trails

_APPLICATIONS = frozenset({"flask.Flask", "fastapi.FastAPI", "starlette.applications.Starlette", "quart.Quart"})
_DEPTH = 4
"""Longest chain of functions, each of which hands on what the next one makes."""


def application_of(program: Program, pages: Mapping[str, Page], named: Sequence[str] = ()) -> str:
    """What ``named`` says first and the code has; else the program's factory, with what is done to its result."""
    search = _Search(program, pages)
    for symbol in named:
        if found := search.named(symbol):
            return found
    return search.completed(factory_of(program))


def served(program: Program, plan: Plan, named: Sequence[str] = ()) -> Plan:
    """The plan without the HTTP of applications that the split does not build: the fallback answers as the monolith does."""
    root = _root(program, named)
    aside = {entry.id for entry in program.entry_points if root and entry.root not in ("", root)}
    services = (replace(each, entry_points=_without(each.entry_points, aside)) for each in plan.services)
    return replace(plan, services=tuple(services)) if aside else plan


def _without(ids: Iterable[str], dropped: set[str]) -> tuple[str, ...]:
    return tuple(one for one in ids if one not in dropped)


def _root(program: Program, named: Sequence[str]) -> str:
    """The factory behind what is named: itself, or the one that its module calls; else the program's."""
    roots = {entry.root for entry in program.entry_points if entry.root}
    for symbol in named:
        module = module_of(symbol)
        called = {e.target for e in program.edges if e.kind == "call" and e.source == module} & roots
        if symbol in roots or len(called) == 1:
            return symbol if symbol in roots else min(called)
    return program.application


def factory_of(program: Program) -> str:
    """The symbol that makes the application: a factory, or else the variable that holds it; "" when there is none."""
    factories = [symbol for symbol in program.factories if qualname_of(symbol)]
    if program.application in factories:
        return program.application
    if factories:
        return min(factories, key=lambda symbol: (_needs_arguments(program, symbol), symbol.count("."), symbol))
    places = {(c.evidence.path, c.evidence.line) for c in program.external_calls if c.callee in _APPLICATIONS}
    variables = [d.symbol for d in program.definitions if d.kind == "variable" and (d.path, d.line) in places]
    holders = sorted(entry.app for entry in program.entry_points if entry.app in program.by_symbol)
    return min([*variables, *holders][: len(variables) or None], default="")


def _needs_arguments(program: Program, symbol: str) -> bool:
    found = program.by_symbol.get(symbol)
    return found is not None and found.kind == "function" and bool(required_parameters(found.signature))


class _Search:
    """Looks from factories to the variables that keep what they make, and back."""

    def __init__(self, program: Program, pages: Mapping[str, Page]) -> None:
        self.program, self.pages = program, pages
        self.trails = Trails(pages)

    def named(self, symbol: str) -> str:
        """A symbol that a person or a command names, where the code has it; a variable that adds nothing is its factory."""
        ends = self.trails.follow((module_of(symbol), *qualname_of(symbol).split("."))).ends
        for (module, name), rest in sorted(ends.items()):
            found = f"{module}:{name}"
            if rest or name == "__getattr__":
                continue
            if self._is_function(found):
                return found if self._is_callable(found) else ""
            if self._is_filled(found):
                return found
            plain = [one for one in self.program.factories if self._is_callable(one) and self._calls(found, one)]
            return min(plain, default=found)
        return ""

    def completed(self, factory: str) -> str:
        """A factory, or the variable that keeps what it makes where a module does more to it, or calls it with arguments."""
        if not self._is_function(factory):
            return factory
        is_callable = self._is_callable(factory)
        makers = [factory, *(one for one in self._makers(factory) if one != factory)]
        for maker in makers:
            kept = [one for one in self._variables(maker) if not is_callable or self._is_filled(one)]
            if kept:
                return min(kept, key=lambda one: (one.count("."), one))
        return factory if is_callable else next(filter(self._is_callable, makers), factory)

    def _is_function(self, symbol: str) -> bool:
        found = self.program.by_symbol.get(symbol)
        return found is not None and found.kind == "function"

    def _is_callable(self, symbol: str) -> bool:
        """Whether it is a function that can be called without arguments."""
        return self._is_function(symbol) and not required_parameters(self.program.by_symbol[symbol].signature)

    def _makers(self, factory: str) -> list[str]:
        """The functions that return what a factory makes, nearest first."""
        found: list[str] = [factory]
        for _ in range(_DEPTH):
            callers = {e.source for e in self.program.edges if e.kind == "call" and e.target in found}
            fresh = sorted(one for one in callers - {*found} if self._is_function(one) and self._hands_on(one, found))
            found += fresh
        return found

    def _hands_on(self, function: str, makers: Iterable[str]) -> bool:
        names = {qualname_of(one) for one in makers}
        return any(_returns(statement.text, names) for _, statement in self._binding(function))

    def _binding(self, symbol: str) -> list[tuple[Page, Statement]]:
        page = self.pages.get(module_of(symbol))
        indexes = page.bound.get(qualname_of(symbol), ()) if page is not None else ()
        return [(page, page.statements[index]) for index in indexes] if page is not None else []

    def _variables(self, function: str) -> list[str]:
        """Module-level variables that keep what a call of the function gives."""
        sources = {edge.source for edge in self.program.edges if edge.kind == "call" and edge.target == function}
        modules = sorted({module_of(source) for source in sources} & self.pages.keys())
        return [
            f"{module}:{name}"
            for module in modules
            for statement in self.pages[module].statements
            if statement.kind in ("assignment", "block")
            for name in statement.binds
            if self._makes(self.pages[module], statement, function)
        ]

    def _makes(self, page: Page, statement: Statement, function: str) -> bool:
        """Whether a statement keeps what a call of the function gives."""
        receivers = (act.receiver for act in statement.acts if act.how == "make" and act.receiver)
        goal = (module_of(function), qualname_of(function))
        return any(goal in self.trails.follow((page.module, *receiver)).ends for receiver in receivers)

    def _calls(self, variable: str, function: str) -> bool:
        """Whether a variable is nothing but a call of the function without arguments."""
        bound = self._binding(variable)
        if len(bound) != 1 or not self._makes(*bound[0], function):
            return False
        return bound[0][1].text.rstrip().endswith("()")

    def _is_filled(self, variable: str) -> bool:
        """Whether its module does something to the object that a variable keeps: by its methods, or by own functions."""
        module, name = module_of(variable), qualname_of(variable)
        page = self.pages[module]
        return any(
            act.receiver[0] == name or ((name,) in act.objects and self.trails.follow((module, *act.receiver)).ends)
            for statement in page.statements
            if statement.kind != "main" and name not in statement.binds
            for act in statement.acts
            if act.receiver and act.how in ("call", "decorate", "store")
        )


def _returns(text: str, makers: set[str]) -> bool:
    """Whether a function's text returns what a call of one of the makers gives."""
    try:
        body = list(ast.walk(ast.parse(textwrap.dedent(text))))
    except SyntaxError:
        return False
    kept = {
        target.id
        for node in body
        if isinstance(node, ast.Assign) and _is_call(node.value, makers)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    given = [node.value for node in body if isinstance(node, ast.Return) and node.value is not None]
    return any(_is_call(value, makers) or (isinstance(value, ast.Name) and value.id in kept) for value in given)


def _is_call(node: ast.AST, makers: set[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in makers
