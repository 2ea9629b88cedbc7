"""ModuleFacts -> Names: what a name that some module says stands for, by the modules' own text.

Comes in: the facts of all modules with the names that the program has for them. Goes out: the symbol of a definition of
the monolith, or the dotted name of something else. Must not: follow values; ``link`` does that.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from refactor.model.facts import (
    Alias,
    Assign,
    Define,
    Expr,
    If,
    Import,
    ImportFrom,
    ModuleFacts,
    Name,
    Scope,
    Stmt,
    Try,
)
from refactor.model.facts import Attribute as AttributeNode
from refactor.model.names import join

_HOPS = 12
"""Most modules that a name is passed on through."""


class Names:
    """Names at module level, imports followed."""

    def __init__(self, facts: Iterable[ModuleFacts], modules: Mapping[str, str], packages: frozenset[str]) -> None:
        """``modules``: path -> module name; ``packages``: the names of those that are packages."""
        self._facts = {modules[each.path]: each for each in facts if each.path in modules}
        self._packages = packages
        self._bound = {module: self._table(module, each) for module, each in self._facts.items()}
        self.modules = tuple(self._facts.values())
        self.plain = {join(module, name) for module, each in self._facts.items() for name in self._once(module, each)}
        """Functions and classes that stand in their module itself, the only thing there of that name."""
        self._stars = {module: tuple(self._starred_by(module, each)) for module, each in self._facts.items()}
        self.scopes = {
            join(module, scope.qualname): scope for module, each in self._facts.items() for scope in each.scopes[1:]
        }
        self.inner = {
            join(module, scope.qualname): tuple(_below(each.scopes, index))
            for module, each in self._facts.items()
            for index, scope in enumerate(each.scopes)
            if index
        }

    def of(self, module: str, dotted: str) -> str:
        """What a dotted name means in a module: a symbol, a module's name, or a dotted name from outside."""
        head, _, rest = dotted.partition(".")
        bound = self._bound.get(module, {}).get(head)
        if bound is None:
            starred = self._starred(module, head)
            return self.of(starred, dotted) if starred else dotted
        return self.settled(f"{bound}.{rest}" if rest else bound)

    def imported(self, symbol: str, statements: Iterable[object]) -> dict[str, str]:
        """The names that a function imports itself."""
        module, imports = symbol.partition(":")[0], (s for s in statements if isinstance(s, Import | ImportFrom))
        return dict(pair for statement in imports for pair in self._bindings(module, statement))

    def settled(self, dotted: str) -> str:
        """A dotted name with imports followed to where it is defined."""
        for _ in range(_HOPS):
            module, rest = self._longest(dotted)
            if not module or not rest:
                return module or dotted
            head, _, more = rest.partition(".")
            bound = self._bound[module].get(head)
            if bound is None:
                starred = self._starred(module, head)
                bound = f"{starred}.{head}" if starred else None
            if bound is None or bound == f"{module}.{head}":
                return join(module, rest)
            dotted = f"{bound}.{more}" if more else bound
        return dotted

    def _longest(self, dotted: str) -> tuple[str, str]:
        """The longest beginning that is a module, and the rest."""
        pieces = dotted.split(".")
        for length in range(len(pieces), 0, -1):
            if (module := ".".join(pieces[:length])) in self._bound:
                return module, ".".join(pieces[length:])
        return "", dotted

    def _starred(self, module: str, name: str) -> str:
        """The module that gives a name to those that import all of it; "" for none."""
        return next((star for star in self._stars.get(module, ()) if name in self._bound.get(star, {})), "")

    def _starred_by(self, module: str, facts: ModuleFacts) -> Iterator[str]:
        for statement in _flat(facts.scopes[0].body):
            if isinstance(statement, ImportFrom) and any(alias.name == "*" for alias in statement.names):
                yield self._from(module, statement)

    def _table(self, module: str, facts: ModuleFacts) -> dict[str, str]:
        found: dict[str, str] = {}
        for statement in _flat(facts.scopes[0].body):
            for name, target in self._bindings(module, statement):
                found.setdefault(name, target)
        return found

    def _once(self, module: str, facts: ModuleFacts) -> Iterator[str]:
        body = facts.scopes[0].body
        bound = Counter(name for statement in _flat(body) for name, _ in self._bindings(module, statement))
        return (each.name for each in body if isinstance(each, Define) and bound[each.name] == 1)

    def _bindings(self, module: str, statement: Stmt) -> Iterator[tuple[str, str]]:
        match statement:
            case ImportFrom(names=names):
                start = self._from(module, statement)
                yield from ((_bound(a), f"{start}.{a.name}" if start else a.name) for a in names if a.name != "*")
            case Import(names=names):
                yield from (
                    (a.asname or a.name.partition(".")[0], a.name if a.asname else a.name.partition(".")[0])
                    for a in names
                )
            case Define(name=name):
                yield name, f"{module}.{name}"
            case Assign(targets=targets):
                yield from ((target.id, f"{module}.{target.id}") for target in targets if isinstance(target, Name))

    def _from(self, module: str, statement: ImportFrom) -> str:
        if not statement.level:
            return statement.module
        pieces = module.split(".")
        keep = len(pieces) - statement.level + (module in self._packages)
        return ".".join([*pieces[:keep], *([statement.module] if statement.module else [])])


def _bound(alias: Alias) -> str:
    return alias.asname or alias.name


def _flat(body: Iterable[Stmt]) -> Iterator[Stmt]:
    """The statements of a body, those in ``if`` and ``try`` too."""
    for statement in body:
        yield statement
        if isinstance(statement, If):
            yield from _flat((*statement.body, *statement.orelse))
        elif isinstance(statement, Try):
            yield from _flat(statement.body)
            yield from (inner for handler in statement.handlers for inner in _flat(handler.body))
            yield from _flat((*statement.orelse, *statement.final))


def _below(scopes: tuple[Scope, ...], index: int) -> Iterator[Scope]:
    """The scopes inside a scope, lambdas included."""
    within = {index}
    for place in range(index + 1, len(scopes)):
        if scopes[place].parent in within:
            within.add(place)
            yield scopes[place]


def dotted(node: Expr) -> str:
    """``a.b.c`` of a chain of names; "" for anything else."""
    if isinstance(node, Name):
        return node.id
    if isinstance(node, AttributeNode):
        start = dotted(node.value)
        return f"{start}.{node.attr}" if start else ""
    return ""
