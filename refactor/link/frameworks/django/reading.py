"""URL lists written out: modules and methods that build ``urlpatterns`` are read with one receiver at a time.

The value flow joins what all callers see; here ``self.get_urls()`` of one app is not that of another, lists keep their order,
and nothing is too long. Only lists are followed here; every other expression is asked of the value flow.
"""

from dataclasses import dataclass, field

from refactor.link.flow.frame import Frame
from refactor.link.flow.values import NOTHING, Box, External, Function, Instance, Values
from refactor.link.frameworks.django.evaluation import TURNS, Evaluation
from refactor.link.frameworks.django.patterns import Listing, Piece, elements, joined
from refactor.link.stages.assembly import Assembly
from refactor.model import facts

DEEPEST = 16
"""Deepest chain of functions that is read."""

BUDGET = 20_000
"""Most functions that are read for one program."""


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
        self.evaluation = Evaluation(self)
        self.words = self.evaluation.words
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
                    return self.on_self(found[0], self.pool.one(Instance(owner)), depth)
        return NOTHING

    def value_of(self, function: int) -> Values:
        """A function as a value."""
        return self.pool.one(Function(function))

    def on_self(self, function: int, receiver: Values, depth: int) -> Piece:
        """What a method returns for one receiver."""
        params = self.machine.index.scopes[function].facts.params
        return self.run(function, {params[0].name: receiver} if params else {}, depth + 1)

    # -- statements ------------------------------------------------------------------------------------------------

    def _block(self, scene: Scene, statements: tuple[facts.Stmt, ...]) -> bool:
        """Statements in order; False when one of them surely returns."""
        return all(self._statement(scene, statement) for statement in statements)

    def _statement(self, scene: Scene, statement: facts.Stmt) -> bool:
        match statement:
            case facts.Return(value=value):
                scene.returned.append(NOTHING if value is None else self.evaluation.eval(scene, value))
                return False
            case facts.If():
                return self._if(scene, statement)
            case facts.Assign(targets=targets, value=value) if value is not None:
                piece = self.evaluation.eval(scene, value)
                for target in targets:
                    self.assign(scene, target, piece)
            case facts.Augment(target=facts.Name(id=name), value=value):
                self._augment(scene, name, self.evaluation.eval(scene, value), statement)
            case facts.Do(value=value):
                self.evaluation.eval(scene, value)
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
        return True

    def _if(self, scene: Scene, statement: facts.If) -> bool:
        """One branch where a function's arguments decide; what a module decides may be otherwise elsewhere."""
        holds = self.evaluation.holds(scene, statement.test) if scene.depth else None
        if holds is not None:
            return self._block(scene, statement.body if holds else statement.orelse)
        self._branches(scene, statement.body, statement.orelse)
        return True

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

    def assign(self, scene: Scene, target: facts.Expr, piece: Piece) -> None:
        """Bind a name, or the names of a pattern."""
        if isinstance(target, facts.Name):
            self._bind(scene, target.id, piece)
        elif isinstance(target, facts.Collection):
            for position, item in enumerate(target.items):
                self.assign(scene, item, self._element(scene, piece, position))

    def _element(self, scene: Scene, piece: Piece, position: int) -> Piece:
        if isinstance(piece, Listing):
            return piece.items[position] if position < len(piece.items) else NOTHING
        return self.machine.items.item_at(scene.frame, piece, position) if isinstance(piece, frozenset) else NOTHING

    def _augment(self, scene: Scene, name: str, piece: Piece, statement: facts.Augment) -> None:
        known = self.evaluation.name(scene, name, statement.at)
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
        for item in self.evaluation.turns(scene, statement.iter, statement.at)[:TURNS]:
            self.assign(scene, statement.target, item)
            self._block(scene, statement.body)
        self._block(scene, statement.orelse)
