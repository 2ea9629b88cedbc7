"""Attributes of rows that run code -> fields that the provider works out when it answers, or why they cannot travel.

Comes in: a mapped class and the name of a property or of a method that is called without arguments. Goes out: its shape,
and what runs for it. Errors: ``UndecidedError``, whose text ends a sentence that begins with a row. Must not: look at who
reads it and when; what it reads must not change before, and that is for others to see.
"""

from collections.abc import Iterator

from msgspec import Struct

from refactor.contract.annotations import UndecidedError
from refactor.contract.callee import Callee
from refactor.contract.parts import holds_rows, is_mutable
from refactor.contract.reach import Reach, Reaches
from refactor.contract.scopes import Scopes, names_in, own_nodes
from refactor.contract.shapes import Shapes
from refactor.model import facts
from refactor.model.contracts import Field
from refactor.model.facts import Expr, Scope
from refactor.model.names import module_of
from refactor.model.program import Definition, Program

_PROPERTIES = frozenset({"builtins.property", "property", "sqlalchemy.ext.hybrid.hybrid_property"})
_CHANGING_CALLS = frozenset({"setattr", "delattr", "next", "print", "vars", "id", "hash"})
_CHANGING_METHODS = frozenset(
    "append extend insert remove pop clear sort reverse add discard update setdefault popitem difference_update "
    "intersection_update symmetric_difference_update __setattr__ __setitem__ __delitem__ "
    "commit rollback flush refresh expire expire_all expunge merge close".split()
)
_MOVING = ("random.", "secrets.", "uuid.", "time.", "os.")
_CLOCKS = (".now", ".utcnow", ".today", ".localtime", ".time")
"""What says something else each time: a value that was worked out earlier would not be the value of now."""


class Attribute(Struct, frozen=True):
    """An attribute that runs code: the field that travels, the function behind it, and what that reaches."""

    field: Field
    symbol: str
    reached: Reach


class Computed:
    """Judges attributes one by one, each once."""

    def __init__(self, program: Program, scopes: Scopes, shapes: Shapes, callee: Callee, reaches: Reaches) -> None:
        self._program = program
        self._scopes = scopes
        self._shapes = shapes
        self._callee = callee
        self._reaches = reaches
        self._derived = {base for each in program.definitions if each.kind == "class" for base in each.bases}
        self._moving = {call.symbol for call in program.external_calls if _is_moving(call.callee)}
        self._kept: dict[tuple[str, str, str], Attribute | str] = {}

    def of(self, entity: str, name: str, way: str) -> Attribute:
        """The attribute of a mapped class; ``way``: property | method."""
        key = entity, name, way
        if key not in self._kept:
            try:
                self._kept[key] = self._judged(entity, name, way)
            except UndecidedError as why:
                self._kept[key] = str(why)
        found = self._kept[key]
        if isinstance(found, str):
            raise UndecidedError(found)
        return found

    def _judged(self, entity: str, name: str, way: str) -> Attribute:
        said = f".{name}" if way == "property" else f".{name}()"
        definition = self._found(entity, name)
        if definition is None or (way == "property") != bool(_PROPERTIES & set(definition.decorators)):
            raise UndecidedError(f"has {said}, which is no column of a known type")
        if entity in self._derived:
            raise UndecidedError(f"has {said}, which a subclass may have in another way")
        scope = self._scopes.names.scopes[definition.symbol]
        self._check_form(definition, scope, said)
        try:
            shape = self._shapes.of(scope.returns, module_of(definition.symbol))
        except UndecidedError as why:
            raise UndecidedError(f"has {said}, which runs code and {why}") from why
        if holds_rows(shape):
            raise UndecidedError(f"leads on to other rows: {said}")
        inner = [*shape.of, *(field.shape for field in shape.fields)]
        if is_mutable(shape) and (any(map(is_mutable, inner)) or not _is_made(scope)):
            raise UndecidedError(f"has {said}, which may give something that is kept")
        reached = self._reaches.of([definition.symbol])
        self._check_quiet(reached, said)
        return Attribute(Field(name, shape, way=way), definition.symbol, reached)

    def _found(self, entity: str, name: str) -> Definition | None:
        """The definition of an attribute in a class or above it, unless something outside of the monolith may have it."""
        waiting = [entity]
        for each in waiting:  # grows while it is read
            found, definition = self._program.by_symbol.get(f"{each}.{name}"), self._program.by_symbol.get(each)
            if found is not None:
                return found if found.kind == "method" and found.symbol in self._scopes.names.scopes else None
            if definition is None:
                return None
            waiting += [base for base in definition.bases if base not in waiting]
        return None

    def _check_form(self, definition: Definition, scope: Scope, said: str) -> None:
        """A plain function of the row alone."""
        if scope.is_async or scope.is_generator:
            raise UndecidedError(f"has {said}, which gives its values one by one")
        if set(definition.decorators) - _PROPERTIES:
            raise UndecidedError(f"has {said}, which is wrapped by @{definition.decorators[0].replace(':', '.')}")
        needed = [param for param in scope.params[1:] if param.default is None and param.kind not in ("star", "double")]
        if needed or not scope.params:
            raise UndecidedError(f"has {said}, which takes arguments")

    def _check_quiet(self, reached: Reach, said: str) -> None:
        """All that runs for it reads tables and rows, and nothing else."""
        touched = sorted(reached.writes) + sorted(node for node in reached.reads if not node.startswith("table:"))
        if touched:
            raise UndecidedError(f"has {said}, which touches {touched[0]}")
        kept = self._callee.behind(reached)
        if kept:
            raise UndecidedError(f"has {said}: {kept[0].text.rstrip('.')}")
        if any(one.symbol in reached.symbols for one in self._program.transactions):
            raise UndecidedError(f"has {said}, which commits")
        if not self._moving.isdisjoint(reached.symbols) or self._callee.is_loud(reached):
            raise UndecidedError(f"has {said}, which a library works out")
        for symbol in sorted(reached.symbols & self._scopes.names.scopes.keys()):
            scopes = (self._scopes.names.scopes[symbol], *self._scopes.names.inner.get(symbol, ()))
            reason = next((word for scope in scopes for word in _loud_parts(scope)), "")
            if reason:
                raise UndecidedError(f"has {said}: {symbol} {reason}")


def _is_moving(callee: str) -> bool:
    return callee.startswith(_MOVING) or callee.endswith(_CLOCKS)


def _loud_parts(scope: Scope) -> Iterator[str]:
    """What a function does that more than reading may come of."""
    own = _made_here(scope)
    for node in own_nodes(scope):
        match node:
            case facts.Raise() | facts.Assert():
                yield "raises an exception"
            case facts.Scoping() | facts.Yield() | facts.Await() | facts.With() | facts.Match() | facts.Delete():
                yield "does more than work something out"
            case facts.Assign(targets=targets) if not all(_is_own(target, own) for target in targets):
                yield "changes something"
            case facts.Augment(target=target) if not (isinstance(target, facts.Name) and target.id in own):
                yield "changes something"
            case facts.Call(func=facts.Attribute(value=value, attr=attr)) if attr in _CHANGING_METHODS:
                if not (isinstance(value, facts.Name) and value.id in own):
                    yield "changes something"
            case facts.Call(func=facts.Name(id=name)) if name in _CHANGING_CALLS:
                yield f"calls {name}"


def _is_own(target: Expr, own: frozenset[str]) -> bool:
    """Whether giving a place another value changes nothing but what the function made itself."""
    match target:
        case facts.Name():
            return True
        case facts.Collection(items=items):
            return all(_is_own(each, own) for each in items)
        case facts.Subscript(value=facts.Name(id=name)):
            return name in own
    return False


def _made_here(scope: Scope) -> frozenset[str]:
    """Variables that hold nothing but displays that the function wrote."""
    given: dict[str, bool] = {param.name: False for param in scope.params}
    for node in own_nodes(scope):
        match node:
            case facts.Assign(targets=(facts.Name(id=name),), value=value):
                given[name] = given.get(name, True) and value is not None and _is_display(value)
            case facts.Walrus(target=name) | facts.Handler(name=name):
                given[name] = False
            case facts.Assign(targets=targets):
                given |= dict.fromkeys((name for target in targets for name in names_in(target)), False)
            case facts.For(target=target):
                given |= dict.fromkeys(names_in(target), False)
    return frozenset(name for name, is_made in given.items() if is_made)


def _is_display(node: Expr) -> bool:
    return isinstance(node, facts.Dict | facts.Collection | facts.Comprehension | facts.Const)


def _is_made(scope: Scope) -> bool:
    """Whether each result is made anew, so that nobody else has it."""
    own = _made_here(scope)
    results = [node.value for node in own_nodes(scope) if isinstance(node, facts.Return) and node.value is not None]
    return all(_is_display(each) or (isinstance(each, facts.Name) and each.id in own) for each in results)
