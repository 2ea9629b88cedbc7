"""URL lists written out: modules and methods that build ``urlpatterns`` are read with one receiver at a time.

The value flow joins what all callers see; here ``self.get_urls()`` of one app is not that of another, lists keep their order,
and nothing is too long. Only lists are followed here; every other expression is asked of the value flow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from refactor.link.flow.classes import PROPERTY
from refactor.link.flow.frame import Frame
from refactor.link.flow.values import NOTHING, Bound, Box, External, Function, Instance, ModuleRef, Values
from refactor.link.frameworks.django.patterns import Included, Listing, Piece, Route, View
from refactor.link.frameworks.django.words import Words
from refactor.link.stages.assembly import Assembly
from refactor.model import facts

DEEPEST = 16
"""Deepest chain of functions that is read."""

BUDGET = 20_000
"""Most functions that are read for one program."""

TURNS = 300
"""Most turns of a loop that builds patterns."""

MUTATORS = {"append": 0, "insert": 1, "extend": 0}


@dataclass
class Scene:
    """One reading of one scope: its lists by name, and a frame of the value flow for everything else."""

    frame: Frame
    depth: int
    lists: dict[str, Piece] = field(default_factory=dict)
    returned: list[Piece] = field(default_factory=list)


class Reading:
    """Evaluates URL lists."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.words = Words(self)
        self._modules: dict[str, Scene] = {}
        self._left = BUDGET

    # -- scopes ----------------------------------------------------------------------------------------------------

    def module(self, name: str) -> dict[str, Piece]:
        """The lists that a module binds, by name."""
        if name not in self.machine.index.roots:
            return {}
        if name not in self._modules:
            root = self.machine.index.roots[name]
            scene = self._modules[name] = Scene(self._frame(root), 0)
            kept = self.machine.traces.get(root)
            self._block(scene, scene.frame.facts.body)
            if kept is not None:
                self.machine.traces[root] = kept
        return self._modules[name].lists

    def named(self, module: str, name: str) -> Piece | None:
        """A list of a module, wherever it was imported from."""
        target = self.machine.origins.origin(module, name)
        owner, _, own = target.partition(":")
        held = self.machine.store.peek(("global", owner, own))
        if held and not any(isinstance(value, Box | Instance | External) for value in self.pool.each(held)):
            return None
        if own and owner != module:
            return self.module(owner).get(own)
        return self.module(module).get(name) if own else None

    def run(self, function: int, arguments: dict[str, Piece], depth: int) -> Piece:
        """What one call of a project function returns, lists joined."""
        ref = self.machine.index.scopes[function]
        if depth > DEEPEST or self._left <= 0:
            return NOTHING
        self._left -= 1
        scene = Scene(self._frame(function), depth)
        for param in ref.facts.params:
            given = arguments.get(param.name)
            if given is None and param.default is not None:
                given = self._default(ref.parent, param.default)
            self._bind(scene, param.name, NOTHING if given is None else given)
        self._block(scene, ref.facts.body)
        return joined(scene.returned)

    def _frame(self, scope: int) -> Frame:
        ref = self.machine.index.scopes[scope]
        return Frame(scope, ref.module, ref.facts, {}, apart=True)

    def _default(self, scope: int, default: facts.Expr) -> Values:
        ref = self.machine.index.scopes[scope]
        return self.machine.expressions.eval(Frame(scope, ref.module, ref.facts, {}), default)

    def method(self, owner: int, name: str, depth: int = 0) -> Piece:
        """What a method or property of an instance of a class returns."""
        for base in self.machine.classes.order(owner):
            if isinstance(base, int):
                found = self.assembly.functions(self.machine.store.peek(("attribute", base, name)))
                if found:
                    return self._on_self(found[0], self.pool.one(Instance(owner)), depth)
        return NOTHING

    def value_of(self, function: int) -> Values:
        """A function as a value."""
        return self.pool.one(Function(function))

    def _on_self(self, function: int, receiver: Values, depth: int) -> Piece:
        params = self.machine.index.scopes[function].facts.params
        return self.run(function, {params[0].name: receiver} if params else {}, depth + 1)

    # -- statements ------------------------------------------------------------------------------------------------

    def _block(self, scene: Scene, statements: tuple[facts.Stmt, ...]) -> None:
        for statement in statements:
            self._statement(scene, statement)

    def _statement(self, scene: Scene, statement: facts.Stmt) -> None:
        match statement:
            case facts.Assign(targets=targets, value=value) if value is not None:
                piece = self.eval(scene, value)
                for target in targets:
                    self._assign(scene, target, piece)
            case facts.Augment(target=facts.Name(id=name), value=value):
                self._augment(scene, name, self.eval(scene, value), statement)
            case facts.Do(value=value):
                self.eval(scene, value)
            case facts.Return(value=value):
                scene.returned.append(NOTHING if value is None else self.eval(scene, value))
            case facts.If(body=body, orelse=orelse):
                self._branches(scene, body, orelse)
            case facts.Try(body=body, handlers=handlers, orelse=orelse, final=final):
                self._branches(scene, (*body, *orelse), *(handler.body for handler in handlers))
                self._block(scene, final)
            case facts.For():
                self._for(scene, statement)
            case facts.With(body=body) | facts.While(body=body):
                self._block(scene, body)
            case facts.ImportFrom():
                self.machine.statements.block(scene.frame, (statement,))
                self._imported(scene, statement)
            case facts.Import() | facts.Scoping() | facts.Define():
                self.machine.statements.block(scene.frame, (statement,))

    def _imported(self, scene: Scene, statement: facts.ImportFrom) -> None:
        """Lists that another module binds."""
        source = self.machine.index.absolute(scene.frame.module, statement.module, statement.level)
        for alias in statement.names if source in self.machine.index.roots else ():
            held = self.pool.each(self.machine.store.peek(("global", source, alias.name)))
            piece = self.named(source, alias.name) if any(isinstance(value, Box) for value in held) else None
            if piece is not None:
                self._bind(scene, alias.asname or alias.name, piece)

    def _bind(self, scene: Scene, name: str, piece: Piece) -> None:
        if isinstance(piece, frozenset):
            scene.lists.pop(name, None)
            scene.frame.env[name] = piece
        else:
            scene.lists[name] = piece
            scene.frame.env[name] = NOTHING

    def _assign(self, scene: Scene, target: facts.Expr, piece: Piece) -> None:
        if isinstance(target, facts.Name):
            self._bind(scene, target.id, piece)
        elif isinstance(target, facts.Collection):
            for position, item in enumerate(target.items):
                self._assign(scene, item, self._element(scene, piece, position))

    def _element(self, scene: Scene, piece: Piece, position: int) -> Piece:
        if isinstance(piece, Listing):
            return piece.items[position] if position < len(piece.items) else NOTHING
        return self.machine.items.item_at(scene.frame, piece, position) if isinstance(piece, frozenset) else NOTHING

    def _augment(self, scene: Scene, name: str, piece: Piece, statement: facts.Augment) -> None:
        known = self._name(scene, name, statement.at)
        if isinstance(known, Listing):
            known.items.extend(elements(piece))
        elif isinstance(piece, Listing):
            self._bind(scene, name, Listing(list(piece.items)))

    def _branches(self, scene: Scene, *blocks: tuple[facts.Stmt, ...]) -> None:
        """Each branch starts from the same names; a list that several bind is all of them."""
        before, values = dict(scene.lists), dict(scene.frame.env)
        for block in blocks:
            left, right = scene.lists, scene.frame.env
            scene.lists, scene.frame.env = dict(before), dict(values)
            self._block(scene, block)
            for name, piece in left.items():
                mine = scene.lists.get(name)
                scene.lists[name] = piece if mine is None or mine is piece else joined([piece, mine])
            for name, known in right.items():
                if name not in scene.lists:
                    scene.frame.env[name] = scene.frame.env.get(name, NOTHING) | known

    def _for(self, scene: Scene, statement: facts.For) -> None:
        for item in self._turns(scene, statement.iter, statement.at)[:TURNS]:
            self._assign(scene, statement.target, item)
            self._block(scene, statement.body)
        self._block(scene, statement.orelse)

    def _turns(self, scene: Scene, source: facts.Expr, at: facts.Position) -> list[Piece]:
        """The elements that a loop sees, one by one where they are written out."""
        piece = self.eval(scene, source)
        if isinstance(piece, Listing):
            return list(piece.items)
        if not isinstance(piece, frozenset):
            return []
        known = self.machine.turns.elements(scene.frame, piece)
        return list(known) if known is not None else [self.machine.items.iterate(scene.frame, piece, at)]

    # -- expressions -----------------------------------------------------------------------------------------------

    def eval(self, scene: Scene, node: facts.Expr) -> Piece:
        """A list, a route, or plain values."""
        match node:
            case facts.Name(id=name):
                return self._name(scene, name, node.at)
            case facts.Collection(kind="list" | "tuple", items=items):
                return Listing([one for item in items for one in self._spread(scene, item)])
            case facts.Operation(op="+", operands=(first, second)):
                return self._plus(scene, node, first, second)
            case facts.Operation(op="or" | "and", operands=operands):
                return joined([self.eval(scene, operand) for operand in operands])
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

    def _name(self, scene: Scene, name: str, at: facts.Position) -> Piece:
        if name in scene.lists:
            return scene.lists[name]
        if name not in scene.frame.env:
            found = self.named(scene.frame.module, name)
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

    def _attribute(self, scene: Scene, node: facts.Attribute, owner: facts.Expr, attr: str) -> Piece:
        receiver = self.eval(scene, owner)
        if not isinstance(receiver, frozenset):
            return receiver if attr in ("urls", "urlpatterns", "url_patterns") else NOTHING
        found: list[Piece] = []
        for value in self.pool.each(receiver):
            if isinstance(value, ModuleRef) and (piece := self.named(value.name, attr)) is not None:
                found.append(piece)
            elif isinstance(value, Instance) and (function := self._property(value.scope, attr)) >= 0:
                found.append(self._on_self(function, self.pool.one(value), scene.depth))
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
        for item in self._turns(scene, node.clauses[0].iter, node.at)[:TURNS]:
            self._assign(scene, node.clauses[0].target, item)
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
        pieces = [piece for piece in found if not isinstance(piece, frozenset)]
        return joined(pieces) if pieces else self.flow(scene, node)

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
        return self.run(function, arguments, scene.depth + 1)

    def written(self, values: Values) -> Piece:
        """A list of the value flow, as far as its elements are known one by one."""
        items: list[Piece] = []
        for number in sorted(values):
            if isinstance(self.pool[number], Box):
                size = self.machine.items.sizes.get(number, 0)
                items += [self.machine.store.peek(("item", number, f"int:{at}")) for at in range(size)]
        return Listing(items) if items else values


def elements(piece: Piece) -> list[Piece]:
    """The elements of a list; something included stands for itself, plain values for what is not known."""
    if isinstance(piece, Listing):
        return list(piece.items)
    return [piece] if isinstance(piece, Route | Included | View) or piece else []


def joined(pieces: Sequence[Piece]) -> Piece:
    """What several ways through a function give: lists one after the other, plain values together."""
    lists = [piece for piece in pieces if not isinstance(piece, frozenset)]
    if len(lists) == 1:
        return lists[0]
    tuples = [piece for piece in lists if isinstance(piece, Listing)]
    if tuples:
        full = [piece for piece in tuples if piece.items]
        if len(full) <= 1:
            return full[0] if full else tuples[0]
        return Listing(list(dict.fromkeys(one for piece in full for one in piece.items)))
    if lists:
        return lists[0]
    return NOTHING.union(*(piece for piece in pieces if isinstance(piece, frozenset)))
