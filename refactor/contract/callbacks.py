"""Functions that call what they were given -> who gave what: ``paginate(rows, show)`` runs ``show`` for this caller alone.

Comes in: the functions of a program. Goes out: call edges that hold for some callers only, and the edges by which those
callers reach the same. Must not: take a value for settled that may have come another way; then all edges stay.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from refactor.contract.scopes import Scopes, names_in
from refactor.model import facts
from refactor.model.facts import Expr, Scope
from refactor.model.program import Edge


class Callbacks(Struct, frozen=True):
    """``settled``: edges of a call of a parameter; ``given``: for each function, those of what it hands over itself."""

    settled: frozenset[Edge] = frozenset()
    given: Mapping[str, tuple[Edge, ...]] = {}


NO_CALLBACKS = Callbacks()


def callbacks(scopes: Scopes) -> Callbacks:
    """The callbacks of all functions whose every caller names what it hands over."""
    settled: set[Edge] = set()
    given: dict[str, list[Edge]] = {}
    for symbol, edges in sorted(_by_value(scopes).items()):
        for param, same in sorted(_of_parameters(scopes, symbol, edges).items()):
            found = _handed(scopes, symbol, param, same)
            if found is not None:
                settled.update(same)
                for edge in found:
                    given.setdefault(edge.source, []).append(edge)
    return Callbacks(frozenset(settled), {source: tuple(edges) for source, edges in given.items()})


def _by_value(scopes: Scopes) -> dict[str, list[Edge]]:
    """Calls of values, by the module-level functions that make them."""
    found: dict[str, list[Edge]] = {}
    for edge in scopes.program.edges:
        scope = scopes.names.scopes.get(edge.source) if edge.kind == "call" and edge.evidence.how == "value" else None
        if scope is not None and "." not in scope.qualname:
            found.setdefault(edge.source, []).append(edge)
    return found


def _of_parameters(scopes: Scopes, symbol: str, edges: Iterable[Edge]) -> dict[str, list[Edge]]:
    """Those that call a parameter which nothing else has bound, by its name."""
    scope = scopes.names.scopes[symbol]
    names = {param.name for param in scope.params if param.kind in ("both", "keyword", "positional")} - _bound(
        scopes, symbol
    )
    calls = {node.at: node.func for node in scopes.nodes(symbol) if isinstance(node, facts.Call)}
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        func = calls.get((edge.evidence.line, edge.evidence.column))
        if isinstance(func, facts.Name) and func.id in names:
            found.setdefault(func.id, []).append(edge)
    return found


def _bound(scopes: Scopes, symbol: str) -> set[str]:
    """Names that a function may give other values, its inner functions' parameters included."""
    found = {param.name for inner in scopes.names.inner.get(symbol, ()) for param in inner.params}
    for node in scopes.nodes(symbol):
        match node:
            case facts.Assign(targets=targets) | facts.Delete(targets=targets):
                found.update(*map(names_in, targets))
            case facts.Augment(target=target) | facts.For(target=target) | facts.Clause(target=target):
                found |= names_in(target)
            case facts.WithItem(target=facts.Name(id=name)) | facts.Walrus(target=name) | facts.Handler(name=name):
                found.add(name)
            case facts.Match() | facts.Import() | facts.ImportFrom() | facts.Scoping() | facts.Define():
                found |= {param.name for param in scopes.names.scopes[symbol].params}  # they bind in ways of their own
    return found


def _handed(scopes: Scopes, symbol: str, param: str, edges: list[Edge]) -> list[Edge] | None:
    """Edges from the callers to what they hand over, None where one may hand over something else."""
    incoming = scopes.program.incoming.get(symbol, ())
    calls = [edge for edge in incoming if edge.kind == "call"]
    places = {(edge.source, edge.evidence.line, edge.evidence.column) for edge in calls}
    for edge in incoming:
        named = edge.kind == "reference" and _is_called(scopes, edge, places)
        if not (named or edge.kind == "import" or (edge.kind == "call" and edge.evidence.how == "direct")):
            return None
    found = []
    for call in calls:
        targets = _given(scopes, symbol, param, call, {edge.target for edge in edges})
        if targets is None:
            return None
        found += [replace(edge, source=call.source, evidence=call.evidence) for edge in edges if edge.target in targets]
    return found


def _is_called(scopes: Scopes, mention: Edge, places: set[tuple[str, int, int]]) -> bool:
    """Whether a mention is that of a call, or of an import."""
    if (mention.source, mention.evidence.line, mention.evidence.column) in places:
        return True
    return mention.source in {module.name for module in scopes.program.modules} and mention.evidence.column == 1


def _given(scopes: Scopes, symbol: str, param: str, call: Edge, known: set[str]) -> set[str] | None:
    """What one call hands over for a parameter: among ``known``, nothing, or None where nobody can tell."""
    at = (call.evidence.line, call.evidence.column)
    nodes = [node for node in scopes.nodes(call.source) if isinstance(node, facts.Call) and node.at == at]
    if len(nodes) != 1:
        return None
    value = _argument(scopes.names.scopes[symbol], param, nodes[0])
    if isinstance(value, facts.Const) and value.kind == "None":
        return set()
    if isinstance(value, facts.LambdaRef):
        return {target for target in known if target.startswith(f"{call.source}.<lambda")} or None
    if isinstance(value, facts.Name | facts.Attribute):
        meant = scopes.meant(call.source, value)
        return {meant} if meant in known else None
    return None


def _argument(scope: Scope, param: str, call: facts.Call) -> Expr | None:
    """The expression that a call gives a parameter, its default where it gives none; None where that is not plain to see."""
    if any(isinstance(each, facts.Starred) for each in call.args) or any(not word.name for word in call.keywords):
        return None
    ways = [each for each in scope.params if each.kind in ("both", "positional")]
    for each, value in zip(ways, call.args, strict=False):
        if each.name == param:
            return value
    for word in call.keywords:
        if word.name == param:
            return word.value
    return next((each.default for each in scope.params if each.name == param), None)
