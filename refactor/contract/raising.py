"""What a function and those behind it raise -> the exceptions that cross, and those that can't.

Comes in: the symbols that run. Goes out: failures and hindrances. Must not: look at who catches them; whatever is raised
may be caught.
"""

import builtins

from refactor.contract.names import Names, dotted
from refactor.contract.scopes import own_nodes
from refactor.model import facts
from refactor.model.contracts import Failure, Hindrance
from refactor.model.facts import Expr, Raise, Scope
from refactor.model.names import module_of
from refactor.model.program import Evidence, Program

_PLAIN_TYPES = frozenset({"str", "int", "bool"})
_PLAIN_CALLS = frozenset({"str", "int", "float", "bool", "repr", "len", "sorted", "round"})


class Raises:
    """What each function of a program raises, looked up once."""

    def __init__(self, program: Program, names: Names) -> None:
        self._program = program
        self._names = names
        self._kept: dict[str, tuple[list[Failure], list[Hindrance]]] = {}

    def behind(self, symbols: frozenset[str]) -> tuple[list[Failure], list[Hindrance]]:
        """Exceptions that cross with their attributes, and raises whose exception would not come out equal."""
        failures: dict[str, Failure] = {}
        hindrances: list[Hindrance] = []
        for symbol in sorted(symbols & self._names.scopes.keys()):
            if symbol not in self._kept:
                self._kept[symbol] = self._of(symbol, self._names.scopes[symbol])
            failures |= {failure.symbol: failure for failure in self._kept[symbol][0]}
            hindrances += self._kept[symbol][1]
        return [failures[name] for name in sorted(failures)], hindrances

    def _of(self, symbol: str, scope: Scope) -> tuple[list[Failure], list[Hindrance]]:
        failures: list[Failure] = []
        hindrances: list[Hindrance] = []
        definition = self._program.by_symbol.get(symbol)
        for node in own_nodes(scope):
            if not isinstance(node, Raise) or node.exc is None:
                continue
            call = node.exc if isinstance(node.exc, facts.Call) else None
            name = self._names.of(module_of(symbol), dotted(call.func if call else node.exc))
            given = (*call.args, *(word.value for word in call.keywords)) if call else ()
            plain = all(_is_plain(each) or _is_parameter(each, scope) for each in given)
            if _is_own(self._program, name) and plain:
                failures.append(Failure(name, tuple(_bases(self._program, name))))
            elif not (_is_builtin(name) and plain) and not _passes_on(node.exc):
                text = f"{symbol} raises {name or 'something'} with more than plain values."
                place = Evidence(definition.path if definition else "", node.at[0])
                hindrances.append(Hindrance("exception", text, place))
        return failures, hindrances


def _passes_on(node: Expr) -> bool:
    """``raise error``: what was caught goes on; it was raised elsewhere."""
    return isinstance(node, facts.Name) and node.id.islower()


def _is_own(program: Program, name: str) -> bool:
    definition = program.by_symbol.get(name)
    return definition is not None and definition.kind == "class"


def _is_builtin(name: str) -> bool:
    kind = getattr(builtins, name.removeprefix("builtins."), None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _bases(program: Program, name: str) -> list[str]:
    """Own classes above an exception, nearest first."""
    found: list[str] = []
    waiting = [name]
    for each in waiting:
        definition = program.by_symbol.get(each)
        new = [base for base in (definition.bases if definition else ()) if base in program.by_symbol]
        found += [base for base in new if base not in found]
        waiting += [base for base in new if base not in waiting]
    return found


def _is_parameter(node: Expr, scope: Scope) -> bool:
    """Whether it is a parameter that is annotated to be a text or number and is given no other value."""
    if not isinstance(node, facts.Name):
        return False
    annotated = [param.annotation for param in scope.params if param.name == node.id]
    plain = bool(annotated) and isinstance(annotated[0], facts.Name) and annotated[0].id in _PLAIN_TYPES
    return plain and not any(_is_bound(each, node.id) for each in own_nodes(scope))


def _is_bound(node: object, name: str) -> bool:
    """Whether a statement or expression may give a name another value."""
    if isinstance(node, facts.Walrus):
        return node.target == name
    targets: tuple[object, ...] = ()
    if isinstance(node, facts.Assign):
        targets = node.targets
    elif isinstance(node, facts.Augment | facts.For | facts.Clause):
        targets = (node.target,)
    elif isinstance(node, facts.With | facts.Try | facts.Match):
        return True  # they bind in ways of their own
    return any(name in _names_in(target) for target in targets)


def _names_in(target: object) -> set[str]:
    match target:
        case facts.Name(id=name):
            return {name}
        case facts.Collection(items=items):
            return set().union(*map(_names_in, items))
        case facts.Starred(value=value):
            return _names_in(value)
    return set()


def _is_plain(node: Expr) -> bool:
    """Whether an argument is a text, a number, or a display of such; names are not followed."""
    match node:
        case facts.Const() | facts.Format():
            return True
        case facts.Operation(op="%", operands=(facts.Const(kind="str"), *_)):
            return True
        case facts.Operation(op="+", operands=operands) | facts.Collection(items=operands):
            return all(_is_plain(each) for each in operands)
        case facts.Dict(values=values):
            return all(_is_plain(each) for each in values)
        case facts.Call(func=facts.Name(id=name)):
            return name in _PLAIN_CALLS
        case facts.Call(func=facts.Attribute(value=value, attr="format" | "join" | "upper" | "lower" | "strip")):
            return _is_plain(value)
    return False
