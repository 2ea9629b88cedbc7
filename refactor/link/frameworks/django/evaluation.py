"""Expressions of URL lists: displays, sums, comprehensions, calls of the project's own functions and properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refactor.link.flow.classes import PROPERTY
from refactor.link.flow.values import NOTHING, Bound, Box, Function, Instance, Literal, ModuleRef, Values
from refactor.link.frameworks.django.choices import truth
from refactor.link.frameworks.django.patterns import Included, Listing, Piece, elements, joined
from refactor.link.frameworks.django.words import Words
from refactor.model import facts

if TYPE_CHECKING:
    from refactor.link.frameworks.django.reading import Reading, Scene

TURNS = 300
"""Most turns of a loop that builds patterns."""

MUTATORS = {"append": 0, "insert": 1, "extend": 0}


class Evaluation:
    """Evaluates expressions for one reading."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.assembly = reading.assembly
        self.machine = reading.machine
        self.pool = reading.pool
        self.words = Words(self)

    def eval(self, scene: Scene, node: facts.Expr) -> Piece:
        """A list, a route, or plain values."""
        match node:
            case facts.Name(id=name):
                return self.name(scene, name, node.at)
            case facts.Collection(kind="list" | "tuple", items=items):
                return Listing([one for item in items for one in self._spread(scene, item)])
            case facts.Operation(op="+", operands=(first, second)):
                return self._plus(scene, node, first, second)
            case facts.Operation(op="or" | "and" as word, operands=(first, *rest)):
                return self._either(scene, word, first, rest)
            case facts.Call():
                return self._call(scene, node)
            case facts.Attribute(value=owner, attr=attr):
                return self._attribute(scene, node, owner, attr)
            case facts.Subscript(value=owner, index=index):
                return self._subscript(scene, node, owner, index)
            case facts.Choice(body=body, orelse=orelse):
                return joined([self.eval(scene, body), self.eval(scene, orelse)])
            case facts.Comprehension(kind="list" | "generator"):
                return self._comprehension(scene, node)
        return self.flow(scene, node)

    def flow(self, scene: Scene, node: facts.Expr) -> Values:
        """What the value flow says of an expression here."""
        return self.machine.expressions.eval(scene.frame, node)

    def name(self, scene: Scene, name: str, at: facts.Position) -> Piece:
        """What a name stands for: a list of this reading or of a module, else plain values."""
        if name in scene.lists:
            return scene.lists[name]
        if name not in scene.frame.env:
            found = self.reading.named(scene.frame.module, name)
            if found is not None:
                return found
        return self.machine.lookup.read(scene.frame, name, at)

    def _spread(self, scene: Scene, item: facts.Expr) -> list[Piece]:
        if isinstance(item, facts.Starred):
            return elements(self.eval(scene, item.value))
        return [self.eval(scene, item)]

    def _plus(self, scene: Scene, node: facts.Expr, first: facts.Expr, second: facts.Expr) -> Piece:
        left, right = self.eval(scene, first), self.eval(scene, second)
        if isinstance(left, frozenset) and isinstance(right, frozenset):
            return self.flow(scene, node)
        return Listing([*elements(left), *elements(right)])

    def holds(self, scene: Scene, test: facts.Expr) -> bool | None:
        """Whether a test holds here; None where that is not known."""
        return truth(self.pool, test, lambda node: self.eval(scene, node))

    def _either(self, scene: Scene, word: str, first: facts.Expr, rest: list[facts.Expr]) -> Piece:
        left = self.eval(scene, first)
        known = bool(left.items) if isinstance(left, Listing) else self.holds(scene, first)
        if known is (word == "or"):
            return left
        others = [self.eval(scene, operand) for operand in rest]
        return joined(others if known is not None else [left, *others])

    def _attribute(self, scene: Scene, node: facts.Attribute, owner: facts.Expr, attr: str) -> Piece:
        receiver = self.eval(scene, owner)
        if not isinstance(receiver, frozenset):
            return receiver if attr in ("urls", "urlpatterns", "url_patterns") else NOTHING
        found: list[Piece] = []
        for value in self.pool.each(receiver):
            if isinstance(value, ModuleRef) and (piece := self.reading.named(value.name, attr)) is not None:
                found.append(piece)
            elif isinstance(value, Instance) and (function := self._property(value.scope, attr)) >= 0:
                found.append(self.reading.on_self(function, self.pool.one(value), scene.depth))
        return joined(found) if found else self.machine.attributes.read(scene.frame, receiver, attr, node.at)

    def _property(self, scope: int, name: str) -> int:
        """The function behind a property of a class, -1 for anything else."""
        for base in self.machine.classes.order(scope):
            if isinstance(base, int):
                found = self.assembly.functions(self.machine.store.peek(("attribute", base, name)))
                if found:
                    return found[0] if self.machine.classes.flavour.get(found[0]) == PROPERTY else -1
        return -1

    def _subscript(self, scene: Scene, node: facts.Expr, owner: facts.Expr, index: facts.Expr) -> Piece:
        piece = self.eval(scene, owner)
        if isinstance(piece, Included):
            piece = Listing([piece.patterns])
        if not isinstance(piece, Listing):
            return self.flow(scene, node)
        if isinstance(index, facts.Const) and isinstance(index.value, int):
            return piece.items[index.value] if -len(piece.items) <= index.value < len(piece.items) else NOTHING
        return piece

    def _comprehension(self, scene: Scene, node: facts.Comprehension) -> Piece:
        if len(node.clauses) != 1:
            return self.flow(scene, node)
        lists, env = dict(scene.lists), dict(scene.frame.env)
        result = Listing()
        for item in self.turns(scene, node.clauses[0].iter, node.at)[:TURNS]:
            self.reading.assign(scene, node.clauses[0].target, item)
            if any(self.holds(scene, test) is False for test in node.clauses[0].tests):
                continue
            result.items.append(self.eval(scene, node.element))
        scene.lists, scene.frame.env = lists, env
        return result

    # -- calls -----------------------------------------------------------------------------------------------------

    def _call(self, scene: Scene, node: facts.Call) -> Piece:
        if isinstance(node.func, facts.Attribute):
            receiver = self.eval(scene, node.func.value)
            if isinstance(receiver, Listing):
                return self._on_list(scene, receiver, node.func.attr, node)
            if not isinstance(receiver, frozenset):
                return NOTHING
        callees = self.flow(scene, node.func)
        known = self.words.call(scene, node, callees)
        if known is not None:
            return known
        found = [self._enter(scene, node, one) for one in sorted(callees)]
        if scene.depth and found and all(isinstance(piece, frozenset) and piece for piece in found):
            return joined(found)
        pieces = [piece for piece in found if not isinstance(piece, frozenset)]
        return joined(pieces) if pieces else self.flow(scene, node)

    def entered(self, scene: Scene, node: facts.Call) -> Piece:
        """What project functions return for this very call."""
        return joined([self._enter(scene, node, one) for one in sorted(self.flow(scene, node.func))])

    def _on_list(self, scene: Scene, listing: Listing, method: str, node: facts.Call) -> Piece:
        if method not in MUTATORS or len(node.args) <= MUTATORS[method]:
            return listing if method == "copy" else NOTHING
        piece = self.eval(scene, node.args[MUTATORS[method]])
        listing.items.extend(elements(piece) if method == "extend" else [piece])
        return NOTHING

    def _enter(self, scene: Scene, node: facts.Call, number: int) -> Piece:
        """Read a project function with this call's arguments."""
        value = self.pool[number]
        if not isinstance(value, Function | Bound):
            return NOTHING
        function = value.scope if isinstance(value, Function) else value.function
        given: list[Piece] = [] if isinstance(value, Function) else [frozenset((value.receiver,))]
        given += [one for arg in node.args for one in self._spread(scene, arg)]
        params = self.machine.index.scopes[function].facts.params
        positional = [param.name for param in params if param.kind in ("positional", "both")]
        arguments: dict[str, Piece] = dict(zip(positional, given, strict=False))
        arguments.update({param.name: Listing(given[len(positional) :]) for param in params if param.kind == "star"})
        for keyword in node.keywords:
            if keyword.name:
                arguments[keyword.name] = self.eval(scene, keyword.value)
        return self.reading.run(function, arguments, scene.depth + 1)

    def written(self, values: Values) -> Piece:
        """A list of the value flow, as far as its elements are known one by one."""
        items: list[Piece] = []
        for number in sorted(values):
            if isinstance(self.pool[number], Box):
                size = self.machine.items.sizes.get(number, 0)
                items += [self.machine.store.peek(("item", number, f"int:{at}")) for at in range(size)]
        return Listing(items) if items else values

    def turns(self, scene: Scene, source: facts.Expr, at: facts.Position) -> list[Piece]:
        """The elements that a loop sees, one by one where they are written out."""
        piece = self.eval(scene, source)
        if isinstance(piece, Listing):
            return list(piece.items)
        if not isinstance(piece, frozenset):
            return []
        known = self.machine.turns.elements(scene.frame, piece)
        if known is not None:
            return list(known)
        values = self.machine.items.iterate(scene.frame, piece, at)
        single = sorted(one for one in values if isinstance(self.pool[one], Literal))
        rest = values - frozenset(single)
        return [*(frozenset((one,)) for one in single), *([rest] if rest or not single else ())]
